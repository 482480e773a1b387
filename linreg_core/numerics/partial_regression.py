"""What each feature adds to the others: the residuals that partial-regression pictures show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.numerics.design import Design
from linreg_core.numerics.factor import factor_of_triangle, triangle_by_parts
from linreg_core.problem import Problem
from linreg_core.types import Params

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


def partial_regression_of(problem: Problem) -> PartialRegression:
    """Return the partial regression of a problem's training rows, computed once per problem."""
    return problem.memo.get("partial_regression", lambda: _decompose(problem))


def prediction_gap(problem: Problem, one: Params, other: Params) -> float:
    """Return the root mean square of the difference of two predictions over the training rows.

    In Z = (X - m) / u = QR, with m the means, it is that of m @ d + b and of R @ (u * d), d the
    difference of the weights and b that of the biases: no row is looked at again.
    """
    center, unit, triangle, _ = triangle_of(problem)
    with np.errstate(all="ignore"):
        weights = one.weights - other.weights
        at_center = center @ weights + one.bias - other.bias
        around = np.sum((triangle @ (unit * weights)) ** 2) / problem.n_train
        return float(np.sqrt(at_center**2 + around))


def _decompose(problem: Problem) -> PartialRegression:
    center, unit, triangle, rank = triangle_of(problem)
    norms = np.linalg.norm(triangle, axis=0)
    is_constant = norms == 0
    _, sizes, directions = np.linalg.svd(triangle / np.where(is_constant, 1.0, norms))
    rank = min(rank, int(np.count_nonzero(sizes)))
    is_in_null_space = (np.abs(directions[rank:]) > _PART).any(axis=0)
    return PartialRegression(
        center,
        np.where(is_constant, 1.0, norms * unit),
        directions[:rank].T / sizes[:rank],
        tuple(np.flatnonzero(is_in_null_space & ~is_constant).tolist()),
        tuple(np.flatnonzero(is_constant).tolist()),
    )


def triangle_of(problem: Problem) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Return means m (zeros without an intercept), units u, R of a QR of (X - m) / u, its rank.

    They are those of the training rows' features, and R (n_features, n_features) has rows of
    zeros where there are fewer training rows. Computed once per problem.
    """
    return problem.memo.get("triangle", lambda: _triangle_of(problem))


def _triangle_of(problem: Problem) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    v = problem.v_train
    design = Design.of(problem.X_train, problem.y_train, problem.fit_intercept, v)
    center, unit = design.columns.centre, design.columns.scale
    first, n_columns = int(problem.fit_intercept), design.n_columns
    with np.errstate(all="ignore"):
        R = triangle_by_parts(design)
        rank = len(factor_of_triangle(design, R).used) - first
    if first:
        center = center + R[0, 1:n_columns] / R[0, 0] * unit
    triangle = np.zeros((problem.n_features, problem.n_features))
    triangle[: len(R[:n_columns]) - first] = R[first:n_columns, first:n_columns]
    return center, unit, triangle, rank
