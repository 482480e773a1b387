"""The mean squared error of many parameters at once, from a triangular factor of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.numerics.design import Design
from linreg_core.numerics.factor import triangle_by_parts

if TYPE_CHECKING:
    from linreg_core.problem import Problem


def mean_squares(
    problem: Problem, weights: FloatArray, bias: FloatArray, *, of_test: bool = False
) -> FloatArray:
    """Return mean((X @ w + b - y)**2) for each of k parameters, (k,), whatever their run's loss is.

    It is the weighted mean where the rows have weights.
    `weights` are (k, n_features) and `bias` (k,), in original units; the rows are the training rows
    or the test rows. With R of the QR decomposition of [X 1 y] it is |R (w, b, -1)|**2 / n, which
    does not pass over the rows again. The factor is made once per problem.
    """
    X, y, v = problem.X_train, problem.y_train, problem.v_train
    if of_test:
        X, y, v = problem.X_test, problem.y_test, problem.v_test
    with np.errstate(all="ignore"):
        rows = problem.memo.get(("error_triangle", of_test), lambda: _error_triangle(X, y, v))
        errors = weights @ rows[:, :-2].T + np.outer(bias, rows[:, -2]) - rows[:, -1]
        return np.asarray(np.square(errors).sum(axis=1) / len(y))


def _error_triangle(X: FloatArray, y: FloatArray, v: FloatArray | None) -> FloatArray:
    """Return rows whose squares and products are those of [X 1 y], weighted by v."""
    design = Design.of(X, y, weights=v)
    R = triangle_by_parts(design)
    ones = R[:, 0]
    features = R[:, 1:-1] * design.columns.scale + np.outer(ones, design.columns.centre)
    target = R[:, -1] * design.target.scale[0] + ones * design.target.centre[0]
    return np.column_stack([features, ones, target])
