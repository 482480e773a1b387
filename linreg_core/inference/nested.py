"""The F test of a model against one that it contains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.fit import Fit
from linreg_core.inference.spread import Spread
from linreg_core.inference.wald import f_test, spread_root, wald_statistic
from linreg_core.numerics.design import row_parts

if TYPE_CHECKING:
    from linreg_core.inference.report import Report

NO_COMBINATION: Final = 1e-7
"""A column is no combination of others where more than this part of it lies outside of them."""
REFINEMENTS: Final = 2


@dataclass(frozen=True)
class NestedTest:
    """The test that what the larger model has beyond the smaller one adds nothing.

    `df` coefficients are tested, 0 where both are the same model in other columns. `f` and `p` are
    None where there is no test: an exact fit, or as many coefficients as rows. `errors` says which
    standard errors the test is based on: those of the larger model's report.
    """

    is_later_larger: bool
    df: int
    df_residual: int
    f: float | None = None
    p: float | None = None
    errors: str = "classical"


def nested_test(before: Report, after: Report) -> NestedTest | None:
    """Return the test of the larger of two models of the same rows and target, None if not nested.

    With the classical covariance F = ((SSR1 - SSR2) / df) / (SSR2 / df_residual), where SSR1 - SSR2
    is the (weighted) sum of squared differences of the residuals: nothing cancels. With another
    one it is Wald's, of the directions of the larger model that the smaller one has not.
    """
    is_later_larger = after.fit.n_parameters >= before.fit.n_parameters
    small, large = (before, after) if is_later_larger else (after, before)
    with np.errstate(all="ignore"):
        inside = coordinates_within(small.fit, large.fit)
        if inside is None:
            return None
        df = large.fit.n_parameters - small.fit.n_parameters
        found = f_test(_statistic(small, large, inside), df, large.spread.df)
    f, p = found or (None, None)
    return NestedTest(is_later_larger, df, large.spread.df, f, p, large.errors_in_words)


def coordinates_within(small: Fit, large: Fit) -> FloatArray | None:
    """Return what the columns of `small` are of the columns of `large` in Q's coordinates (k, m).

    None where one of them is no combination of the larger model's columns, or depends on it only by
    rounding. Each column is solved for by least squares and refined once, a part of the rows at a
    time.
    """
    k, m = large.n_parameters, small.n_parameters
    inside = np.zeros((k, m))
    for _ in range(REFINEMENTS):
        inside += sum(Q.T @ rest for Q, rest, _ in _parts(small, large, inside))
    outside = sizes = np.zeros(m)
    for _, rest, columns in _parts(small, large, inside):
        outside = outside + np.square(rest).sum(axis=0)
        sizes = sizes + np.square(columns).sum(axis=0)
    return inside if (outside <= NO_COMBINATION**2 * sizes).all() else None


def _parts(
    small: Fit, large: Fit, inside: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Yield rows of Q, what `inside` leaves of the smaller model's columns there, and these."""
    solved, weights = large.to_q @ inside, large.design.weights
    for rows in row_parts(large.n_rows, large.design.n_columns + small.design.n_columns):
        A = large.design.matrix(large.design.X[rows])
        columns = small.design.matrix(small.design.X[rows])[:, small.factor.used]
        if weights is not None:
            root = np.sqrt(weights[rows])[:, np.newaxis]
            A, columns = A * root, columns * root
        yield A @ large.to_q, columns - A @ solved, columns


def _statistic(small: Report, large: Report, inside: FloatArray) -> float | None:
    fit = large.fit
    if fit.is_exact or not fit.df_residual > 0:
        return None
    if not large.covariance.is_classical:
        return _robust_statistic(fit, large.spread, inside)
    differences = small.diagnostics.residuals - large.diagnostics.residuals
    differences /= fit.deviation * fit.y_scale
    if fit.design.weights is not None:
        differences *= np.sqrt(fit.design.weights)
    return float(differences @ differences)


def _robust_statistic(fit: Fit, spread: Spread, inside: FloatArray) -> float | None:
    """Return Wald's statistic, in Q's coordinates, of all that is orthogonal to `inside`."""
    from scipy import linalg

    root = spread_root(fit, spread)
    if root is None or fit.n_parameters == inside.shape[1]:
        return None
    beyond = linalg.qr(inside, check_finite=False)[0][:, inside.shape[1] :]
    return wald_statistic(beyond.T @ fit.rotated, beyond.T @ root)
