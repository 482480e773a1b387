"""How a model was trained, and how near it came to least squares, in sentences for a text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from dashboard.controls import declared
from dashboard.controls.declared import CONTROLS
from dashboard.live.changes import change_text
from dashboard.live.result import RunResult
from dashboard.numbers import count, number, plain_number
from linreg_core import ENGINES, LOSSES, SOLVERS, Params, Status, TrainConfig
from linreg_core.inference import FitFigures
from table_reader.wording import counted

_STARTS: Final = {
    "zeros": "zeros",
    "normal": "normal values with a standard deviation of 0.01",
    "torch": "values drawn as nn.Linear draws them",
    "randn": "normal values with a standard deviation of 1",
}
_SAMPLINGS: Final = {
    "shuffle": "shuffled in each epoch",
    "sequential": "in the table's order",
    "replacement": "drawn with replacement",
}
_ENDS: Final = {Status.CONVERGED: "converged", Status.DIVERGED: "diverged"}


def training_sentences(
    report: FitFigures, config: TrainConfig, result: RunResult | None, standardize: bool
) -> Iterator[str]:
    """Yield how `report.learned` was trained, how that ended, and on how many digits both agree."""
    solver = SOLVERS[config.solver]
    if not solver.is_iterative:
        yield f"The same model was trained in one step (solver: {solver.label})."
    else:
        settings = ", ".join(_settings(report, config, standardize))
        yield f"The same model was learned by gradient descent: {settings}."
    if result is None:
        yield "That run has not ended yet."
        return
    if solver.is_iterative:
        yield (
            f"The run {_ENDS.get(result.status, 'ended')} after {counted(result.epoch, 'epoch')} "
            f"and {number(result.seconds, 3)} s (engine: {ENGINES[result.engine].label})."
        )
    if result.status is not Status.DIVERGED:
        yield from _agreement(report)


def _settings(report: FitFigures, config: TrainConfig, standardize: bool) -> Iterator[str]:
    solver, problem = SOLVERS[config.solver], report.problem
    yield f"solver {solver.label}"
    yield f"loss {LOSSES[config.loss].label.lower()}"
    for knob in solver.knobs:
        if (value := getattr(config, knob)) or knob not in ("weight_decay", "l1"):
            yield f"{CONTROLS[knob].name_within} {plain_number(value)}"
    yield from _times(config)
    yield counted(config.n_epochs, "epoch")
    yield from _batches(config, problem.n_train)
    yield "standardised columns" if standardize else "columns in their own units"
    given = isinstance(config.init, Params)
    yield f"started from {'given values' if given else _STARTS[str(config.init)]}"
    yield f"precision {config.dtype}"
    yield f"seed {config.seed}"


def _times(config: TrainConfig) -> Iterator[str]:
    """Yield what goes otherwise than at one rate to the last epoch."""
    if config.schedule != declared.SCHEDULE.default:
        yield declared.SCHEDULE.said(config.schedule)
    if config.warmup_epochs:
        yield f"a warm-up of {counted(config.warmup_epochs, 'epoch')}"
    if config.stop_when_converged:
        yield "stopped when converged"
    for epoch, pairs in config.changes:
        yield f"from epoch {count(epoch)} on {', '.join(map(change_text, pairs))}"


def _batches(config: TrainConfig, n_train: int) -> Iterator[str]:
    if config.is_full_batch(n_train):
        yield "full batches"
    else:
        rows = counted(config.rows_per_update(n_train), "row")
        yield f"batches of {rows} {_SAMPLINGS[config.sampling]}"
    yield f"{counted(config.updates_in_epoch(n_train), 'update')} an epoch"


def _agreement(report: FitFigures) -> Iterator[str]:
    digits = [each.digits for each in report.coefficients if each.digits is not None]
    if not digits:
        return
    fewest = math.floor(min(digits))
    which = "Its" if len(digits) == len(report.coefficients) else "Where they are determined, its"
    if fewest:
        agree = f"agree with least squares to at least {counted(fewest, 'digit')}"
        yield f"{which} coefficients {agree}."
    else:
        yield "Some of its coefficients have no digit in common with least squares."
