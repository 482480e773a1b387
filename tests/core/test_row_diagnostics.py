"""What is known of every row, and of the rows in their order, against statsmodels and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate
from statsmodels.stats.outliers_influence import OLSInfluence
from statsmodels.stats.stattools import durbin_watson as their_durbin_watson

from linreg_core import DataError, Dataset, Problem
from linreg_core.inference import Finding, Report, RowOrder, report
from linreg_core.inference.order import durbin_watson_moments, durbin_watson_p


def report_of(X: np.ndarray, y: np.ndarray, order: RowOrder | None = None, **how: object) -> Report:
    return report(Problem.from_dataset(Dataset("rows", X, y), **how), order=order)


def bundled(name: str) -> tuple[np.ndarray, np.ndarray]:
    table = getattr(sm.datasets, name).load_pandas()
    X = table.exog.select_dtypes("number").to_numpy(dtype=float)
    return X[:, X.std(axis=0) > 0], table.endog.to_numpy(dtype=float)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("name", ["stackloss", "copper", "ccard", "spector", "statecrime"])
def test_every_row_is_told_as_statsmodels_does(name: str, fit_intercept: bool) -> None:
    X, y = bundled(name)
    own = report_of(X, y, fit_intercept=fit_intercept)
    theirs = OLSInfluence(sm.OLS(y, sm.add_constant(X) if fit_intercept else X).fit())
    for what, found, expected in (
        ("leverage", own.diagnostics.leverage, theirs.hat_matrix_diag),
        ("studentized", own.diagnostics.studentized, theirs.resid_studentized_external),
        ("dffits", own.diagnostics.dffits, theirs.dffits[0]),
        ("dfbetas", own.dfbetas(), theirs.dfbetas),
        ("durbin_watson", own.diagnostics.durbin_watson, their_durbin_watson(theirs.resid)),
    ):
        size = np.abs(expected).max()
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10 * size, err_msg=what)


def test_some_rows_are_told_in_the_order_in_which_they_are_asked() -> None:
    own = report_of(*bundled("stackloss"), test_fraction=0.3)
    np.testing.assert_array_equal(own.dfbetas([7, 2, 2]), own.dfbetas()[[7, 2, 2]])
    assert own.dfbetas([]).shape == (0, 4)


def test_dfbetas_are_those_of_fits_without_the_row() -> None:
    """Of a fit with a superfluous column, which is not estimated, and of scales far apart."""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 12)) * [[1e150], [1e-150]]
    X = np.column_stack([a, 2 * a, b])
    y = a / 1e150 + rng.standard_normal(12)
    own = report_of(X, y)
    A = np.column_stack([np.ones(12), a / 1e150, b * 1e150])
    for row, found in enumerate(own.dfbetas()):
        kept = np.arange(12) != row
        with_it, without = (sm.OLS(y[rows], A[rows]).fit() for rows in (slice(None), kept))
        errors = np.sqrt(without.mse_resid * np.diag(np.linalg.inv(A.T @ A)))
        estimated = found[[i for i, c in enumerate(own.coefficients) if c.is_estimated]]
        np.testing.assert_allclose(estimated, (with_it.params - without.params) / errors, rtol=1e-8)
    assert np.isnan(own.dfbetas()).any(axis=0).sum() == 1


@pytest.mark.parametrize(
    ("X", "y", "unknown"),
    [
        ([[0.0], [0], [0], [0], [1]], [1.0, 2, 4, 3, 9], [4]),  # row 4 alone has leverage 1
        ([[0.0], [1], [2], [3], [4]], [1.0, 3, 5, 7, 9], range(5)),  # an exact fit
        ([[0.0], [1], [3]], [1.0, 3, 9], range(3)),  # without a row, nothing is left over
        ([[0.0], [1]], [1.0, 3], range(2)),
    ],
)
def test_what_says_nothing_is_nan(X: list[list[float]], y: list[float], unknown: range) -> None:
    own = report_of(np.array(X), np.array(y))
    table = np.column_stack([own.diagnostics.studentized, own.diagnostics.dffits, own.dfbetas()])
    assert np.flatnonzero(np.isnan(table).any(axis=1)).tolist() == list(unknown)
    assert np.isnan(table[list(unknown)]).all()


def test_a_row_that_the_others_fit_exactly_without_is_infinitely_far_off() -> None:
    x = np.arange(8.0)
    own = report_of(x[:, None], np.where(x == 3, 100.0, 0.0))
    assert own.diagnostics.studentized[3] > 1e6
    assert own.diagnostics.dffits[3] > 1e6


def exact_tail(own: Report, statistic: float) -> float:
    """Return P(d < statistic) of independent normal errors by Imhof's integral (1961)."""
    n = own.n_samples
    Q, D = own.fit.q(slice(0, n)), np.diff(np.eye(n), axis=0)
    M = np.eye(n) - Q @ Q.T
    weights = np.linalg.eigvalsh(M @ (D.T @ D - statistic * np.eye(n)) @ M)

    def height(u: float) -> float:
        angle = np.arctan(weights * u).sum() / 2
        return math.sin(angle) / (u * np.prod((1 + (weights * u) ** 2) ** 0.25))

    return 0.5 - integrate.quad(height, 0, np.inf, limit=500)[0] / math.pi


@pytest.mark.parametrize("name", ["stackloss", "copper", "spector"])
def test_the_p_value_of_durbin_and_watson_is_nearly_exact(name: str) -> None:
    own = report_of(*bundled(name))
    for statistic in (1.2, 1.6, 2.0, 2.9):
        below = exact_tail(own, statistic)
        expected = 2 * min(below, 1 - below)
        assert durbin_watson_p(own.fit, statistic) == pytest.approx(expected, abs=0.01)


def test_the_moments_are_those_of_the_traces() -> None:
    X, y = bundled("ccard")
    own, sequence = report_of(X, y), np.random.default_rng(3).permutation(len(y))
    Q, D = own.fit.q(sequence), np.diff(np.eye(len(y)), axis=0)
    MA = (np.eye(len(y)) - Q @ Q.T) @ D.T @ D
    df = own.df_residual
    mean, squares = np.trace(MA) / df, np.trace(MA @ MA)
    variance = 2 * (df * squares - np.trace(MA) ** 2) / (df**2 * (df + 2))
    assert durbin_watson_moments(own.fit, sequence) == pytest.approx((mean, variance), rel=1e-10)


def by_order(own: Report) -> Finding:
    return next(each for each in own.findings if each.name == "residuals_by_order")


def waves(n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.standard_normal((n, 1))
    return x, x[:, 0] + 2 * np.sin(np.arange(n) / 4) + 0.3 * rng.standard_normal(n)


def test_waves_are_seen_in_their_order_only() -> None:
    x, y = waves()
    assert "are alike in their residuals (Durbin-Watson 0.1" in by_order(report_of(x, y)).found
    assert by_order(report_of(x, y)).verdict == "look"
    shuffled = np.random.default_rng(1).permutation(len(y))
    assert by_order(report_of(x[shuffled], y[shuffled])).verdict == "fine"
    order = RowOrder("<day>", shuffled.astype(float))
    found = by_order(report_of(x[shuffled], y[shuffled], order))
    assert found.verdict == "look" and "follow one another by '<day>' are" in found.found
    assert found.statistic == by_order(report_of(x, y)).statistic
    turns = x[:, 0] + (-1.0) ** np.arange(len(x))
    for order, verdict in ((None, "fine"), (RowOrder("day", np.arange(60.0)), "look")):
        found = by_order(report_of(x, turns, order))
        assert found.verdict == verdict and "above and below the fit in turn" in found.found


def test_sorting_by_the_target_is_no_pattern() -> None:
    x, y = waves()
    order = np.argsort(-y)
    found = by_order(report_of(x[order], y[order]))
    assert found.verdict == "unknown" and "sorted by the target" in found.found


def test_an_order_has_a_day_for_each_row() -> None:
    x, y = waves()
    with pytest.raises(DataError, match="one day for each of the 60 rows. Got 2"):
        report_of(x, y, RowOrder("day", np.array([1.0, 2.0])))
    with pytest.raises(DataError, match="`days` of 'day' must be finite. Row 1 has nan"):
        RowOrder("day", np.array([1.0, math.nan]))


def test_weighted_rows_are_told_as_those_times_the_roots_of_their_weights() -> None:
    X, y = bundled("ccard")
    weights = np.random.default_rng(2).uniform(0.2, 5.0, len(y))
    own = report(Problem.from_dataset(Dataset("rows", X, y, weights=weights)))
    roots = np.sqrt(weights)
    theirs = OLSInfluence(sm.OLS(y * roots, sm.add_constant(X) * roots[:, None]).fit())
    for found, expected in (
        (own.diagnostics.studentized, theirs.resid_studentized_external),
        (own.diagnostics.dffits, theirs.dffits[0]),
        (own.dfbetas(), theirs.dfbetas),
        (own.diagnostics.durbin_watson, their_durbin_watson(theirs.resid)),
    ):
        size = np.abs(expected).max()
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10 * size)
