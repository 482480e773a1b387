"""The constant learning rate with which any solver is near its goal first."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.solvers import SOLVERS
from linreg_core.theory.courses import is_linear
from linreg_core.theory.measured import LADDER, Tried, affordable_epochs
from linreg_core.theory.zones import learning_rate_zones, remembered

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

_N_BETWEEN: Final = (16, 2)
"""Rates that are tried on either side of the best so far: first more, for it may have rivals."""
_N_RUNS: Final = len(LADDER) + 2 * sum(_N_BETWEEN)
_PATIENCE: Final = 8
"""So many times as long it may take where runs would not get a single epoch."""
_DIGITS: Final = 4


def best_rate(problem: Problem, config: TrainConfig) -> float | None:
    """Return the rate at which `config`'s solver is near its goal after the fewest epochs.

    That is within 1 % of the reference's loss, not by chance (see `Sweep`), and for good; where no
    rate comes there in `n_epochs`, it is the one whose losses settle lowest. Full batches of
    plain descent with a squared loss are told by theory. All else is found by a `sweep` over rates
    of 1, 2, 5, 10, ... from 1e-9 to 10, and closer and closer about the best of them: with the
    config's own start, seed and batches. Runs have fewer epochs where all would take more than
    about a second. To four digits. None where there is no rate to set, where even one epoch of
    each takes too long, or where every run diverges. Of a config with changes the last settings
    count.

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
            return _rounded_down(zones.best)
    most = affordable_epochs(problem, config, _N_RUNS)
    most = most or min(1, affordable_epochs(problem, config, _N_RUNS // _PATIENCE))
    return _by_trial(problem, config, most) if most >= 1 else None


def _by_trial(problem: Problem, config: TrainConfig, n_epochs: int) -> float | None:
    warmup = min(config.warmup_epochs, n_epochs - 1)
    tried = Tried(problem, replace(config, n_epochs=n_epochs, warmup_epochs=warmup))
    tried.add(LADDER)
    for n_between in _N_BETWEEN:
        if tried.limit_at() == 0:
            return None
        tried.add(_beside_the_best(tried, n_between))
    return float(tried.rates[tried.best_at()])


def _beside_the_best(tried: Tried, n_between: int) -> FloatArray:
    """Return rates between the best one and those beside it, of few digits as they are told."""
    at, rates = tried.best_at(), tried.rates
    ends = rates[max(at - 1, 0)], rates[at], rates[min(at + 1, len(rates) - 1)]
    found = [np.geomspace(*pair, n_between + 2)[1:-1] for pair in pairwise(ends)]
    return np.unique([_rounded_down(float(rate)) for rate in np.concatenate(found)])


def _rounded_down(rate: float) -> float:
    """Return a rate of few digits: the best one of a ravine is just below what diverges."""
    power = _DIGITS - 1 - math.floor(math.log10(rate))
    return float(f"{math.floor(rate * 10.0**power + 1e-6)}e{-power}")
