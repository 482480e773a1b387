"""Each solver in two spellings: torch's optimiser, and its rule by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from linreg_core.config import TrainConfig
from linreg_core.solvers import SOLVERS

_TORCH_NAMES: Final = {"learning_rate": "lr"}


@dataclass(frozen=True)
class SolverCode:
    """The name of torch's optimiser, and the rule from scratch.

    `memory` are the lines before the first update and `step` those of one, with `params`, their
    `slope`, and `rate`, `momentum` and `weight_decay` by name. Without `step` there is no short
    rule: both styles take torch's optimiser. `fused` is the same step in calls that round as often
    as torch.optim does, for runs that magnify rounding.
    """

    optimizer: str
    memory: tuple[str, ...] = ()
    step: tuple[str, ...] = ()
    fused: tuple[str, ...] = ()


_ADAM_MEMORY = (
    "mean, mean_square = torch.zeros_like(params), torch.zeros_like(params)",
    "n_updates = 0",
)
_ADAM_STEP = (
    "n_updates += 1",
    "mean = 0.9 * mean + 0.1 * slope",
    "mean_square = 0.999 * mean_square + 0.001 * slope**2",
    "size = (mean_square / (1 - 0.999**n_updates)).sqrt()",
    "params -= rate * mean / (1 - 0.9**n_updates) / (size + 1e-8)",
)
_ADAM_FUSED = (
    "n_updates += 1",
    "mean.lerp_(slope, 0.1)",
    "mean_square.mul_(0.999).addcmul_(slope, slope, value=0.001)",
    "size = mean_square.sqrt() / (1 - 0.999**n_updates) ** 0.5 + 1e-8",
    "params.addcdiv_(mean, size, value=-rate / (1 - 0.9**n_updates))",
)
SOLVER_CODE: Final[Mapping[str, SolverCode]] = MappingProxyType(
    {
        "sgd": SolverCode(
            "SGD", (), ("params -= rate * slope",), ("params.add_(slope, alpha=-rate)",)
        ),
        "momentum": SolverCode(
            "SGD",
            ("velocity = torch.zeros_like(params)",),
            ("velocity = momentum * velocity + slope", "params -= rate * velocity"),
            ("velocity = momentum * velocity + slope", "params.add_(velocity, alpha=-rate)"),
        ),
        "nesterov": SolverCode(
            "SGD",
            ("velocity = torch.zeros_like(params)",),
            (
                "velocity = momentum * velocity + slope",
                "params -= rate * (slope + momentum * velocity)",
            ),
            (
                "velocity = momentum * velocity + slope",
                "params.add_(slope.add(velocity, alpha=momentum), alpha=-rate)",
            ),
        ),
        "adagrad": SolverCode(
            "Adagrad",
            ("squares = torch.zeros_like(params)",),
            ("squares += slope**2", "params -= rate * slope / (squares.sqrt() + 1e-10)"),
            (
                "squares.addcmul_(slope, slope)",
                "params.addcdiv_(slope, squares.sqrt() + 1e-10, value=-rate)",
            ),
        ),
        "rmsprop": SolverCode(
            "RMSprop",
            ("mean_square = torch.zeros_like(params)",),
            (
                "mean_square = 0.99 * mean_square + 0.01 * slope**2",
                "params -= rate * slope / (mean_square.sqrt() + 1e-8)",
            ),
            (
                "mean_square.mul_(0.99).addcmul_(slope, slope, value=0.01)",
                "params.addcdiv_(slope, mean_square.sqrt() + 1e-8, value=-rate)",
            ),
        ),
        "adam": SolverCode("Adam", _ADAM_MEMORY, _ADAM_STEP, _ADAM_FUSED),
        "adamw": SolverCode("AdamW", _ADAM_MEMORY, _ADAM_STEP, _ADAM_FUSED),
        "lbfgs": SolverCode("LBFGS"),
    }
)
"""How each iterative solver is written, by its name."""


def optimizer_call(config: TrainConfig, params: str) -> str:
    """Return the call that makes torch's optimiser; what is 0 there by default is left out."""
    arguments = [params, *(f"{name}={value!r}" for name, value in optimizer_values(config).items())]
    return f"torch.optim.{SOLVER_CODE[config.solver].optimizer}({', '.join(arguments)})"


def optimizer_values(config: TrainConfig) -> dict[str, object]:
    """Return what torch's optimiser is told, under its own names: it knows no proximal steps."""
    values: dict[str, object] = {}
    for knob in SOLVERS[config.solver].knobs:
        value = getattr(config, knob)
        if knob == "l1":
            continue
        if knob == "learning_rate" or value or config.solver == "adamw":
            values[_TORCH_NAMES.get(knob, knob)] = value
    if config.solver == "nesterov" and config.momentum:
        values["nesterov"] = True
    return values


def step_lines(config: TrainConfig, rate: str, is_fused: bool) -> list[str]:
    """Return the lines of one update by hand, at the rate of that name."""
    rests = "momentum" in SOLVERS[config.solver].knobs and not config.momentum
    code = SOLVER_CODE["sgd" if rests else config.solver]  # what was gathered rests
    step = list(code.fused if is_fused else code.step)
    if config.weight_decay and SOLVERS[config.solver].is_decay_apart:
        step.insert(-1, "params *= 1 - rate * weight_decay")
    elif config.weight_decay:
        decayed = (
            "slope.add(params, alpha=weight_decay)" if is_fused else "slope + weight_decay * params"
        )
        step.insert(0, f"slope = {decayed}")
    return [re.sub(r"\brate\b", rate, line) for line in step]


def knob_lines(config: TrainConfig, former: TrainConfig | None) -> list[str]:
    """Return the lines that give a rule by hand its numbers, those that differ from before."""
    lines = []
    for knob in SOLVERS[config.solver].knobs:
        value = getattr(config, knob)
        is_new = former is None or knob not in SOLVERS[former.solver].knobs
        if value != (None if is_new else getattr(former, knob)) and (value or not is_new):
            lines.append(f"{knob} = {value!r}")
    return lines
