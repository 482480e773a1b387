"""The script's model and loss: where it starts, and what it minimises."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from linreg_core.code.plan import ScriptPlan, dtype_of
from linreg_core.code.writing import assigned, plain
from linreg_core.init import NORMAL_DEVIATION
from linreg_core.losses import HUBER_DELTA
from linreg_core.types import Params

_DRAWN = ("normal", "randn")
_MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mse": "torch.nn.MSELoss()",
        "half_mse": "torch.nn.MSELoss()",
        "l1": "torch.nn.L1Loss()",
    }
)


def generator_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that make the run's random streams: of the start, and of the batches."""
    seeds = f"np.random.SeedSequence({plan.config.seed}).spawn(2)"
    draws_start = plan.config.init in _DRAWN
    if draws_start and plan.draws_batches:
        rngs = f"(np.random.default_rng(seed) for seed in {seeds})"
        return [
            "# Two random streams: the start, and the batches.",
            f"start_rng, batch_rng = {rngs}",
        ]
    if draws_start:
        return [f"start_rng = np.random.default_rng({seeds}[0])"]
    if plan.draws_batches:
        return [
            "# Of the seed's two random streams, the second deals the batches.",
            f"batch_rng = np.random.default_rng({seeds}[1])",
        ]
    return []


def loss_lines(plan: ScriptPlan) -> list[str]:
    """Return the line that makes torch's loss; by hand there is none to make."""
    return [] if plan.is_scratch else [f"loss_function = {_module(plan)}"]


def loss_functions(plan: ScriptPlan) -> list[str]:
    """Return the loss by hand as a function, where it is more than a formula."""
    if not plan.is_scratch or plan.config.loss != "huber":
        return []
    delta = f"{HUBER_DELTA:g} / y_scale" if plan.scales else repr(HUBER_DELTA)
    losses = "size <= delta, size**2 / 2, delta * (size - delta / 2)"
    what, mean = ("squares", "") if plan.is_weighted else ("the mean of squares", ".mean()")
    return [
        "def huber(residuals):",
        f'    """Return {what} that turn into absolute values at 1 unit of y."""',
        f"    size, delta = residuals.abs(), {delta}",
        f"    return torch.where({losses}){mean}",
    ]


def loss_expression(plan: ScriptPlan, rows: str = "", part: str = "") -> str:
    """Return the loss of rows, e.g. "[rows]", of the training part, of "_test" or of a "_batch"."""
    X, y, name = f"X{part}{rows}", f"y{part}{rows}", plan.config.loss
    scale = {"half_mse": "0.5 * ", "huber": "y_scale * " if plan.scales else ""}.get(name, "")
    if plan.is_weighted:
        return f"{scale}(v{part}{rows} * {_row_losses(plan, X, y)}).mean()"
    if not plan.is_scratch:
        return f"{scale}loss_function(model({X}), {y})"
    residuals = f"{X} @ params - {y}"
    if name == "huber":
        return f"{scale}huber({residuals})"
    return f"{scale}({residuals}).{'abs' if name == 'l1' else 'square'}().mean()"


def _row_losses(plan: ScriptPlan, X: str, y: str) -> str:
    """Return the losses of rows, of which a weighted loss takes the mean."""
    if not plan.is_scratch:
        return f"loss_function(model({X}), {y})"
    residuals, name = f"{X} @ params - {y}", plan.config.loss
    if name == "huber":
        return f"huber({residuals})"
    return f"({residuals}).{'abs' if name == 'l1' else 'square'}()"


def start_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that make the model, or its coefficients, where the run starts."""
    given = _given_lines(plan) if isinstance(plan.config.init, Params) else []
    return [*given, *(_scratch_start(plan) if plan.is_scratch else _linear_start(plan))]


def _module(plan: ScriptPlan) -> str:
    rows = 'reduction="none"' if plan.is_weighted else ""
    if plan.config.loss != "huber":
        return _MODULES[plan.config.loss].replace("()", f"({rows})")
    rows = f"{rows}, " if rows else ""
    if plan.scales:
        delta = f"delta={HUBER_DELTA:g} / y_scale"
        return f"torch.nn.HuberLoss({rows}{delta})  # 1 unit of the data's y"
    return f"torch.nn.HuberLoss({rows}delta={HUBER_DELTA!r})"


def _given_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines for a start that was given in the data's own units."""
    init = plan.config.init
    assert isinstance(init, Params)
    weights = assigned("start_weights", init.weights)
    lines = [*weights, f"start_bias = {plain(init.bias)!r}"] if _has_bias(plan) else weights
    if not plan.scales:
        return lines
    scaled = ["start_weights = start_weights * x_scale / y_scale"]
    if _has_bias(plan):
        bias = "(start_bias + start_weights @ x_mean - y_mean) / y_scale"
        scaled.insert(0, f"start_bias = {bias}")
    return [*lines, "# The same start in the coordinates of training.", *scaled]


def _has_bias(plan: ScriptPlan) -> bool:
    return plan.problem.fit_intercept


def _drawn_weights(plan: ScriptPlan) -> str:
    n = plan.problem.n_features
    factor = f"{NORMAL_DEVIATION!r} * " if plan.config.init == "normal" else ""
    return f"{factor}start_rng.standard_normal({n})"


def _linear_start(plan: ScriptPlan) -> list[str]:
    if plan.joins_bias:
        return _joined_start(plan)
    n, init = plan.problem.n_features, plan.config.init
    bias = "" if _has_bias(plan) else ", bias=False"
    model = f"model = torch.nn.Linear({n}, 1{bias}, dtype={dtype_of(plan)})"
    if init == "torch":
        return [f"torch.manual_seed({plan.config.seed})", model]
    if init == "zeros":
        names = ("weight", "bias") if _has_bias(plan) else ("weight",)
        return [model, *(f"torch.nn.init.zeros_(model.{name})" for name in names)]
    weights = "start_weights" if isinstance(init, Params) else _drawn_weights(plan)
    lines = [model, "with torch.no_grad():", f"    model.weight.copy_(torch.tensor({weights}))"]
    if _has_bias(plan):
        lines.append(f"    model.bias.fill_({_start_bias(plan)})")
    return lines


def _start_bias(plan: ScriptPlan) -> str:
    init = plan.config.init
    if isinstance(init, Params):
        return "start_bias"
    return "start_rng.standard_normal()" if init == "randn" else "0.0"


def _joined_start(plan: ScriptPlan) -> list[str]:
    """Return the model whose last weight is the bias."""
    count, tail = plan.problem.n_features + 1, f"dtype={dtype_of(plan)}"
    model = f"model = torch.nn.Linear({count}, 1, bias=False, {tail})"
    comment = "# The last weight, that of the ones, is the bias."
    if plan.config.init == "zeros":
        return [comment, model, "torch.nn.init.zeros_(model.weight)"]
    before, start = _start_vector(plan)
    copy = ["with torch.no_grad():", f"    model.weight.copy_({start})"]
    return [*before, comment, model, *copy]


def _scratch_start(plan: ScriptPlan) -> list[str]:
    count, tail = plan.problem.n_features + _has_bias(plan), f"dtype={dtype_of(plan)}"
    comment = "# The weights, and last the bias." if _has_bias(plan) else "# The weights."
    if plan.config.init == "zeros":
        return [comment, f"params = torch.zeros({count}, {tail}, requires_grad=True)"]
    before, start = _start_vector(plan)
    return [*before, comment, f"params = {start}.requires_grad_()"]


def _start_vector(plan: ScriptPlan) -> tuple[list[str], str]:
    """Return a tensor of the weights and the bias that the run starts from, and lines before it."""
    n, init, tail = plan.problem.n_features, plan.config.init, f"dtype={dtype_of(plan)}"
    if init == "torch":
        bias = "" if _has_bias(plan) else ", bias=False"
        layer = f"layer = torch.nn.Linear({n}, 1{bias}, {tail})  # for its start alone"
        parts = "torch.cat([layer.weight[0], layer.bias])" if _has_bias(plan) else "layer.weight[0]"
        return [f"torch.manual_seed({plan.config.seed})", layer], f"{parts}.detach()"
    weights = "start_weights" if isinstance(init, Params) else _drawn_weights(plan)
    if not _has_bias(plan):
        return [], f"torch.tensor({weights}, {tail})"
    return [f"start = [*{weights}, {_start_bias(plan)}]"], f"torch.tensor(start, {tail})"
