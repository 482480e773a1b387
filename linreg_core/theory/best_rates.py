"""The constant learning rate with which any solver is near its goal first."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.limits import MAX_LEARNING_RATE
from linreg_core.solvers import SOLVERS
from linreg_core.theory.courses import is_linear
from linreg_core.theory.lasting import WINDOW
from linreg_core.theory.measured import LADDER, affordable_epochs
from linreg_core.theory.sweeps import sweep
from linreg_core.theory.zones import learning_rate_zones, remembered
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

_FIRST_EPOCHS: Final = 16
_GROWTH: Final = 4
_N_BETWEEN: Final = (8, 2, 2)
"""Rates that are tried on either side of the best so far: first more, for it may have rivals."""
_N_RUNS: Final = len(LADDER) * _GROWTH // (_GROWTH - 1) + 2 * sum(_N_BETWEEN)
"""How many whole runs the search costs at most: shorter ones before them cost a third."""
_PATIENCE: Final = 8
"""So many times as long it may take where runs would not get a single epoch."""


def best_rate(problem: Problem, config: TrainConfig) -> float | None:
    """Return the rate at which `config`'s solver is near its goal after the fewest epochs.

    That is within 1 % of the reference's loss, and not by chance (see `Sweep`); where no rate comes
    there in `n_epochs`, it is the one whose losses settle lowest. Full batches of plain descent
    with a squared loss are told by theory, to four digits: their losses only fall. All else is
    found by a `sweep` over rates of 1, 2, 5, 10, ... from 1e-9 to 10, and closer and closer about
    the best of them, to three digits: with the config's own start, seed and batches. Runs have
    fewer epochs where all would take more than about a second. None where there is no rate to set,
    where even one epoch of each takes too long, or where every run diverges. Of a config with
    changes the last settings count.

    >>> from linreg_core import Problem, TrainConfig, make_dataset
    >>> line = Problem.from_dataset(make_dataset("line"), standardize=True)
    >>> [best_rate(line, TrainConfig(solver=solver)) for solver in ("sgd", "lbfgs")]
    [0.5, 1.0]
    """
    config = replace(config.at(config.n_epochs), changes=())
    if "learning_rate" not in SOLVERS[config.solver].knobs:
        return None
    return remembered(problem, replace(config, learning_rate=1.0), "best_rate", _find)


def _find(problem: Problem, config: TrainConfig) -> float | None:
    if config.solver == "sgd" and is_linear(config) and config.is_full_batch(problem.n_train):
        zones = learning_rate_zones(problem, config)
        if zones is not None and zones.best is not None:
            # Down: the best rate of a ravine is just below the one from which on runs diverge.
            return min(_rounded(zones.best, 4, math.floor), MAX_LEARNING_RATE)
    most = affordable_epochs(problem, config, _N_RUNS)
    most = most or min(1, affordable_epochs(problem, config, _N_RUNS // _PATIENCE))
    return _by_trial(problem, config, most) if most >= 1 else None


def _by_trial(problem: Problem, config: TrainConfig, most: int) -> float | None:
    """Let all rates run for few epochs, then for more, until one arrives: no other need go on."""
    rates = LADDER[LADDER <= MAX_LEARNING_RATE]
    n_epochs = min(most, max(_FIRST_EPOCHS, 2 * config.warmup_epochs))
    if config.schedule != "constant":  # which is another one in a shorter run
        n_epochs = most
    found = _Found(problem, config, most)
    found.add(rates, n_epochs)
    while not found.arrives and n_epochs < most and len(found.rates):
        rates, n_epochs = found.rates, min(most, _GROWTH * n_epochs)
        found = _Found(problem, config, most)
        found.add(rates, n_epochs)
    if not len(found.rates):
        return None
    if found.arrives and config.schedule == "constant":
        n_epochs = min(n_epochs, int(found.arrivals.min()) + WINDOW)
    for n_between in _N_BETWEEN:
        found.add(found.between(n_between), n_epochs)
    return float(found.rates[found.best])


class _Found:
    """The rates that do not diverge, in order, and what came of them."""

    def __init__(self, problem: Problem, config: TrainConfig, most: int) -> None:
        self._problem, self._config, self._most = problem, config, most
        self.rates = self.arrivals = self._losses = np.empty(0)

    def add(self, rates: FloatArray, n_epochs: int) -> None:
        """Run at these rates for so many epochs."""
        rates = np.setdiff1d(rates, self.rates)
        warmup = min(self._config.warmup_epochs, n_epochs - 1)
        config = replace(self._config, n_epochs=n_epochs, warmup_epochs=warmup)
        runs = sweep(self._problem, [replace(config, learning_rate=float(rate)) for rate in rates])
        arrivals = runs.epochs_to_1_percent.copy()
        if n_epochs < self._most:  # near in its last epochs, it may have passed by
            arrivals[arrivals > n_epochs - (WINDOW - 1)] = np.inf
        sound = runs.status != Status.DIVERGED
        rates = np.append(self.rates, rates[sound])
        order = np.argsort(rates)
        self.rates = rates[order]
        self.arrivals = np.append(self.arrivals, arrivals[sound])[order]
        self._losses = np.append(self._losses, runs.settled_loss[sound])[order]

    @property
    def arrives(self) -> bool:
        """Whether one is near in its epochs."""
        return bool(np.isfinite(self.arrivals).any())

    @property
    def best(self) -> int:
        """The place of the one that is near first; of equals, and without any, the lowest."""
        return int(np.lexsort((self._losses, self.arrivals))[0])

    def between(self, n_between: int) -> FloatArray:
        """Return rates to try, so many on either side of the best."""
        best = self.rates[self.best]
        near = (
            self.rates[max(self.best - 1, 0)],
            self.rates[min(self.best + 1, len(self.rates) - 1)],
        )
        # The next rate above the last may have diverged: there is room up to it all the same.
        high = near[1] if near[1] > best else min(2 * best, MAX_LEARNING_RATE)
        sides = [
            np.geomspace(*ends, n_between + 2)[1:-1] for ends in ((near[0], best), (best, high))
        ]
        return np.unique([_rounded(rate, 3) for rate in np.concatenate(sides)])


def _rounded(value: float, digits: int, to_whole: Callable[[float], int] = round) -> float:
    """Return a positive number with so many significant digits."""
    power = digits - 1 - math.floor(math.log10(value))
    return float(f"{to_whole(value * 10.0**power)}e{-power}")
