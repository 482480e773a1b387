"""Models of classical data sets, told as formulas: every figure of the report to ten digits.

The columns are those that statsmodels' own formulas give; the figures come from exact arithmetic
on them (`exact_fits`), and statsmodels' least squares says the same to the digits that it has.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import special

from linreg_core import Problem
from linreg_core.inference import Covariance, Report, report
from linreg_core.inference.by_term import model_terms
from linreg_core.inference.covariance import usual_lags
from linreg_core.tables import Prepared, Selection, Table, parse_formula, prepare
from tests.core.exact_fits import ExactFit, orthogonal

DIGITS = 1e-10
poly = orthogonal  # patsy has none: its formulas find this one


@dataclass(frozen=True)
class Model:
    """A formula of ours, statsmodels' for the same, and what else is chosen.

    `change` makes the file of statsmodels' data; `more` is an additional kind of standard errors.
    """

    ours: str
    theirs: str
    change: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame
    weights: str | None = None
    kind: str = "analytic"
    more: str = ""
    clusters: str = ""


def gaps(frame: pd.DataFrame, **every: int) -> pd.DataFrame:
    """Return a table with every so many cells of some columns empty."""
    for column, step in every.items():
        frame = frame.assign(**{column: frame[column].where(np.arange(len(frame)) % step != 1)})
    return frame


def some(frame: pd.DataFrame, step: int, **text: str) -> pd.DataFrame:
    """Return every so many rows; what is a number that names a level gets a name."""
    frame = frame.iloc[::step].reset_index(drop=True)
    return frame.assign(**{name: f"{word} " + frame[name].astype(int).astype(str)
                           for name, word in text.items()})  # fmt: skip


MODELS = {
    "longley": Model(
        "TOTEMP ~ poly(YEAR, 2) + GNP + UNEMP", "TOTEMP ~ poly(YEAR, 2) + GNP + UNEMP",
        more="newey_west",
    ),
    "longley with powers": Model(
        "TOTEMP ~ poly(YEAR, 4, raw=True) + GNP",
        "TOTEMP ~ YEAR + I(YEAR**2) + I(YEAR**3) + I(YEAR**4) + GNP",
        more="newey_west",
    ),
    "nile with powers": Model(
        'volume ~ poly(year, 3, raw=True) * C(dam, base="before")',
        'volume ~ (year + I(year**2) + I(year**3)) * C(dam, Treatment("before"))',
        lambda frame: frame.assign(
            dam=np.where(frame.year > 1898, "after", "before"), n=frame.year % 3 + 1), weights="n",
        kind="frequency",
    ),
    "macrodata with powers": Model(
        "log(realcons) ~ poly(year, 3, raw=True) * unemp",
        "np.log(realcons) ~ (year + I(year**2) + I(year**3)) * unemp",
        lambda frame: frame.iloc[::2].assign(w=1 / frame.cpi), weights="w",
    ),
    "stackloss": Model(
        "STACKLOSS ~ poly(AIRFLOW, 2, raw=True) + WATERTEMP * ACIDCONC",
        "STACKLOSS ~ AIRFLOW + I(AIRFLOW**2) + WATERTEMP * ACIDCONC",
    ),
    "scotland": Model(
        "log(YES) ~ COUTAX * center(UNEMPF) + sqrt(MOR) + log(GDP)",
        "np.log(YES) ~ COUTAX * center(UNEMPF) + np.sqrt(MOR) + np.log(GDP)",
        lambda frame: gaps(frame, MOR=9),
    ),
    "statecrime": Model(
        "log(violent) ~ poly(poverty, 3) + scale(single) + urban",
        "np.log(violent) ~ poly(poverty, 3) + I((single - single.mean()) / single.std()) + urban",
        lambda frame: frame.assign(w=np.arange(len(frame)) % 4 + 0.5), weights="w",
    ),
    "ccard": Model(
        'AVGEXP ~ poly(INCOME, 2, raw=True) + AGE * C(OWNRENT, base=0)',
        "AVGEXP ~ INCOME + I(INCOME**2) + AGE * C(OWNRENT)",
        lambda frame: frame.assign(w=1 / frame.INCOME**2), weights="w",
        more="cluster", clusters="AGE",
    ),
    "fair": Model(
        'affairs ~ C(occupation, base="job 3") * children + log(age)',
        'affairs ~ C(occupation, Treatment("job 3")) * children + np.log(age)',
        lambda frame: some(frame[frame.occupation.between(2, 5)], 40, occupation="job").assign(
            town=lambda f: f.index % 23),
        more="cluster", clusters="town",
    ),
    "spector": Model("GPA ~ TUCE * PSI", "GPA ~ TUCE * PSI"),
    "cpunish": Model(
        "log(EXECUTIONS) ~ log(INCOME) * SOUTH + poly(PERBLACK, 2)",
        "np.log(EXECUTIONS) ~ np.log(INCOME) * SOUTH + poly(PERBLACK, 2)",
    ),
    "engel": Model(
        "log(foodexp) ~ log(income) + poly(income, 2, raw=True)",
        "np.log(foodexp) ~ np.log(income) + income + I(income * income)",
    ),
    "copper": Model(
        "log(WORLDCONSUMPTION) ~ log(COPPERPRICE) + INCOMEINDEX + poly(TIME, 3)",
        "np.log(WORLDCONSUMPTION) ~ np.log(COPPERPRICE) + INCOMEINDEX + poly(TIME, 3)",
        more="newey_west",
    ),
    "grunfeld": Model(
        "log(invest) ~ log(value) * center(capital) - 1",
        "np.log(invest) ~ np.log(value) * center(capital) - 1",
        lambda frame: some(gaps(frame, value=7), 2), more="cluster", clusters="firm",
    ),
    "macrodata": Model(
        'log(realcons) ~ log(realgdp) + C(quarter, base="Q 1") + tbilrate:unemp',
        'np.log(realcons) ~ np.log(realgdp) + C(quarter, Treatment("Q 1")) + tbilrate:unemp',
        lambda frame: some(gaps(frame, unemp=11), 1, quarter="Q").iloc[:120], more="newey_west",
    ),
    "anes96": Model(
        "income ~ poly(age, 2, raw=True) + C(vote, base=0) * educ",
        "income ~ age + I(age**2) + C(vote) * educ",
        lambda frame: some(frame, 6).assign(n=lambda f: f.TVnews + 1), weights="n",
        kind="frequency",
    ),
    "heart": Model(
        'log(survival) ~ poly(age, 2, raw=True) + C(censors, base=1)',
        "np.log(survival) ~ age + I(age**2) + C(censors, Treatment(1.0))",
        lambda frame: frame[frame.survival > 0].reset_index(drop=True),
    ),
    "cancer": Model(
        "cancer ~ sqrt(population)", "cancer ~ np.sqrt(population)",
    ),
    "modechoice": Model(
        'gc ~ C(mode, base="by 4") * hinc + invt', 'gc ~ C(mode, Treatment("by 4")) * hinc + invt',
        lambda frame: some(frame, 5, mode="by"), more="cluster", clusters="hinc",
    ),
    "sunspots": Model(
        "SUNACTIVITY ~ poly(YEAR, 5)", "SUNACTIVITY ~ poly(YEAR, 5)",
        lambda frame: frame.iloc[:150], more="newey_west",
    ),
    "committee": Model(
        "BILLS104 ~ log(SIZE) + STAFF * PRESTIGE - 1",
        "BILLS104 ~ np.log(SIZE) + STAFF * PRESTIGE - 1",
    ),
    "nile": Model(
        'volume ~ year + C(dam, base="before"):year',
        'volume ~ year + C(dam, Treatment("before")):year',
        lambda frame: frame.assign(dam=np.where(frame.year > 1898, "after", "before")),
        more="newey_west",
    ),
    "strikes": Model(
        "log(duration) ~ poly(iprod, 3, raw=True)",
        "np.log(duration) ~ iprod + I(iprod**2) + I(iprod**3)",
        lambda frame: frame.assign(n=np.arange(len(frame)) % 3 + 1.0), weights="n",
        kind="frequency",
    ),
}  # fmt: skip


def made(name: str) -> tuple[Prepared, pd.DataFrame]:
    """Return the data set of a model, and the table's used rows."""
    model = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # how some of its files are read
        frame = model.change(getattr(sm.datasets, name.split()[0]).load_pandas().data)
    formula = parse_formula(model.ours, list(frame.columns))
    assert formula.target is not None
    selection = Selection(
        formula.target,
        formula.features,
        terms=formula.terms,
        target_transform=formula.target_transform,
        fit_intercept=formula.fit_intercept,
        weights=model.weights,
        weight_kind=model.kind,
    )
    prepared = prepare(Table(frame), selection)
    return prepared, frame.iloc[prepared.rows]


@pytest.mark.parametrize("name", MODELS)
def test_every_figure_of_a_classical_model(name: str) -> None:
    model = MODELS[name]
    prepared, frame = made(name)
    dataset = prepared.dataset
    problem = Problem.from_dataset(dataset, fit_intercept=prepared.selection.fit_intercept)
    at = np.arange(dataset.n_samples)
    if model.kind == "frequency":
        at = np.repeat(at, np.asarray(dataset.weights, dtype=int))
    analytic = None if model.weights is None or model.kind == "frequency" else dataset.weights
    theirs = their_fit(model.theirs, frame.iloc[at], analytic)
    A = same_columns(problem, at, theirs.model.data.orig_exog.to_numpy())
    exact = ExactFit(A, problem.y_train[at], analytic, problem.fit_intercept)
    own = report(problem)
    assert own.rank == problem.n_features and own.df_residual == exact.df
    for key, wanted in exact.criteria().items():
        assert getattr(own, key) == pytest.approx(wanted, rel=DIGITS, abs=DIGITS), key
    check_terms(own, exact)
    if "powers" not in name:  # of which it takes some to be determined by the others
        check_statsmodels(own, theirs)
    codes = np.unique(frame[model.clusters], return_inverse=True)[1] if model.clusters else None
    for kind in ("classical", "HC0", "HC1", "HC2", "HC3", *filter(None, [model.more])):
        asked = Covariance(kind, codes if kind == "cluster" else None)
        check_errors(own.with_covariance(asked), exact, asked)


def their_fit(formula: str, frame: pd.DataFrame, weights: Any) -> Any:
    if weights is None:
        return smf.ols(formula, frame).fit(method="qr")
    return smf.wls(formula, frame, weights=weights).fit(method="qr")


def same_columns(problem: Problem, at: Any, theirs: Any) -> Any:
    """Return our columns, which are theirs in another order."""
    A = problem.X_train[at]
    if problem.fit_intercept:
        A = np.column_stack([np.ones(len(A)), A])
    sizes = np.abs(theirs).max(axis=0)
    left = list(range(theirs.shape[1]))
    for column in A.T:
        far = [np.abs(column - theirs[:, i]).max() / sizes[i] for i in left]
        assert min(far) < 1e-13, (min(far), problem.dataset.feature_names)
        left.pop(int(np.argmin(far)))
    assert not left
    return A


def check_terms(own: Report, exact: ExactFit) -> None:
    """Type II tests."""
    for row, place, larger in by_term(own):
        others = [column for column in range(exact.p) if column not in {*place, *larger}]
        wanted = exact.type_two(place, others)
        found = (row.sum_of_squares, row.f, row.p)
        np.testing.assert_allclose(found, wanted, rtol=DIGITS, err_msg=row.label)


def check_errors(own: Report, exact: ExactFit, asked: Covariance) -> None:
    """Coefficients, their errors, t, p and intervals, and F."""
    assert own.covariance.kind == asked.kind
    clusters, lags = asked.clusters, usual_lags(exact.n)
    df = exact.df if clusters is None else len(np.unique(clusters)) - 1
    covariance = exact.covariance(asked.kind, clusters, lags)
    table = exact.table(covariance, df)
    for field, wanted in table.items():
        found = [getattr(row, field) for row in own.coefficients]
        np.testing.assert_allclose(found, wanted, rtol=DIGITS, err_msg=f"{asked.kind} {field}")
    estimates, errors = table["estimate"], table["standard_error"]
    for field, sign in (("low", -1), ("high", 1)):
        wanted = estimates + sign * special.stdtrit(df, 0.975) * errors
        size = np.abs(estimates) + errors
        found = np.array([getattr(row, field) for row in own.coefficients])
        assert (np.abs(found - wanted) <= DIGITS * size).all(), (asked.kind, field)
    every = range(exact.first, exact.p)
    assert own.f == pytest.approx(exact.wald(covariance, every), rel=DIGITS), asked.kind
    for row, place, inside in by_term(own):
        f = exact.wald(covariance, place, inside)
        assert row.f == pytest.approx(f, rel=DIGITS), (asked.kind, row.label)
    check_predictions(own, exact, covariance, special.stdtrit(df, 0.975))


def by_term(own: Report) -> Iterator[tuple[Any, list[int], list[int]]]:
    """Yield each term's row of the report, its columns, and those of the terms that contain it."""
    terms, first = model_terms(own.fit), int(own.problem.fit_intercept)
    for term, row in zip(terms, own.by_term, strict=True):
        larger = [other for other in terms if term.factors < other.factors]
        places = [range(each.first + first, each.stop + first) for each in (term, *larger)]
        yield row, list(places[0]), [column for place in places[1:] for column in place]


def check_predictions(own: Report, exact: ExactFit, covariance: Any, quantile: float) -> None:
    """Intervals of the mean by the chosen errors, those of a row as it scatters classically."""
    X = own.problem.X_train[:4] * 1.01
    rows = np.column_stack([np.ones(4), X]) if exact.first else X
    mean, errors = exact.predicted(rows, covariance)
    found, scatter = own.predict(X), own.residual_standard_error
    size = np.abs(mean) + errors
    for name, wanted in (
        ("mean", mean),
        ("confidence_low", mean - quantile * errors),
        ("low", mean - quantile * np.hypot(errors, scatter)),
    ):
        assert (np.abs(getattr(found, name) - wanted) <= DIGITS * size).all(), name


def check_statsmodels(own: Report, theirs: Any) -> None:
    """The conventions are theirs; of an ill-conditioned model they have fewer digits."""
    found = [own.r_squared, own.adjusted_r_squared, own.f, own.f_p, own.aic, own.bic]
    wanted = [theirs.rsquared, theirs.rsquared_adj, theirs.fvalue, theirs.f_pvalue, theirs.aic,
              theirs.bic]  # fmt: skip
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
