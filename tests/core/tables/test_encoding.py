"""A second table's rows, or typed values, in the columns that a fit has seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linreg_core import DataError
from linreg_core.tables import Prepared, Selection, prepare
from table_reader import Table

NAN = np.nan
FRAME = pd.DataFrame(
    {
        "age": [1.5, 2.0, 8.0, 4.0],
        "city": ["Oslo", "Oslo", "Rome", "Bergen"],
        "garden": pd.array([True, False, True, True], dtype="boolean"),
        "sold": pd.to_datetime(["2020-01-01", "2020-01-03", "2020-02-01", "2020-01-11"]),
        "floor": ["1", "2", "attic", "2"],
        "price": [1.0, 3.0, 2.0, 5.0],
    }
)
FEATURES = ("age", "city", "garden", "sold", "floor")
TYPED = {
    "age": 3,
    "city": "Rome",
    "garden": False,
    "sold": dt.date(2020, 1, 2),
    "floor": "attic",
}


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(Table(FRAME), Selection("price", FEATURES))


def typed(**changed: Any) -> pd.DataFrame:
    return pd.DataFrame({name: [value] for name, value in (TYPED | changed).items()})


def test_the_training_rows_are_encoded_as_they_were(prepared: Prepared) -> None:
    encoded = prepared.encode(FRAME)
    np.testing.assert_array_equal(encoded.X, prepared.dataset.X)
    np.testing.assert_array_equal(encoded.y, prepared.dataset.y)
    assert not encoded.problems


CELL = st.none() | st.floats(-1e6, 1e6) | st.just(np.inf)
ROW = st.tuples(CELL, st.sampled_from([None, "a", "b", "c", "1"]), st.sampled_from([None, 0, 1]))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(ROW, CELL), min_size=2, max_size=30), st.sampled_from(["drop", "fill"]))
def test_any_training_rows_are_encoded_as_they_were(rows: list[Any], missing: str) -> None:
    frame = pd.DataFrame([(*row, y) for row, y in rows], columns=["n", "c", "b", "y"])
    frame = frame.astype({"n": float, "c": "str", "b": "boolean", "y": float})
    try:
        prepared = prepare(Table(frame), Selection("y", ("n", "c", "b"), missing))
    except DataError:
        return
    encoded = prepared.encode(frame.iloc[prepared.rows])
    complete = [row not in encoded.problems for row in range(len(prepared.rows))]
    np.testing.assert_array_equal(encoded.X[complete], prepared.dataset.X[complete])
    assert all(complete) or missing == "fill"
    assert np.isnan(encoded.X[np.logical_not(complete)]).all()


def test_typed_values(prepared: Prepared) -> None:
    encoded = prepared.encode(typed())
    names = prepared.dataset.feature_names
    assert dict(zip(names, encoded.X[0], strict=True)) == {
        "age": 3,
        "city = Bergen": 0,
        "city = Rome": 1,
        "garden = yes": 0,
        "sold (days since 2020-01-01)": 1,
        "floor = 1": 0,
        "floor = attic": 1,
    }
    assert encoded.y is None
    assert not encoded.X.flags.writeable


FINE: list[tuple[str, Any, str, float]] = [
    ("age", np.int64(4), "age", 4),
    ("garden", True, "garden = yes", 1),
    ("garden", 1, "garden = yes", 1),
    ("garden", 0.0, "garden = yes", 0),
    ("garden", "Yes", "garden = yes", 1),
    ("garden", " no ", "garden = yes", 0),
    ("garden", np.bool_(True), "garden = yes", 1),
    ("sold", dt.datetime(2020, 1, 2, 12), "sold (days since 2020-01-01)", 1.5),
    (
        "sold",
        pd.Timestamp("2020-01-02T02:00", tz="Europe/Oslo"),
        "sold (days since 2020-01-01)",
        1 + 1 / 24,
    ),
    ("sold", dt.date(2019, 12, 31), "sold (days since 2020-01-01)", -1),
    ("floor", 1, "floor = 1", 1),
    ("floor", 1.0, "floor = 1", 1),
    ("floor", 2, "floor = 1", 0),
]


@pytest.mark.parametrize("as_object", [False, True])
@pytest.mark.parametrize(("name", "value", "feature", "expected"), FINE)
def test_values_of_other_types_that_mean_the_same(
    prepared: Prepared, name: str, value: Any, feature: str, expected: float, as_object: bool
) -> None:
    frame = typed(**{name: value})
    if as_object:
        frame = frame.astype(object)
    encoded = prepared.encode(frame)
    assert not encoded.problems
    place = prepared.dataset.feature_names.index(feature)
    assert encoded.X[0, place] == pytest.approx(expected, abs=1e-10)


PROBLEMS: list[tuple[dict[str, Any], str]] = [
    ({"age": NAN}, "'age' has no number"),
    ({"age": None}, "'age' has no number"),
    ({"age": np.inf}, "'age' is inf: it needs a number"),
    ({"age": "12"}, "'age' is '12', which is text: it needs a number"),
    ({"age": "1,234"}, "'age' is '1,234', which is text: it needs a number"),
    ({"age": True}, "'age' is True: it needs a number"),
    ({"age": pd.Timestamp("2020-01-01")}, "'age' is Timestamp('2020-01-01 00:00:00'): it needs a"),
    ({"city": None}, "'city' is empty: it needs one of 'Bergen', 'Oslo', 'Rome'"),
    (
        {"city": "Paris"},
        "'city' is 'Paris', which the fit has not seen: it needs one of 'Bergen', 'Oslo', 'Rome'",
    ),
    ({"city": "oslo"}, "'city' is 'oslo', which the fit has not seen"),
    ({"city": 3}, "'city' is 3, which the fit has not seen"),
    ({"floor": 1.5}, "'floor' is 1.5, which the fit has not seen"),
    ({"garden": None}, "'garden' has neither yes nor no"),
    ({"garden": "maybe"}, "'garden' is 'maybe': it needs yes or no"),
    ({"garden": 2}, "'garden' is 2: it needs yes or no"),
    ({"sold": pd.NaT}, "'sold' has no date"),
    ({"sold": "2020-01-02"}, "'sold' is '2020-01-02', which is text: it needs a date"),
    ({"sold": 3.0}, "'sold' is 3.0: it needs a date"),
    ({"age": "x" * 500}, "'age' is '" + "x" * 76 + "..., which is text: it needs a number"),
    ({"age": NAN, "city": "Paris"}, "'age' has no number; 'city' is 'Paris', which"),
]


@pytest.mark.parametrize(("changed", "problem"), PROBLEMS)
def test_rows_that_cannot_be_predicted_say_why(
    prepared: Prepared, changed: dict[str, Any], problem: str
) -> None:
    frame = pd.concat([typed().astype(object), typed(**changed).astype(object)], ignore_index=True)
    encoded = prepared.encode(frame)
    assert list(encoded.problems) == [1]
    assert encoded.problems[1].startswith(problem)
    assert np.isnan(encoded.X[1]).all()
    assert np.isfinite(encoded.X[0]).all()


def test_a_column_of_another_kind_is_a_problem_in_each_of_its_rows(prepared: Prepared) -> None:
    frame = FRAME.assign(age=["1", "2", "8", "4"], sold=FRAME.sold.astype(str))
    encoded = prepared.encode(frame)
    assert list(encoded.problems) == [0, 1, 2, 3]
    assert "'age' is '8', which is text" in encoded.problems[2]
    assert "'sold' is '2020-02-01" in encoded.problems[2]


def test_many_levels_are_not_all_listed() -> None:
    frame = pd.DataFrame({"c": [*"abcdefghij"] * 2, "y": range(20)})
    encoded = prepare(Table(frame), Selection("y", ("c",))).encode(pd.DataFrame({"c": ["z"]}))
    assert encoded.problems[0].endswith("it needs one of 'a', 'b', 'c', 'd', 'e', 'f', ...")


@pytest.mark.parametrize("levels", [("yes", "no"), ("Y", "N"), ("True", "False"), ("1", "0")])
def test_levels_that_were_read_as_yes_and_no_the_second_time(levels: tuple[str, str]) -> None:
    frame = pd.DataFrame({"answer": [*levels, "unknown", "unknown"], "y": [1, 2, 3, 4]})
    prepared = prepare(Table(frame), Selection("y", ("answer",)))
    second = pd.DataFrame({"answer": pd.array([True, False], dtype="boolean")})
    encoded = prepared.encode(second)
    np.testing.assert_array_equal(encoded.X, prepared.dataset.X[:2])
    assert not encoded.problems


RENAMED = [
    ({"age": " Age "}, True),
    ({"age": "AGE", "city": "City "}, True),
    ({"age": "aGe", "price": "PRICE"}, True),
    ({"age": "years"}, False),
]


@pytest.mark.parametrize(("names", "is_found"), RENAMED)
def test_columns_are_found_but_for_case_and_spaces(
    prepared: Prepared, names: dict[str, str], is_found: bool
) -> None:
    frame = FRAME.rename(columns=names)[::-1].iloc[:, ::-1].assign(other=1)
    if not is_found:
        with pytest.raises(DataError, match="must have the columns 'age' that the fit was made"):
            prepared.encode(frame)
        return
    encoded = prepared.encode(frame)
    np.testing.assert_array_equal(encoded.X, prepared.dataset.X[::-1])
    np.testing.assert_array_equal(encoded.y, prepared.dataset.y[::-1])


def test_an_exact_name_goes_before_a_similar_one(prepared: Prepared) -> None:
    encoded = prepared.encode(FRAME.assign(Age=0.0, AGE=0.0))
    np.testing.assert_array_equal(encoded.X, prepared.dataset.X)


def test_names_that_differ_in_case_only_stay_apart() -> None:
    frame = pd.DataFrame({"a": [1, 2, 4], "A": [3, 1, 1], "y": [1, 2, 3]})
    prepared = prepare(Table(frame), Selection("y", ("a", "A")))
    np.testing.assert_array_equal(prepared.encode(frame[["A", "a"]]).X, prepared.dataset.X)
    with pytest.raises(DataError, match="must have the columns 'a' that the fit was made with"):
        prepared.encode(frame[["A"]])
    with pytest.raises(DataError, match="must have the columns 'a', 'A' that the fit was made"):
        prepared.encode(pd.DataFrame({"a ": [1]}))


MISNAMED = [
    (FRAME.drop(columns=["age", "sold"]), "The table must have the columns 'age', 'sold' that"),
    (pd.concat([FRAME, FRAME[["age"]]], axis=1), "Column 'age' must be there once. Got 2: rename"),
    (
        FRAME.rename(columns={"age": "Age"}).assign(AGE=1.0),
        "Column 'age' must be there once. Got 2: rename one.",
    ),
]


@pytest.mark.parametrize(("frame", "message"), MISNAMED, ids=["missing", "twice", "ambiguous"])
def test_missing_and_ambiguous_columns(
    prepared: Prepared, frame: pd.DataFrame, message: str
) -> None:
    with pytest.raises(DataError) as raised:
        prepared.encode(frame)
    assert str(raised.value).startswith(message)


TARGETS = [
    ([1.0, NAN, np.inf, 4.0], [1, NAN, NAN, 4]),
    ([1, 2, 3, 4], [1, 2, 3, 4]),
    ([NAN] * 4, None),
    (["1", "2", "3", "4"], None),
]


@pytest.mark.parametrize(("price", "expected"), TARGETS)
def test_the_target_comes_along_where_there_is_one(
    prepared: Prepared, price: list[Any], expected: list[float] | None
) -> None:
    encoded = prepared.encode(FRAME.assign(price=price))
    if expected is None:
        assert encoded.y is None
    else:
        np.testing.assert_array_equal(encoded.y, expected)


def test_an_empty_table_is_encoded_as_no_rows(prepared: Prepared) -> None:
    encoded = prepared.encode(FRAME.iloc[:0])
    assert encoded.X.shape == (0, prepared.dataset.n_features)
    assert not encoded.problems
