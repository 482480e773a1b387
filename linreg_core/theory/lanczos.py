"""The curvature of many features in a few numbers, without forming the Hessian."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.init import initial_params
from linreg_core.losses import LOSSES
from linreg_core.pauses import pause
from linreg_core.theory.courses import Course, reference_loss

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

N_PRODUCTS: Final = 16
_LEAST: Final = 1e-10


def lanczos_course(problem: Problem, config: TrainConfig) -> Course | None:
    """Return a course of at most 16 directions that goes as the whole one, nearly.

    They are the nodes of Gauss quadrature that the start's gradient g has on the Hessian H:
    sums over them are g' f(H) g, exact for polynomials f up to degree 31. None where nothing is
    to be learned, or squares are out of range.
    Source: Golub and Meurant (2010), Matrices, moments and quadrature with applications.
    """
    found = _nodes(problem, config)
    if found is None:
        return None
    values, off = found
    curvature, decay = LOSSES[config.loss].curvature or 0.0, config.weight_decay
    off = problem.y_scale * np.sqrt(curvature / 2) * off
    h = curvature * values + decay
    end = off * decay / h  # as from zeros, where all that is off is the target itself
    return Course(h, off - end, end, reference_loss(problem, config))


def _nodes(problem: Problem, config: TrainConfig) -> tuple[FloatArray, FloatArray] | None:
    """Return eigenvalues (k,), largest first, and the root mean square residual along each."""
    with np.errstate(all="ignore"):
        gradient = _start_gradient(problem, config)
        size = float(np.linalg.norm(gradient))
        if not 0 < size < np.inf:
            return None
        diagonal, beside = tridiagonal(problem, gradient / size, N_PRODUCTS)
    if not np.isfinite(diagonal).all():
        return None
    values, vectors = np.linalg.eigh(as_matrix(diagonal, beside))
    kept = values > _LEAST * values[-1]
    values, weights = values[kept][::-1], np.abs(vectors[0])[kept][::-1]
    return values, size * weights / np.sqrt(values)


def _start_gradient(problem: Problem, config: TrainConfig) -> FloatArray:
    weights, bias = initial_params(problem, config)
    total = np.zeros(problem.n_features + int(problem.fit_intercept))
    for X, y, v in problem.weighted_parts():
        A_times = X @ weights + bias - y
        total += _transposed_times(problem, X, A_times if v is None else v * A_times)
    return total / problem.n_train


def _hessian_times(problem: Problem, vector: FloatArray) -> FloatArray:
    total = np.zeros_like(vector)
    for X, _, v in problem.weighted_parts():
        bias = vector[-1] if problem.fit_intercept else 0.0
        A_times = X @ vector[: problem.n_features] + bias
        total += _transposed_times(problem, X, A_times if v is None else v * A_times)
    return total / problem.n_train


def _transposed_times(problem: Problem, X: FloatArray, values: FloatArray) -> FloatArray:
    product = values @ X
    return np.append(product, values.sum()) if problem.fit_intercept else product


def tridiagonal(
    problem: Problem,
    first: FloatArray,
    most: int,
    is_enough: Callable[[FloatArray, FloatArray], bool] = lambda diagonal, beside: False,
) -> tuple[FloatArray, FloatArray]:
    """Return [X 1]'[X 1] / n in the basis of its powers on `first`: diagonal and beside it.

    After `most` products, or where what is known of (diagonal, beside) `is_enough`; `beside` is
    then one shorter than the diagonal.
    Source: Golub and Van Loan (2013), Matrix computations, 10.1.
    """
    basis, diagonal, beside = [first], [], []
    for _ in range(min(most, len(first))):
        product = _hessian_times(problem, basis[-1])
        diagonal.append(float(product @ basis[-1]))
        known = np.array(basis)
        for _ in range(2):  # once is not enough: rounding brings the known directions back
            product = product - known.T @ (known @ product)
        size = float(np.linalg.norm(product))
        if not size > _LEAST * max(diagonal):
            break
        beside.append(size)
        if is_enough(np.array(diagonal), np.array(beside)):
            break
        basis.append(product / size)
        pause()
    return np.array(diagonal), np.array(beside[: len(diagonal) - 1])


def as_matrix(diagonal: FloatArray, beside: FloatArray) -> FloatArray:
    """Return the symmetric tridiagonal matrix."""
    return np.asarray(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
