"""At which epochs the whole training and test sets are evaluated, and when a run has diverged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import rows_at_once
from linreg_core.limits import DIVERGED_FACTOR
from linreg_core.losses import LOSSES, Loss

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

COST_RATIO = 3
"""A training row costs about three evaluations: forward, backward and the update."""
N_SPARSE_EVALUATIONS = 200


def evaluated_epochs(problem: Problem, config: TrainConfig) -> NDArray[np.bool_]:
    """Return for each epoch 0 ... n_epochs whether the losses are evaluated there.

    The first and the last epoch always are; between them every `evaluate_every` epochs, or,
    where that is None, every epoch while this costs no more than the updates, else about 200
    evenly spaced ones.
    """
    n_epochs = config.n_epochs
    chosen = np.zeros(n_epochs + 1, dtype=np.bool_)
    if config.evaluate_every is not None:
        chosen[:: config.evaluate_every] = True
    elif _evaluation_is_cheap(problem, config) or n_epochs <= N_SPARSE_EVALUATIONS:
        chosen[:] = True
    else:
        chosen[np.linspace(0, n_epochs, N_SPARSE_EVALUATIONS + 1).round().astype(np.int64)] = True
    chosen[[0, -1]] = True
    return chosen


def divergence_bound(problem: Problem, config: TrainConfig, initial_loss: float) -> float:
    """Return the training loss above which a run counts as diverged, in the loss's own units.

    It is 1e6 times the larger of the initial loss and the loss of predicting the mean.
    """
    return DIVERGED_FACTOR * max(initial_loss, mean_loss(problem, config.loss))


def mean_loss(problem: Problem, loss: str) -> float:
    """Return the training loss of predicting the mean, computed once per loss and problem."""
    return problem.memo.get(("mean_loss", loss), lambda: _mean_loss(problem, LOSSES[loss]))


def _mean_loss(problem: Problem, loss: Loss) -> float:
    """Do so a part of the rows at a time: they stay in cache."""
    y, v, total = problem.y_train, problem.v_train, 0.0
    with np.errstate(all="ignore"):
        mean = y.mean() if v is None else (v * y).mean()
        for rows in rows_at_once(len(y), 1):
            part = y[rows]
            value = loss.value(mean - part, None if v is None else v[rows])
            total += value * (len(part) / len(y))
    return total


def _evaluation_is_cheap(problem: Problem, config: TrainConfig) -> bool:
    n_train = problem.n_train
    rows_trained = config.updates_in_epoch(n_train) * config.rows_per_update(n_train)
    return n_train + problem.n_test <= COST_RATIO * rows_trained
