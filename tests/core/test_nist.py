"""The report's own figures against NIST's certified ones, digit by digit."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import reference_fit
from linreg_core.inference import Covariance, report
from linreg_core.numerics import least_squares
from tests.core.exact_fits import ExactFit
from tests.core.nist import REFERENCE_SETS, ReferenceSet

NOISY = [one for one in REFERENCE_SETS if one.residual_deviation]
EXACT = [one for one in REFERENCE_SETS if not one.residual_deviation]


def correct_digits(found: object, certified: object) -> float:
    """Correct digits of the worst of several figures: -log10 of the relative error."""
    found, certified = np.asarray(found, dtype=np.float64), np.asarray(certified)
    error = np.abs(found - certified) / np.abs(certified)
    return float(-np.log10(np.maximum(error, 1e-16).max()))


def named(sets: list[ReferenceSet]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reference", sets, ids=[one.name for one in sets])


def test_there_are_all_eleven() -> None:
    assert [len(one.problem().y_train) for one in REFERENCE_SETS] == [
        36, 40, 11, 3, 82, 16, 21, 21, 21, 21, 21,
    ]  # fmt: skip


@named(list(REFERENCE_SETS))
def test_coefficients(reference: ReferenceSet) -> None:
    found = [row.estimate for row in report(reference.problem()).coefficients]
    assert correct_digits(found, reference.coefficients[0]) >= reference.digits


@named(list(REFERENCE_SETS))
def test_the_reference_fit_is_the_report(reference: ReferenceSet) -> None:
    problem = reference.problem()
    rows, params = report(problem).coefficients, reference_fit(problem)
    assert [row.estimate for row in rows if not row.is_intercept] == params.weights.tolist()
    assert params.bias == (rows[0].estimate if reference.fit_intercept else 0.0)


@named(list(REFERENCE_SETS))
def test_rows_that_come_in_parts(reference: ReferenceSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """What large data go through, without doubled precision, is at most half a digit worse."""
    monkeypatch.setattr(least_squares, "EXTENDED_CELLS", 0)
    monkeypatch.setattr("linreg_core.numerics.design.PART_CELLS", 40)
    result = report(reference.problem())
    found = [row.estimate for row in result.coefficients]
    assert correct_digits(found, reference.coefficients[0]) >= reference.digits - 0.5
    assert correct_digits(1 + result.r_squared, 1 + reference.r_squared) > reference.digits


@named(NOISY)
def test_standard_errors_and_goodness_of_fit(reference: ReferenceSet) -> None:
    result = report(reference.problem())
    errors = [row.standard_error for row in result.coefficients]
    assert correct_digits(errors, reference.coefficients[1]) >= reference.digits
    certified = (reference.residual_deviation, reference.r_squared, reference.f)
    found = (result.residual_standard_error, result.r_squared, result.f)
    assert correct_digits(found, certified) >= reference.digits


def test_errors_of_ten_powers_are_those_of_exact_arithmetic() -> None:
    """Certified are those of the powers themselves, not of what float64 makes of them."""
    problem = next(one for one in REFERENCE_SETS if one.name == "Filip").problem()
    A = np.column_stack([np.ones(problem.n_train), problem.X_train])
    exact, own = ExactFit(A, problem.y_train), report(problem)
    for kind in ("classical", "HC3"):
        wanted = exact.table(exact.covariance(kind), exact.df)["standard_error"]
        rows = own.with_covariance(Covariance(kind)).coefficients
        assert correct_digits([row.standard_error for row in rows], wanted) >= 12


@named(NOISY)
def test_t_values_follow(reference: ReferenceSet) -> None:
    estimates, errors = reference.coefficients
    found = [row.t for row in report(reference.problem()).coefficients]
    assert correct_digits(found, estimates / errors) >= reference.digits - 0.3


@named(EXACT)
def test_exact_fits_have_errors_of_0(reference: ReferenceSet) -> None:
    """Certified are residuals and standard errors of 0."""
    result = report(reference.problem())
    assert (result.residual_standard_error, result.rmse, result.mae) == (0, 0, 0)
    assert [row.standard_error for row in result.coefficients] == [0] * 6
    assert result.r_squared == 1.0
    assert (result.f, result.f_p, result.aic, result.bic) == (None,) * 4
    assert [(row.t, row.p) for row in result.coefficients] == [(None, None)] * 6
    assert any("The fit is exact" in note for note in result.notes)
    assert {finding.verdict for finding in result.findings} == {"unknown"}
