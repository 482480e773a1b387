"""The script's loop: every update of the run, on the batches that it saw."""

from __future__ import annotations

from linreg_core.code.model_code import loss_expression
from linreg_core.code.plan import ScriptPlan, Segment
from linreg_core.code.proximal_code import penalty_lines, scheduled_rate, with_proximal_step
from linreg_core.code.solver_code import (
    SOLVER_CODE,
    knob_lines,
    optimizer_call,
    optimizer_values,
    step_lines,
)
from linreg_core.code.writing import indented
from linreg_core.config import TrainConfig
from linreg_core.sampling import RowOrders
from linreg_core.schedule import N_STEPS, STEP_FACTOR
from linreg_core.types import Status

_LABELS = {"learning_rate": "learning rate", "weight_decay": "weight decay", "l1": "L1 penalty"}
_LEFT_OUT = {"momentum": 0.0, "weight_decay": 0.0, "nesterov": False}
_WHY = {
    Status.DIVERGED: "it has diverged: the run ended here",
    Status.CONVERGED: "the gradient is down to a millionth of the first: converged",
}


def training_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that train: one loop for each part of the run."""
    return [line for segment in plan.segments for line in _segment_lines(plan, segment)]


def _segment_lines(plan: ScriptPlan, segment: Segment) -> list[str]:
    return [
        *_change_comment(segment),
        *_solver_lines(plan, segment),
        *_closure_lines(plan, segment),
        *_dealing_lines(plan, segment),
        *_end_comment(plan, segment),
        *_fused_comment(plan, segment),
        *_loop_lines(plan, segment),
    ]


def _change_comment(segment: Segment) -> list[str]:
    if segment.former is None:
        return []
    changed = [
        f"{_LABELS.get(name, name.replace('_', ' '))} {getattr(segment.config, name)}"
        for name in ("solver", "learning_rate", "momentum", "batch_size", "weight_decay", "l1")
        if getattr(segment.config, name) != getattr(segment.former, name)
    ]
    what = ", ".join(changed).replace("batch size None", "full batch")
    return ["", f"# From epoch {segment.first:,} on: {what}."]


def _end_comment(plan: ScriptPlan, segment: Segment) -> list[str]:
    if not plan.is_cut or segment.last != plan.last_epoch or plan.status not in _WHY:
        return []
    of = f"epoch {segment.last:,} of {plan.config.n_epochs:,}"
    return [f"# After {of} {_WHY[plan.status]}."]


def _fused_comment(plan: ScriptPlan, segment: Segment) -> list[str]:
    if not (plan.magnifies_rounding and _by_hand(plan, segment.config) and segment.first == 1):
        return []
    return ["# Rounding matters to this run: these calls round as often as torch.optim does."]


def _by_hand(plan: ScriptPlan, config: TrainConfig) -> bool:
    return plan.is_scratch and bool(SOLVER_CODE[config.solver].step)


def _solver_lines(plan: ScriptPlan, segment: Segment) -> list[str]:
    """Return what makes the solver, or sets it to what has changed."""
    config = segment.config
    if _by_hand(plan, config):
        former = segment.former if segment.former and _by_hand(plan, segment.former) else None
        memory = SOLVER_CODE[config.solver].memory if segment.is_other_solver else ()
        uses_memory = memory and not _never_gathers(plan, segment)
        return [*knob_lines(config, former), *(memory if uses_memory else ())]
    if segment.is_other_solver:
        params = "[params]" if plan.is_scratch else "model.parameters()"
        call = f"optimizer = {optimizer_call(config, params)}"
        return [call, *penalty_lines(plan, segment), *_scheduler_lines(plan)]
    assert segment.former is not None
    before, values = optimizer_values(segment.former), optimizer_values(config)
    names = [name for name in {**before, **values} if before.get(name) != values.get(name)]
    changed = [
        f'optimizer.param_groups[0]["{name}"] = {values.get(name, _LEFT_OUT.get(name))!r}'
        for name in names
        if not (name == "lr" and plan.is_scheduled)
    ]
    return [*changed, *penalty_lines(plan, segment)]


def _never_gathers(plan: ScriptPlan, segment: Segment) -> bool:
    """Whether momentum is 0 for as long as this solver goes on."""
    if "momentum" not in segment.config.solver and segment.config.solver != "nesterov":
        return False
    later = [each for each in plan.segments if each.first >= segment.first]
    for each in later:
        if each.first > segment.first and each.is_other_solver:
            break
        if each.config.momentum:
            return False
    return True


def _scheduler_lines(plan: ScriptPlan) -> list[str]:
    """Return torch's own scheduler, which is stepped at the end of each epoch."""
    if not plan.is_scheduled or plan.needs_factor:
        return []
    config, warmup = plan.config, plan.config.warmup_epochs
    n_left = config.n_epochs - warmup
    after = {
        "constant": "LambdaLR(optimizer, lambda t: 1.0)",
        "step": f"StepLR(optimizer, step_size={-(-n_left // N_STEPS)}, gamma={STEP_FACTOR!r})",
        "cosine": f"CosineAnnealingLR(optimizer, T_max={n_left})",
        "inverse_time": "LambdaLR(optimizer, lambda t: 1 / (1 + t))",
    }[config.schedule]
    if not warmup:
        return [f"scheduler = lr_scheduler.{after}"]
    rising = f"LinearLR(optimizer, start_factor=1 / {warmup + 1}, total_iters={warmup})"
    if config.schedule == "constant":
        return [f"scheduler = lr_scheduler.{rising}"]
    return [
        f"warmup = lr_scheduler.{rising}",
        f"after = lr_scheduler.{after}",
        f"scheduler = lr_scheduler.SequentialLR(optimizer, [warmup, after], milestones=[{warmup}])",
    ]


def factor_function(plan: ScriptPlan) -> list[str]:
    """Return the schedule as a function of the epoch, counted from 0."""
    if not plan.needs_factor:
        return []
    config, warmup = plan.config, plan.config.warmup_epochs
    n_left = config.n_epochs - warmup
    t = f"(epoch - {warmup})" if warmup else "epoch"
    after = {
        "constant": "1.0",
        "step": f"{STEP_FACTOR!r} ** ({t} // {-(-n_left // N_STEPS)})",
        "cosine": f"(1 + math.cos(math.pi * {t} / {n_left})) / 2",
        "inverse_time": f"1 / (1 + {t.strip('()')})",
    }[config.schedule]
    rising = [f"if epoch < {warmup}:", f"    return (epoch + 1) / {warmup + 1}"] if warmup else []
    body = ['"""Return what multiplies the learning rate."""', *rising, f"return {after}"]
    return ["def factor(epoch):", *indented(body)]


def _rate(plan: ScriptPlan) -> str:
    return "rate" if plan.is_scheduled else "learning_rate"


def dealing_function(plan: ScriptPlan) -> list[str]:
    """Return a generator of batches, for epochs that do not end where a pass over the rows does."""
    if not plan.streams:
        return []
    n, sampling = plan.problem.n_train, plan.config.sampling
    rows = {
        "shuffle": f"torch.from_numpy(batch_rng.permutation({n}))",
        "sequential": f"torch.arange({n})",
        "replacement": f"torch.from_numpy(batch_rng.integers({n}, size=pass_length))",
    }[sampling]
    argument = "size, pass_length" if sampling == "replacement" else "size"
    body = [
        '"""Yield the rows of one batch after another, pass after pass."""',
        "while True:",
        f"    yield from {rows}.split(size)",
    ]
    return [f"def deal({argument}):", *indented(body)]


def _dealing_lines(plan: ScriptPlan, segment: Segment) -> list[str]:
    if not plan.streams or not segment.begins_anew or plan.is_full_batch(segment.config):
        return []
    n, size = plan.problem.n_train, segment.config.batch_size
    assert size is not None
    if plan.config.sampling != "replacement":
        return [f"batches = deal({size})"]
    length = RowOrders(n, size, "replacement", 0).pass_length
    return [f"batches = deal({size}, {length})"]


def _closure_lines(plan: ScriptPlan, segment: Segment) -> list[str]:
    """Return the function by which L-BFGS evaluates the loss, as often as it likes."""
    if segment.config.solver != "lbfgs":
        return []
    former = segment.former
    is_full = plan.is_full_batch(segment.config)
    if former and former.solver == "lbfgs" and plan.is_full_batch(former) == is_full:
        return []
    loss = loss_expression(plan, part="" if is_full else "_batch")
    body = ["optimizer.zero_grad()", f"loss = {loss}", "loss.backward()", "return loss"]
    return ["", "", "def closure():", *indented(body), "", ""]


def _loop_lines(plan: ScriptPlan, segment: Segment) -> list[str]:
    config = segment.config
    steps = _update_lines(plan, segment)
    n_train = plan.problem.n_train
    n_updates = config.updates_in_epoch(n_train)
    is_full = plan.is_full_batch(config)
    if not is_full and not plan.streams and config.sampling != "replacement":
        rows = {
            "shuffle": f"torch.from_numpy(batch_rng.permutation({n_train}))",
            "sequential": f"torch.arange({n_train})",
        }[config.sampling]
        inner = [f"for rows in {rows}.split({config.batch_size}):", *indented(steps)]
    elif not is_full:
        drawn = f"torch.from_numpy(batch_rng.integers({n_train}, size={config.batch_size}))"
        rows = "next(batches)" if plan.streams else drawn
        inner = _repeated(n_updates, [f"rows = {rows}", *steps])
    else:
        inner = _repeated(n_updates, steps)
    before, after = _each_epoch(plan, segment)
    epochs = str(segment.last) if segment.first == 1 else f"{segment.first - 1}, {segment.last}"
    name = "epoch" if plan.needs_factor else "_"
    return [f"for {name} in range({epochs}):", *indented([*before, *inner, *after])]


def _repeated(count: int, lines: list[str]) -> list[str]:
    return lines if count == 1 else [f"for _ in range({count}):", *indented(lines)]


def _each_epoch(plan: ScriptPlan, segment: Segment) -> tuple[list[str], list[str]]:
    """Return what is set before an epoch's updates, and what is done after them."""
    if not plan.is_scheduled:
        return [], []
    read = scheduled_rate(segment.config)
    if not plan.needs_factor:
        return read, ["scheduler.step()"]
    if _by_hand(plan, segment.config):
        return ["rate = learning_rate * factor(epoch)"], []
    rate = f"{segment.config.learning_rate!r} * factor(epoch)"
    return [f'optimizer.param_groups[0]["lr"] = {rate}', *read], []


def _update_lines(plan: ScriptPlan, segment: Segment) -> list[str]:
    config = segment.config
    rows = "" if plan.is_full_batch(config) else "[rows]"
    if config.solver == "lbfgs":
        batch = ["X_batch, y_batch = X[rows], y[rows]"] if rows else []
        batch += ["v_batch = v[rows]"] if rows and plan.is_weighted else []
        return [*batch, "optimizer.step(closure)"]
    loss = f"loss = {loss_expression(plan, rows)}"
    if not plan.is_scratch:
        step = ["optimizer.zero_grad()", loss, "loss.backward()", "optimizer.step()"]
        return with_proximal_step(plan, config, step)
    rate = _rate(plan)
    step = step_lines(config, rate, plan.magnifies_rounding)
    n_before = int(bool(config.weight_decay))  # the slope has the decay's part in it
    step = step[:n_before] + with_proximal_step(plan, config, step[n_before:], rate)
    gradient = "(slope,) = torch.autograd.grad(loss, params)"
    return [loss, gradient, "with torch.no_grad():", *indented(step)]
