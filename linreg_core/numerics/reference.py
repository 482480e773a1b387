"""What a run is compared with: the least-squares fit, and np.polyfit's line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linreg_core.errors import DataError
from linreg_core.numerics.least_squares import LeastSquares, solve_least_squares
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.problem import Problem


def least_squares(problem: Problem) -> LeastSquares:
    """Return the least-squares solution of the training rows, with its factor and rank.

    It is computed at every call: the factor of many features is large, so nothing keeps it.
    """
    return solve_least_squares(
        problem.X_train, problem.y_train, problem.fit_intercept, problem.w_train
    )


def reference_fit(problem: Problem) -> Params:
    """Return the least-squares fit of the training rows, in original units.

    It minimises |X @ weights + bias - y|**2 (weighted, where the rows have weights); with one
    feature it is np.polyfit(x, y, 1). The
    bias is 0 where the problem has no intercept. Where features are linear combinations of
    others, the superfluous ones have weight 0. Computed once per problem.

    >>> from linreg_core import Dataset, Problem
    >>> line = Dataset("line", np.array([[0.0], [1.0], [2.0]]), [1.0, 3.0, 5.0])
    >>> reference_fit(Problem.from_dataset(line)).predict(np.array([[10.0]])).round(9)
    array([21.])
    """
    return problem.memo.get("reference", lambda: least_squares(problem).params)


def polyfit_line(problem: Problem) -> Params:
    """Return the line of np.polyfit(x, y, 1) through the training rows, weighted as they are.

    Raises DataError when there is more than one feature, or no intercept.
    """
    if problem.n_features != 1:
        raise DataError(
            f"`polyfit_line` needs exactly 1 feature. Got {problem.n_features}: "
            f"use `reference_fit`."
        )
    if not problem.fit_intercept:
        raise DataError(
            "`polyfit_line` needs a problem with an intercept. Got fit_intercept=False: "
            "use `reference_fit`."
        )
    # full=True, because np.polyfit warns about rows that do not determine a line otherwise.
    w = None if problem.w_train is None else np.sqrt(problem.w_train)
    coefficients = np.polyfit(problem.X_train[:, 0], problem.y_train, 1, full=True, w=w)[0]
    return Params(coefficients[:1], float(coefficients[1]))
