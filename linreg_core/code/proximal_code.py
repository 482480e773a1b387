"""The script's proximal steps, by which an L1 penalty is learned: see `linreg_core.solvers`."""

from __future__ import annotations

from linreg_core.code.plan import ScriptPlan, Segment
from linreg_core.code.writing import indented
from linreg_core.config import TrainConfig

_RATE = "rate"


def penalty_lines(plan: ScriptPlan, segment: Segment) -> list[str]:
    """Return what names penalty and rate beside torch's optimiser, where they are new."""
    config, former = segment.config, segment.former
    if not config.knobs.l1 or (former and _numbers(former) == _numbers(config)):
        return []
    if plan.is_scheduled:
        return [f"l1 = {config.l1!r}"]
    return [f"rate, l1 = {config.learning_rate!r}, {config.l1!r}"]


def scheduled_rate(config: TrainConfig) -> list[str]:
    """Return what reads the rate that a schedule has set, beside torch's optimiser."""
    return ['rate = optimizer.param_groups[0]["lr"]'] if config.knobs.l1 else []


def with_proximal_step(
    plan: ScriptPlan, config: TrainConfig, step: list[str], rate: str = _RATE
) -> list[str]:
    """Return the lines of an update with those of its proximal step: of the weights alone."""
    if not config.knobs.l1:
        return step
    if config.solver == "nesterov" and config.momentum:
        lines = _slope_lines(plan, config, rate)
        return [*lines, *step] if plan.is_scratch else [*step[:-1], *_no_grad(lines), step[-1]]
    lines = _shrinking_lines(plan, config, rate)
    return [*step, *(lines if plan.is_scratch else _no_grad(lines))]


def _shrinking_lines(plan: ScriptPlan, config: TrainConfig, rate: str) -> list[str]:
    weights, held = _weights(plan), f".clamp(-{rate} * l1, {rate} * l1)"
    if config.solver == "sgd" or not config.momentum:
        return [f"{weights} -= {weights}{held}"]
    gathered = f"velocity{_part(plan)}"
    if not plan.is_scratch:
        gathered = f'optimizer.state[model.weight]["momentum_buffer"]{_part(plan)}'
    return [
        f"held = {weights}{held}",
        f"{weights} -= held",
        f"{gathered} += held / {rate}",
    ]


def _slope_lines(plan: ScriptPlan, config: TrainConfig, rate: str) -> list[str]:
    """Return the lines that make the slope one of the loss and the penalty together."""
    weights, slope, decay = _weights(plan), f"slope{_part(plan)}", ""
    whole = slope
    if not plan.is_scratch:  # torch adds what decays itself
        slope = f"model.weight.grad{_part(plan)}"
        decay = f" - {config.weight_decay!r} * {weights}" if config.weight_decay else ""
        whole = f"({slope}{decay.replace('-', '+')})" if decay else slope
    return [
        f"reached = {weights} - {rate} * {whole}",
        f"reached = torch.nn.functional.softshrink(reached, {rate} * l1)",
        f"{slope if _part(plan) else f'{slope}[:]'} = ({weights} - reached) / {rate}{decay}",
    ]


def _no_grad(lines: list[str]) -> list[str]:
    return ["with torch.no_grad():", *indented(lines)]


def _weights(plan: ScriptPlan) -> str:
    return f"{'params' if plan.is_scratch else 'model.weight'}{_part(plan)}"


def _part(plan: ScriptPlan) -> str:
    """Return what leaves the bias out, where it is one of the weights."""
    if plan.is_scratch:
        return "[:-1]" if plan.problem.fit_intercept else ""
    return "[:, :-1]" if plan.joins_bias else ""


def _numbers(config: TrainConfig) -> tuple[float, float]:
    return config.learning_rate, config.knobs.l1
