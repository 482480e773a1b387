"""Which columns are proposed as target and features, which are skipped, and why."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from linreg_core import DataError, read_table
from linreg_core.tables import Selection, prepare, propose, usable_features, usable_targets
from table_reader import Question, ReadOptions, Table

ROOT = Path(__file__).parents[3]
N = 24
SIZE = [40.0 + (7 * i) % 23 for i in range(N)]
PRICE = [3.0 + (5 * i) % 13 for i in range(N)]
GARDEN = pd.array([i % 3 == 0 for i in range(N)], dtype="boolean")
CITY = [("Oslo", "Bergen", "Rome")[i % 3] for i in range(N)]
DATES = pd.to_datetime("2020-01-05") + pd.to_timedelta([(11 * i) % 17 for i in range(N)], "D")


def table_of(**columns: Any) -> Table:
    return Table(pd.DataFrame(columns))


def shuffled(start: int) -> list[int]:
    return [start + (7 * i) % N for i in range(N)]


SKIPPED: list[tuple[str, Any, str | None]] = [
    ("anything", list(range(1, N + 1)), "identifier: 1 to 24 in order"),
    ("anything", list(range(1001, 1001 + N)), "identifier: 1001 to 1024 in order"),
    ("anything", list(range(1990, 1990 + N)), None),
    ("x", list(range(5001, 5001 + N)), None),
    ("anything", shuffled(5001), None),
    ("anything", [1, 3, 2, *range(4, N + 1)], None),
    ("year", list(range(1990, 1990 + N)), None),
    ("customer_id", [7, 9] * (N // 2), "identifier by its name"),
    ("customerId", shuffled(3), "identifier by its name"),
    ("paid", shuffled(3), None),
    ("House nr.", shuffled(3), "identifier by its name"),
    ("number of rooms", [2, 3, 4] * 8, None),
    ("price index", [i + 0.5 for i in shuffled(3)], None),
    ("uuid", [f"{i:032x}" for i in range(N)], "identifier: text that differs in every row"),
    ("name", ["a", "b"] * 8 + [*"cdefghij"], None),
    ("name", ["a", "b"] * 4 + [f"c{i}" for i in range(16)], "text with 18 different values"),
    ("name", [*"abcdefghijkl"] + ["a"] * 12, None),
    ("name", [*"abcdefghijkl"] * 2, None),
    ("name", [*"abcdefghijklm"] + ["a"] * 11, "text with 13 different values"),
    ("name", [*"abcdefgh"] + [None] * 16, "mostly empty: 8 of 24 cells have a value"),
    ("name", [*"abcdefgh", *"abcd"] + [None] * 12, "text with 8 different values in 12 rows"),
    ("flag", pd.array([True] * N, dtype="boolean"), "constant: yes in every row"),
    ("flag", pd.array([True] * (N - 1) + [None], dtype="boolean"), "constant"),
    ("flag", GARDEN, None),
    ("same", [3] * N, "constant: 3 in every row"),
    ("same", ["x"] * N, "constant"),
    ("same", [3.0, np.nan] * (N // 2), "constant"),
    ("nothing", [np.nan] * N, "empty"),
    ("nothing", [None] * N, "empty"),
    ("nothing", [np.inf] * N, "empty"),
    ("some", [1.5, 2.5] + [np.nan] * 22, "mostly empty: 2 of 24 cells have a value"),
    ("when", DATES, "a date"),
    ("price in cents", [100 * price for price in PRICE], "a perfect rescaling of the target"),
    ("price in euro", [round(0.92 * p - 1, 6) for p in PRICE], "a perfect rescaling of the target"),
    ("price again", PRICE, "a copy of the target 'price'"),
    ("nearly price", [price + 0.01 * (i % 2) for i, price in enumerate(PRICE)], None),
]


@pytest.mark.parametrize(("name", "values", "reason"), SKIPPED)
def test_what_is_skipped_and_why(name: str, values: Any, reason: str | None) -> None:
    proposal = propose(table_of(**{"size": SIZE, name: values, "price": PRICE}))
    assert proposal.target == "price"
    if reason is None:
        assert proposal.features == ("size", name)
        assert not proposal.skipped
    else:
        assert proposal.features == ("size",)
        assert list(proposal.skipped) == [name]
        assert proposal.skipped[name].startswith(reason)


TARGETS = [
    (("size", "rooms"), "rooms"),
    (("price", "rooms"), "price"),
    (("Sale_Price", "rooms"), "Sale_Price"),
    (("salePrice", "rooms"), "salePrice"),
    (("list price", "sale price", "rooms"), "sale price"),
    (("price", "price per m2", "rooms"), "price"),
    (("target", "price"), "target"),
    (("y", "x"), "y"),
    (("x", "y", "price"), "price"),
    (("x1", "y1", "y2"), "y2"),
    (("rooms", "year"), "rooms"),
    (("year", "month"), "month"),
    (("enterprise", "rooms"), "rooms"),
]


@pytest.mark.parametrize(("names", "target"), TARGETS)
def test_the_target_is_named_so_or_comes_last(names: tuple[str, ...], target: str) -> None:
    generator = np.random.default_rng(1)
    proposal = propose(table_of(**{name: generator.standard_normal(N) for name in names}))
    assert proposal.target == target
    assert set(proposal.features) == set(names) - {target}


@pytest.mark.parametrize(
    ("last", "values"),
    [("id", shuffled(1)), ("day", DATES), ("price", [3] * N), ("price", [np.nan] * N)],
)
def test_the_target_is_never_an_identifier_a_date_or_constant(last: str, values: Any) -> None:
    proposal = propose(table_of(**{"size": SIZE, "rooms": PRICE, last: values}))
    assert (proposal.target, proposal.features) == ("rooms", ("size",))


BETTER_THAN_NONE = [
    ({"nr": range(1, N + 1), "price": PRICE}, ("nr",)),
    ({"when": DATES, "price": PRICE}, ("when",)),
    ({"when": DATES, "nr": range(1, N + 1), "price": PRICE}, ("nr",)),
    ({"size": [2 * price for price in PRICE], "price": PRICE}, ("size",)),
    ({"name": [str(i) for i in range(N)], "price": PRICE}, ()),
    ({"city": CITY, "when": DATES, "price": PRICE}, ("city",)),
]


@pytest.mark.parametrize(("columns", "features"), BETTER_THAN_NONE)
def test_something_is_better_than_no_feature(
    columns: dict[str, Any], features: tuple[str, ...]
) -> None:
    proposal = propose(table_of(**columns))
    assert (proposal.target, proposal.features) == ("price", features)
    assert set(proposal.skipped) == set(columns) - {"price", *features}


def test_a_target_by_name_may_count_the_rows() -> None:
    """As in NIST's NoInt1, where y goes from 130 to 140 and x from 60 to 70."""
    proposal = propose(table_of(y=range(130, 141), x=range(60, 71)))
    assert (proposal.target, proposal.features) == ("y", ("x",))


def test_without_a_number_there_is_no_target() -> None:
    proposal = propose(table_of(city=CITY, when=DATES))
    assert (proposal.target, proposal.features) == (None, ())


def test_a_column_in_question_is_left_alone() -> None:
    question = Question("'1,234': 1234 or 1.234?", "decimal", ((",", "1.234"),), ("price",))
    frame = pd.DataFrame({"size": SIZE, "rooms": PRICE, "price": ["1,234", "2,345"] * 12})
    table = Table(frame, questions=(question,))
    proposal = propose(table)
    assert (proposal.target, proposal.features) == ("rooms", ("size",))
    assert proposal.skipped["price"].startswith("can be read in two ways")
    assert usable_targets(table) == usable_features(table) == ("size", "rooms")


def test_at_most_twenty_of_many_columns_are_proposed() -> None:
    values = np.random.default_rng(0).standard_normal((200, 31))
    proposal = propose(Table(pd.DataFrame(values, columns=[f"c{i}" for i in range(31)])))
    assert proposal.features == tuple(f"c{i}" for i in range(20))
    assert proposal.target == "c30"
    assert set(proposal.skipped) == {f"c{i}" for i in range(20, 30)}
    assert proposal.skipped["c20"] == "after the first 20: can be added by hand"


def test_few_rows_carry_few_features() -> None:
    values = np.random.default_rng(0).standard_normal((9, 7))
    proposal = propose(Table(pd.DataFrame(values, columns=[*"abcdefg"])))
    assert proposal.features == ("a", "b", "c", "d")
    assert proposal.skipped["e"] == "9 rows carry no more features"


def test_what_can_be_chosen_by_hand() -> None:
    table = table_of(
        id=range(N),
        when=DATES,
        garden=GARDEN,
        city=CITY,
        name=[str(i) for i in range(N)],
        same=[1] * N,
        nothing=[np.nan] * N,
        price=PRICE,
    )
    assert usable_targets(table) == ("id", "garden", "price")
    assert usable_features(table) == ("id", "when", "garden", "city", "name", "price")


@pytest.mark.parametrize(("n_levels", "can"), [(50, True), (51, False)])
def test_text_can_be_chosen_up_to_fifty_levels(n_levels: int, can: bool) -> None:
    street = [f"street {i % n_levels}" for i in range(120)]
    table = table_of(street=street, price=np.arange(120.0) % 7)
    assert ("street" in usable_features(table)) == can
    assert propose(table).skipped["street"] == f"text with {n_levels} different values"


def test_long_text_is_not_counted_to_its_end() -> None:
    street = [f"street {i % 900}" for i in range(6000)]
    table = table_of(street=street, price=np.arange(6000.0) % 7)
    assert propose(table).skipped["street"] == "text with more than 50 different values"


def test_bundled_condos() -> None:
    proposal = propose(read_table(ROOT / "data" / "condos.csv"))
    assert (proposal.target, proposal.features) == ("sale_price", ("sq_footage",))
    assert not proposal.skipped


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float32", "Int64", "Float64"])
def test_any_width_of_numbers(dtype: str) -> None:
    table = Table(pd.DataFrame({"size": SIZE, "price": PRICE, "nr": range(N)}).astype(dtype))
    proposal = propose(table)
    assert (proposal.target, proposal.features) == ("price", ("size",))
    assert list(proposal.skipped) == ["nr"]


@pytest.mark.parametrize(
    ("options", "reason", "refusal"),
    [
        (ReadOptions(), "mixes numbers with", "a column of numbers. Column 'v' mixes numbers with"),
        (ReadOptions(as_text=("v",)), "text that differs", "'v' was read as text, as you said"),
        (ReadOptions(as_category=("v",)), "text that differs", "'v' was read as category, as you"),
    ],
)
def test_reasons_are_those_of_the_reader(options: ReadOptions, reason: str, refusal: str) -> None:
    """A column of numbers that stays text is no category to be proposed."""
    cells = ["12%", "0.15", "8%", "0.3", "9%", "0.1"]
    lines = "".join(f"{cell},{i},{i * i % 5}\n" for i, cell in enumerate(cells))
    table = read_table(io.BytesIO(f"v,x,y\n{lines}".encode()), options=options)
    proposal = propose(table)
    assert proposal.target == "y" and proposal.features == ("x",)
    assert reason in proposal.skipped["v"]
    with pytest.raises(DataError, match=refusal):
        prepare(table, Selection("v", ("x",)))


def test_numbers_as_groups_are_proposed() -> None:
    lines = "".join(f"{i % 3 + 1},{(i % 3) * 10 + i % 4}\n" for i in range(24))
    options = ReadOptions(as_category=("method",))
    table = read_table(io.BytesIO(f"method,score\n{lines}".encode()), options=options)
    assert propose(table).features == ("method",)
    features = prepare(table, Selection("score", ("method",))).dataset.feature_names
    assert features == ("method = 2", "method = 3")


def test_columns_of_several_tables_wait_for_the_answer() -> None:
    content = b"dose,gain,,month,rain\n1,2,,1,50\n2,4,,2,48\n3,7,,,\n"
    proposal = propose(read_table(io.BytesIO(content)))
    assert proposal.target is None
    assert proposal.skipped["dose"] == "in one of several tables: answer which one is meant"
