"""The report's figures against statsmodels, scipy and brute force, and on degenerate data."""

from __future__ import annotations

import math
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import OLSInfluence

from linreg_core import ConfigError, DataError, Dataset, Params, Problem, make_dataset
from linreg_core.inference import Report, report
from linreg_core.inference.agreement import agreeing_digits

N_SAMPLES, N_FEATURES = 60, 4


def random_problem(seed: int = 0, **how: object) -> Problem:
    generator = np.random.default_rng(seed)
    X = generator.standard_normal((N_SAMPLES, N_FEATURES)) * [1, 10, 0.1, 5] + [0, 50, 1, -3]
    y = X @ [2.0, 0.3, -40.0, 0.0] + 7.0 + 2.0 * generator.standard_normal(N_SAMPLES)
    return Problem.from_dataset(Dataset("random", X, y), **how)


def their_results(problem: Problem) -> sm.regression.linear_model.RegressionResults:
    X = problem.X_train
    return sm.OLS(problem.y_train, sm.add_constant(X) if problem.fit_intercept else X).fit()


@pytest.fixture(params=[True, False], ids=["intercept", "through the origin"])
def problem(request: pytest.FixtureRequest) -> Problem:
    return random_problem(fit_intercept=request.param)


@pytest.fixture
def own(problem: Problem) -> Report:
    return report(problem)


def columns(result: Report, name: str) -> list[float]:
    return [getattr(row, name) for row in result.coefficients]


def test_coefficients_are_those_of_statsmodels(problem: Problem, own: Report) -> None:
    theirs = their_results(problem)
    low, high = theirs.conf_int().T
    for name, expected in (
        ("estimate", theirs.params),
        ("standard_error", theirs.bse),
        ("t", theirs.tvalues),
        ("p", theirs.pvalues),
        ("low", low),
        ("high", high),
    ):
        np.testing.assert_allclose(columns(own, name), expected, rtol=1e-9, err_msg=name)
    first = int(problem.fit_intercept)
    assert [row.is_intercept for row in own.coefficients] == [True] * first + [False] * 4
    assert [row.name for row in own.coefficients][first:] == ["x1", "x2", "x3", "x4"]


def test_variance_inflation(problem: Problem, own: Report) -> None:
    first = int(problem.fit_intercept)
    A = sm.add_constant(problem.X_train) if first else problem.X_train
    # Not variance_inflation_factor, which centres the columns of a model without a constant too.
    expected = [
        1 / (1 - sm.OLS(A[:, column], np.delete(A, column, axis=1)).fit().rsquared)
        for column in range(first, A.shape[1])
    ]
    np.testing.assert_allclose(columns(own, "vif")[first:], expected, rtol=1e-9)
    assert columns(own, "vif")[:first] == [None] * first


def test_goodness_of_fit(problem: Problem, own: Report) -> None:
    theirs = their_results(problem)
    for name, expected in (
        ("r_squared", theirs.rsquared),
        ("adjusted_r_squared", theirs.rsquared_adj),
        ("residual_standard_error", math.sqrt(theirs.mse_resid)),
        ("rmse", math.sqrt(theirs.ssr / N_SAMPLES)),
        ("mae", np.abs(theirs.resid).mean()),
        ("f", theirs.fvalue),
        ("f_p", theirs.f_pvalue),
        ("aic", theirs.aic),
        ("bic", theirs.bic),
        ("df_residual", theirs.df_resid),
        ("rank", theirs.df_model),
    ):
        assert getattr(own, name) == pytest.approx(expected, rel=1e-9), name
    assert (own.n_samples, own.n_features) == (N_SAMPLES, N_FEATURES)
    about_0 = [note for note in own.notes if "R² is measured about 0" in note]
    assert len(about_0) == (not problem.fit_intercept)


def test_diagnostics(problem: Problem, own: Report) -> None:
    theirs = OLSInfluence(their_results(problem))
    found = own.diagnostics
    for name, expected in (
        ("fitted", theirs.results.fittedvalues),
        ("residuals", theirs.resid),
        ("standardized_residuals", theirs.resid_studentized_internal),
        ("leverage", theirs.hat_matrix_diag),
        ("cooks_distance", theirs.cooks_distance[0]),
    ):
        np.testing.assert_allclose(getattr(found, name), expected, rtol=1e-9, err_msg=name)
    assert (np.diff(found.standardized_residuals[found.order]) >= 0).all()
    middle = found.normal_quantiles[N_SAMPLES // 2 - 1 : N_SAMPLES // 2 + 1]
    assert (np.diff(found.normal_quantiles) > 0).all()
    assert middle.sum() == pytest.approx(0)
    assert not found.leverage.flags.writeable


def refitted_r_squared(problem: Problem, n_folds: int, seed: int) -> float:
    """Cross-validation by fitting again, fold after fold."""
    A, y = problem.X_train, problem.y_train
    A = sm.add_constant(A) if problem.fit_intercept else A
    errors = np.empty(len(y))
    order = np.random.default_rng(seed).permutation(len(y))
    for fold in range(n_folds):
        out = order[fold::n_folds]
        kept = np.setdiff1d(np.arange(len(y)), out)
        errors[out] = y[out] - A[out] @ np.linalg.lstsq(A[kept], y[kept])[0]
    centre = y.mean() if problem.fit_intercept else 0.0
    return float(1 - (errors**2).sum() / ((y - centre) ** 2).sum())


@pytest.mark.parametrize("seed", [0, 3])
def test_cross_validation_is_that_of_new_fits(problem: Problem, seed: int) -> None:
    own = report(problem, seed=seed)
    assert own.n_folds == 10
    assert own.cv_r_squared == pytest.approx(refitted_r_squared(problem, 10, seed), rel=1e-9)
    assert own.cv_r_squared == report(problem, seed=seed).cv_r_squared
    assert own.cv_r_squared != report(problem, seed=seed + 1).cv_r_squared


def test_few_rows_are_left_out_one_by_one() -> None:
    x = np.array([1.0, 2.0, 4.0, 5.0, 9.0, 12.0])
    problem = Problem.from_dataset(Dataset("few", x[:, None], x + [0.3, -1, 0.2, 1, -0.7, 0.1]))
    own = report(problem)
    press = ((own.diagnostics.residuals / (1 - own.diagnostics.leverage)) ** 2).sum()
    total = ((problem.y_train - problem.y_train.mean()) ** 2).sum()
    assert own.n_folds == 6
    assert own.cv_r_squared == pytest.approx(1 - press / total, rel=1e-12)


def test_a_level_that_only_one_row_has_leaves_cross_validation_defined() -> None:
    """Without that row nothing determines the indicator: its weight is taken to be 0."""
    generator = np.random.default_rng(2)
    X = np.column_stack([generator.standard_normal(40), np.arange(40) == 7])
    y = X[:, 0] + generator.standard_normal(40)
    own = report(Problem.from_dataset(Dataset("level", X, y)))
    assert own.cv_r_squared is not None and -1 < own.cv_r_squared < own.r_squared


def test_test_rows() -> None:
    problem = random_problem(test_fraction=0.3)
    own = report(problem)
    wrong = problem.y_test - own.params.predict(problem.X_test)
    about = problem.y_test - problem.y_test.mean()
    assert own.test_r_squared == pytest.approx(1 - (wrong @ wrong) / (about @ about))
    assert own.test_rmse == pytest.approx(np.sqrt((wrong**2).mean()))
    assert own.test_mae == pytest.approx(np.abs(wrong).mean())
    assert own.n_samples == problem.n_train == 42
    without = report(random_problem())
    assert (without.test_r_squared, without.test_rmse, without.test_mae) == (None,) * 3


def test_one_test_row_has_no_r_squared() -> None:
    own = report(random_problem(test_fraction=1 / 60))
    assert own.test_r_squared is None and own.test_rmse == own.test_mae > 0


DIGITS = [
    (1.0, 1.0, 16.0),
    (1.01, 1.0, 2.0),
    (-1.0, 1.0, 0.0),
    (1e300, 1.0, 0.0),
    (1.7e308, -1.7e308, 0.0),
    (math.nan, 1.0, 0.0),
    (math.inf, 1.0, 0.0),
    (0.0, 0.0, 16.0),
    (1e-300, 0.0, 0.0),
    (123456.7, 123456.8, 6.0915),
    (1e300, 1.001e300, 3.0004),
]


@pytest.mark.parametrize(("learned", "estimate", "expected"), DIGITS)
def test_digits_of_agreement(learned: float, estimate: float, expected: float) -> None:
    assert agreeing_digits(learned, estimate) == pytest.approx(expected, abs=1e-3)


def test_learned_values_stand_beside_the_estimates() -> None:
    problem = random_problem()
    least_squares = report(problem)
    learned = Params(least_squares.params.weights * 1.0001, least_squares.params.bias)
    own = report(problem, learned)
    assert columns(own, "learned") == [learned.bias, *learned.weights]
    assert columns(own, "digits") == pytest.approx([16, 4, 4, 4, 4], abs=1e-3)
    assert columns(least_squares, "learned") == columns(least_squares, "digits") == [None] * 5
    assert own.learned is learned
    assert least_squares.compared_with(learned).coefficients == own.coefficients
    assert own.compared_with(None).coefficients == least_squares.coefficients
    assert own.compared_with(None).diagnostics is own.diagnostics


def test_learned_values_and_seeds_must_fit() -> None:
    with pytest.raises(DataError) as raised:
        report(random_problem(), Params(np.ones(2), 0.0))
    assert str(raised.value) == (
        "`learned` must have 4 weights. Got 2: compare fits of the same features."
    )
    with pytest.raises(ConfigError, match="`seed` must be >= 0. Got -1."):
        report(random_problem(), seed=-1)


def test_an_exact_line_has_r_squared_1() -> None:
    own = report(Problem.from_dataset(make_dataset("exact_line")))
    assert own.r_squared == 1.0 and own.cv_r_squared == pytest.approx(1.0)
    assert any("The fit is exact" in note for note in own.notes)


def test_the_same_report_again() -> None:
    first, again = report(random_problem()), report(random_problem())
    assert first.coefficients == again.coefficients
    assert first.findings == again.findings


def test_importing_inference_is_light() -> None:
    heavy = ("torch", "pandas", "scipy", "statsmodels", "pyarrow")
    code = f"import sys, linreg_core.inference; print([m for m in {heavy} if m in sys.modules])"
    command = [sys.executable, "-W", "error", "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.stdout.strip() == "[]", result.stderr


def test_large_data_need_little_memory_beside_them() -> None:
    """Diagnostics are 7 columns; nothing of the size of X is made."""
    generator = np.random.default_rng(0)
    X = generator.standard_normal((200_000, 10))
    problem = Problem.from_dataset(Dataset("large", X, np.exp(0.1 * X.sum(axis=1))))
    report(random_problem())
    tracemalloc.start()
    own = report(problem)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 14 * 8 * 200_000
    assert own.findings[0].verdict == "look"
