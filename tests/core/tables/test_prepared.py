"""Chosen columns become a data set: indicators, dates, empty cells, and what is doubtful."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linreg_core import ConfigError, DataError
from linreg_core.limits import MAX_CELLS
from linreg_core.tables import Prepared, Selection, prepare, to_dataset
from linreg_core.tables.columns import MAX_LEVELS
from table_reader import Question, Table

NAN = np.nan


def table_of(**columns: Any) -> Table:
    return Table(pd.DataFrame(columns), name="mine")


def prepared_of(
    *, missing: str = "drop", excluded_rows: tuple[int, ...] = (), **columns: Any
) -> Prepared:
    """The last column is the target, the others are its features."""
    *features, target = columns
    return prepare(table_of(**columns), Selection(target, tuple(features), missing, excluded_rows))


def told(sentences: tuple[str, ...], start: str) -> list[str]:
    return [sentence for sentence in sentences if sentence.startswith(start)]


def test_numbers_stay_as_they_are_in_the_order_of_choice() -> None:
    table = table_of(a=[1, 2, 3], b=[0.5, 1.5, 0.0], y=[3.0, 1.0, 2.0])
    prepared = prepare(table, Selection("y", ("b", "a")))
    dataset = prepared.dataset
    assert (dataset.name, dataset.target_name) == ("mine", "y")
    assert dataset.feature_names == ("b", "a")
    assert dataset.X.tolist() == [[0.5, 1], [1.5, 2], [0, 3]]
    assert dataset.y.tolist() == [3, 1, 2]
    assert prepared.rows.tolist() == [0, 1, 2]
    assert not prepared.notes


NUMBERS = ["int8", "uint64", "float32", "float64", "Int64", "Float64"]


@pytest.mark.parametrize("dtype", NUMBERS)
def test_every_width_of_numbers(dtype: str) -> None:
    frame = pd.DataFrame({"a": [1, 2, 4], "y": [3, 1, 2]}).astype(dtype)
    dataset = prepare(Table(frame), Selection("y", ("a",))).dataset
    assert (dataset.X.tolist(), dataset.y.tolist()) == ([[1], [2], [4]], [3, 1, 2])


def test_the_table_is_neither_changed_nor_shared() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "y": [3.0, 1.0, 2.0]})
    before = frame.copy()
    dataset = prepare(Table(frame), Selection("y", ("a",))).dataset
    for name, array in (("a", dataset.X), ("y", dataset.y)):
        assert not np.shares_memory(array, frame[name].to_numpy())
        assert not array.flags.writeable and array.flags.owndata
    pd.testing.assert_frame_equal(frame, before)


def test_a_table_gives_the_same_data_set() -> None:
    table = table_of(a=[1.0, NAN, 3.0, 4.0], word=[*"xyxy"], b=[2, 1, 4, 3], y=[3, 1, 2, 5])
    prepared = prepare(table, Selection("y", ("a", "b")))
    dataset = to_dataset(table, "y")
    assert dataset.feature_names == prepared.dataset.feature_names == ("a", "b")
    np.testing.assert_array_equal(dataset.X, prepared.dataset.X)
    np.testing.assert_array_equal(dataset.y, prepared.dataset.y)
    assert to_dataset(table, "y", "a", name="other").name == "other"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Oslo", "Bergen", "Rome", "2", "10", "ø"]), min_size=2))
def test_indicators_are_those_of_pandas(cities: list[str]) -> None:
    y = np.arange(len(cities), dtype=float)
    prepared = prepare(table_of(city=cities, x=y**2, y=y), Selection("y", ("city", "x")))
    counts = pd.Series(cities).value_counts()
    column = prepared.columns[0]
    # Numbers as levels are in the order of their size, which pandas gives for numbers only.
    order = sorted(counts.index, key=float if set(cities) <= {"2", "10"} else str)
    left_out = max(order, key=counts.__getitem__)
    assert column.left_out == left_out
    expected = pd.get_dummies(pd.Series(cities))[order].drop(columns=left_out)
    names = tuple(f"city = {level}" for level in expected.columns)
    assert prepared.dataset.feature_names == (*names, "x")
    np.testing.assert_array_equal(prepared.dataset.X[:, :-1], expected.to_numpy(dtype=float))
    assert dict(zip(column.levels, column.counts, strict=True)) == counts.to_dict()


def test_a_category_says_which_level_is_left_out() -> None:
    prepared = prepared_of(
        city=["Oslo", "Bergen", "Rome", "Bergen"], sex=["m", "f", "f", "m"], y=[1, 2, 3, 4]
    )
    assert prepared.dataset.feature_names == ("city = Oslo", "city = Rome", "sex = m")
    assert prepared.notes == (
        "'city' became 2 indicator columns; 'Bergen' is left out: the others are compared with it.",
        "'sex' became 1 indicator column; 'f' is left out: the other is compared with it.",
    )


@pytest.mark.parametrize("dtype", ["str", "string", "object", "category"])
def test_every_kind_of_text(dtype: str) -> None:
    frame = pd.DataFrame({"c": pd.Series(["b", "a", "b", None], dtype=dtype), "y": [1, 2, 3, 4]})
    prepared = prepare(Table(frame), Selection("y", ("c",)))
    assert prepared.dataset.feature_names == ("c = a",)
    assert prepared.dataset.X.tolist() == [[0], [1], [0]]


@pytest.mark.parametrize("dtype", ["bool", "boolean"])
def test_yes_and_no(dtype: str) -> None:
    prepared = prepared_of(garden=pd.array([True, False, True], dtype=dtype), y=[1, 2, 4])
    assert prepared.dataset.feature_names == ("garden = yes",)
    assert prepared.dataset.X.tolist() == [[1], [0], [1]]
    assert prepared.notes == ("'garden' is 1 for yes and 0 for no.",)


DATES = [
    pd.to_datetime(["2020-03-01", "2020-02-28", "2020-03-01 12:00"], format="mixed"),
    pd.to_datetime(["2020-03-01", "2020-02-28", "2020-03-01 12:00"], format="mixed").tz_localize(
        "UTC"
    ),
    pd.to_datetime(["2020-03-01", "2020-02-28", "2020-03-01 12:00"], format="mixed").astype(
        "datetime64[s]"
    ),
]


@pytest.mark.parametrize("dates", DATES, ids=["plain", "time zone", "seconds"])
def test_dates_count_days_since_the_first(dates: pd.DatetimeIndex) -> None:
    prepared = prepared_of(sold=dates, y=[1, 2, 4])
    assert prepared.dataset.feature_names == ("sold (days since 2020-02-28)",)
    assert prepared.dataset.X.tolist() == [[2], [0], [2.5]]
    assert prepared.notes == ("'sold' counts the days since 2020-02-28.",)
    column = prepared.columns[0]
    assert (column.origin, column.minimum, column.maximum) == (dt.date(2020, 2, 28), 0, 2.5)


def test_names_of_features_that_collide_are_told_apart() -> None:
    columns = {"city = Oslo": [1, 2, 4], "city": ["Oslo", "Rome", "Rome"], "y": [1, 2, 4]}
    prepared = prepared_of(**columns)
    assert prepared.dataset.feature_names == ("city = Oslo", "city = Oslo (2)")


GAPS: dict[str, Any] = {
    "age": [1.0, NAN, 3.0, 8.0, 5.0, 3.5],
    "city": ["Oslo", "Oslo", None, "Rome", "Oslo", "Rome"],
    "y": [1.0, 2.0, 3.0, 4.0, NAN, 6.0],
}


def test_rows_with_an_empty_cell_are_dropped_and_named() -> None:
    prepared = prepared_of(**GAPS)
    assert prepared.rows.tolist() == [0, 3, 5]
    assert prepared.dataset.X.tolist() == [[1, 1], [8, 0], [3.5, 0]]
    assert prepared.dataset.feature_names == ("age", "city = Oslo")
    assert prepared.notes[0] == "Left out 3 of 6 rows with an empty cell (rows 3, 4, 6)."
    assert prepared.warnings[0] == (
        "Empty cells cost 3 of 6 rows, 1 of them in 'age': leave that column out, or fill the "
        "empty cells."
    )


@pytest.mark.parametrize(("n_empty", "is_told"), [(2, False), (3, True)])
def test_more_than_a_fifth_of_the_rows_lost_is_a_warning(n_empty: int, is_told: bool) -> None:
    a = [NAN] * n_empty + [float(i) for i in range(10 - n_empty)]
    warnings = prepared_of(a=a, y=np.arange(10.0) ** 2).warnings
    assert bool(told(warnings, f"Empty cells in 'a' cost {n_empty} of 10 rows")) == is_told


@pytest.mark.parametrize("missing", ["drop", "fill"])
def test_the_target_is_never_to_be_left_out(missing: str) -> None:
    columns = {"a": [1.0, 2.0, NAN, 4.0, 5.5, 6.0], "y": [1.0, NAN, NAN, NAN, 5.0, 6.0]}
    warnings = prepared_of(missing=missing, **columns).warnings
    assert warnings[0] == (
        "Empty cells in 'y' cost 3 of 6 rows: a row without a target cannot be used."
    )


def test_rows_go_by_the_numbers_of_the_file() -> None:
    table = Table(pd.DataFrame(GAPS), line_numbers=np.array([10, 20, 30, 40, 50, 60]))
    notes = prepare(table, Selection("y", ("age", "city"), excluded_rows=(0,))).notes
    assert notes[:2] == (
        "Left out 1 of 6 rows excluded by hand (row 10).",
        "Left out 3 of 6 rows with an empty cell (rows 20, 30, 50).",
    )


def test_empty_cells_are_filled_but_never_the_target() -> None:
    prepared = prepared_of(missing="fill", **GAPS)
    assert prepared.rows.tolist() == [0, 1, 2, 3, 5]
    assert prepared.dataset.feature_names == ("age", "city = Rome")
    assert prepared.dataset.X.tolist() == [[1, 0], [3.875, 0], [3, 0], [8, 1], [3.5, 1]]
    assert prepared.notes[:3] == (
        "Left out 1 of 6 rows with an empty cell in the target 'y' (row 6).",
        "Filled 1 empty cell of 'age' with its mean, 3.875.",
        "Filled 1 empty cell of 'city' with its most frequent value, Oslo.",
    )


def test_dates_and_yes_no_are_filled() -> None:
    prepared = prepared_of(
        missing="fill",
        sold=pd.to_datetime(["2020-01-01", None, "2020-01-04", "2020-01-05"]),
        garden=pd.array([True, None, None, True], dtype="boolean"),
        y=[1, 2, 3, 4],
    )
    assert prepared.dataset.X[1].tolist() == [pytest.approx(7 / 3), 1]
    assert prepared.notes[:2] == (
        "Filled 1 empty cell of 'sold' with its mean, 2020-01-03.",
        "Filled 2 empty cells of 'garden' with its most frequent value, yes.",
    )
    assert told(prepared.warnings, "2 of 4 cells of 'garden' are filled: standard errors come")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.none() | st.integers(-9, 9)] * 3), min_size=4, max_size=30))
def test_filling_is_that_of_pandas(rows: list[tuple[int | None, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["a", "b", "y"], dtype=float)
    kept = frame[frame.y.notna()]
    if kept.y.nunique() < 2 or kept.a.count() == 0 or kept.b.count() == 0:
        with pytest.raises(DataError):
            prepare(Table(frame), Selection("y", ("a", "b"), "fill"))
        return
    dataset = prepare(Table(frame), Selection("y", ("a", "b"), "fill")).dataset
    expected = kept[["a", "b"]].fillna(kept[["a", "b"]].mean())
    np.testing.assert_allclose(dataset.X, expected.to_numpy(), atol=1e-14)
    np.testing.assert_array_equal(dataset.y, kept.y)


def test_infinite_numbers_count_as_empty() -> None:
    prepared = prepared_of(a=[1, np.inf, 3, 4, -np.inf], y=[1.0, 2.0, 3.0, np.inf, 5.0])
    assert prepared.dataset.X.tolist() == [[1], [3]]
    assert prepared.notes == (
        "Treated 2 infinite values in 'a' as empty cells (rows 3, 6).",
        "Treated 1 infinite value in 'y' as an empty cell (row 5).",
        "Left out 3 of 5 rows with an empty cell (rows 3, 5, 6).",
    )


def test_excluded_rows_are_left_out_and_their_cells_do_not_count() -> None:
    selection = Selection("y", ("a", "c"), excluded_rows=(3, 1, np.int64(3)))
    assert selection.excluded_rows == (1, 3)
    assert hash(selection) == hash(Selection("y", ("a", "c"), excluded_rows=(1, 3)))
    frame = pd.DataFrame({"a": [1, NAN, 2, np.inf], "c": [*"xyzx"], "y": [1, 2, 3, 4]})
    prepared = prepare(Table(frame), selection)
    assert prepared.rows.tolist() == [0, 2]
    assert prepared.columns[1].levels == ("x", "z")
    assert prepared.notes[0] == "Left out 2 of 4 rows excluded by hand (rows 3, 5)."
    assert len(prepared.notes) == 2


def test_columns_know_their_bounds_and_what_is_typical() -> None:
    prepared = prepared_of(
        a=[1.5, 2.5, 8.0],
        when=pd.to_datetime(["2020-01-03", "2020-01-01", "2020-01-01"]),
        garden=pd.array([True, False, False], dtype="boolean"),
        city=["Oslo", "Rome", "Oslo"],
        y=[1, 2, 3],
    )
    number, when, garden, city = prepared.columns
    assert (number.minimum, number.maximum, number.typical) == (1.5, 8, 4)
    assert (when.minimum, when.maximum, when.shown(when.typical)) == (0, 2, "2020-01-01")
    assert (garden.minimum, garden.maximum, garden.typical) == (0, 1, 0)
    assert (city.levels, city.left_out, city.typical) == (("Oslo", "Rome"), "Oslo", "Oslo")
    assert [column.kind for column in prepared.columns] == ["number", "date", "yes/no", "category"]


QUESTION = Question("'1,234' in 'price': 1234 or 1.234?", "decimal", ((",", "1.234"),), ("price",))
REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"target": "z"}, "Column 'z' must be one of 'a', 'b', 'word', 'day', 'price', 'same'"),
    ({}, {"features": ("a", "z")}, "Column 'z' must be one of 'a', 'b', 'word'"),
    ({}, {"features": ("a", "b")}, "Column 'b' must be used once. Got it 2 times."),
    ({}, {"features": ("a", "a")}, "Column 'a' must be used once. Got it 2 times."),
    ({}, {"features": ()}, "At least 1 feature is needed beside 'b': choose from 'a', 'word',"),
    ({}, {"target": "word"}, "Column 'word' has 2 cells that are not numbers (rows 2, 4): "),
    ({}, {"target": "day"}, "The target 'day' must be a number. Got dates: choose another."),
    (
        {},
        {"target": "same"},
        "Column 'same' has the same value, 3, in every row: there is nothing to explain; choose "
        "another target.",
    ),
    ({}, {"target": "price"}, "Column 'price' waits for an answer: '1,234' in 'price': 1234"),
    ({}, {"features": ("price",)}, "Column 'price' waits for an answer: '1,234' in 'price'"),
    ({}, {"excluded_rows": (0, 4)}, "Excluded rows must be from 0 to 3. Got 4."),
    ({}, {"excluded_rows": (-1,)}, "Excluded rows must be from 0 to 3. Got -1."),
    (
        {},
        {"excluded_rows": (0, 1, 2, 3)},
        "At least 2 rows must have a value in each of the columns 'a', 'b'. Got none: use more",
    ),
    (
        {"a": [NAN, NAN, NAN, 1]},
        {},
        "At least 2 rows must have a value in each of the columns 'a', 'b'. Got 1: 'a' is empty "
        "in 3 of 4 rows; leave it out or fill it.",
    ),
    (
        {"b": [NAN, NAN, NAN, NAN]},
        {},
        "At least 2 rows must have a value in each of the columns 'a', 'b'. Got none: 'b' is "
        "empty in 4 of 4 rows; choose another target.",
    ),
    ({"a": [NAN] * 4}, {"missing": "fill"}, "Column 'a' is empty in every row that is used: "),
    (
        {"word": ["x"] * 4},
        {"features": ("word",)},
        "Column 'word' has the same value, x, in every row that is used: it explains nothing; ",
    ),
]


@pytest.mark.parametrize(("columns", "changed", "message"), REFUSED)
def test_what_cannot_be_prepared(
    columns: dict[str, Any], changed: dict[str, Any], message: str
) -> None:
    frame = pd.DataFrame(
        {
            "a": [1.0, 2.0, 3.0, 5.0],
            "b": [2.0, 1.0, 5.0, 4.0],
            "word": ["x", "7", "y", None],
            "day": pd.to_datetime(["2020-01-01"] * 4),
            "price": ["1,234", "2,345", "3,456", "4,567"],
            "same": [3, 3, 3, 3],
        }
        | columns
    )
    table = Table(frame, questions=(QUESTION,))
    with pytest.raises(DataError) as raised:
        prepare(table, Selection(**({"target": "b", "features": ("a",)} | changed)))
    assert str(raised.value).startswith(message)


def test_missing_is_drop_or_fill() -> None:
    with pytest.raises(ConfigError, match="`missing` must be one of 'drop', 'fill'. Got 'zero'."):
        Selection("y", ("x",), "zero")


@pytest.mark.parametrize("n_levels", [MAX_LEVELS, MAX_LEVELS + 1])
def test_a_category_has_at_most_fifty_levels(n_levels: int) -> None:
    street = [f"street {i % n_levels}" for i in range(200)]
    columns = {"street": street, "y": np.arange(200.0)}
    if n_levels == MAX_LEVELS:
        assert prepared_of(**columns).dataset.n_features == MAX_LEVELS - 1
        return
    with pytest.raises(DataError, match="'street' must have at most 50 different values .* 51"):
        prepared_of(**columns)


def test_too_large_a_matrix_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_CELLS == 100_000_000
    monkeypatch.setattr("linreg_core.tables.matrix.MAX_CELLS", 8)
    with pytest.raises(DataError, match="must be at most 8. Got 3 times 3: choose fewer features"):
        prepared_of(a=[1, 2, 3], b=[1, 3, 2], c=[3, 1, 2], y=[1, 2, 3])


def test_a_yes_no_target_is_taken_with_a_warning() -> None:
    prepared = prepared_of(x=[1, 2, 4], bought=pd.array([True, False, True], dtype="boolean"))
    assert prepared.dataset.y.tolist() == [1, 0, 1]
    assert told(prepared.warnings, "The target 'bought' is yes or no, taken as 1 and 0")


def test_a_table_with_no_other_column_says_so() -> None:
    table = Table(pd.DataFrame({"y": [1.0, 2.0, 4.0]}))
    with pytest.raises(DataError, match="beside 'y': the table has no other column.$"):
        prepare(table, Selection("y", ()))
