"""The largest learning rates at which runs and single rows are stable, before any training.

A step along an eigenvector of the Hessian with eigenvalue L multiplies the error by 1 - rate * L:
it shrinks only while rate < 2 / L. All of it is in the coordinates of training, bias included:
it is the 1 in |x|^2 + 1 and in [X 1], both of which are without it where there is no intercept.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.losses import LOSSES
from linreg_core.schedule import is_tuned_alike
from linreg_core.solvers import SOLVERS
from linreg_core.theory.lanczos import as_matrix, tridiagonal
from linreg_core.theory.spectrum import DENSE_FEATURES, spectrum

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem


MOST_PRODUCTS: Final = 300
_RESIDUAL: Final = 1e-6
"""An eigenvalue is nearer than its residual, most often much nearer: about the square."""


def stable_learning_rate(problem: Problem, config: TrainConfig) -> float | None:
    """Return the largest constant rate below which `config`'s solver converges on `problem`.

    With L the Hessian's largest eigenvalue (weight decay included) and m the momentum:
    sgd 2 / L, momentum 2 (1 + m) / L, nesterov (torch's) 2 (1 + m) / ((1 + 2 m) L).
    None where no closed answer exists: other solvers, losses that are not squared, minibatches;
    and where the curvature is 0 or beyond a float's range. With l1 it is a rate below which sgd
    surely converges (ISTA): weights that are held at 0 may let it do so above. None with momentum.
    Sources: Goh (2017), Why momentum really works; Combettes and Wajs (2005), Signal recovery by
    proximal forward-backward splitting.

    >>> import linreg_core as lc
    >>> problem = lc.Problem.from_dataset(lc.Dataset("two", np.array([[-1.0], [1.0]]), [0.0, 1.0]))
    >>> round(lc.stable_learning_rate(problem, lc.TrainConfig()), 9)
    1.0
    """
    factor, curvature = stability_factor(config), LOSSES[config.loss].curvature
    if factor is None or curvature is None or not config.is_full_batch(problem.n_train):
        return None
    with np.errstate(all="ignore"):
        steepest = curvature * largest_eigenvalue(problem) + config.weight_decay
    rate = factor / steepest if steepest > 0 else math.inf
    return rate if is_tuned_alike(config) and 0 < rate < math.inf else None


def largest_eigenvalue(problem: Problem) -> float:
    """Return the largest eigenvalue of [X 1]'[X 1] / n in training coordinates.

    Of many features by products alone (`spectrum` is dense). It is inf or nan where squares of
    the values are beyond a float's range.
    """
    if problem.n_features <= DENSE_FEATURES:
        found = spectrum(problem)
        return math.inf if found is None else found.largest
    return problem.memo.get("largest_eigenvalue", lambda: _largest_by_products(problem))


def sample_stable_learning_rate(problem: Problem, config: TrainConfig) -> float | None:
    """Return the largest rate at which every single row's own step is stable.

    One row's Hessian has the largest eigenvalue c (|x|^2 + 1), c = 2 for mse and 1 for half_mse
    (times the row's weight over the mean, where there are weights), so that this is
    2 / (c max(|x|^2 + 1)) for sgd. None where it is not defined
    (see `stable_learning_rate`; minibatches are no obstacle here).
    """
    row_curvatures = _row_curvatures(problem, config)
    factor = stability_factor(config)
    if row_curvatures is None or factor is None:
        return None
    largest = float(row_curvatures.max())
    return factor / largest if largest > 0 else None


def rows_overshooting(problem: Problem, config: TrainConfig) -> int:
    """Return how many training rows a step on that row alone takes further from its target.

    For sgd these are the rows where |1 - learning_rate c (|x|^2 + 1)| > 1. It is 0 where
    `sample_stable_learning_rate` is None.
    """
    row_curvatures = _row_curvatures(problem, config)
    factor = stability_factor(config)
    if row_curvatures is None or factor is None:
        return 0
    return int(np.count_nonzero(config.learning_rate * row_curvatures > factor))


def stability_factor(config: TrainConfig) -> float | None:
    """Return learning rate times eigenvalue at the edge of stability, None where there is none.

    Nobody knows one of momentum with proximal steps.
    """
    factor, knobs = SOLVERS[config.solver].stability_factor, config.knobs
    is_unknown = knobs.l1 and "momentum" in SOLVERS[config.solver].knobs and knobs.momentum
    return None if factor is None or is_unknown else factor(knobs)


def _row_curvatures(problem: Problem, config: TrainConfig) -> FloatArray | None:
    curvature = LOSSES[config.loss].curvature
    if curvature is None:
        return None
    squares = problem.memo.get("row_squares", lambda: _row_squares(problem))
    return np.asarray(curvature * squares + config.weight_decay)


def mean_row_square(problem: Problem) -> float:
    """Return the (weighted) mean of |x|^2 + 1 over the training rows, in training coordinates."""
    squares = problem.memo.get("row_squares", lambda: _row_squares(problem))
    with np.errstate(all="ignore"):
        return float(squares.mean())


def _row_squares(problem: Problem) -> FloatArray:
    constant = float(problem.fit_intercept)
    with np.errstate(all="ignore"):
        parts = [np.einsum("ij,ij->i", X, X) + constant for X, _ in problem.scaled_parts()]
        squares = np.concatenate(parts)
        return squares if problem.v_train is None else squares * problem.v_train


def _largest_by_products(problem: Problem) -> float:
    """By the Lanczos method, which needs no Hessian."""
    size = problem.n_features + int(problem.fit_intercept)
    start = np.random.default_rng(0).standard_normal(size)
    with np.errstate(all="ignore"):
        diagonal, beside = tridiagonal(
            problem, start / np.linalg.norm(start), MOST_PRODUCTS, _is_settled
        )
    if not np.isfinite(diagonal).all():
        return math.inf
    return float(np.linalg.eigvalsh(as_matrix(diagonal, beside))[-1])


def _is_settled(diagonal: FloatArray, beside: FloatArray) -> bool:
    """Whether the largest eigenvalue is known: it is off by about the square of its residual."""
    from scipy.linalg import eigh_tridiagonal

    if not np.isfinite(diagonal).all() or not np.isfinite(beside).all():
        return True
    last = len(diagonal) - 1
    (value,), vector = eigh_tridiagonal(
        diagonal, beside[:-1], select="i", select_range=(last, last)
    )
    return bool(beside[-1] * abs(vector[-1, 0]) < _RESIDUAL * value)
