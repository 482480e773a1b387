"""How a run was set up and how it ended, in words."""

from __future__ import annotations

from typing import Protocol

from dashboard.controls import declared
from dashboard.controls.declared import CONTROLS
from dashboard.live.changes import change_text
from dashboard.live.result import RunResult
from dashboard.numbers import count, number
from linreg_core import ENGINES, LOSSES, SOLVERS, Params, TrainConfig


class Trained(Protocol):
    """What of a problem, or of a page's settings, another run needs to know."""

    @property
    def standardize(self) -> bool:
        """Whether features are standardised for training."""

    @property
    def n_train(self) -> int:
        """How many rows train."""


def how_it_was_trained(
    problem: Trained, config: TrainConfig, result: RunResult | None = None
) -> list[tuple[str, str]]:
    """Return labels and values: all that another run needs to come to the same end."""
    solver = SOLVERS[config.solver]
    rows = [
        ("Solver", solver.label),
        ("Loss", LOSSES[config.loss].label),
        ("Standardise", "yes" if problem.standardize else "no"),
        *((CONTROLS[knob].label, f"{getattr(config, knob):g}") for knob in solver.knobs),
    ]
    if solver.is_iterative:
        rows += _batches(problem, config)
        engine = result.engine if result else config.engine  # the one that ran may be another
        rows += [("Engine", ENGINES[engine].label), ("Seed", str(config.seed))]
    return rows + _end(result)


def _batches(problem: Trained, config: TrainConfig) -> list[tuple[str, str]]:
    is_full = config.is_full_batch(problem.n_train)
    rows = [
        *_times(config),
        ("Epochs", count(config.n_epochs)),
        ("Batch size", "full" if is_full else count(config.rows_per_update(problem.n_train))),
        ("Updates in an epoch", count(config.updates_in_epoch(problem.n_train))),
    ]
    if not is_full:
        rows.append(("Sampling", config.sampling))
    init = "given values" if isinstance(config.init, Params) else config.init
    return [
        *rows,
        ("Start", init),
        ("Precision", config.dtype),
    ]


def _times(config: TrainConfig) -> list[tuple[str, str]]:
    """Return what is set to go otherwise than at one rate to the last epoch."""
    rows = []
    if config.schedule != declared.SCHEDULE.default:
        rows.append(("Schedule", declared.SCHEDULE.options[config.schedule]))
    if config.warmup_epochs:
        rows.append(("Warm-up", f"{count(config.warmup_epochs)} epochs"))
    if config.stop_when_converged:
        rows.append(("Stop when converged", "yes"))
    for epoch, pairs in config.changes:
        rows.append((f"From epoch {count(epoch)} on", ", ".join(map(change_text, pairs))))
    return rows


def _end(result: RunResult | None) -> list[tuple[str, str]]:
    if result is None:
        return [("End", "not reached yet")]
    after = f"after {count(result.epoch)} epochs and {number(result.seconds, 3)} s"
    return [("End", f"{result.status.value} {after}")]
