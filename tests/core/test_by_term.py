"""The table by term against statsmodels, determinants and fits without the term."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from mpmath import mp
from statsmodels.stats.anova import anova_lm

from linreg_core import Dataset, Problem
from linreg_core.inference import report
from linreg_core.inference.covariance import Covariance
from linreg_core.types import TermColumns
from tests.core.formula_fits import bundled, mixed_frame, our_problem, their_fit

MODELS = {
    "main effects": ("y ~ a + b + g + h", mixed_frame),
    "interactions": ("y ~ a + g * h + a:g", mixed_frame),
    "two numbers": ("y ~ a * b + g", mixed_frame),
    "one term": ("y ~ g", mixed_frame),
    "a product alone": ("y ~ a:g", mixed_frame),
    "longley": ("TOTEMP ~ GNPDEFL + GNP + UNEMP + ARMED + POP + YEAR", lambda: bundled("longley")),
    "stackloss": ("STACKLOSS ~ AIRFLOW * WATERTEMP + ACIDCONC", lambda: bundled("stackloss")),
    "scotland": ("YES ~ COUTAX * UNEMPF + MOR + ACT", lambda: bundled("scotland")),
    "strikes": ("duration ~ C(iprod > 0) * iprod", lambda: bundled("strikes")),
    "fair": ("affairs ~ C(occupation) + C(religious) * children + age", lambda: bundled("fair")),
}


def exact_ssr(gram: mp.matrix, columns: list[int]) -> mp.mpf:
    """Return SSR of the last column of a Gram matrix on others, by elimination."""
    chosen = [*columns, gram.rows - 1]
    left = mp.matrix([[gram[i, j] for j in chosen] for i in chosen])
    for pivot in range(len(columns)):
        for row in range(pivot + 1, len(chosen)):
            factor = left[row, pivot] / left[pivot, pivot]
            for column in range(pivot, len(chosen)):
                left[row, column] -= factor * left[pivot, column]
    return left[len(columns), len(columns)]


def exact_gram(problem: Problem) -> mp.matrix:
    ones = np.ones(problem.n_train)
    A = np.column_stack([ones, problem.X_train, problem.y_train])
    rows = [[mp.mpf(float(value)) for value in column] for column in A.T]
    return mp.matrix([[mp.fdot(one, other) for other in rows] for one in rows])


@pytest.mark.parametrize("name", [name for name in MODELS if name != "fair"])
def test_sums_of_squares_to_ten_digits(name: str) -> None:
    formula, frame = MODELS[name]
    problem = our_problem(their_fit(formula, frame()))
    result = report(problem)
    with mp.workdps(60):
        gram, terms = exact_gram(problem), problem.dataset.terms
        places = {term.label: range(term.first + 1, term.stop + 1) for term in terms}
        whole = exact_ssr(gram, list(range(problem.n_features + 1)))
        for term, row in zip(terms, result.by_term, strict=True):
            left = [other.label for other in terms if not term.factors <= other.factors]
            others = [0, *(column for label in left for column in places[label])]
            added = exact_ssr(gram, others) - exact_ssr(gram, [*others, *places[term.label]])
            assert row.sum_of_squares == pytest.approx(float(added), rel=1e-10), row.label
            assert row.partial_r_squared == pytest.approx(float(added / (added + whole)), rel=1e-10)
            f = added / len(places[term.label]) / (whole / result.df_residual)
            assert row.f == pytest.approx(float(f), rel=1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_tests_are_those_of_statsmodels(name: str) -> None:
    formula, frame = MODELS[name]
    theirs = their_fit(formula, frame())
    table = anova_lm(theirs, typ=2)
    for row in report(our_problem(theirs)).by_term:
        wanted = table.loc[row.label, ["df", "sum_sq", "F", "PR(>F)"]].to_numpy(float)
        figures = (row.df, row.sum_of_squares, row.f, row.p)
        np.testing.assert_allclose(figures, wanted, rtol=2e-7, err_msg=row.label)


@pytest.mark.parametrize("name", ["interactions", "longley", "stackloss", "fair"])
def test_tests_follow_another_covariance(name: str) -> None:
    formula, frame = MODELS[name]
    theirs = their_fit(formula, frame())
    table = anova_lm(theirs, typ=2, robust="hc3")
    result = report(our_problem(theirs), covariance=Covariance("HC3"))
    for row in result.by_term:
        wanted = table.loc[row.label, ["F", "PR(>F)"]].to_numpy(float)
        np.testing.assert_allclose((row.f, row.p), wanted, rtol=1e-6, err_msg=row.label)


def correlation_of(X: np.ndarray) -> np.ndarray:
    return np.corrcoef(X, rowvar=False).reshape(X.shape[1], X.shape[1])


@pytest.mark.parametrize("name", ["main effects", "interactions", "longley", "fair"])
def test_inflation_is_that_of_determinants(name: str) -> None:
    formula, frame = MODELS[name]
    problem = our_problem(their_fit(formula, frame()))
    X, whole = problem.X_train, np.linalg.slogdet(correlation_of(problem.X_train))[1]
    for term, row in zip(problem.dataset.terms, report(problem).by_term, strict=True):
        is_own = np.isin(np.arange(X.shape[1]), range(term.first, term.stop))
        parts = [np.linalg.slogdet(correlation_of(X[:, p]))[1] for p in (is_own, ~is_own)]
        expected = np.exp(sum(parts) - whole)
        assert row.gvif == pytest.approx(expected, rel=1e-9), row.label
        assert row.gvif_root == pytest.approx(expected ** (0.5 / row.df), rel=1e-9)


def test_a_single_column_has_the_inflation_of_its_coefficient() -> None:
    result = report(our_problem(their_fit(*both("longley"))))
    assert [row.gvif for row in result.by_term] == [c.vif for c in result.coefficients[1:]]
    assert [row.f for row in result.by_term] == pytest.approx(
        [c.t**2 for c in result.coefficients[1:]], rel=1e-12
    )


def both(name: str) -> tuple[str, pd.DataFrame]:
    formula, frame = MODELS[name]
    return formula, frame()


# Terms of which others determine a part: columns by term, and the df that are left of each.
DETERMINED = {
    "a twin": ({"x": [0], "twin": [0]}, {"x": 0, "twin": 0}),
    "a constant": ({"x": [0], "c": [1]}, {"x": 1, "c": 0}),
    "a part of a category": ({"x": [2], "g": [2, 3]}, {"x": 0, "g": 1}),
    "a sum": ({"x": [0], "s": [4], "w": [5]}, {"x": 0, "s": 0, "w": 0}),
    "a cell that no row has": (
        {"g": [2, 3], "h": [6], "g:h": [7, 1]},
        {"g": 2, "h": 1, "g:h": 1},
    ),
    "a product of what determines": ({"x": [0], "y": [0], "x:y": [8]}, {"x": 0, "y": 0, "x:y": 1}),
    "inside a category": ({"g": [2, 3], "sums": [9, 0]}, {"g": 2 - 1, "sums": 1}),
}


@pytest.mark.parametrize("name", DETERMINED)
def test_what_others_determine_is_told_and_never_nan(name: str) -> None:
    terms, df = DETERMINED[name]
    rng = np.random.default_rng(5)
    x, w = rng.normal(size=(2, 60))
    g, h = rng.integers(0, 3, 60), rng.integers(0, 2, 60)
    p, q = g == 1, g == 2
    pool = [x, np.ones(60), p, q, x + w, w, h, h * p, x * x, 1.0 * p - q]
    X = np.column_stack([pool[column] for columns in terms.values() for column in columns])
    y = X @ rng.normal(size=X.shape[1]) + rng.normal(size=60)
    stops = np.cumsum([len(columns) for columns in terms.values()]).tolist()
    columns = tuple(
        TermColumns(label, stop - len(own), stop, frozenset(label.split(":")))
        for (label, own), stop in zip(terms.items(), stops, strict=True)
    )
    rows = report(Problem.from_dataset(Dataset("bound", X, y, terms=columns))).by_term
    assert {row.label: row.df for row in rows} == df
    for term, row in zip(columns, rows, strict=True):
        smaller = [each for each in columns if not term.factors <= each.factors]
        without = [X[:, each.first : each.stop] for each in smaller]
        added = ssr_of(without, y) - ssr_of([*without, X[:, term.first : term.stop]], y)
        assert (row.sum_of_squares or 0.0) == pytest.approx(added, rel=1e-9, abs=1e-9)
        assert (row.f is None) == (row.df == 0)


def ssr_of(parts: list[np.ndarray], y: np.ndarray) -> float:
    A = np.column_stack([np.ones(len(y)), *parts])
    wrong = y - A @ np.linalg.lstsq(A, y, rcond=None)[0]
    return float(wrong @ wrong)


@pytest.mark.parametrize("has_intercept", [True, False])
def test_standardized_coefficients(has_intercept: bool) -> None:
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.normal(50, 4, 90), rng.integers(0, 2, 90), rng.uniform(0, 1e-6, 90)])
    y = X @ [0.3, 2.0, 1e6] + rng.normal(size=90)
    problem = Problem.from_dataset(Dataset("d", X, y), fit_intercept=has_intercept)
    weights = report(problem).params.weights
    about = [X.mean(axis=0), y.mean()] if has_intercept else [0.0, 0.0]
    freedom = 90 - has_intercept
    sizes = np.sqrt(np.square(X - about[0]).sum(axis=0) / freedom)
    sizes[1] = 1.0  # yes/no: the step from no to yes
    expected = weights * sizes / np.sqrt(np.square(y - about[1]).sum() / freedom)
    coefficients = report(problem).coefficients
    if has_intercept:
        assert coefficients[0].standardized is None
    found = [each.standardized for each in coefficients[int(has_intercept) :]]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert [row.standardized for row in report(problem).by_term] == found


def test_figures_without_a_meaning_are_unknown() -> None:
    x = np.arange(6.0)
    exact = report(Problem.from_dataset(Dataset("exact", x[:, np.newaxis], 2 * x))).by_term[0]
    assert (exact.f, exact.p, exact.partial_r_squared, exact.df) == (None, None, None, 1)
    few = report(Problem.from_dataset(Dataset("few", np.eye(3)[:, :2], x[:3]))).by_term
    assert [row.f for row in few] == [None, None]
