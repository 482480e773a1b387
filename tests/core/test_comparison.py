"""Two models side by side: figures and tests against statsmodels, and what can't be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.formula.api import wls
from statsmodels.stats.anova import anova_lm

from linreg_core import Dataset, Problem
from linreg_core.inference import Report, report
from linreg_core.inference.comparison import ModelFigures, compare_models
from linreg_core.inference.covariance import Covariance
from tests.core.formula_fits import bundled, mixed_frame, our_problem, their_fit

LONGLEY = "TOTEMP ~ GNPDEFL + GNP + UNEMP + ARMED + POP + YEAR"
# The smaller model, the larger one and its data: both spell what they share in other columns.
NESTED = {
    "a term more": ("y ~ a", "y ~ a + g", mixed_frame),
    "an interaction more": ("y ~ a + g", "y ~ a * g", mixed_frame),
    "another baseline": ("y ~ C(g, Treatment('r'))", "y ~ C(g, Treatment('p')) + a", mixed_frame),
    "a sum": ("y ~ I(a + 3 * b)", "y ~ a + b", mixed_frame),
    "other polynomials": ("y ~ a + I(a**2)", "y ~ I(a - 5) + I((a - 5)**2) + I(a**3)", mixed_frame),
    "no intercept": ("y ~ a - 1", "y ~ a", mixed_frame),
    "the mean alone": ("y ~ g", "y ~ g:h", mixed_frame),
    "longley": ("TOTEMP ~ GNP + YEAR", LONGLEY, lambda: bundled("longley")),
    "raw cubes": (
        "AVGEXP ~ I(AGE**2)",
        "AVGEXP ~ AGE + I(AGE**2) + I(AGE**3) + INCOME",
        lambda: bundled("ccard"),
    ),
}


@pytest.mark.parametrize("name", NESTED)
def test_the_nested_test_is_that_of_statsmodels(name: str) -> None:
    smaller, larger, frame = NESTED[name]
    small, large = (their_fit(formula, frame()) for formula in (smaller, larger))
    f, p, df = large.compare_f_test(small)
    one, other = report(our_problem(small)), report(our_problem(large))
    for before, after in ((one, other), (other, one)):
        test = compare_models(before, after).test
        assert test is not None
        assert (test.is_later_larger, test.df, test.df_residual) == (
            (after is other),
            df,
            large.df_resid,
        )
        np.testing.assert_allclose((test.f, test.p), (f, p), rtol=1e-7)


def test_the_nested_test_follows_the_standard_errors() -> None:
    frame = mixed_frame()
    small, large = (their_fit(text, frame) for text in ("y ~ I(a + b)", "y ~ a + b + g"))
    restrictions = "a = b, g[T.q] = 0, g[T.r] = 0"
    wanted = large.get_robustcov_results("HC3").f_test(restrictions)
    how = Covariance("HC3")
    one, other = (report(our_problem(each), covariance=how) for each in (small, large))
    test = compare_models(one, other).test
    assert test is not None
    np.testing.assert_allclose(
        (test.df, test.f, test.p), (3, wanted.fvalue, wanted.pvalue), rtol=1e-8
    )
    groups = (frame.index % 9).to_numpy()
    theirs = large.get_robustcov_results("cluster", groups=groups, use_t=True)
    wanted = theirs.f_test(restrictions)
    test = compare_models(one, other.with_covariance(Covariance("cluster", groups))).test
    assert test is not None
    assert (test.df_residual, test.errors) == (8, "clustered")
    np.testing.assert_allclose((test.f, test.p), (wanted.fvalue, wanted.pvalue), rtol=1e-8)


NOT_NESTED = {
    "each has its own": ("y ~ a + g", "y ~ a + b + h"),
    "another's square": ("y ~ I(a**2)", "y ~ a + b"),
    "one row is otherwise": ("y ~ g", "y ~ C(other) + a"),
}


@pytest.mark.parametrize("name", NOT_NESTED)
def test_models_that_do_not_contain_one_another_have_no_test(name: str) -> None:
    frame = mixed_frame()
    frame["other"] = frame.g.where(frame.index != 17, {"p": "q", "q": "r", "r": "p"}[frame.g[17]])
    one, other = (report(our_problem(their_fit(text, frame))) for text in NOT_NESTED[name])
    assert compare_models(one, other).test is None
    assert compare_models(other, one).test is None


def test_the_same_model_in_other_columns_has_nothing_to_test() -> None:
    frame = mixed_frame()
    one, other = (
        report(our_problem(their_fit(text, frame)))
        for text in ("y ~ a + b", "y ~ I(a + b) + I(a - b)")
    )
    test = compare_models(one, other).test
    assert test is not None
    assert (test.df, test.f, test.p) == (0, None, None)


def test_superfluous_columns_are_no_part_of_a_model() -> None:
    frame = mixed_frame()
    small, large = their_fit("y ~ a", frame), their_fit("y ~ a + b", frame)
    problem = our_problem(large)
    X = np.column_stack([2 * problem.X_train[:, 0], problem.X_train])
    one = report(our_problem(small))
    test = compare_models(one, report(Problem.from_dataset(Dataset("d", X, problem.y_train)))).test
    assert test is not None
    np.testing.assert_allclose((test.f, test.p), large.compare_f_test(small)[:2], rtol=1e-9)


def test_what_was_added_and_removed() -> None:
    frame = mixed_frame()
    one, other = (
        report(our_problem(their_fit(t, frame))) for t in ("y ~ a + g", "y ~ g + b + g:b")
    )
    change = compare_models(one, other)
    assert (change.added, change.removed) == (("b", "g:b"), ("a",))
    assert change.has_same_rows
    assert change.notes == ()


def test_figures_are_those_of_statsmodels() -> None:
    theirs = their_fit(LONGLEY, bundled("longley"))
    figures = ModelFigures.of(report(our_problem(theirs)))
    assert figures.target == "TOTEMP"
    assert figures.jacobian == 0.0
    assert figures.terms == tuple(LONGLEY.partition(" ~ ")[2].split(" + "))
    assert (figures.n_samples, figures.n_coefficients) == (16, 7)
    np.testing.assert_allclose(
        (figures.r_squared, figures.adjusted_r_squared, figures.aic, figures.bic),
        (theirs.rsquared, theirs.rsquared_adj, theirs.aic, theirs.bic),
        rtol=1e-10,
    )
    assert figures.rmse == pytest.approx(np.sqrt(theirs.ssr / 16), rel=1e-9)


def of_log() -> tuple[Report, Report]:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(50, 2))
    y = np.exp(X @ [0.5, -0.2] + 3 + 0.1 * rng.normal(size=50))
    plain = Dataset("d", X, y, target_name="price")
    log = Dataset("d", X, np.log(y), target_name="log(price)", target_transform="log")
    return tuple(report(Problem.from_dataset(each)) for each in (plain, log))


def test_criteria_of_a_logarithm_are_those_of_the_target() -> None:
    plain, log = of_log()
    spread = np.sqrt(np.mean(np.square(log.diagnostics.residuals)))
    y = plain.problem.y_train
    density = stats.lognorm.logpdf(y, s=spread, scale=np.exp(log.diagnostics.fitted))
    figures = ModelFigures.of(log)
    assert figures.aic + figures.jacobian == pytest.approx(-2 * density.sum() + 2 * 3, rel=1e-12)
    assert figures.bic + figures.jacobian == pytest.approx(
        -2 * density.sum() + 3 * np.log(50), rel=1e-12
    )
    change = compare_models(plain, log)
    assert change.test is None
    assert change.has_same_rows
    assert not change.has_same_target
    assert "2 Σ log y" in change.notes[0]


def test_what_cannot_be_compared_is_said() -> None:
    plain, _ = of_log()
    dataset = plain.problem.dataset
    for other, said in (
        (replace(dataset, X=dataset.X[1:], y=dataset.y[1:]), "50 training rows and 49"),
        (replace(dataset, target_name="cost"), "'price' and 'cost'"),
    ):
        change = compare_models(plain, report(Problem.from_dataset(other)))
        assert len(change.notes) == 1
        assert said in change.notes[0]
        assert change.test is None
    origin = report(Problem.from_dataset(dataset, fit_intercept=False))
    assert "Without an intercept" in compare_models(origin, plain).notes[0]
    assert compare_models(plain, plain).has_same_rows
    assert not compare_models(plain, plain, has_same_rows=False).has_same_rows


def test_an_exact_fit_has_no_test() -> None:
    x = np.linspace(0, 1, 9)
    X = np.column_stack([x, x**2])
    small, large = (
        report(Problem.from_dataset(Dataset("d", part, 3 * x**2))) for part in (X[:, :1], X)
    )
    test = compare_models(small, large).test
    assert test is not None
    assert (test.df, test.f, test.p) == (1, None, None)


def test_cross_validation_has_the_same_folds() -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(40, 2))
    y = X[:, 0] + rng.normal(size=40)
    order = np.random.default_rng(0).permutation(40)
    for part in (X, X[:, :1]):
        A, errors = np.column_stack([np.ones(40), part]), 0.0
        for k in range(10):
            fold = np.isin(np.arange(40), order[k::10])
            b = np.linalg.lstsq(A[~fold], y[~fold], rcond=None)[0]
            errors += float(np.square(y[fold] - A[fold] @ b).sum())
        figures = ModelFigures.of(report(Problem.from_dataset(Dataset("d", part, y))))
        expected = 1 - errors / float(np.square(y - y.mean()).sum())
        assert figures.cv_r_squared == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("kind", ["analytic", "frequency"])
def test_weights_count_in_tests_by_term_and_of_nested_models(kind: str) -> None:
    frame = mixed_frame()
    w = np.random.default_rng(6).integers(1, 5, len(frame)).astype(float)
    made, theirs = [], []
    for formula in ("y ~ I(a + b)", "y ~ a + b + g"):
        if kind == "analytic":
            theirs.append(wls(formula, frame, weights=w).fit())
            dataset = our_problem(theirs[-1]).dataset
            dataset = replace(dataset, weights=w, weights_name="w")
        else:  # a row that stands so many times
            theirs.append(their_fit(formula, frame.loc[frame.index.repeat(w.astype(int))]))
            dataset = our_problem(their_fit(formula, frame)).dataset
            dataset = replace(dataset, weights=w, weight_kind="frequency", weights_name="w")
        made.append(report(Problem.from_dataset(dataset)))
    test = compare_models(*made).test
    assert test is not None
    f, p, df = theirs[1].compare_f_test(theirs[0])
    assert (test.df, test.df_residual) == (df, theirs[1].df_resid)
    np.testing.assert_allclose((test.f, test.p), (f, p), rtol=1e-9)
    table = anova_lm(theirs[1], typ=2)
    for row in made[1].by_term:
        wanted = table.loc[row.label, ["df", "sum_sq", "F"]].to_numpy(float)
        np.testing.assert_allclose((row.df, row.sum_of_squares, row.f), wanted, rtol=1e-9)
