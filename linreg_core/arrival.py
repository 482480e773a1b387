"""Has gradient descent arrived at the least-squares solution, and what would bring it there?

With s the residual standard error and X d the difference of two predictions over the training
rows, |X d| / s is the most by which any coefficient (or combination of them) differs, counted in
its own standard errors: one figure that needs no covariance. All other words on arriving follow
from it. Source: Scheffe (1959), The analysis of variance, 3.5.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.config import TrainConfig
from linreg_core.init import initial_params
from linreg_core.limits import MAX_UPDATES
from linreg_core.losses import LOSSES
from linreg_core.numerics.reference import reference_fit
from linreg_core.problem import Problem
from linreg_core.solvers import SOLVERS
from linreg_core.theory import DENSE_FEATURES, stability_factor
from linreg_core.types import Dataset, Params

NEAR: Final = 0.1
"""A run has arrived when no coefficient is further off than this part of its standard error."""
LEAST_PART: Final = 1e-6
"""Nor need it come nearer than this part of the target's spread: an exact fit has no errors."""
MOST_EPOCHS: Final = 200_000
MOST_WORK: Final = 5e9
"""Multiplications of a run that is proposed: some seconds."""
SAFETY: Final = 0.5
"""A way leads this much nearer than it must: it is computed, and not yet run."""
STABLE_PART: Final = 0.9
RUNGS: Final = (1, 2, 5)
LINEAR_LAYER_NORM: Final = math.sqrt(2.0)
"""No start that torch's nn.Linear draws is longer."""


@dataclass(frozen=True)
class Way:
    """A run that arrives: in which coordinates, and with which hyperparameters."""

    standardize: bool
    config: TrainConfig


def aims_at_least_squares(config: TrainConfig) -> bool:
    """Return whether least squares is the minimum of what a run minimises."""
    config = config.at(config.n_epochs)
    decay = config.weight_decay if "weight_decay" in SOLVERS[config.solver].knobs else 0.0
    return LOSSES[config.loss].is_squared and not decay and not config.knobs.l1


def has_arrived(problem: Problem, learned: Params) -> bool:
    """Return whether `learned` is the least-squares fit, as far as the data can tell.

    >>> import linreg_core as lc
    >>> problem = lc.Problem.from_dataset(lc.make_dataset("condos"), standardize=True)
    >>> has_arrived(problem, lc.reference_fit(problem)), has_arrived(problem, Params([900.0], 0.0))
    (True, False)
    """
    return root_mean_square_gap(problem, learned) <= tolerance(problem)


def root_mean_square_gap(problem: Problem, learned: Params) -> float:
    """Return the (weighted) root mean square of learned minus least-squares predictions."""
    reference = reference_fit(problem)
    with np.errstate(all="ignore"):
        gap = problem.X_train @ (learned.weights - reference.weights)
        gap += learned.bias - reference.bias
        squares = np.square(gap)
        v = problem.v_train
        size = math.sqrt(float(np.mean(squares if v is None else v * squares)))
    return size if math.isfinite(size) else math.inf


def tolerance(problem: Problem) -> float:
    """Return the root mean square gap, in units of y, up to which a run has arrived."""
    return problem.memo.get("tolerance", lambda: _tolerance(problem))


def _tolerance(problem: Problem) -> float:
    with np.errstate(all="ignore"):
        residuals = reference_fit(problem).predict(problem.X_train) - problem.y_train
        freedom = max(1, problem.n_train - problem.n_features - int(problem.fit_intercept))
        v = problem.v_train
        squares = float(residuals @ (residuals if v is None else v * residuals))
        error = math.sqrt(squares / freedom)
        spread = float(problem.y_train.std())
    return max(NEAR * error / math.sqrt(problem.n_train), LEAST_PART * spread)


def way_to_arrive(problem: Problem, config: TrainConfig) -> Way:
    """Return the run nearest to `config` that arrives where that one has not.

    In this order: more epochs; a learning rate that suits; standardised columns; momentum; and
    the closed form, which always arrives. Which of them does is computed from the curvature,
    without training. For what aims at least squares (`aims_at_least_squares`). It goes at one rate:
    schedules and changes on the way are left out.
    """
    config = replace(config.at(config.n_epochs), schedule="constant", warmup_epochs=0)
    if problem.n_features <= DENSE_FEATURES:
        for each, candidate in _candidates(problem, config):
            n_epochs = _epochs_needed(each, candidate, config.n_epochs)
            if n_epochs is not None:
                return Way(each.problem.standardize, replace(candidate, n_epochs=n_epochs))
    return Way(problem.standardize, replace(config, solver="closed_form"))


@dataclass(frozen=True, eq=False)
class _Curvature:
    """A problem's eigenvalues (k,) of [X 1]'[X 1] / n in training coordinates, and vectors."""

    problem: Problem
    values: FloatArray
    vectors: FloatArray

    @classmethod
    def of(cls, problem: Problem) -> _Curvature:
        size = problem.n_features + int(problem.fit_intercept)
        moments = np.zeros((size, size))
        for X, _, v in problem.weighted_parts():
            A = np.column_stack([X, np.ones((len(X), int(problem.fit_intercept)))])
            moments += A.T @ (A if v is None else A * v[:, np.newaxis])
        values, vectors = np.linalg.eigh(moments / problem.n_train)
        return cls(problem, np.maximum(values, 0.0), vectors)

    def start(self, config: TrainConfig) -> FloatArray:
        """Return by how much a run is off at its start, along each eigenvector."""
        wanted = self._along(*self.problem.to_training(reference_fit(self.problem)))
        if config.init == "torch":  # drawing it would import torch: the worst that it can draw
            return np.asarray(np.abs(wanted) + LINEAR_LAYER_NORM)
        return self._along(*initial_params(self.problem, config)) - wanted

    def _along(self, weights: FloatArray, bias: float) -> FloatArray:
        ones = np.full(int(self.problem.fit_intercept), bias)
        return np.asarray(self.vectors.T @ np.concatenate([weights, ones]))


def _candidates(problem: Problem, config: TrainConfig) -> Iterator[tuple[_Curvature, TrainConfig]]:
    # A penalty that this solver has no use for would be used by another.
    full = replace(config, batch_size=None, updates_per_epoch=None, dtype="float64")
    full = replace(full, weight_decay=0.0, l1=0.0)
    here = _Curvature.of(problem)
    if stability_factor(config) is not None:
        if config.is_full_batch(problem.n_train):
            yield here, replace(config, dtype="float64")
        yield here, _with_suitable_rate(here, full)
    plain = full if stability_factor(config) is not None else replace(full, solver="sgd")
    there = here if problem.standardize else _Curvature.of(_standardised(problem))
    yield there, _with_suitable_rate(there, plain)
    yield there, _with_suitable_rate(there, replace(full, solver="momentum", momentum=0.9))


def _standardised(problem: Problem) -> Problem:
    train = Dataset("training rows", problem.X_train, problem.y_train, weights=problem.w_train)
    return Problem.from_dataset(train, standardize=True, fit_intercept=problem.fit_intercept)


def _with_suitable_rate(curvature: _Curvature, config: TrainConfig) -> TrainConfig:
    """Return `config` with the largest round learning rate that is safely stable."""
    factor, row = stability_factor(config), LOSSES[config.loss].curvature
    largest = float(curvature.values[-1])
    if factor is None or row is None or not largest > 0:
        return config
    most = STABLE_PART * factor / (row * largest)
    power = 10.0 ** math.floor(math.log10(most))
    rate = max(rung * power for rung in RUNGS if rung == 1 or rung * power <= most)
    return replace(config, learning_rate=float(f"{rate:.3g}"))


def _epochs_needed(curvature: _Curvature, config: TrainConfig, least: int) -> int | None:
    """Return the first round number of epochs, `least` or more, after which a run has arrived."""
    problem = curvature.problem
    start, wanted = curvature.start(config), SAFETY * tolerance(problem)
    step = _one_update(curvature, config)
    updates = config.updates_in_epoch(problem.n_train)
    work = min(problem.n_train, problem.n_features + 1) * (problem.n_features + 1)
    most = min(MOST_EPOCHS, MOST_WORK / work / updates, MAX_UPDATES / updates)
    for n_epochs in itertools.chain([least], _rungs_above(least)):
        if n_epochs > most:
            return None
        with np.errstate(all="ignore"):
            left = np.linalg.matrix_power(step, n_epochs * updates)[:, 0, 0] * start
            gap = problem.y_scale * math.sqrt(float(curvature.values @ np.square(left)))
        if gap <= wanted:
            return n_epochs
    return None


def _one_update(curvature: _Curvature, config: TrainConfig) -> FloatArray:
    """Return what an update makes of (error, memory) along each eigenvector, (k, 2, 2).

    A rule that has an edge of stability is linear: its matrix is what it makes of (1, 0) and of
    (0, 1), where the gradient is the second derivative times the error.
    """
    solver = SOLVERS[config.solver]
    assert solver.update is not None and solver.memory_rows <= 1
    slope = (LOSSES[config.loss].curvature or 0.0) * curvature.values
    columns = []
    for error, kept in ((1.0, 0.0), (0.0, 1.0)):
        params, memory = np.full(len(slope), error), np.full((1, len(slope)), kept)
        solver.update(params, slope * error, memory, 1, config.knobs)
        columns.append([params, memory[0]])
    return np.array(columns).T


def _rungs_above(least: int) -> Iterator[int]:
    power = 1
    while True:
        yield from (rung * power for rung in RUNGS if rung * power > least)
        power *= 10
