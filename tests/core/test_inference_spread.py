"""Standard errors that are not classical: against statsmodels, by definition, and on bad input."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction
from functools import cache
from operator import mul
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from linreg_core import ConfigError, Dataset, Problem, make_dataset
from linreg_core.inference import COVARIANCES, Covariance, Report, report
from linreg_core.inference.covariance import usual_lags

Array = NDArray[np.float64]
DIGITS = 1e-10
SETS: dict[str, tuple[str, str]] = {
    "longley": ("TOTEMP", ""),
    "stackloss": ("STACKLOSS", ""),
    "statecrime": ("murder", ""),
    "scotland": ("YES", ""),
    "ccard": ("AVGEXP", "AGE"),
    "fair": ("affairs", ""),
    "spector": ("GPA", ""),
    "cpunish": ("EXECUTIONS", ""),
    "engel": ("foodexp", ""),
    "copper": ("WORLDCONSUMPTION", ""),
    "grunfeld": ("invest", "firm"),
    "macrodata": ("realcons", "year"),
    "anes96": ("income", "age"),
    "heart": ("survival", ""),
    "cancer": ("cancer", ""),
    "modechoice": ("gc", "individual"),
    "sunspots": ("SUNACTIVITY", ""),
    "committee": ("BILLS104", ""),
}
"""statsmodels' bundled data sets, each with its target and a column of clusters, if any."""


@cache
def loaded(name: str) -> tuple[Problem, NDArray[np.int64] | None]:
    """One of them as a problem: its columns of numbers, and its clusters."""
    target, clusters = SETS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = getattr(sm.datasets, name).load_pandas().data.dropna()
    codes = np.unique(frame[clusters], return_inverse=True)[1] if clusters else None
    numbers = frame.select_dtypes("number").drop(columns=clusters, errors="ignore")
    X = numbers.drop(columns=target)
    data = Dataset(*(name, X.to_numpy(float), numbers[target].to_numpy(float), tuple(map(str, X))))
    return Problem.from_dataset(data), codes


def theirs_of(problem: Problem, codes: Any, kind: str) -> Any:
    """statsmodels' results in coordinates in which its pseudo-inverse loses no digits."""
    X = problem.X_train
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    model = sm.OLS(problem.y_train, sm.add_constant(Z))
    lags = usual_lags(len(Z))
    how: dict[str, Any] = {
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": codes}},
        "newey_west": {"cov_type": "HAC", "cov_kwds": {"maxlags": lags}},
        "classical": {},
    }.get(kind, {"cov_type": kind})
    results = model.fit(use_t=True, **how)
    weights = np.diag(np.append(1.0, 1.0 / X.std(axis=0)))
    weights[0, 1:] = -X.mean(axis=0) / X.std(axis=0)
    return results, results.t_test(weights)


@pytest.mark.parametrize("name", SETS)
def test_figures_are_those_of_statsmodels(name: str) -> None:
    problem, codes = loaded(name)
    own = report(problem)
    assert own.rank == problem.n_features
    for kind in COVARIANCES:
        if kind == "cluster" and codes is None:
            continue
        given = own.with_covariance(Covariance(kind, codes if kind == "cluster" else None))
        results, theirs = theirs_of(problem, codes, kind)
        assert given.covariance.kind == kind
        low, high = theirs.conf_int().T
        for field, expected in (
            ("standard_error", theirs.sd),
            ("t", theirs.tvalue),
            ("p", theirs.pvalue),
            ("low", low),
            ("high", high),
        ):
            found = [getattr(row, field) for row in given.coefficients]
            size = DIGITS * (
                np.abs(expected.ravel()) + np.abs(theirs.effect) * (field in ("low", "high"))
            )
            wrong = np.abs(np.array(found) - expected.ravel()) / (size + 1e-300)
            assert wrong.max() <= 1, (kind, field, wrong)
        assert given.f == pytest.approx(float(results.fvalue), rel=1e-9), kind


# --- By definition ------------------------------------------------------------------------------


def meat_of(A: Array, e: Array, kind: str, codes: Any, lags: int) -> Array:
    """The sum in the middle of a sandwich, term by term."""
    scores, n = A * e[:, None], len(e)
    if kind == "cluster":
        sums = [scores[codes == code].sum(axis=0) for code in np.unique(codes)]
        total = sum(np.outer(each, each) for each in sums)
        return total * len(sums) / (len(sums) - 1) * (n - 1) / (n - A.shape[1])
    if kind == "newey_west":
        near = [(i, j) for i in range(n) for j in range(n) if abs(i - j) <= lags]
        return sum((1 - abs(i - j) / (lags + 1)) * np.outer(scores[i], scores[j]) for i, j in near)
    left = 1 - np.einsum("ij,ij->i", A @ np.linalg.inv(A.T @ A), A)
    factor = {"HC0": 1, "HC1": n / (n - A.shape[1]), "HC2": 1 / left, "HC3": 1 / left**2}[kind]
    return (scores * np.broadcast_to(factor, n)[:, None]).T @ scores


def uneven(seed: int = 0, **how: Any) -> Problem:
    """60 rows whose scatter grows, two features."""
    generator = np.random.default_rng(seed)
    X = generator.uniform(1, 5, (60, 2))
    y = X @ [2.0, -1.0] + 3 + X[:, 0] * generator.standard_normal(60)
    return Problem.from_dataset(Dataset("uneven", X, y, ("size", "age")), **how)


CLUSTERS = np.random.default_rng(5).integers(0, 9, 60) * 3
ROBUST = [
    (kind, lags)
    for kind in COVARIANCES[1:]
    for lags in ((0, 3, 59) if kind == "newey_west" else (3,))
]


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize(("kind", "lags"), ROBUST)
def test_they_are_what_their_definition_says(kind: str, lags: int, fit_intercept: bool) -> None:
    problem = uneven(fit_intercept=fit_intercept, test_fraction=0.0 if lags == 59 else 0.2)
    codes = CLUSTERS[problem.train_rows]
    own = report(problem, covariance=Covariance(kind, CLUSTERS, lags))
    A = np.column_stack([np.ones(problem.n_train)] * fit_intercept + [problem.X_train])
    bread = np.linalg.inv(A.T @ A)
    V = bread @ meat_of(A, own.diagnostics.residuals, kind, codes, lags) @ bread
    errors = [row.standard_error for row in own.coefficients]
    np.testing.assert_allclose(errors, np.sqrt(np.diag(V)), rtol=1e-11)
    b, middle = own.params.weights, V[fit_intercept:, fit_intercept:]
    assert own.f == pytest.approx(b @ np.linalg.solve(middle, b) / 2, rel=1e-10)
    check_intervals(own, A, V)


def inverse(M: list[list[Fraction]]) -> list[list[Fraction]]:
    n = len(M)
    A = [[*row, *(Fraction(i == j) for j in range(n))] for i, row in enumerate(M)]
    for c in range(n):
        A[c] = [value / A[c][c] for value in A[c]]
        for r in (r for r in range(n) if r != c):
            A[r] = [a - A[r][c] * b for a, b in zip(A[r], A[c], strict=True)]
    return [row[n:] for row in A]


@pytest.mark.parametrize("power", [0, 1])
def test_longley_in_rational_numbers(power: int) -> None:
    """HC0 and HC3 of a design whose condition number is 5e9."""
    problem = Problem.from_dataset(make_dataset("longley"))
    A = [[Fraction(1), *map(Fraction, row)] for row in problem.X_train.tolist()]
    y = list(map(Fraction, problem.y_train.tolist()))
    columns = list(zip(*A, strict=True))
    bread = inverse([[sum(map(mul, a, b)) for b in columns] for a in columns])
    half = [[sum(map(mul, row, each)) for row in bread] for each in A]
    b = [sum(map(mul, column, y)) for column in zip(*half, strict=True)]
    squares = [Fraction(0)] * len(b)
    for a, target, moved in zip(A, y, half, strict=True):
        size = (target - sum(map(mul, a, b))) / (1 - sum(map(mul, a, moved))) ** power
        squares = [total + (size * value) ** 2 for total, value in zip(squares, moved, strict=True)]
    own = report(problem, covariance=Covariance(("HC0", "HC3")[power]))
    errors = [row.standard_error for row in own.coefficients]
    np.testing.assert_allclose(errors, [math.sqrt(each) for each in squares], rtol=1e-12)


def check_intervals(own: Report, A: Array, V: Array) -> None:
    """Of predictions: the mean's uncertainty is robust, the single observation's is not."""
    found, variance = own.predict(own.problem.X_train), np.einsum("ij,jk,ik->i", A, V, A)
    residual = (own.residual_standard_error or 0.0) ** 2
    quantile = (own.coefficients[0].high - own.coefficients[0].estimate) / own.coefficients[
        0
    ].standard_error
    for high, size in ((found.confidence_high, variance), (found.high, variance + residual)):
        np.testing.assert_allclose(high - found.mean, quantile * np.sqrt(size), rtol=1e-10)


def test_each_row_a_cluster_is_hc1_and_no_lag_is_hc0() -> None:
    own = report(uneven())
    for one, other in (
        (Covariance("cluster", np.arange(60)[::-1]), Covariance("HC1")),
        (Covariance("newey_west", lags=0), Covariance("HC0")),
    ):
        errors = [
            [row.standard_error for row in own.with_covariance(each).coefficients]
            for each in (one, other)
        ]
        np.testing.assert_allclose(*errors, rtol=1e-13)


def test_nothing_but_uncertainty_follows_and_classical_comes_back() -> None:
    own = report(uneven())
    robust = own.with_covariance(Covariance("HC3"))
    for name in ("r_squared", "aic", "bic", "cv_r_squared", "diagnostics", "findings", "params"):
        assert getattr(robust, name) is getattr(own, name) or getattr(robust, name) == getattr(
            own, name
        )
    assert [row.estimate for row in robust.coefficients] == [
        row.estimate for row in own.coefficients
    ]
    assert robust.f != own.f and robust.errors_in_words == "HC3"
    back = robust.with_covariance(Covariance())
    assert (back.coefficients, back.f, back.notes) == (own.coefficients, own.f, own.notes)


@pytest.mark.parametrize("kind", COVARIANCES)
def test_units_change_nothing(kind: str) -> None:
    """Neither those that no float64 can square, nor a parts' end in the middle of a window."""
    problem = uneven()
    codes = CLUSTERS if kind == "cluster" else None
    own = report(problem, covariance=Covariance(kind, codes))
    X, y = problem.X_train * [1e200, 1e-200], problem.y_train * 1e150
    large = report(Problem.from_dataset(Dataset("large", X, y)), covariance=own.covariance)
    for one, other in zip(own.coefficients, large.coefficients, strict=True):
        assert other.t == pytest.approx(one.t, rel=1e-12)
    assert large.f == pytest.approx(own.f, rel=1e-12)


# --- What can't be had --------------------------------------------------------------------------


def lone_level() -> Problem:
    """30 rows, a level of which only row 7 is."""
    generator = np.random.default_rng(2)
    X = np.column_stack([generator.standard_normal(30), np.arange(30) == 7])
    y = X[:, 0] + generator.standard_normal(30)
    return Problem.from_dataset(Dataset("lone", X, y, ("size", "city = Oslo")))


def test_a_row_that_stands_alone_leaves_its_coefficient_untold_and_no_other() -> None:
    own = report(lone_level(), covariance=Covariance("HC3"), row_name=lambda row: f"A{row}")
    intercept, size, city = own.coefficients
    assert city.standard_error is city.p is city.low is own.f is None
    assert own.notes[-1] == (
        "Row A7 alone determines a coefficient (leverage 1), so HC3 can tell neither F nor the "
        "standard errors of 'city = Oslo'."
    )
    kept = np.delete(np.arange(30), 7)
    problem = lone_level()
    X = problem.X_train[kept, :1]
    others = sm.OLS(problem.y_train[kept], sm.add_constant(X)).fit(cov_type="HC3")
    np.testing.assert_allclose(
        [intercept.standard_error, size.standard_error], others.bse, rtol=1e-9
    )
    assert np.isfinite(own.predict(problem.X_train).confidence_low).all()


def test_residuals_that_cancel_tell_nothing() -> None:
    """Clusters that are the levels of a feature: within each of them the residuals sum to 0."""
    city, noise = np.arange(30) % 2, np.random.default_rng(2).standard_normal(30)
    data = Dataset("two levels", city[:, None], city + noise, ("city = Oslo",))
    levels = Covariance("cluster", city, name="city")
    own = report(Problem.from_dataset(data), covariance=levels)
    assert own.coefficients[1].standard_error is None and own.f is None
    (note,) = [each for each in own.notes if "cancel" in each]
    assert note.startswith("The residuals cancel (clustered by 'city'), so they tell neither F")
    assert np.isfinite(own.predict(own.problem.X_train).high).all()


REFUSED = [
    ("an empty cell", np.r_[-1, CLUSTERS[1:]], "1 training row has no cluster in 'school', so"),
    ("one cluster", np.zeros(60, dtype=int), "All training rows are in one cluster of 'school'"),
    ("two clusters", np.arange(60) % 2, "'school' has fewer clusters (2) than there are coeff"),
    ("another table's", np.arange(50), "The clusters are not those of these rows, so"),
]


@pytest.mark.parametrize(
    ("codes", "words"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_clusters_of_no_use_leave_the_classical_ones_and_say_so(codes: Any, words: str) -> None:
    own = report(uneven(), covariance=Covariance("cluster", codes, name="school"))
    assert own.covariance.is_classical
    assert own.notes[-1].startswith(words) and "standard errors are classical" in own.notes[-1]
    assert own.coefficients == report(uneven()).coefficients


def test_few_clusters_are_told() -> None:
    own = report(uneven(), covariance=Covariance("cluster", CLUSTERS))
    assert own.notes[-1].startswith("9 clusters are few: ")
    many = report(uneven(), covariance=Covariance("cluster", np.arange(60) % 30))
    assert many.notes == ()


def test_more_lags_than_rows_are_told() -> None:
    own = report(uneven(), covariance=Covariance("newey_west", lags=60))
    assert own.notes[-1].startswith("`lags` must be fewer than the training rows, 60. Got 60: ")


@pytest.mark.parametrize("kind", COVARIANCES)
@pytest.mark.parametrize("rows", [1, 2, 3, 4], ids="{} rows".format)
def test_few_rows_and_exact_fits_have_no_nan(kind: str, rows: int) -> None:
    problem = uneven()
    for y in (problem.y_train, problem.X_train @ [2.0, -1.0]):
        data = Dataset("few", problem.X_train[:rows], y[:rows])
        codes = np.arange(rows) if kind == "cluster" else None
        own = report(Problem.from_dataset(data), covariance=Covariance(kind, codes))
        values = [value for row in own.coefficients for value in vars(row).values()]
        assert all(value == value for value in values)  # not nan
        assert own.f is None or own.f >= 0


BAD = [
    ({"kind": "HC4"}, "`covariance` must be one of 'classical', 'HC0', "),
    ({"kind": "cluster"}, "`clusters` must number the cluster of every row"),
    ({"kind": "cluster", "clusters": np.array([0.5])}, "`clusters` must number the cluster"),
    ({"kind": "newey_west", "lags": -1}, "`lags` must be >= 0. Got -1."),
    ({"kind": "newey_west", "lags": 1001}, "`lags` must be <= 1000. Got 1001."),
    ({"kind": "newey_west", "lags": 1.5}, "`lags` must be a whole number. Got 1.5."),
]


@pytest.mark.parametrize(("how", "words"), BAD)
def test_what_is_no_covariance_says_so(how: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        Covariance(**how)
    assert str(error.value).startswith(words)
