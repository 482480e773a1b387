"""Least squares on rows in blocks: NIST's digits, the report's figures, claims that are true."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from linreg_core import ConfigError, DataError, Dataset, Problem
from linreg_core.inference import Report, report
from linreg_core.inference.covariance import CLASSICAL, Covariance
from linreg_core.scale import (
    RowsInMemory,
    StreamedFit,
    second_moments,
    square_root_of_moments,
    streamed_least_squares,
)
from linreg_core.scale.trust import digits_of
from tests.core.nist import REFERENCE_SETS, ReferenceSet
from tests.core.scale.exact import exact_fit
from tests.core.test_nist import correct_digits

FIGURES = (
    "n_samples", "n_features", "rank", "df_residual", "r_squared", "adjusted_r_squared",
    "residual_standard_error", "rmse", "f", "f_p", "aic", "bic",
)  # fmt: skip


@pytest.mark.parametrize("block_rows", [3, 7, 1000])
@pytest.mark.parametrize("reference", REFERENCE_SETS, ids=[one.name for one in REFERENCE_SETS])
def test_nist(reference: ReferenceSet, block_rows: int) -> None:
    """As many digits as rows in parts have in memory, where ten are wanted or as many as can be."""
    problem = reference.problem()
    source = RowsInMemory(problem.X_train, problem.y_train, block_rows=block_rows)
    found = streamed_least_squares(source, reference.fit_intercept)
    estimates, errors = reference.coefficients
    rows = found.coefficients
    assert correct_digits([row.estimate for row in rows], estimates) >= reference.digits - 0.5
    assert correct_digits(1 + found.r_squared, 1 + reference.r_squared) > reference.digits
    if not reference.residual_deviation:
        assert found.residual_standard_error == 0 == rows[0].standard_error
        assert any("The fit is exact" in note for note in found.notes)
        return
    figures = [*(row.standard_error for row in rows), found.residual_standard_error, found.f]
    certified = [*errors, reference.residual_deviation, reference.f]
    assert correct_digits(figures, certified) >= reference.digits - 0.5


def rows_of(n: int, **options: Any) -> dict[str, Any]:
    generator = np.random.default_rng(n)
    X = generator.standard_normal((n, 4)) * [1, 10, 1e-3, 1] + [0, 50, 0, 1e4]
    y = X @ [1.0, 0.2, 300.0, 0.0] + generator.standard_normal(n) + 2.0
    return {"X": X, "y": y, **options}


def dependent() -> dict[str, Any]:
    rows = rows_of(50)
    rows["X"][:, 2] = 2 * rows["X"][:, 0] - 1
    rows["X"][:, 3] = 0.1
    return rows


def nearly_dependent(**options: Any) -> dict[str, Any]:
    rows = rows_of(200, **options)
    rows["X"][:, 2] = rows["X"][:, 0] + rows["X"][:, 2]
    return rows


def lonely() -> dict[str, Any]:
    """One row has a column to itself."""
    rows = rows_of(40)
    rows["X"][:, 3] = np.arange(40) == 17
    return rows


weights = np.random.default_rng(1).uniform(0.5, 4.0, 200)
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "plain": (rows_of(200), "moments"),
    "nearly dependent": (nearly_dependent(wanted_digits=11), "qr"),
    "more digits than there are": (rows_of(200, wanted_digits=15), "moments"),
    "analytic weights": (rows_of(200, weights=weights), "moments"),
    "analytic, qr": (nearly_dependent(weights=weights, wanted_digits=11), "qr"),
    "frequency weights": (rows_of(200, weights=np.ceil(weights), kind="frequency"), "moments"),
    "dependent columns": (dependent(), "qr"),
    "few rows": (rows_of(6), "moments"),
    "as many rows as coefficients": (rows_of(5), "qr"),
    "exact": (rows_of(100) | {"y": rows_of(100)["X"] @ [1.0, 2.0, 3.0, 4.0]}, "qr"),
    "constant target": (rows_of(100) | {"y": np.full(100, 0.3)}, "qr"),
}


def both(
    rows: dict[str, Any], fit_intercept: bool, covariance: Covariance = CLASSICAL
) -> tuple[StreamedFit, Report]:
    X, y, w, kind = (rows.get(name) for name in ("X", "y", "weights", "kind"))
    source = RowsInMemory(X, y, w, kind or "analytic", block_rows=11)
    found = streamed_least_squares(
        source, fit_intercept, wanted_digits=rows.get("wanted_digits", 8)
    )
    dataset = Dataset("rows", X, y, weights=w, weight_kind=kind or "analytic")
    problem = Problem.from_dataset(dataset, fit_intercept=fit_intercept)
    if not covariance.is_classical:
        found = found.with_covariance(covariance, source)
    return found, report(problem, covariance=covariance)


def assert_alike(found: Any, expected: Any, what: str, scale: float = 0.0) -> None:
    if expected is None or isinstance(expected, str | bool):
        assert found == expected, what
    else:
        assert found == pytest.approx(expected, rel=1e-10, abs=1e-10 * scale), what


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_the_report_on_all_rows(case: str, fit_intercept: bool) -> None:
    """Every figure of the report that needs no rows, to ten digits."""
    rows, path = CASES[case]
    found, expected = both(rows, fit_intercept)
    if fit_intercept:
        assert found.path == path
    assert_same_report(found, expected)


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC2", "HC3"])
@pytest.mark.parametrize("case", [*CASES, "a row that stands alone"])
def test_robust_errors_in_one_more_pass(case: str, kind: str) -> None:
    rows = lonely() if case == "a row that stands alone" else CASES[case][0]
    found, expected = both(rows, kind != "HC1", Covariance(kind))
    assert_same_report(found, expected)
    assert found.covariance.kind == expected.covariance.kind


@pytest.mark.parametrize("kind", ["newey_west", "cluster"])
def test_other_errors_need_all_rows_at_once(kind: str) -> None:
    clusters = np.zeros(200, dtype=np.int64) if kind == "cluster" else None
    with pytest.raises(ConfigError, match=f"'HC3'. Got '{kind}'"):
        both(rows_of(200), True, Covariance(kind, clusters))


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("n_test", [1, 5, 60])
def test_scores_of_test_rows(n_test: int, fit_intercept: bool) -> None:
    rows = rows_of(200)
    dataset = Dataset("rows", rows["X"], rows["y"], weights=weights)
    problem = Problem.from_dataset(
        dataset, n_test / 200, split="sequential", fit_intercept=fit_intercept
    )
    train, test = (
        RowsInMemory(*arrays, block_rows=17)
        for arrays in (
            (problem.X_train, problem.y_train, problem.w_train),
            (problem.X_test, problem.y_test, problem.w_test),
        )
    )
    found = streamed_least_squares(train, fit_intercept)
    expected = report(problem)
    scored = found.with_test(square_root_of_moments(second_moments(test)))
    assert_alike(scored.test_r_squared, expected.test_r_squared, "R2")
    assert_alike(scored.test_rmse, expected.test_rmse, "RMSE")


def assert_same_report(found: StreamedFit, expected: Report) -> None:
    for name in FIGURES:
        assert_alike(getattr(found, name), getattr(expected, name), name)
    for one, other in zip(found.coefficients, expected.coefficients, strict=True):
        for name in vars(other):
            scale = other.standard_error or 1.0 if name in ("estimate", "low", "high") else 1.0
            assert_alike(getattr(one, name), getattr(other, name), f"{other.name} {name}", scale)
    for term, other_term in zip(found.by_term, expected.by_term, strict=True):
        for name in ("label", "df", "sum_of_squares", "f", "p", "partial_r_squared", "gvif"):
            size = expected.fit.tss * expected.fit.y_scale**2 if name == "sum_of_squares" else 1.0
            assert_alike(getattr(term, name), getattr(other_term, name), name, size)
    own = [note for note in expected.notes if not note.startswith("Weighted")]
    assert list(found.notes[1:]) == own


@st.composite
def nasty_rows(draw: st.DrawFn) -> dict[str, Any]:
    """Few rows whose columns nearly depend on one another, of any size, far from 0."""
    n_features, seed = draw(st.integers(1, 3)), draw(st.integers(0, 10**6))
    n_rows = n_features + 2 + draw(st.integers(0, 6))
    generator = np.random.default_rng(seed)
    X = generator.standard_normal((n_rows, n_features))
    X[:, -1] = X[:, 0] + X[:, -1] * 10.0 ** -draw(st.integers(0, 9))
    X = X * 10.0 ** draw(st.integers(-3, 3)) + draw(st.sampled_from([0.0, 1.0, 1e3, 1e6]))
    noise = generator.standard_normal(n_rows) * 10.0 ** -draw(st.integers(-1, 8))
    kind = draw(st.sampled_from(["none", "analytic", "frequency"]))
    w = generator.uniform(0.1, 5.0, n_rows)
    return {
        "X": X,
        "y": X @ generator.standard_normal(n_features) + noise,
        "weights": {"none": None, "analytic": w, "frequency": np.ceil(w)}[kind],
        "block_rows": draw(st.integers(1, 6)),
    }


@given(rows=nasty_rows(), fit_intercept=st.booleans(), wanted_digits=st.sampled_from([0, 10, 15]))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_more_digits_are_claimed_than_there_are(
    rows: dict[str, Any], fit_intercept: bool, wanted_digits: int
) -> None:
    source = RowsInMemory(**rows)
    found = streamed_least_squares(source, fit_intercept, wanted_digits=wanted_digits)
    used = [row.is_estimated for row in found.coefficients]
    kept = np.array(used[int(fit_intercept) :])
    exact, squares = exact_fit(rows["X"][:, kept], rows["y"], fit_intercept, rows["weights"])
    rows_used = [row for row in found.coefficients if row.is_estimated]
    for row, truth in zip(rows_used, exact, strict=True):
        size = Fraction(max(abs(row.estimate), row.standard_error or 0.0))
        error = abs(Fraction(row.estimate) - truth)
        assert not found.digits or error <= size * Fraction(1, 10**found.digits)
    if found.residual_standard_error and found.error_digits:
        deviation = np.sqrt(float(squares) / found.df_residual)
        gap = abs(found.residual_standard_error - deviation)
        assert gap <= deviation * 10.0**-found.error_digits


def test_it_says_which_path_and_how_many_digits() -> None:
    found, _ = both(rows_of(200), True)
    assert 8 <= found.digits <= 15
    assert found.notes[0] == (
        f"Least squares from second moments, in one pass over the rows: the first {found.digits} "
        f"digits of every coefficient, or of its standard error where that is larger, are those of "
        f"exact arithmetic."
    )
    again, _ = both(nearly_dependent(wanted_digits=11), True)
    assert again.digits >= 10 and "in a second pass over the rows" in again.notes[0]


def test_what_is_known_of_the_rows_is_not_asked_again() -> None:
    rows = rows_of(100)
    source = RowsInMemory(rows["X"], rows["y"])
    moments = second_moments(source)
    object.__setattr__(source, "blocks", None)
    found = streamed_least_squares(source, moments=moments, wanted_digits=5)
    assert found.path == "moments"


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_rows(n: int) -> None:
    rows = rows_of(5)
    with pytest.raises(DataError) as error:
        streamed_least_squares(RowsInMemory(rows["X"][:n], rows["y"][:n]))
    assert f"Got {n} rows for 5" in str(error.value)


@pytest.mark.parametrize("kind", ["nonrobust", "HC3"])
@pytest.mark.parametrize("case", ["plain", "analytic weights", "frequency weights", "few rows"])
def test_predictions_of_a_fit_whose_rows_are_elsewhere(case: str, kind: str) -> None:
    """Where the sample is all of the rows, they are those of the report."""
    rows, covariance = CASES[case][0], CLASSICAL if kind == "nonrobust" else Covariance(kind)
    found, expected = both(rows, True, covariance)
    sample = expected.problem.dataset
    X = np.vstack([sample.X[:5], sample.X[:1] * 3.0])
    own, wanted = found.with_sample(sample).predict(X), expected.predict(X)
    for name in ("mean", "low", "high", "confidence_low", "confidence_high"):
        np.testing.assert_allclose(getattr(own, name), getattr(wanted, name), rtol=1e-9)
    assert own.reasons == wanted.reasons and own.reasons[-1]
    assert not found.predict(X).is_extrapolation.any()


def test_a_logarithm_is_brought_back_by_the_sample() -> None:
    rows = rows_of(200)
    logs = Dataset("logs", rows["X"], rows["y"] / 100.0, target_transform="log")
    found = streamed_least_squares(RowsInMemory(logs.X, logs.y), target_transform="log")
    own = found.with_sample(logs).predict(logs.X)
    expected = report(Problem.from_dataset(logs)).predict(logs.X)
    assert own.smearing == pytest.approx(expected.smearing, rel=1e-12) != 1.0
    assert own.target_transform == "log"


@pytest.mark.parametrize(
    ("error", "value", "digits"),
    [(1e-300, 1e300, 15), (1e-9, 1.0, 9), (1.0, math.inf, 0), (0.0, math.nan, 0), (1.0, 0.0, 0)],
)
def test_digits_at_the_ends_of_what_a_float_holds(error: float, value: float, digits: int) -> None:
    assert digits_of(error, value) == digits


def test_values_too_large_to_be_squared_are_refused() -> None:
    source = RowsInMemory(np.array([[1.0], [2.0], [3.0]]), np.array([1e308, -1e308, 1e308]))
    with pytest.raises(DataError, match="too large for sums of their squares: choose other units"):
        streamed_least_squares(source)
