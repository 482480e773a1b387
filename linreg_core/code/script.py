"""A run as a script of plain PyTorch: its parts, and the whole of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linreg_core.checks import choice, whole_number
from linreg_core.code.closed_form_code import closed_loss_lines, solving_lines
from linreg_core.code.data_code import DataCode, data_code
from linreg_core.code.model_code import generator_lines, loss_functions, loss_lines, start_lines
from linreg_core.code.plan import LINEAR, SCRATCH, ScriptPlan
from linreg_core.code.preparing import coordinate_lines, split_lines
from linreg_core.code.result_code import print_lines, result_lines
from linreg_core.code.training_code import dealing_function, factor_function, training_lines
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS
from linreg_core.training import train_blocks
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

SCRIPT_STYLES: Final = (LINEAR, SCRATCH)
"""nn.Linear with torch.optim, or autograd and the solver's rule by hand."""


@dataclass(frozen=True)
class ScriptSection:
    """A part of a script under its heading: `code` stands by itself, after those before it."""

    heading: str
    code: str


def pytorch_script(
    problem: Problem,
    config: TrainConfig,
    style: str = LINEAR,
    *,
    data: DataCode | None = None,
    last_epoch: int | None = None,
) -> str:
    """Return a run as a script of plain PyTorch: the same data, start, batches and updates.

    It leaves `weights` (n_features,), `bias` and `train_loss` (with a split also `test_loss`) in
    the units of the data, and prints them. `style` is "linear" (nn.Linear and torch.optim) or
    "scratch" (autograd, and the update by hand). `data` is where the script has its data from;
    None chooses (see `data_code`). `last_epoch` is the run's last one, where it ended before its
    time because it diverged or converged; None trains it to find out.

    Raises ConfigError when `style` is another one or `config` does not fit `problem`.

    >>> from linreg_core import Problem, TrainConfig, make_dataset
    >>> problem = Problem.from_dataset(make_dataset("line", n_samples=20))
    >>> script = pytorch_script(problem, TrainConfig(n_epochs=5))
    >>> "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)" in script
    True
    """
    sections = script_sections(problem, config, style, data=data, last_epoch=last_epoch)
    title, *parts = sections
    text = f'"""{title.heading}"""\n\n{title.code}'
    for part in parts:
        is_function = part.code.startswith("def ")
        gap = "\n\n\n" if is_function or text.endswith("\0") else "\n\n"
        text = text.removesuffix("\0") + f"{gap}# {part.heading}\n{part.code}"
        text += "\0" if is_function else ""
    return text + "\n"


def script_sections(
    problem: Problem,
    config: TrainConfig,
    style: str = LINEAR,
    *,
    data: DataCode | None = None,
    last_epoch: int | None = None,
) -> tuple[ScriptSection, ...]:
    """Return what `pytorch_script` puts together: first the title and imports."""
    style = choice("style", style, SCRIPT_STYLES)
    config.check_fits(problem)
    data = data or data_code(problem.dataset)
    plan = _plan(problem, config, style, last_epoch)
    sections = _closed_form(plan) if plan.is_closed_form else _iterative(plan)
    data_section = (f"The data: {data.about}.", [*data.lines, *split_lines(problem)])
    every = (*_functions(plan), data_section, *sections)
    parts = [(heading, _tidy(lines)) for heading, lines in every if lines]
    imports = _imports("\n".join(code for _, code in parts), data)
    return (
        ScriptSection(_title(plan), imports),
        *(ScriptSection(heading, code) for heading, code in parts),
    )


def magnifies_rounding(problem: Problem, config: TrainConfig) -> bool:
    """Return whether runs of these settings may end at other digits in another engine.

    It tells by the settings: most such runs agree all the same.
    """
    plan = ScriptPlan(problem, config, LINEAR, config.n_epochs)
    return not plan.is_closed_form and plan.magnifies_rounding


def _functions(plan: ScriptPlan) -> list[tuple[str, list[str]]]:
    if plan.is_closed_form:
        return []
    return [
        ("The loss.", loss_functions(plan)),
        ("The schedule of the learning rate.", factor_function(plan)),
        ("Batches that flow on from epoch to epoch.", dealing_function(plan)),
    ]


def _iterative(plan: ScriptPlan) -> list[tuple[str, list[str]]]:
    return [
        (_coordinates_heading(plan), coordinate_lines(plan)),
        (
            "The model, and where it starts.",
            [*generator_lines(plan), *start_lines(plan), *loss_lines(plan)],
        ),
        (_training_heading(plan), training_lines(plan)),
        ("What it has learned.", [*result_lines(plan), *print_lines(plan)]),
    ]


def _coordinates_heading(plan: ScriptPlan) -> str:
    if plan.joins_bias:
        return "What the model sees: rows of X end in a 1, which the bias multiplies."
    return "What the model sees."


def _closed_form(plan: ScriptPlan) -> list[tuple[str, list[str]]]:
    return [
        ("Least squares.", solving_lines(plan)),
        ("How well it fits.", [*closed_loss_lines(plan), *print_lines(plan)]),
    ]


def _plan(problem: Problem, config: TrainConfig, style: str, last_epoch: int | None) -> ScriptPlan:
    n_epochs = config.n_epochs
    if not SOLVERS[config.solver].is_iterative:
        return ScriptPlan(problem, config, style, n_epochs)
    if last_epoch is not None:
        last_epoch = whole_number("last_epoch", last_epoch, minimum=1, maximum=n_epochs)
        # A run that ends early and may not stop when it has converged has diverged.
        status = Status.CONVERGED if config.stop_when_converged else Status.DIVERGED
        return ScriptPlan(problem, config, style, last_epoch, status)
    status = Status.RUNNING
    for block in train_blocks(problem, config, max_seconds=math.inf):
        status = block.status
        last_epoch = int(block.epoch[-1]) if len(block.epoch) else last_epoch
    assert last_epoch is not None
    return ScriptPlan(problem, config, style, max(1, last_epoch), status)


def _title(plan: ScriptPlan) -> str:
    config = plan.config
    how = SOLVERS[config.solver].label
    label = LOSSES[config.loss].label
    what = label if config.loss == "huber" else label.lower()
    if plan.is_closed_form:
        return f"Linear regression in closed form: the least {what}."
    epochs = "1 epoch" if config.n_epochs == 1 else f"{config.n_epochs:,} epochs"
    return f"Linear regression in PyTorch: {how} on the {what}, {epochs}."


def _training_heading(plan: ScriptPlan) -> str:
    if not plan.has_batches:
        return "Training: every update sees all rows."
    size = plan.segments[0].config.batch_size or 0
    rows = "row" if size == 1 else "rows"
    order = {
        "shuffle": "shuffled anew at each pass",
        "sequential": "in the order of the data",
        "replacement": "drawn with replacement",
    }[plan.config.sampling]
    return f"Training: updates see {size:,} {rows}, {order}."


def _imports(code: str, data: DataCode) -> str:
    """Return the imports that the code uses, in the order of a linter."""
    lines = ["import math", ""] if "math." in code else []
    lines += ["import numpy as np"] if "np." in code else []
    lines += ["import pandas as pd"] if data.needs_pandas else []
    lines += ["import torch"]
    lines += ["from torch.optim import lr_scheduler"] if "lr_scheduler." in code else []
    return "\n".join(lines)


def _tidy(lines: list[str]) -> str:
    """Return lines as text, without empty ones at its ends."""
    return "\n".join(lines).strip("\n")
