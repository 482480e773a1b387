"""Diagnoses of what is learned: noise instead of the rule, or outliers instead of the rest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.doctor.opinion import Opinion
from linreg_core.doctor.proposals import base_of, constant, suitable_rate, suited
from linreg_core.doctor.robust import find_pull
from linreg_core.doctor.signs import Signs, settled_loss
from linreg_core.doctor.telling import times, told
from linreg_core.doctor.trials import Attempt, Trial, known_losses
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

_LEAST_TEST_ROWS: Final = 3
_GROWN: Final = 1.1
"""A test loss that is this many times its lowest has grown."""
_APART: Final = 2.0
"""Test and training loss this many times apart, with few rows for each weight, are too far."""
_ROWS_A_WEIGHT: Final = 4
_LEAST_WEIGHTS: Final = 3
_DECAYS: Final = (0.1, 1.0)
_SMOOTHED: Final = 5
_LEAST_EPOCHS: Final = 200


def overfitting(signs: Signs) -> Opinion | None:
    """The test loss grows while the training loss falls, or is far above it."""
    if signs.problem.n_test < _LEAST_TEST_ROWS or not np.isfinite(signs.test_losses).all():
        return None
    test = settled_loss(signs.test_losses)
    epoch = _best_epoch(signs)
    lowest = float(_smooth(signs.test_losses).min())
    if epoch is not None:
        sentence = (
            f"Overfitting: from epoch {epoch:,} on the test loss grows, from {told(lowest)} to "
            f"{told(test)}, while the training loss still falls to {told(signs.settled)}."
        )
    elif _is_far_apart(signs, test):
        sentence = (
            f"Overfitting: the test loss {told(test)} is {_ratio(test, signs.settled)} the "
            f"training loss {told(signs.settled)}. {signs.problem.n_features:,} weights learn from "
            f"{signs.problem.n_train:,} rows, noise included."
        )
    else:
        return None
    ways = (_stopping_at(signs, epoch), _decaying(signs))

    def helps(trial: Trial) -> bool:
        return _test_loss(trial) * _GROWN < test

    def words(trial: Trial) -> str:
        return f"test loss {told(_test_loss(trial))} instead of {told(test)}"

    return Opinion("overfitting", sentence, ways, helps, words)


def pulled_by_outliers(signs: Signs) -> Opinion | None:
    """A few rows far off pull a squared loss's line away from the others."""
    if not LOSSES[signs.config.loss].is_squared:
        return None
    found = find_pull(signs.problem)
    if found is None:
        return None
    rows = "1 row lies" if found.count == 1 else f"{found.count:,} rows lie"
    sentence = (
        f"{rows} far off the others, and squares count these most: they pull the fit by "
        f"{told(found.pull, 2)}, where the others scatter by {told(found.scale, 2)}."
    )
    wanted = 1.02 * found.loss + 1e-9 * float(np.abs(signs.problem.y_train).max())

    def follows_the_rest(trial: Trial) -> bool:
        residuals = trial.run.final.params.predict(signs.problem.X_train) - signs.problem.y_train
        return float(np.abs(residuals).mean()) <= wanted

    def words(trial: Trial) -> str:
        residuals = trial.run.final.params.predict(signs.problem.X_train) - signs.problem.y_train
        here = signs.run.final.params.predict(signs.problem.X_train) - signs.problem.y_train
        typical = [float(np.median(np.abs(each))) for each in (residuals, here)]
        return f"half of the rows within {told(typical[0], 2)} instead of {told(typical[1], 2)}"

    ways = (_absolute(signs, signs.problem), _absolute(signs, signs.standardised))
    return Opinion("outliers", sentence, ways, follows_the_rest, words)


def _absolute(signs: Signs, problem: Problem) -> Iterator[Attempt]:
    """Propose least absolute errors, with steps that fade: its pull does not get weaker."""
    base = constant(_iterative(base_of(signs)))
    base = replace(base, loss="l1", weight_decay=0.0, l1=0.0, batch_size=None)
    base = replace(base, updates_per_epoch=None)
    for n_epochs in (base.n_epochs, max(base.n_epochs, 1000)):
        config = replace(base, n_epochs=n_epochs)
        rate = suitable_rate(problem, config)
        if rate is not None:
            yield problem, replace(config, learning_rate=rate, schedule="cosine")


def _iterative(config: TrainConfig) -> TrainConfig:
    if SOLVERS[config.solver].is_iterative:
        return config
    return replace(config, solver="sgd", n_epochs=max(config.n_epochs, _LEAST_EPOCHS))


def _best_epoch(signs: Signs) -> int | None:
    """Return the epoch of the lowest test loss, None where it has not grown since."""
    test, train = _smooth(signs.test_losses), signs.losses
    best = int(np.argmin(test))
    has_grown = settled_loss(test) > _GROWN * test[best]
    still_falls = train[best] > 1.01 * signs.settled
    is_early = 0 < best < 0.9 * len(test)
    return int(signs.epochs[best]) if has_grown and still_falls and is_early else None


def _smooth(losses: FloatArray) -> FloatArray:
    """Return medians of five neighbours: one dip is no turning point."""
    if len(losses) < _SMOOTHED:
        return losses
    padded = np.pad(losses, _SMOOTHED // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHED)
    return np.asarray(np.median(windows, axis=1))


def _is_far_apart(signs: Signs, test: float) -> bool:
    is_tight = (
        signs.problem.n_features >= _LEAST_WEIGHTS
        and signs.problem.n_train < _ROWS_A_WEIGHT * (signs.problem.n_features + 1)
    )
    return is_tight and test > _APART * signs.settled and test > 1e-6 * signs.losses[0]


def _stopping_at(signs: Signs, epoch: int | None) -> Iterator[Attempt]:
    if epoch is not None:
        yield signs.problem, replace(base_of(signs), n_epochs=max(1, epoch))


def _decaying(signs: Signs) -> Iterator[Attempt]:
    base = constant(base_of(signs))
    if not SOLVERS[base.solver].adds_penalty:
        base = replace(base, solver="sgd", l1=0.0, n_epochs=max(base.n_epochs, _LEAST_EPOCHS))
    for decay in _DECAYS:
        if decay != base.weight_decay:
            yield from itertools.islice(suited(signs.problem, replace(base, weight_decay=decay)), 1)


def _test_loss(trial: Trial) -> float:
    test = trial.run.trajectory.test_loss
    return settled_loss(test[~np.isnan(test)]) if len(known_losses(trial.run)) else np.inf


def _ratio(test: float, train: float) -> str:
    return times(test / train) if train > 0 and test / train < 1e6 else "far above"
