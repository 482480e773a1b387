"""Zones of the learning rate where theory has no answer: measured, by short runs at many rates."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.solvers import SOLVERS
from linreg_core.theory.facts import OUT_OF_RANGE
from linreg_core.theory.predictions import near_loss
from linreg_core.theory.sweeps import sweep
from linreg_core.theory.zones import TOO_SLOW, LearningRateZones, remembered
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

LADDER: Final = np.array([rung * 10.0**k for k in range(-9, 1) for rung in (1, 2, 5)] + [10.0])
N_BETWEEN: Final = 2
"""Rates that are tried between two others, when a border is looked for more closely."""
N_CLOSER: Final = 3
MOST_SECONDS: Final = 1.0
"""What all runs together may take, roughly: they get fewer epochs where they would take longer."""
_SECONDS_A_RUN: Final = 3e-4
_SECONDS_AN_UPDATE: Final = 1e-6
_SECONDS_A_MINIMIZER: Final = 8e-3
_SECONDS_A_VALUE: Final = 4e-9
_N_RUNS: Final = len(LADDER) + 8 * N_CLOSER * N_BETWEEN
_SHORTER: Final = "Measured on the first {n_epochs} epochs: more of them take too long."


def measured_zones(problem: Problem, config: TrainConfig) -> LearningRateZones | None:
    """Return the zones of the learning rate, by a sweep of compiled runs.

    Rates of 1, 2, 5, 10, ... from 1e-9 to 10, then closer about each border. A single odd run or
    loss moves no border: `limit` is where what diverges and what does not are told apart best, and
    what counts is where a run's losses have settled. Runs are cut short where all of them would
    take more than about a second. None where even one epoch of each would, or where there is no
    rate to set. Of a config with changes the last settings count.
    """
    config = config.at(config.n_epochs)
    n_epochs = affordable_epochs(problem, config)
    if "learning_rate" not in SOLVERS[config.solver].knobs or n_epochs < 1:
        return None
    with np.errstate(all="ignore"):
        wanted = near_loss(problem, config)
    if not math.isfinite(wanted):
        return LearningRateZones(None, None, None, None, "measured", OUT_OF_RANGE)
    return remembered(problem, replace(config, learning_rate=1.0), "measured_zones", _measure)


def affordable_epochs(problem: Problem, config: TrainConfig, n_runs: int = _N_RUNS) -> int:
    """Return how many epochs each of so many runs may have in about a second: at most its own."""
    n_rows, solver = config.rows_per_update(problem.n_train), SOLVERS[config.solver]
    update = _SECONDS_A_MINIMIZER if solver.minimizer else _SECONDS_AN_UPDATE
    update += _SECONDS_A_VALUE * n_rows * problem.n_features * (20 if solver.minimizer else 1)
    epoch = update * config.updates_in_epoch(problem.n_train)
    seconds = MOST_SECONDS / n_runs - _SECONDS_A_RUN
    return min(config.n_epochs, int(seconds / epoch))


def _measure(problem: Problem, config: TrainConfig) -> LearningRateZones:
    config = config.at(config.n_epochs)  # of a run that is changed on its way, what it goes on with
    n_epochs = affordable_epochs(problem, config)
    warmup = min(config.warmup_epochs, n_epochs - 1)
    tried = Tried(problem, replace(config, n_epochs=n_epochs, warmup_epochs=warmup))
    tried.add(LADDER)
    for look in (tried.limit_at, tried.best_at, tried.first_near_at, tried.last_near_at):
        for _ in range(N_CLOSER):
            tried.look_closer(look())
    note = _SHORTER.format(n_epochs=f"{n_epochs:,}") if n_epochs < config.n_epochs else ""
    return _zones_of(tried, note or TOO_SLOW.format(n_epochs=f"{n_epochs:,}"), note)


def _zones_of(tried: Tried, too_slow: str, note: str) -> LearningRateZones:
    rates, at = tried.rates, tried.limit_at()
    limit = None if at == len(rates) else float(np.sqrt(rates[max(at - 1, 0)] * rates[at]))
    if at == 0:
        return LearningRateZones(None, None, None, float(rates[0]), "measured", note)
    best = float(rates[tried.best_at()])
    if not tried.arrives:
        return LearningRateZones(best, best, best, limit, "measured", too_slow)
    slow, last = float(rates[tried.first_near_at()]), tried.last_near_at()
    swings = limit if last + 1 >= at else float(rates[last])
    return LearningRateZones(slow, best, swings, limit, "measured", note)


class Tried:
    """The rates tried so far, in order, and what came of them."""

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        self._problem, self._config = problem, config
        self.rates = np.empty(0)
        self._runs = np.empty((0, 3))  # epochs until near, settled loss, is diverged

    def add(self, rates: FloatArray) -> None:
        """Run at these rates."""
        new = np.setdiff1d(rates, self.rates)
        runs = sweep(
            self._problem, [replace(self._config, learning_rate=float(rate)) for rate in new]
        )
        diverged = runs.status == Status.DIVERGED
        stays = runs.settled_loss <= near_loss(self._problem, self._config)
        soon = np.where(stays, runs.epochs_to_1_percent, np.inf)
        columns = np.column_stack([soon, runs.settled_loss, diverged])
        rates = np.append(self.rates, new)
        order = np.argsort(rates)
        self.rates = rates[order]
        self._runs = np.concatenate([self._runs, columns.astype(np.float64)])[order]

    def look_closer(self, at: int) -> None:
        """Run at a few more rates on both sides of that at place `at`, which is a border."""
        low, high = max(at - 1, 0), min(at + 1, len(self.rates) - 1)
        for first, last in ((low, min(at, high)), (min(at, high), high)):
            if first < last:
                ends = self.rates[first], self.rates[last]
                self.add(np.geomspace(*ends, N_BETWEEN + 2)[1:-1])

    @property
    def arrives(self) -> bool:
        """Whether a run below the limit is near the reference."""
        return bool(self._near().any())

    def limit_at(self) -> int:
        """Return the place of the first rate that diverges; what is on the wrong side is odd."""
        diverged = self._runs[:, 2] > 0
        below = np.append(0, np.cumsum(diverged))
        above = np.append(np.cumsum(~diverged[::-1])[::-1], 0)
        return int(np.argmin(below + above))

    def best_at(self) -> int:
        """Return the place of the rate that is near first, or else settles lowest."""
        below = self._runs[: max(1, self.limit_at())]
        return int(np.lexsort((below[:, 1], below[:, 0]))[0])

    def first_near_at(self) -> int:
        """Return the lowest place from which all up to the best are near."""
        far = np.flatnonzero(~self._near()[: self.best_at()])
        return int(far[-1]) + 1 if len(far) else 0

    def last_near_at(self) -> int:
        """Return the highest place up to which all from the best on are near."""
        best, near = self.best_at(), self._near()
        far = np.flatnonzero(~near[best:])
        return max(best, best + int(far[0]) - 1) if len(far) else len(near) - 1

    def _near(self) -> BoolArray:
        """Return which rates below the limit are near; one that differs from both beside it is odd.

        The best is near if any is.
        """
        near = np.isfinite(self._runs[:, 0])
        near[self.limit_at() :] = False
        smooth = near.copy()
        smooth[1:-1] = near[1:-1] | (near[:-2] & near[2:])
        return np.asarray(smooth)
