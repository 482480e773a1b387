"""Terms as columns of X: against definitions, R's polynomials, and statsmodels' formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from linreg_core import DataError, Problem
from linreg_core.inference import how_brought_back, in_target_units, report
from linreg_core.tables import (
    Factor,
    Prepared,
    Selection,
    Table,
    Term,
    formula_text,
    parse_formula,
    prepare,
)
from tests.core.exact_fits import orthogonal
from tests.core.nist import REFERENCE_SETS, ReferenceSet


def chosen(frame: pd.DataFrame, formula: str, **more: object) -> Selection:
    found = parse_formula(formula, list(frame.columns))
    assert found.target is not None
    return Selection(
        found.target,
        found.features,
        terms=found.terms,
        target_transform=found.target_transform,
        fit_intercept=found.fit_intercept,
        **more,  # type: ignore[arg-type]
    )


def made(frame: pd.DataFrame, formula: str, **more: object) -> Prepared:
    return prepare(Table(frame), chosen(frame, formula, **more))


FRAME = pd.DataFrame(
    {
        "area": [50.0, 80.0, 65.0, 120.0, 95.0, 70.0, 55.0, 140.0, 100.0, 60.0, 85.0, 110.0],
        "rooms": [1.0, 3.0, 2.0, 4.0, 3.0, 2.0, 1.0, 5.0, 4.0, 2.0, 3.0, 4.0],
        "city": ["Oslo", "Rome", "Oslo", "Bern", "Rome", "Oslo"] * 2,
        "new": [True, False, False, True, True, False, True, False, True, False, False, True],
        "price": [3.1, 4.2, 3.3, 6.9, 5.1, 3.2, 3.0, 8.1, 5.7, 3.4, 4.6, 6.5],
    }
)


def test_orthogonal_polynomials_are_those_of_r() -> None:
    """R's documentation of poly(1:10, 3) gives the first column as multiples of 1/sqrt(82.5)."""
    x = np.arange(1.0, 11.0)
    found = made(pd.DataFrame({"x": x, "y": x % 3}), "y ~ poly(x, 3)")
    assert found.dataset.feature_names == ("poly(x, 3)[1]", "poly(x, 3)[2]", "poly(x, 3)[3]")
    np.testing.assert_allclose(found.dataset.X, orthogonal(x, 3), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(found.dataset.X[:, 0], (x - 5.5) / np.sqrt(82.5), rtol=1e-14)


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_polynomials_stay_orthogonal_far_from_0(shift: float) -> None:
    x = np.random.default_rng(0).normal(size=60) + shift
    X = made(pd.DataFrame({"x": x, "y": x**2}), "y ~ poly(x, 10)").dataset.X
    np.testing.assert_allclose(X.T @ X, np.eye(10), atol=1e-10)
    np.testing.assert_allclose(X.sum(axis=0), 0.0, atol=1e-10)


COLUMNS_OF = {
    "log(area)": (("log(area)",), lambda f: [np.log(f.area)]),
    "sqrt(area)": (("sqrt(area)",), lambda f: [np.sqrt(f.area)]),
    "poly(area, 3, raw=True)": (
        ("area", "area^2", "area^3"),
        lambda f: [f.area, f.area**2, f.area**3],
    ),
    "center(area)": (("center(area)",), lambda f: [f.area - f.area.mean()]),
    "scale(area)": (("scale(area)",), lambda f: [(f.area - f.area.mean()) / f.area.std()]),
    'C(city, base="Rome")': (
        ("city = Bern", "city = Oslo"),
        lambda f: [f.city == "Bern", f.city == "Oslo"],
    ),
    "C(rooms, base=4)": (
        ("rooms = 1", "rooms = 2", "rooms = 3", "rooms = 5"),
        lambda f: [f.rooms == level for level in (1, 2, 3, 5)],
    ),
    "area:rooms": (("area × rooms",), lambda f: [f.area * f.rooms]),
    "area:new": (("area × new = yes",), lambda f: [f.area * f.new]),
    "area + area:new": (("area", "area × new = yes"), lambda f: [f.area, f.area * f.new]),
    "area + area:city": (
        ("area", "area × city = Bern", "area × city = Rome"),
        lambda f: [f.area, f.area * (f.city == "Bern"), f.area * (f.city == "Rome")],
    ),
    "rooms:city": (
        ("rooms × city = Bern", "rooms × city = Oslo", "rooms × city = Rome"),
        lambda f: [f.rooms * (f.city == level) for level in ("Bern", "Oslo", "Rome")],
    ),
    "log(area):center(rooms)": (
        ("log(area) × center(rooms)",),
        lambda f: [np.log(f.area) * (f.rooms - f.rooms.mean())],
    ),
}


@pytest.mark.parametrize("text", COLUMNS_OF)
def test_columns_of_x(text: str) -> None:
    names, columns = COLUMNS_OF[text]
    found = made(FRAME, f"price ~ {text}")
    assert found.dataset.feature_names == names
    expected = np.column_stack([np.asarray(each, dtype=float) for each in columns(FRAME)])
    np.testing.assert_allclose(found.dataset.X, expected, rtol=1e-14, atol=1e-14)
    parts = [found.dataset.X[:, part.first : part.stop] for part in found.dataset.terms]
    assert np.array_equal(np.column_stack(parts), found.dataset.X)
    again = found.encode(FRAME.drop(columns="price").iloc[::-1])
    assert not again.problems
    np.testing.assert_array_equal(again.X[::-1], found.dataset.X)


BASELINES = {
    # the baseline given once, and where it is to hold
    "of text": ('C(city, base="Rome") + city:area + area', 'C(city, base="Rome")'),
    "in the interaction": ('city + C(city, base="Rome"):area + area', "city"),
    "of numbers": ("C(rooms):area + C(rooms, base=2) + area", "C(rooms)"),
}


@pytest.mark.parametrize("case", BASELINES)
def test_a_baseline_given_once_holds_for_all_uses_of_its_column(case: str) -> None:
    text, name = BASELINES[case]
    column, level = ("rooms", "2") if "rooms" in text else ("city", "Rome")
    everywhere = text.replace(f"C({column})", f'C({column}, base="{level}")')
    everywhere = everywhere.replace(f"{column}:", f'C({column}, base="{level}"):')
    everywhere = everywhere.replace(f"{column} +", f'C({column}, base="{level}") +')
    once, twice = (made(FRAME, f"price ~ {each}") for each in (text, everywhere))
    assert not any(f"= {level}" in each for each in once.dataset.feature_names)
    assert once.dataset.feature_names == twice.dataset.feature_names
    np.testing.assert_array_equal(once.dataset.X, twice.dataset.X)
    assert [part.label for part in once.dataset.terms] == text.replace("=2", '="2"').split(" + ")
    assert {factor for part in once.dataset.terms for factor in part.factors} == {name, "area"}
    tests, others = (report(Problem.from_dataset(each.dataset)).by_term for each in (once, twice))
    assert [row.sum_of_squares for row in tests] == [row.sum_of_squares for row in others]
    formula = parse_formula(f"price ~ {text}", list(FRAME.columns))
    again = formula_text("price", "identity", formula.terms)
    assert parse_formula(again, list(FRAME.columns)) == formula


def test_two_baselines_of_a_column_are_refused() -> None:
    terms = (Term((Factor("city", baseline="Rome"),)), Term((Factor("city", baseline="Bern"),)))
    with pytest.raises(DataError, match=r"Column 'city' must be compared with one level. Got 'Rom"):
        prepare(Table(FRAME), Selection("price", (), terms=terms))


LEVELS = {
    # columns taken as categories, and their levels but the baseline
    'C(day, base="2024-02-29")': ["day = 2024-01-01", "day = 2024-03-31 12:30:00"],
    "C(share, base=0.5)": ["share = 0.25", "share = 3"],
    "C(new)": ["new = yes"],
}


@pytest.mark.parametrize("text", LEVELS)
def test_any_column_is_taken_as_categories_here_and_in_a_second_file(text: str) -> None:
    days = pd.to_datetime(["2024-01-01 00:00", "2024-02-29 00:00", "2024-03-31 12:30"] * 4)
    frame = FRAME.assign(day=days, share=[0.25, 0.5, 3.0] * 4)
    found = made(frame, f"price ~ area * {text}")
    assert list(found.dataset.feature_names)[1:-1][: len(LEVELS[text])] == LEVELS[text]
    again = found.encode(frame)
    assert not again.problems
    np.testing.assert_array_equal(again.X, found.dataset.X)


def test_plain_terms_are_no_terms() -> None:
    terms = (Term.of("area"), Term.of("city"))
    assert Selection("price", (), terms=terms) == Selection("price", ("area", "city"))
    found = made(FRAME, "price ~ area + rooms")
    assert (found.selection.terms, found.dataset.terms, found.dataset.curve) == ((), (), None)
    assert [term.label for term in found.terms] == ["area", "rooms"]
    assert [part.label for part in made(FRAME, "price ~ city").dataset.terms] == ["city"]


FORMULAS = {
    "logarithm": (
        "price ~ log(area) + rooms * new",
        "price ~ np.log(area) + rooms * new",
    ),
    "baseline": (
        'log(price) ~ area + C(city, base="Rome")',
        'np.log(price) ~ area + C(city, Treatment("Rome"))',
    ),
    "raw": ("price ~ poly(area, 2, raw=True) + new", "price ~ area + I(area**2) + new"),
    "products": (
        'price ~ center(area):C(new, base="no") + scale(rooms)',
        "price ~ I((area - area.mean()) * 1.0):C(new) + I((rooms - rooms.mean()) / rooms.std())",
    ),
    "without": ("price ~ area + sqrt(rooms) - 1", "price ~ area + np.sqrt(rooms) - 1"),
}


@pytest.mark.parametrize("case", FORMULAS)
def test_a_fit_is_that_of_statsmodels(case: str) -> None:
    ours, theirs = FORMULAS[case]
    found = made(FRAME, ours)
    fit_intercept = found.selection.fit_intercept
    result = report(Problem.from_dataset(found.dataset, fit_intercept=fit_intercept))
    oracle = smf.ols(theirs, FRAME).fit()
    assert result.r_squared == pytest.approx(oracle.rsquared, rel=1e-10)
    assert result.residual_standard_error == pytest.approx(np.sqrt(oracle.scale), rel=1e-10)
    mine = sorted(row.estimate for row in result.coefficients)
    np.testing.assert_allclose(mine, sorted(oracle.params), rtol=1e-9)
    errors = sorted(row.standard_error for row in result.coefficients)
    np.testing.assert_allclose(errors, sorted(oracle.bse), rtol=1e-9)


def test_polynomials_and_powers_span_the_same() -> None:
    one, other = (
        report(Problem.from_dataset(made(FRAME, f"price ~ {text} * new").dataset))
        for text in ("poly(area, 2)", "poly(area, 2, raw=True)")
    )
    assert one.r_squared == pytest.approx(other.r_squared, rel=1e-12)
    frame = FRAME.iloc[:5]
    ours, theirs = (
        made(FRAME, f"price ~ {text}") for text in ("poly(area, 2)", "poly(area, 2, raw=True)")
    )
    predicted = [
        report(Problem.from_dataset(each.dataset)).predict(each.encode(frame).X).mean
        for each in (ours, theirs)
    ]
    np.testing.assert_allclose(*predicted, rtol=1e-11)


@pytest.mark.parametrize("reference", REFERENCE_SETS, ids=lambda one: one.name)
def test_nist_digits_hold_for_raw_polynomials(reference: ReferenceSet) -> None:
    """The terms path makes the very columns whose fit test_nist compares with what is certified."""
    if reference.degree is None or reference.degree == 1:
        return
    problem = reference.problem()
    frame = pd.DataFrame({"x": problem.X_train[:, 0], "y": problem.y_train})
    intercept = "" if reference.fit_intercept else " - 1"
    found = made(frame, f"y ~ poly(x, {reference.degree}, raw=True){intercept}").dataset
    np.testing.assert_array_equal(found.X, problem.X_train)
    fitted = report(Problem.from_dataset(found, fit_intercept=reference.fit_intercept))
    estimates = [row.estimate for row in fitted.coefficients]
    certified = reference.coefficients[0]
    errors = np.abs(estimates - certified) / np.abs(certified)
    assert -np.log10(np.maximum(errors, 1e-16).max()) >= reference.digits


def test_powers_that_are_nearly_the_same_have_another_way() -> None:
    x = np.linspace(100.0, 110.0, 40)
    frame = pd.DataFrame({"x": x, "y": np.sin(x)})
    told = " ".join(made(frame, "y ~ poly(x, 2, raw=True)").warnings)
    assert "gradient descent learns them slowly: poly(x, 2) has the same curves" in told
    assert "nearly the same" not in " ".join(made(frame, "y ~ poly(x, 2)").warnings)


def two_categories(n_empty: int) -> pd.DataFrame:
    """Two categories of 3 levels each; the first combinations have no row."""
    pairs = [(a, b) for a in "uvw" for b in "xyz"][n_empty:] * 3
    frame = pd.DataFrame(pairs, columns=["a", "b"])
    return frame.assign(y=np.random.default_rng(1).normal(size=len(frame)))


@pytest.mark.parametrize("formula", ["y ~ a*b", "y ~ a + a:b", "y ~ b + a:b", "y ~ a:b"])
@pytest.mark.parametrize("n_empty", [0, 1])
def test_combinations_of_categories(formula: str, n_empty: int) -> None:
    """However it is told, the model of all combinations has their means as predictions."""
    frame = two_categories(n_empty)
    found = made(frame, formula)
    result = report(Problem.from_dataset(found.dataset))
    means = frame.groupby(["a", "b"])["y"].transform("mean").to_numpy()
    np.testing.assert_allclose(result.predict(found.dataset.X).mean, means, atol=1e-12)
    assert all(np.isfinite(row.estimate) for row in result.coefficients if row.standard_error)
    told = [text for text in found.warnings if text.startswith("No row used has a = u × b = x")]
    is_a_column = formula in ("y ~ a + a:b", "y ~ b + a:b", "y ~ a:b")
    assert bool(told) == bool(n_empty and is_a_column) or formula == "y ~ a*b"
    if told:
        problems = found.encode(pd.DataFrame({"a": ["u"], "b": ["x"]})).problems
        assert problems == {0: "no row of the fit has a = u × b = x"}


def test_values_that_a_logarithm_cannot_take() -> None:
    frame = FRAME.assign(area=FRAME.area.where(FRAME.index != 2, -1.0)).astype({"price": float})
    frame.loc[4, "price"] = 0.0
    found = made(frame, "log(price) ~ log(area) + rooms")
    assert found.rows.tolist() == [0, 1, 3, *range(5, 12)]
    assert found.notes[:2] == (
        "Left out 1 of 12 rows: log(area) has no value where 'area' is 0 or less (row 4).",
        "Left out 1 of 12 rows: log(price) has no value where 'price' is 0 or less (row 6).",
    )
    assert [text.split(",")[0] for text in found.warnings[:2]] == [
        "log(area) leaves out 1 of 12 rows",
        "log(price) leaves out 1 of 12 rows",
    ]
    encoded = found.encode(frame)
    assert encoded.problems == {2: "'area' is -1: log(area) needs a number above 0"}
    assert encoded.y is not None and np.isnan(encoded.y[4])
    assert encoded.y[0] == np.log(3.1)
    dataset = found.dataset
    assert (dataset.target_name, dataset.target_column) == ("log(price)", "price")


REFUSED = {
    "price ~ log(area)": (FRAME.assign(area=-1.0), "log(area) needs numbers above 0"),
    "price ~ log(city)": (FRAME, "log(city) needs a column of numbers"),
    "price ~ sqrt(new)": (FRAME, "holds yes and no"),
    "log(new) ~ area": (FRAME, "needs a target of numbers"),
    'price ~ C(city, base="") + area': (FRAME, "Got ''"),
    'price ~ C(city, base="Paris")': (FRAME, "one of its levels 'Bern', 'Oslo', 'Rome'"),
    "price ~ poly(area, 2)": (FRAME.assign(area=1.0), "the same value"),
    "price ~ scale(area)": (FRAME.assign(area=1.0), "the same value"),
    "price ~ poly(area, 10, raw=True)": (
        FRAME.assign(area=FRAME.area * 1e30),
        "poly(area, 10, raw=True) must stay below",
    ),
}


@pytest.mark.parametrize("formula", REFUSED)
def test_what_cannot_be_made(formula: str) -> None:
    frame, message = REFUSED[formula]
    with pytest.raises(DataError) as caught:
        made(frame, formula)
    assert message in str(caught.value)


TOLD = {
    # what cannot be had in full is said by name, and fitted without it
    "poly(new, 3)": ("'new' has 2 different values in the rows used", ["poly(new, 3)[1]"]),
    "poly(rooms, 9)": ("too few for poly(rooms, 9): it was fitted with degree 4", None),
    "poly(rooms, 8, raw=True)": ("degree 4", ["rooms", "rooms^2", "rooms^3", "rooms^4"]),
    "area + scale(one)": ("so that scale(one) can't be had: it was left out", ["area"]),
    "area + poly(one, 2)": ("poly(one, 2) explains nothing", ["area"]),
    "area + one:rooms + rooms": ("'one × rooms'", ["area", "one × rooms", "rooms"]),
    "area + nil:rooms": ("No row used has nil × rooms: nil:rooms was left out", ["area"]),
}  # fmt: skip


@pytest.mark.parametrize("text", TOLD)
def test_what_is_said_and_fitted_without(text: str) -> None:
    message, names = TOLD[text]
    found = made(FRAME.assign(one=1.0, nil=0.0), f"price ~ {text}")
    assert any(message in warning for warning in found.warnings), found.warnings
    if names is not None:
        assert list(found.dataset.feature_names) == names
    result = report(Problem.from_dataset(found.dataset))
    assert np.isfinite(result.r_squared)
    assert np.isfinite(result.predict(found.dataset.X).mean).all()


def test_what_a_new_row_makes_too_large_is_told() -> None:
    found = made(FRAME, "price ~ poly(area, 2, raw=True)")
    problems = found.encode(FRAME.assign(area=1e200).iloc[:1]).problems
    assert problems == {0: "poly(area, 2, raw=True) is beyond what a number can hold"}


def test_every_level_of_its_own_is_compared_with_none() -> None:
    told = [made(FRAME, f"price ~ {text} - 1").warnings for text in ("rooms:city", "city")]
    assert ["Without an intercept nothing stands" in " ".join(each) for each in told] == [
        False,
        True,
    ]


def test_gaps_are_filled_before_anything_is_made_of_them() -> None:
    frame = FRAME.assign(area=FRAME.area.where(FRAME.index > 1))
    found = made(frame, "price ~ poly(area, 2, raw=True) + log(area) + C(rooms)", missing="fill")
    mean = frame.area.mean()
    np.testing.assert_allclose(found.dataset.X[0, :3], [mean, mean**2, np.log(mean)], rtol=1e-14)
    assert "Filled 2 empty cells of 'area' with its mean" in " ".join(found.notes)


CURVES = {
    **dict.fromkeys(("poly(area, 2)", "area + log(area)", "log(area)"), True),
    **dict.fromkeys(("area", "area:area", "area * rooms", "C(rooms)", "poly(new, 2)"), False),
}


@pytest.mark.parametrize("text", CURVES)
def test_a_curve_over_one_column(text: str) -> None:
    dataset = made(FRAME, f"price ~ {text}").dataset
    curve = dataset.curve
    assert (curve is not None) == CURVES[text]
    if curve is None:
        return
    assert curve.column == "area"
    np.testing.assert_array_equal(curve.x, FRAME.area)
    assert (curve.at[0], curve.at[-1]) == (FRAME.area.min(), FRAME.area.max())
    lowest, highest = int(FRAME.area.argmin()), int(FRAME.area.argmax())
    np.testing.assert_allclose(curve.features[[0, -1]], dataset.X[[lowest, highest]], rtol=1e-12)
    part = dataset.of_rows(slice(0, 5))
    assert part.curve is not None and len(part.curve.x) == 5


def test_predictions_of_a_logarithm_are_brought_back() -> None:
    found = made(FRAME, "log(price) ~ area")
    problem = Problem.from_dataset(found.dataset)
    predictions = report(problem).predict(found.encode(FRAME.iloc[:3]).X)
    oracle = smf.ols("np.log(price) ~ area", FRAME).fit()
    there = oracle.get_prediction(FRAME.iloc[:3]).summary_frame()
    median, mean = (in_target_units(predictions, how) for how in ("median", "mean"))  # type: ignore[arg-type]
    np.testing.assert_allclose(median.mean, np.exp(there["mean"]), rtol=1e-11)
    np.testing.assert_allclose(median.low, np.exp(there["obs_ci_lower"]), rtol=1e-11)
    np.testing.assert_allclose(mean.confidence_high, np.exp(there["mean_ci_upper"]), rtol=1e-11)
    smearing = np.exp(oracle.resid).mean()
    np.testing.assert_allclose(mean.mean, np.exp(there["mean"]) * smearing, rtol=1e-11)
    assert "median" in how_brought_back(predictions)
    assert f"{smearing:.6g}" in how_brought_back(predictions, "mean")
    assert how_brought_back(median) == "" and in_target_units(median) is median
