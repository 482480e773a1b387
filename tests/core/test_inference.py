"""The report's figures against statsmodels, scipy and brute force, and on degenerate data."""

from __future__ import annotations

import math
import subprocess
import sys
import tracemalloc
from collections.abc import Callable

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
    about_0 = [note for note in own.notes if "R2 is measured about 0" in note]
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


def dependent(third: Callable[[np.ndarray], np.ndarray], **how: object) -> Report:
    """Two features and one made of them, 50 rows."""
    X = np.random.default_rng(1).standard_normal((50, 2)) + [3.0, 5.0]
    y = X[:, 0] + np.random.default_rng(2).standard_normal(50)
    X = np.column_stack([X, third(X)])
    data = Dataset("dependent", X, y, ("a", "b", "c"))
    learned = Params(np.array([1.0, 0.0, 0.0]), 0.0)
    return report(Problem.from_dataset(data, **how), learned)


DEPENDENT = [
    ("a sum", lambda X: X[:, 0] + X[:, 1] + 7, {}, "is determined by"),
    ("a copy far off", lambda X: X[:, 1] * 3 + 1e9, {}, "is determined by 'b'"),
    ("constant", lambda X: 0 * X[:, 0] + 4.1, {}, "'c' is constant in the training rows"),
    ("zero", lambda X: 0 * X[:, 0], {"fit_intercept": False}, "'c' is 0 in every training row"),
]


@pytest.mark.parametrize(
    ("third", "how", "words"), [case[1:] for case in DEPENDENT], ids=[c[0] for c in DEPENDENT]
)
def test_superfluous_features_are_named_and_not_estimated(
    third: Callable[[np.ndarray], np.ndarray], how: dict[str, bool], words: str
) -> None:
    own = dependent(third, **how)
    (note,) = [note for note in own.notes if note.endswith("is not estimated (0).")]
    assert words in note or words.replace("'b'", "'c'") in note
    (left_out,) = [row for row in own.coefficients if not row.is_estimated]
    assert note.startswith(repr(left_out.name))
    assert left_out.estimate == 0.0
    unknown = ("standard_error", "t", "p", "low", "high", "vif", "digits")
    assert [getattr(left_out, name) for name in unknown] == [None] * 7
    assert own.rank == 2
    theirs = sm.OLS(own.problem.y_train, their_matrix(own)).fit()
    rows = [row for row in own.coefficients if row.is_estimated]
    np.testing.assert_allclose([row.standard_error for row in rows], theirs.bse, rtol=1e-6)
    np.testing.assert_allclose(own.r_squared, theirs.rsquared, rtol=1e-9)


def their_matrix(own: Report) -> np.ndarray:
    kept = [row.is_estimated for row in own.coefficients if not row.is_intercept]
    X = own.problem.X_train[:, kept]
    return sm.add_constant(X) if own.problem.fit_intercept else X


def test_only_determined_coefficients_are_compared_with_learned_ones() -> None:
    own = dependent(lambda X: 2 * X[:, 1])
    digits = {row.name: row.digits for row in own.coefficients}
    assert digits["a"] is not None and digits["intercept"] is not None
    assert digits["b"] is None and digits["c"] is None
    shifted = dependent(lambda X: 2 * X[:, 1] + 1)
    assert shifted.coefficients[0].digits is None


def test_nearly_dependent_features_are_estimated() -> None:
    own = dependent(lambda X: X[:, 0] + 1e-7 * np.random.default_rng(3).standard_normal(50))
    assert own.rank == 3
    assert own.coefficients[1].vif > 1e13
    assert own.notes == ()


SHAPES = [(1, 1), (2, 1), (2, 3), (3, 2), (3, 5), (4, 2), (5, 5), (7, 6)]


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize(("n_samples", "n_features"), SHAPES)
def test_few_rows(n_samples: int, n_features: int, fit_intercept: bool) -> None:
    generator = np.random.default_rng(0)
    X, y = generator.standard_normal((n_samples, n_features)), generator.standard_normal(n_samples)
    problem = Problem.from_dataset(Dataset("few", X, y), fit_intercept=fit_intercept)
    own = report(problem, Params(np.ones(n_features), 0.0))
    assert own.df_residual == n_samples - sum(row.is_estimated for row in own.coefficients)
    enough = own.df_residual > 0
    for row in own.coefficients:
        assert (row.standard_error is not None) == (enough and row.is_estimated)
    assert (own.residual_standard_error is not None) == enough
    assert any("nothing is left to judge the fit by" in note for note in own.notes) != enough
    too_many = n_features + fit_intercept > n_samples
    assert any("determine at most" in note for note in own.notes) == too_many
    assert {finding.verdict for finding in own.findings} <= {"fine", "look"}
    assert len(own.findings) == 5
    assert np.isfinite(own.predict(X).low).all() == enough


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, np.newaxis]


DEGENERATE = {
    "constant target": (column(*range(9)), [5.0] * 9),
    "constant target, large": (column(*range(9)), [1e300] * 9),
    "constant feature": (column(*[3.0] * 9), list(range(9))),
    "all constant": (column(*[3.0] * 9), [2.0] * 9),
    "all zero": (column(*[0.0] * 9), [0.0] * 9),
    "zero feature": (column(*[0.0] * 9), list(range(9))),
    "zero feature, constant target": (column(*[0.0] * 9), [2.5] * 9),
    "exact line": (column(*range(9)), [2.0 * x + 1 for x in range(9)]),
    "binary feature": (column(*[0.0, 1.0] * 6), [0.1, 1.2, 0.3, 0.9, 0.2, 1.0] * 2),
    "one row apart": (column(*[1.0] * 9, 2.0), [1, 2, 3, 4, 5, 6, 7, 8, 9, 50]),
    "huge target": (column(*range(9)), [1e300 * v for v in (1, -1, 2, 3, -4, 5, 1, 0, 2)]),
    "largest floats": (column(*range(9)), [1.7e308 * (-1) ** k for k in range(9)]),
    "tiny target": (column(*range(9)), [1e-300 * v for v in (1, -1, 2, 3, -4, 5, 1, 0, 2)]),
    "denormal target": (column(*range(9)), [5e-324 * v for v in (1, 9, 2, 3, 4, 5, 1, 0, 2)]),
    "huge feature": (1e300 * column(*range(9)), [1, -1, 2, 3, -4, 5, 1, 0, 2]),
    "tiny feature": (1e-300 * column(*range(9)), [1, -1, 2, 3, -4, 5, 1, 0, 2]),
    "huge by tiny": (1e-300 * column(*range(9)), [1e300 * v for v in (1, -1, 2, 3, 4, 5, 1, 0, 2)]),
    "mixed sizes": (
        np.column_stack([1e300 * np.arange(9.0), 1e-300 * np.arange(9.0) ** 2]),
        [1, -1, 2, 3, -4, 5, 1, 0, 2],
    ),
    "far off": (1e15 + column(*range(9)), [1, -1, 2, 3, -4, 5, 1, 0, 2]),
}


def random_columns(generator: np.random.Generator, n_samples: int, count: int) -> np.ndarray:
    """Columns of every awkward kind: few values, one value, tiny, huge, far off, dependent."""
    normal = generator.standard_normal((count, n_samples))
    kinds = [
        normal[0],
        generator.integers(0, 2, n_samples) * 1.0,
        np.full(n_samples, generator.choice([0.0, 3.7, 1e9])),
        normal[0] * 10.0 ** generator.integers(-200, 200),
        np.round(normal[0]),
        1e8 + normal[0],
    ]
    columns = [kinds[kind] + 0 * normal[0] for kind in generator.integers(0, 6, count)]
    if count > 2 and generator.random() < 0.4:
        columns[-1] = columns[0] * 2 + columns[1]
    return np.column_stack(columns)


@pytest.mark.parametrize("seed", range(60))
def test_random_degenerate_tables(seed: int) -> None:
    """Nothing raises or warns, and leverages add up to the number of coefficients."""
    generator = np.random.default_rng(seed)
    n_samples, count = int(generator.integers(1, 40)), int(generator.integers(2, 9))
    table = random_columns(generator, n_samples, count)
    problem = Problem.from_dataset(
        Dataset("random", table[:, 1:], table[:, 0]),
        test_fraction=float(generator.choice([0.0, 0.3])) if n_samples > 3 else 0.0,
        fit_intercept=bool(generator.integers(0, 2)),
    )
    own = report(problem, Params(np.ones(count - 1), 1.0))
    estimated = sum(row.is_estimated for row in own.coefficients)
    assert own.diagnostics.leverage.sum() == pytest.approx(estimated, abs=1e-6)
    assert len(own.findings) == 5
    own.predict(2 * problem.X_train)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_data_raise_and_warn_nothing(case: str, fit_intercept: bool) -> None:
    X, y = DEGENERATE[case]
    problem = Problem.from_dataset(Dataset(case, X, y), fit_intercept=fit_intercept)
    own = report(problem, Params(np.ones(X.shape[1]), 1.0))
    figures = [value for value in vars(own).values() if isinstance(value, float)]
    figures += [value for row in own.coefficients for value in (row.standard_error, row.t, row.low)]
    assert all(value is None or math.isfinite(value) for value in figures)
    assert own.r_squared is None or own.r_squared <= 1.0
    own.predict(X)


@pytest.mark.parametrize("scale", [1e-290, 1e-150, 1e150, 1e290])
@pytest.mark.parametrize("what", ["X", "y"])
def test_units_change_nothing_but_the_units(scale: float, what: str) -> None:
    usual = random_problem().dataset
    X, y = (usual.X * scale, usual.y) if what == "X" else (usual.X, usual.y * scale)
    own, expected = report(Problem.from_dataset(Dataset("scaled", X, y))), report(random_problem())
    units = np.array([1.0] + [1 / scale] * 4) if what == "X" else np.full(5, scale)
    for name in ("estimate", "standard_error", "low", "high"):
        np.testing.assert_allclose(
            np.array(columns(own, name)) / units, columns(expected, name), rtol=1e-9
        )
    for name in ("r_squared", "f", "cv_r_squared"):
        assert getattr(own, name) == pytest.approx(getattr(expected, name), rel=1e-9)
    np.testing.assert_allclose(columns(own, "t"), columns(expected, "t"), rtol=1e-9)
    assert [f.verdict for f in own.findings] == [f.verdict for f in expected.findings]


def test_what_no_float_can_hold_is_said() -> None:
    own = report(Problem.from_dataset(Dataset("huge by tiny", *DEGENERATE["huge by tiny"])))
    assert any("too large or too small for a float64" in note for note in own.notes)


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
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
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
