"""A report's table of coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.fit import Fit, row_squares
from linreg_core.inference.spread import Spread, covariance_root, offsets_of
from linreg_core.inference.standardized import standardized_weights
from linreg_core.inference.values import known
from linreg_core.numerics.design import rescaled

INTERCEPT: Final = "intercept"
CONFIDENCE: Final = 0.95
"""The level of every interval in a report."""
UNDETERMINED: Final = 1e-6
"""A superfluous feature leaves those undetermined that have more than this share in it."""


@dataclass(frozen=True)
class Coefficient:
    """One row of the table, in units of the target per unit of the feature.

    `low` and `high` bound the 95 % confidence interval, `p` belongs to the two-sided test of 0,
    and `vif` is the variance inflation factor; `standardized` is in standard deviations of the
    target, for one of the feature (see `standardized_weights`). `learned` is what gradient descent
    found, and `digits` the number of decimal digits on which it agrees with `estimate`. What cannot
    be known is None: everything but `estimate` (0 then) where the feature is superfluous
    (`is_estimated` is False), and `digits` where another choice of the superfluous features would
    give another estimate (`is_determined` is False).
    """

    name: str
    estimate: float
    standard_error: float | None = None
    t: float | None = None
    p: float | None = None
    low: float | None = None
    high: float | None = None
    vif: float | None = None
    standardized: float | None = None
    learned: float | None = None
    digits: float | None = None
    is_intercept: bool = False
    is_estimated: bool = True
    is_determined: bool = True


def coefficient_table(fit: Fit, spread: Spread) -> tuple[Coefficient, ...]:
    """Return the intercept, if there is one, and then every feature's coefficient."""
    first = int(fit.problem.fit_intercept)
    names = (INTERCEPT,) * first + fit.problem.dataset.feature_names
    estimates = _original(fit, _scaled_estimates(fit))
    table, vifs, used = _inferred(fit, spread), _variance_inflation(fit), set(fit.factor.used)
    determined, standardized = _determined(fit), standardized_weights(fit)
    return tuple(
        Coefficient(
            name=name,
            estimate=float(estimates[i]),
            vif=known(vifs[i]),
            standardized=known(standardized[i]) if i in used else None,
            is_intercept=i < first,
            is_estimated=i in used,
            is_determined=bool(determined[i]),
            **{what: known(column[i]) for what, column in table.items()},
        )
        for i, name in enumerate(names)
    )


def standard_errors(fit: Fit) -> FloatArray:
    """Return the coefficients' standard errors (n_columns,), the intercept's first."""
    with np.errstate(all="ignore"):
        return _original(fit, _classical_errors(fit))


def _classical_errors(fit: Fit) -> FloatArray:
    """Return the same in the coordinates of the design; nan where there are none."""
    errors = np.full(fit.design.n_columns, np.nan)
    root = covariance_root(fit)[fit.factor.used]
    with np.errstate(all="ignore"):
        errors[fit.factor.used] = fit.deviation * np.sqrt(row_squares(root))
    return errors


def margin(fit: Fit) -> float:
    """Return half the width of a coefficient's interval, in standard errors."""
    from scipy import special

    return float(special.stdtrit(fit.df_residual, (1 + CONFIDENCE) / 2))


def _scaled_estimates(fit: Fit) -> FloatArray:
    """Return the intercept at X = 0 and the weights, in the coordinates of the design."""
    coefficients, params = fit.solution.coefficients, fit.solution.params
    if not fit.problem.fit_intercept:
        return coefficients
    bias = rescaled(np.array([params.bias]), np.ones(1), fit.design.target.scale)
    return np.concatenate([bias, coefficients[1:]])


def _original(fit: Fit, values: FloatArray) -> FloatArray:
    """Return values of the design's coordinates in units of the coefficients."""
    ones = np.ones(int(fit.problem.fit_intercept))
    scales = np.concatenate([ones, fit.design.columns.scale])
    return rescaled(values, fit.design.target.scale, scales)


def _inferred(fit: Fit, spread: Spread) -> dict[str, FloatArray]:
    """Return standard errors, t, p and intervals (n_columns,), nan where there are none."""
    if spread.variances is not None:
        return _by_errors(fit, np.sqrt(spread.variances), spread.df)
    table = _by_errors(fit, _classical_errors(fit), fit.df_residual)
    if fit.is_exact:
        table |= {name: np.full(fit.design.n_columns, np.nan) for name in ("t", "p")}
    return table


def _by_errors(fit: Fit, errors: FloatArray, df: int) -> dict[str, FloatArray]:
    """Return the same by standard errors (n_columns,) in the coordinates of the design."""
    from scipy import special

    estimates = _scaled_estimates(fit)
    with np.errstate(all="ignore"):
        t, around = estimates / errors, special.stdtrit(df, (1 + CONFIDENCE) / 2) * errors
        return {
            "standard_error": _original(fit, errors),
            "t": t,
            "p": 2.0 * special.stdtr(df, -np.abs(t)),
            "low": _original(fit, estimates - around),
            "high": _original(fit, estimates + around),
        }


def _variance_inflation(fit: Fit) -> FloatArray:
    """Return 1 / (1 - R2_j) for every feature, R2_j that of the feature by the other ones.

    It is |row j of R^-1|^2 times the sum of squares of the feature about its mean (about 0
    without an intercept). nan for the intercept and for superfluous features.
    """
    first, used = int(fit.problem.fit_intercept), fit.factor.used
    squares = row_squares(fit.to_q)
    inflation = np.full(len(squares), np.nan)
    inflation[used] = squares[used] * np.square(fit.factor.R[first:]).sum(axis=0)
    inflation[:first] = np.nan
    return np.asarray(np.maximum(inflation, 1.0))  # nan stays nan


def _determined(fit: Fit) -> FloatArray:
    """Return which coefficients the data determine, whatever the superfluous ones are set to."""
    factor = fit.factor
    # Adding one column of `directions` to the coefficients changes no prediction.
    directions = np.zeros((fit.design.n_columns, len(factor.superfluous)))
    directions[factor.used] = -factor.dependence
    directions[factor.superfluous, np.arange(len(factor.superfluous))] = 1.0
    if fit.problem.fit_intercept:
        directions[0] -= offsets_of(fit) @ directions
    return np.asarray(np.abs(directions).max(axis=1, initial=0.0) <= UNDETERMINED)
