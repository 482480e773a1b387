"""The elastic net: the lasso with a pull on the squares of the parameters beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.errors import DataError
from linreg_core.numerics.reference import reference_fit
from linreg_core.regularised.coordinate_descent import lasso_minimum
from linreg_core.regularised.lasso import lasso_at
from linreg_core.regularised.unit_moments import UnitMoments, Units, measured_units, unit_pull
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.problem import Problem


def elastic_net_fit(problem: Problem, decay: float, l1: float) -> Params:
    """Return the minimiser of mean((X @ w + b - y)**2) / 2 + decay / 2 * |(w, b)|**2 + l1 * sum|w|.

    The mean is weighted where the rows are. X and y are the training rows in the coordinates of
    training, the result is in original units. It is a lasso of moments that have the squares in
    them, the bias's too, which is at its best for each w. What is out of a float's range is least
    squares'. Source: Zou and Hastie (2005), Regularization and variable selection via the elastic
    net.

    >>> from linreg_core import Dataset, Problem
    >>> problem = Problem.from_dataset(Dataset("two", np.array([[-1.0], [1.0]]), [-1.0, 1.0]))
    >>> [round(float(elastic_net_fit(problem, 1.0, l1).weights[0]), 12) for l1 in (0.5, 1.0)]
    [0.25, 0.0]
    """
    if not decay:
        return lasso_at(problem, 2 * l1)
    try:
        units, moments = problem.memo.get("unit_moments", lambda: measured_units(problem))
    except DataError:
        return reference_fit(problem)
    with np.errstate(all="ignore"):
        factors = (units.y_size / units.x_size) * (problem.x_scale / problem.y_scale)
        means = problem.scale_X(units.x_mean)
        mean = float(problem.scale_y(np.array([units.y_mean]))[0])
        pulled = _with_squares(problem, units, moments, decay, factors, means, mean)
        pull = 2 * l1 * unit_pull(problem, units)
        weights = factors * lasso_minimum(pulled, pull, np.zeros(problem.n_features))
        bias = (mean - float(means @ weights)) / (1 + decay) if problem.fit_intercept else 0.0
        found = problem.to_original(weights, bias)
    return found if np.isfinite([*found.weights, found.bias]).all() else reference_fit(problem)


def _with_squares(
    problem: Problem,
    units: Units,
    moments: UnitMoments,
    decay: float,
    factors: FloatArray,
    means: FloatArray,
    mean: float,
) -> UnitMoments:
    """Return moments whose squared error has decay * |(w, b)|**2 in it, in units of the target.

    `factors` bring u to w, `means` and `mean` are those of X and y in the coordinates of training:
    with the best bias for w, (mean - means @ w) / (1 + decay), its own part is a square of that.
    """
    share = decay * (problem.y_scale / units.y_size) ** 2
    of_bias = share / (1 + decay) if problem.fit_intercept else 0.0
    along = means * factors
    squares = np.diag(share * factors**2) + of_bias * np.outer(along, along)
    return replace(
        moments,
        gram=moments.gram + squares,
        slope=moments.slope + of_bias * mean * along,
        variance=moments.variance + of_bias * mean**2,
    )
