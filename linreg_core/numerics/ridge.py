"""The exact minimiser of a squared loss with weight decay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.numerics.design import Design
from linreg_core.numerics.factor import triangle_by_parts
from linreg_core.numerics.reference import reference_fit
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.problem import Problem


def ridge_fit(problem: Problem, penalty: float) -> Params:
    """Return the minimiser of mean((X @ w + b - y)**2) / 2 + penalty / 2 * |(w, b)|**2.

    The mean is weighted where the rows are. X and y are the training rows in the coordinates of
    training, the result is in original units. It is the least-squares solution of their triangular
    factor with sqrt(n * penalty) times the identity below it: rows that pull every parameter to 0.
    What is out of a float's range is least squares'. Source: Golub (1965), Numerical methods for
    solving linear least squares problems.

    >>> from linreg_core import Dataset, Problem
    >>> problem = Problem.from_dataset(Dataset("two", np.array([[-1.0], [1.0]]), [-1.0, 1.0]))
    >>> round(float(ridge_fit(problem, 1.0).weights[0]), 12)
    0.5
    """
    from scipy import linalg

    with np.errstate(all="ignore"):
        rows = problem.memo.get("training_triangle", lambda: _training_triangle(problem))
        n_columns = rows.shape[1] - 1
        pull = np.sqrt(problem.n_train * penalty) * np.eye(n_columns)
        A = np.vstack([rows[:, :-1], pull])
        target = np.append(rows[:, -1], np.zeros(n_columns))
        sizes = np.abs(A).max(axis=0)
        if not (np.isfinite(A).all() and np.isfinite(target).all() and sizes.all()):
            return reference_fit(problem)
        found = (
            linalg.lstsq(A / sizes, target, lapack_driver="gelsy", check_finite=False)[0] / sizes
        )
        bias = float(found[-1]) if problem.fit_intercept else 0.0
        params = problem.to_original(found[: problem.n_features], bias)
    return params if np.isfinite([*params.weights, params.bias]).all() else reference_fit(problem)


def _training_triangle(problem: Problem) -> FloatArray:
    """Return rows whose squares and products are those of [X 1 y] in training coordinates.

    Without an intercept there is no column of ones. The factor is that of the design, whose columns
    are shifted and scaled: each of these is a sum of two of those.
    """
    v = problem.v_train
    design = Design.of(problem.X_train, problem.y_train, problem.fit_intercept, v)
    R = triangle_by_parts(design)
    first = int(problem.fit_intercept)
    shift = (design.columns.centre - problem.x_mean) / problem.x_scale
    X = R[:, first:-1] * (design.columns.scale / problem.x_scale)
    y = R[:, -1] * (design.target.scale[0] / problem.y_scale)
    if not first:
        return np.column_stack([X, y])
    ones = R[:, 0]
    y = y + ones * ((design.target.centre[0] - problem.y_mean) / problem.y_scale)
    return np.column_stack([X + np.outer(ones, shift), ones, y])
