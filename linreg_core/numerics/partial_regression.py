"""What each feature adds to the others: the residuals that partial-regression pictures show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linreg_core import Params, Problem
from linreg_core.arrays import FloatArray, column_deviations
from linreg_core.numerics.reference import least_squares

_CHUNK_ROWS = 8_192
_PART = 1e-7  # of a null vector of length 1: less of a feature in it is rounding


@dataclass(frozen=True, eq=False)
class PartialRegression:
    """Takes out of each feature what the others (and the constant) say of it.

    With Z the training rows' features minus `center`, over `scale`, `half` (n_features, rank) is
    a square root of C, the pseudo-inverse of Z'Z. `follows` are the features that others
    determine, `constant` those that have one value only; neither has a residual.
    """

    center: FloatArray
    scale: FloatArray
    half: FloatArray
    follows: tuple[int, ...]
    constant: tuple[int, ...]

    def residuals(self, X: FloatArray) -> FloatArray:
        """Return the residual of each feature on the others, in its own units, (n, n_features).

        In columns of unit scale it is Z C[:, j] / C[j, j]: the one direction among the features
        that is orthogonal to all the others. Source: Belsley, Kuh and Welsch (1980), Regression
        diagnostics, section 2.1.
        """
        without = [*self.follows, *self.constant]
        sizes = np.sum(self.half**2, axis=1)
        sizes[without] = 1.0
        with np.errstate(all="ignore"):
            residuals = ((X - self.center) / self.scale) @ self.half @ self.half.T
            residuals *= self.scale / sizes
        residuals[:, without] = 0.0
        return np.asarray(residuals)


def partial_regression(problem: Problem) -> PartialRegression:
    """Return the partial regression of a problem's training rows, computed once per problem."""
    return problem.memo.get("partial_regression", lambda: _decompose(problem))


def root_mean_square_gap(problem: Problem, one: Params, other: Params) -> float:
    """Return the root mean square of the difference of two predictions over the training rows.

    In Z = (X - m) / u = QR, with m the means, it is that of m @ d + b and of R @ (u * d), d the
    difference of the weights and b that of the biases: no row is looked at again.
    """
    center, unit, triangle = triangle_of(problem)
    with np.errstate(all="ignore"):
        weights = one.weights - other.weights
        at_center = center @ weights + one.bias - other.bias
        around = np.sum((triangle @ (unit * weights)) ** 2) / problem.n_train
        return float(np.sqrt(at_center**2 + around))


def column_scales(X: FloatArray) -> FloatArray:
    """Return every column's population standard deviation, 1 for a constant one, in one pass.

    >>> column_scales(np.array([[1.0, 5.0], [5.0, 5.0]]))
    array([2., 1.])
    """
    total, squares = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    with np.errstate(all="ignore"):
        for start in range(0, len(X), _CHUNK_ROWS):
            part = X[start : start + _CHUNK_ROWS] - X[0]
            total += part.sum(axis=0)
            squares += np.einsum("ij,ij->j", part, part)
        variances = squares / len(X) - (total / len(X)) ** 2
    if not np.isfinite(variances).all():  # squares of the largest floats: slowly, then
        return column_deviations(X)
    return np.where(variances > 0, np.sqrt(np.maximum(variances, 0)), 1.0)


def _decompose(problem: Problem) -> PartialRegression:
    center, unit, triangle = triangle_of(problem)
    norms = np.linalg.norm(triangle, axis=0)
    is_constant = norms == 0
    _, sizes, directions = np.linalg.svd(triangle / np.where(is_constant, 1.0, norms))
    rank = min(least_squares(problem).rank, int(np.count_nonzero(sizes)))
    is_in_null_space = (np.abs(directions[rank:]) > _PART).any(axis=0)
    return PartialRegression(
        center,
        np.where(is_constant, 1.0, norms * unit),
        directions[:rank].T / sizes[:rank],
        tuple(np.flatnonzero(is_in_null_space & ~is_constant).tolist()),
        tuple(np.flatnonzero(is_constant).tolist()),
    )


def triangle_of(problem: Problem) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return `_triangle` of the training rows' features, computed once per problem."""
    return problem.memo.get("triangle", lambda: _triangle(problem.X_train, problem.fit_intercept))


def _triangle(X: FloatArray, has_constant: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return column means m (zeros without a constant), units u, and R of a QR of (X - m) / u.

    R has n_features rows. It is built up from chunks: no copy of X is made.
    """
    first = X[0] if has_constant else np.zeros(X.shape[1])
    unit = _units(X, first)
    triangle = np.zeros((0, X.shape[1] + has_constant))
    for start in range(0, len(X), _CHUNK_ROWS):
        part = (X[start : start + _CHUNK_ROWS] - first) / unit
        if has_constant:
            part = np.column_stack([np.ones(len(part)), part])
        triangle = np.asarray(np.linalg.qr(np.vstack([triangle, part]), mode="r"))
    if has_constant:
        first = first + triangle[0, 1:] / triangle[0, 0] * unit
        triangle = triangle[1:, 1:]
    missing = np.zeros((max(0, X.shape[1] - len(triangle)), X.shape[1]))
    return first, unit, np.vstack([triangle, missing])


def _units(X: FloatArray, first: FloatArray) -> FloatArray:
    """Return every column's largest distance from `first`, 1 where there is none.

    In these units, squares of the largest floats do not overflow, nor do those of the smallest
    vanish.
    """
    largest = np.maximum(X.max(axis=0) - first, first - X.min(axis=0))
    return np.where(largest > 0, largest, 1.0)
