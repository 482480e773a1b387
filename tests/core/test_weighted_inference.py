"""The report of a weighted fit: as statsmodels' WLS, and as the table with its rows repeated."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from linreg_core import Dataset, Problem, reference_fit
from linreg_core.inference import Report, report
from linreg_core.inference.covariance import Covariance

rng = np.random.default_rng(5)


def bundled(name: str) -> tuple[np.ndarray, np.ndarray]:
    data = getattr(sm.datasets, name).load_pandas()
    return np.asarray(data.exog, dtype=float), np.asarray(data.endog, dtype=float)


def weights_for(n: int) -> np.ndarray:
    return np.geomspace(0.01, 40.0, n)[np.random.default_rng(1).permutation(n)]


TABLES = ("longley", "stackloss", "ccard", "copper")


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_analytic_weights_are_statsmodels(name: str, fit_intercept: bool) -> None:
    X, y = bundled(name)
    w = weights_for(len(y))
    dataset = Dataset(name, X, y, weights=w, weights_name="w")
    ours = report(Problem.from_dataset(dataset, fit_intercept=fit_intercept))
    A = sm.add_constant(X, prepend=True, has_constant="add") if fit_intercept else X
    size = np.abs(A).max(axis=0)  # their pseudo-inverse drops what is small
    theirs = sm.WLS(y, A / size, weights=w).fit(method="qr")
    rows = ours.coefficients
    close = {"rtol": 2e-7 if name == "longley" else 1e-9}
    np.testing.assert_allclose([r.estimate for r in rows], theirs.params / size, **close)
    np.testing.assert_allclose([r.standard_error for r in rows], theirs.bse / size, **close)
    np.testing.assert_allclose([r.p for r in rows], theirs.pvalues, rtol=1e-6, atol=1e-300)
    if fit_intercept:
        for one, other in _figures(ours, theirs):
            assert one == pytest.approx(other, rel=1e-9)
    influence = sm.OLS(theirs.model.wendog, theirs.model.wexog).fit().get_influence()
    np.testing.assert_allclose(ours.diagnostics.residuals, theirs.resid, **close, atol=1e-6)
    np.testing.assert_allclose(ours.diagnostics.leverage, influence.hat_matrix_diag, rtol=1e-6)
    standardized = ours.diagnostics.standardized_residuals
    np.testing.assert_allclose(standardized, influence.resid_studentized_internal, rtol=1e-5)
    interval = theirs.get_prediction(A[:3] / size).summary_frame()
    predicted = ours.predict(X[:3])
    np.testing.assert_allclose(predicted.confidence_low, interval["mean_ci_lower"], rtol=1e-6)
    np.testing.assert_allclose(predicted.low, interval["obs_ci_lower"], rtol=1e-6)
    assert any("analytic" in note and "weight 1" in note for note in ours.notes)


def _figures(ours: Report, theirs: Any) -> list[tuple[float | None, float]]:
    return [
        (ours.r_squared, theirs.rsquared),
        (ours.adjusted_r_squared, theirs.rsquared_adj),
        (ours.residual_standard_error, math.sqrt(theirs.scale)),
        (ours.aic, theirs.aic),
        (ours.bic, theirs.bic),
        (ours.f, theirs.fvalue),
        (ours.f_p, theirs.f_pvalue),
    ]


@pytest.mark.parametrize("factor", [1e-60, 1e-3, 7.0, 1e50])
def test_what_weights_are_measured_in_moves_only_the_spread(factor: float) -> None:
    X, y = bundled("stackloss")
    one, other = (
        report(Problem.from_dataset(Dataset("s", X, y, weights=f * weights_for(len(y)))))
        for f in (1.0, factor)
    )
    for a, b in zip(one.coefficients, other.coefficients, strict=True):
        pairs = (a.estimate, b.estimate), (a.standard_error, b.standard_error), (a.vif, b.vif)
        assert all(x == z or x == pytest.approx(z, rel=1e-11) for x, z in pairs)
    assert (one.r_squared, one.aic, one.rmse, one.cv_r_squared) == pytest.approx(
        (other.r_squared, other.aic, other.rmse, other.cv_r_squared), rel=1e-9
    )
    assert other.residual_standard_error == pytest.approx(
        math.sqrt(factor) * (one.residual_standard_error or 0), rel=1e-11
    )


def counted() -> tuple[Dataset, Dataset, np.ndarray]:
    X = rng.normal(size=(70, 3)) * [1.0, 20.0, 0.1] + [4.0, 0.0, 9.0]
    y = X @ [2.0, -0.1, 30.0] + rng.gamma(2.0, size=70)
    counts = rng.integers(1, 9, size=70)
    at = np.repeat(np.arange(70), counts)
    weighted = Dataset("t", X, y, weights=counts, weight_kind="frequency", weights_name="n")
    return weighted, Dataset("t", X[at], y[at]), at


SAME = [
    *("n_samples", "rank", "df_residual", "r_squared", "adjusted_r_squared", "rmse", "mae"),
    *("residual_standard_error", "f", "f_p", "aic", "bic"),
]


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_frequencies_are_so_many_rows(fit_intercept: bool) -> None:
    weighted, repeated, at = counted()
    ours, theirs = (
        report(Problem.from_dataset(each, fit_intercept=fit_intercept))
        for each in (weighted, repeated)
    )
    for name in SAME:
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-10), name
    for a, b in zip(ours.coefficients, theirs.coefficients, strict=True):
        for name in ("estimate", "standard_error", "t", "p", "low", "high", "vif"):
            one, other = getattr(a, name), getattr(b, name)
            assert one == other or one == pytest.approx(other, rel=1e-9), name
    for name in ("fitted", "residuals", "standardized_residuals", "leverage", "cooks_distance"):
        one, other = getattr(ours.diagnostics, name), getattr(theirs.diagnostics, name)
        np.testing.assert_allclose(one[at], other, rtol=1e-8, atol=1e-10)
    for a_, b_ in zip(ours.findings, theirs.findings, strict=True):
        if a_.name == "residuals_by_order":
            assert "no order" in a_.found and ours.diagnostics.durbin_watson is None
            continue
        assert (a_.verdict, a_.test) == (b_.verdict, b_.test)
        for one, other in ((a_.statistic, b_.statistic), (a_.p, b_.p)):
            assert one == other or one == pytest.approx(other, rel=1e-5)
    X = weighted.X[:4] * 1.01
    for name in ("mean", "low", "high", "confidence_low", "is_extrapolation"):
        one, other = (getattr(each.predict(X), name) for each in (ours, theirs))
        np.testing.assert_allclose(one, other, rtol=1e-10)
    assert any("stand for" in note for note in ours.notes)


def test_test_rows_are_weighted_too() -> None:
    weighted, _, _ = counted()
    problem = Problem.from_dataset(weighted, test_fraction=0.3, seed=2)
    ours = report(problem)
    at = np.repeat(np.arange(problem.n_test), problem.w_test.astype(int))  # type: ignore[union-attr]
    y, wrong = problem.y_test[at], (problem.y_test - ours.params.predict(problem.X_test))[at]
    expected = (
        1 - wrong @ wrong / np.square(y - y.mean()).sum(),
        math.sqrt(np.square(wrong).mean()),
        np.abs(wrong).mean(),
    )
    assert (ours.test_r_squared, ours.test_rmse, ours.test_mae) == pytest.approx(expected, rel=1e-9)


def test_cross_validation_is_weighted() -> None:
    X, y = bundled("stackloss")
    w = weights_for(len(y))
    ours = report(Problem.from_dataset(Dataset("s", X, y, weights=w)), seed=3)
    order, squares = np.random.default_rng(3).permutation(len(y)), 0.0
    A = sm.add_constant(X)
    for k in range(10):
        left = np.setdiff1d(np.arange(len(y)), order[k::10])
        fitted = sm.WLS(y[left], A[left], weights=w[left]).fit()
        squares += w[order[k::10]] @ np.square(y - A @ fitted.params)[order[k::10]]
    total = w @ np.square(y - np.average(y, weights=w))
    assert ours.cv_r_squared == pytest.approx(1 - squares / total, rel=1e-8)


def test_digits_are_those_of_exact_arithmetic() -> None:
    """A raw polynomial of degree 5 with weights, solved in fractions: at least 13 digits."""
    x = np.arange(1.0, 22.0)
    X = np.column_stack([x**k for k in range(1, 6)])
    y = np.round(1 + X @ [1.0, -0.5, 0.25, -0.02, 1e-3] + 50 * np.sin(x), 3)
    w = weights_for(len(x))
    rows = [[Fraction(1), *(Fraction(value) for value in row)] for row in X.tolist()]
    A = [
        [sum(Fraction(v) * r[i] * r[j] for v, r in zip(w, rows, strict=True)) for j in range(6)]
        + [sum(Fraction(v) * r[i] * Fraction(t) for v, r, t in zip(w, rows, y, strict=True))]
        for i in range(6)
    ]
    for i in range(6):
        A[i] = [value / A[i][i] for value in A[i]]
        for k in set(range(6)) - {i}:
            A[k] = [a - A[k][i] * b for a, b in zip(A[k], A[i], strict=True)]
    exact = [float(row[6]) for row in A]
    found = reference_fit(Problem.from_dataset(Dataset("poly", X, y, weights=w)))
    np.testing.assert_allclose([found.bias, *found.weights], exact, rtol=1e-13)


@pytest.mark.parametrize("kind", ["HC0", "HC3", "cluster"])
def test_robust_errors_count_frequencies(kind: str) -> None:
    weighted, repeated, at = counted()
    clusters = np.arange(70) % 9 if kind == "cluster" else None
    asked = Covariance(kind, clusters=clusters)
    again = Covariance(kind, clusters=None if clusters is None else clusters[at])
    ours = report(Problem.from_dataset(weighted), covariance=asked)
    theirs = report(Problem.from_dataset(repeated), covariance=again)
    for a, b in zip(ours.coefficients, theirs.coefficients, strict=True):
        assert a.standard_error == pytest.approx(b.standard_error, rel=1e-9)


def test_robust_errors_of_analytic_weights_are_statsmodels() -> None:
    X, y = bundled("stackloss")
    w = weights_for(len(y))
    ours = report(Problem.from_dataset(Dataset("s", X, y, weights=w)), covariance=Covariance("HC1"))
    theirs = sm.WLS(y, sm.add_constant(X), weights=w).fit(cov_type="HC1")
    np.testing.assert_allclose([r.standard_error for r in ours.coefficients], theirs.bse, rtol=1e-9)
