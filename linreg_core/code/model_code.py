"""The script's model and loss: where it starts, and what it minimises."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from linreg_core.code.plan import Plan
from linreg_core.code.writing import plain, tensor_of
from linreg_core.init import NORMAL_DEVIATION
from linreg_core.losses import HUBER_DELTA
from linreg_core.types import Params

_DRAWN = ("normal", "randn")
_MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mse": "torch.nn.MSELoss()",
        "l1": "torch.nn.L1Loss()",
        "huber": f"torch.nn.HuberLoss(delta={HUBER_DELTA!r})",
    }
)


def generator_lines(plan: Plan) -> list[str]:
    """Return the lines that make the run's random streams: of the start, and of the batches."""
    seeds = f"np.random.SeedSequence({plan.config.seed}).spawn(2)"
    draws_start = plan.config.init in _DRAWN
    if draws_start and plan.draws_batches:
        rngs = f"(np.random.default_rng(seed) for seed in {seeds})"
        return ["# Two random streams: the start, and the batches.", f"start_rng, batch_rng = {rngs}"]
    if draws_start:
        return [f"start_rng = np.random.default_rng({seeds}[0])"]
    if plan.draws_batches:
        return [
            "# Of the seed's two random streams, the second deals the batches.",
            f"batch_rng = np.random.default_rng({seeds}[1])",
        ]
    return []


def loss_lines(plan: Plan) -> list[str]:
    """Return the lines that make `loss_function(prediction, target)`, a mean over rows."""
    scale = "y_scale * " if plan.scales else ""
    delta = f"{HUBER_DELTA:g} / y_scale" if plan.scales else repr(HUBER_DELTA)
    name = plan.config.loss
    if plan.is_scratch:
        return _scratch_loss(name, scale, delta)
    if name == "half_mse":
        return _function("return 0.5 * torch.nn.functional.mse_loss(prediction, target)")
    if name == "huber" and plan.scales:
        return [
            *_function(
                "# It turns from square to absolute at 1 unit of the data's y.",
                f"delta = {delta}",
                "huber = torch.nn.functional.huber_loss(prediction, target, delta=delta)",
                f"return {scale}huber",
            )
        ]
    return [f"loss_function = {_MODULES[name]}"]


def start_lines(plan: Plan) -> list[str]:
    """Return the lines that make the model, or its coefficients, where the run starts."""
    given = _given_lines(plan) if isinstance(plan.config.init, Params) else []
    return [*given, *(_scratch_start(plan) if plan.is_scratch else _linear_start(plan))]


def dtype_of(plan: Plan) -> str:
    """Return the precision's name in torch."""
    return f"torch.{plan.config.dtype}"


def _function(*body: str) -> list[str]:
    return ["", "def loss_function(prediction, target):", *(f"    {line}" for line in body), "", ""]


def _scratch_loss(name: str, scale: str, delta: str) -> list[str]:
    residual = "prediction - target"
    if name == "huber":
        return _function(
            f"size, delta = ({residual}).abs(), {delta}",
            "loss = torch.where(size <= delta, size**2 / 2, delta * (size - delta / 2))",
            f"return {scale}loss.mean()",
        )
    return _function(
        {
            "mse": f"return ({residual}).square().mean()",
            "half_mse": f"return 0.5 * ({residual}).square().mean()",
            "l1": f"return ({residual}).abs().mean()",
        }[name]
    )


def _given_lines(plan: Plan) -> list[str]:
    """Return the lines for a start that was given in the data's own units."""
    init = plan.config.init
    assert isinstance(init, Params)
    weights = tensor_of("start_weights", init.weights)
    lines = [*weights, f"start_bias = {plain(init.bias)!r}"] if _has_bias(plan) else weights
    if not plan.scales:
        return lines
    scaled = ["start_weights = start_weights * x_scale / y_scale"]
    if _has_bias(plan):
        bias = "(start_bias + (start_weights @ x_mean).item() - y_mean) / y_scale"
        scaled.insert(0, f"start_bias = {bias}")
    return [*lines, "# The same start in the coordinates of training.", *scaled]


def _has_bias(plan: Plan) -> bool:
    return plan.problem.fit_intercept


def _drawn_weights(plan: Plan) -> str:
    n = plan.problem.n_features
    factor = f"{NORMAL_DEVIATION!r} * " if plan.config.init == "normal" else ""
    return f"torch.tensor({factor}start_rng.standard_normal({n}))"


def _linear_start(plan: Plan) -> list[str]:
    n, init = plan.problem.n_features, plan.config.init
    bias = "" if _has_bias(plan) else ", bias=False"
    model = f"model = torch.nn.Linear({n}, 1{bias}, dtype={dtype_of(plan)})"
    if init == "torch":
        return [f"torch.manual_seed({plan.config.seed})", model]
    if init == "zeros":
        names = ("weight", "bias") if _has_bias(plan) else ("weight",)
        return [model, *(f"torch.nn.init.zeros_(model.{name})" for name in names)]
    weights = "start_weights" if isinstance(init, Params) else _drawn_weights(plan)
    lines = [model, "with torch.no_grad():", f"    model.weight.copy_({weights})"]
    if _has_bias(plan):
        lines.append(f"    model.bias.fill_({_start_bias(plan)})")
    return lines


def _start_bias(plan: Plan) -> str:
    init = plan.config.init
    if isinstance(init, Params):
        return "start_bias"
    return "start_rng.standard_normal()" if init == "randn" else "0.0"


def _scratch_start(plan: Plan) -> list[str]:
    n, init = plan.problem.n_features, plan.config.init
    count, tail = n + _has_bias(plan), f"dtype={dtype_of(plan)}"
    comment = "# The weights, and last the bias." if _has_bias(plan) else "# The weights."
    if init == "zeros":
        return [comment, f"params = torch.zeros({count}, {tail}, requires_grad=True)"]
    if init == "torch":
        bias = "" if _has_bias(plan) else ", bias=False"
        layer = f"layer = torch.nn.Linear({n}, 1{bias}, {tail})  # for its start alone"
        parts = "torch.cat([layer.weight[0], layer.bias])" if _has_bias(plan) else "layer.weight[0]"
        return [
            *(f"torch.manual_seed({plan.config.seed})", layer, comment),
            f"params = {parts}.detach().requires_grad_()",
        ]
    weights = "start_weights" if isinstance(init, Params) else _drawn_weights(plan)
    if _has_bias(plan):
        bias = f"torch.tensor([{_start_bias(plan)}], dtype=torch.float64)"
        weights = f"torch.cat([{weights}, {bias}])"
    return [comment, f"params = {weights}.to({dtype_of(plan)}).requires_grad_()"]
