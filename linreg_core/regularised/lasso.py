"""The lasso: least squares with a pull on the sum of the weights' sizes, which sets some to 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linreg_core.checks import finite_number
from linreg_core.errors import DataError
from linreg_core.numerics.reference import reference_fit
from linreg_core.regularised.coordinate_descent import lasso_minimum
from linreg_core.regularised.unit_moments import measured_units, unit_pull
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.problem import Problem


def lasso_at(problem: Problem, penalty: float) -> Params:
    """Return the minimiser of mean((X @ w + b - y)**2) + penalty * sum|w|, in original units.

    X, y, w and b are those of the training coordinates, the mean is weighted where the rows are,
    and the bias b is not penalised: where a run of the loss "mse" with `l1` = penalty goes to. Of
    "half_mse", which is half of that mean, it is the one with penalty = 2 * l1; of a loss of
    curvature c (`linreg_core.losses`), 2 / c * l1. A weight that is 0 is exactly 0. With penalty 0
    and where columns are out of a float's range, it is `reference_fit`.

    Raises ConfigError when `penalty` is not a number >= 0.

    >>> from linreg_core import Dataset, Problem
    >>> problem = Problem.from_dataset(Dataset("two", np.array([[-1.0], [1.0]]), [-1.0, 1.0]))
    >>> [round(float(lasso_at(problem, penalty).weights[0]), 12) for penalty in (1.0, 3.0)]
    [0.5, 0.0]
    """
    penalty = finite_number("penalty", penalty, minimum=0)
    if penalty == 0:
        return reference_fit(problem)
    try:
        units, moments = problem.memo.get("unit_moments", lambda: measured_units(problem))
    except DataError:
        return reference_fit(problem)
    with np.errstate(all="ignore"):
        pull = penalty * unit_pull(problem, units)
        found = units.to_params(lasso_minimum(moments, pull, np.zeros(problem.n_features)))
    return found if np.isfinite([*found.weights, found.bias]).all() else reference_fit(problem)
