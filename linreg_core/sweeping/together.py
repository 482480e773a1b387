"""Runs of a sweep that one call of the compiled loops trains together, and what they cost."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from linreg_core.arrays import FloatArray
from linreg_core.engines.compiled.many_problems import is_line
from linreg_core.engines.compiled.many_stacks import (
    Kept,
    PlannedRun,
    order_length,
    reads_rows,
    train_stacked,
)
from linreg_core.engines.compiled.many_values import LEFT_RANGE, ManyRules
from linreg_core.engines.compiled.registries import loss_index
from linreg_core.engines.compiled.values import NARROW_FEATURES
from linreg_core.limits import CONVERGED_FACTOR, DIVERGED_FACTOR
from linreg_core.losses import LOSSES
from linreg_core.run_reference import LEAST_SQUARES, reference_name
from linreg_core.solvers import SOLVERS
from linreg_core.sweeping.endings import SETTLED_PART, STATUSES
from linreg_core.theory.lasting import WINDOW
from linreg_core.theory.predictions import LEAST_NEAR, NEAR_PART, target_loss
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.engines.compiled.kernels import Kernels
    from linreg_core.problem import Problem

_MOST_RUN_SECONDS: Final = 0.004
"""A run that takes longer is stopped now and then, which only the engine can."""
_MOST_CALL_SECONDS: Final = 0.02
_MOST_ROWS: Final = 65_536
_MOST_ORDER: Final = 1_000_000
"""Row numbers that are drawn ahead for one run."""
_MOST_ORDERS: Final = 4_000_000
"""And for all runs of a call that do not share them, 32 MB."""
_SECONDS_A_RUN: Final = 2e-5
_SECONDS_AN_UPDATE: Final = 3e-8
_SECONDS_A_VALUE: Final = 1e-9
_SLOWEST: Final = 20.0

SWEEP_RULES: Final = ManyRules(
    diverged_factor=DIVERGED_FACTOR,
    converged_factor=CONVERGED_FACTOR,
    near_part=NEAR_PART,
    least_near=LEAST_NEAR,
    window=WINDOW,
    settled_part=SETTLED_PART,
    diverged=STATUSES.index(Status.DIVERGED),
    converged=STATUSES.index(Status.CONVERGED),
    finished=STATUSES.index(Status.FINISHED),
    mse=loss_index("mse"),
)

_Runs = Sequence[tuple["Problem", "TrainConfig"]]


class Together:
    """Trains short runs many at a time, and learns on the way how many fit into a while.

    Not those of a solver that evaluates the loss itself (L-BFGS), of the closed form, in float32,
    with changes on the way, on more than 16 features, or that take more than some milliseconds.
    """

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels
        self._kept = Kept()
        self._unsound: set[int] = set()
        self._slowness = 1.0

    def train(self, runs: _Runs, first: int, seconds: float) -> FloatArray | None:
        """Return how the runs from `first` on ended, (k, 4), as many as `seconds` are enough for.

        None where the first of them is one for the engine itself. See `train_many`.
        """
        planned = self._planned(runs, first, min(seconds, _MOST_CALL_SECONDS))
        if not planned:
            return None
        began, cost = time.perf_counter(), sum(self._seconds(*run[:2]) for run in planned)
        endings = train_stacked(self._kernels, planned, SWEEP_RULES, self._kept)
        took = (time.perf_counter() - began) / cost
        self._slowness = min(max((self._slowness + took) / 2, 1 / _SLOWEST), _SLOWEST)
        for k in range(len(planned)):
            if endings[k, 3] == LEFT_RANGE:
                self._unsound.add(id(planned[k].problem))
                return endings[:k] if k else None
        return endings

    def _planned(self, runs: _Runs, first: int, seconds: float) -> list[PlannedRun]:
        planned: list[PlannedRun] = []
        width, n_places = runs[first][0].n_features, 0
        drawn: set[tuple[int, int, str]] = set()
        for problem, config in runs[first:]:
            seconds -= self._slowness * self._seconds(problem, config)
            key = (config.seed, order_length(problem, config), config.sampling)
            n_places += 0 if key in drawn else key[1]
            drawn.add(key)
            is_full = bool(planned) and (seconds < 0 or n_places > _MOST_ORDERS)
            if is_full or problem.n_features != width or not self._covers(problem, config):
                break
            planned.append(PlannedRun(problem, config, _target(problem, config)))
        return planned

    def _covers(self, problem: Problem, config: TrainConfig) -> bool:
        is_plain = SOLVERS[config.solver].update is not None and not config.changes
        if not is_plain or config.dtype != "float64" or problem.n_features > NARROW_FEATURES:
            return False
        if id(problem) in self._unsound or order_length(problem, config) > _MOST_ORDER:
            return False
        if self._seconds(problem, config) > _MOST_RUN_SECONDS:
            return False
        is_large = problem.n_train > _MOST_ROWS
        return not is_large or not reads_rows(self._kernels, problem, config)

    def _seconds(self, problem: Problem, config: TrainConfig) -> float:
        """Return what a run takes, roughly."""
        n_train, width = problem.n_train, problem.n_features
        n_rows = config.rows_per_update(n_train)
        if config.is_full_batch(n_train) and LOSSES[config.loss].is_squared:
            n_rows = width
        n_updates = config.n_epochs * config.updates_in_epoch(n_train)
        return _SECONDS_A_RUN + n_updates * (_SECONDS_AN_UPDATE + _SECONDS_A_VALUE * n_rows * width)


def _target(problem: Problem, config: TrainConfig) -> float:
    """Return the loss of what a run is compared with, nan where the loops find it out."""
    if is_line(problem) and reference_name(config) == LEAST_SQUARES:
        return math.nan
    return target_loss(problem, config)
