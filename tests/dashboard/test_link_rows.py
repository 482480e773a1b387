"""A small table inside a link: it comes back to the last digit, or a sentence says why not."""

from __future__ import annotations

import base64
import io
import json
import random
import zlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dashboard.own_data.chosen import Chosen
from dashboard.own_data.link_rows import link_rows, table_of
from dashboard.own_data.packed_cells import MAX_LINK_CELLS, LinkCells
from dashboard.packed import packed
from dashboard.problem_spec import SentData, fingerprint
from dashboard.qr import qr_modules
from linreg_core import ConfigError, read_table
from linreg_core.tables import Selection, prepare
from table_reader import ReadOptions

TEXT = some.text(some.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = some.one_of(
    some.floats(allow_nan=False, allow_infinity=False).map(repr),
    some.integers(-(10**12), 10**12).map(str),
    some.decimals(-1000, 1000, places=2).map(str),
    some.just(""),
)


@some.composite
def tables(draw: Any) -> LinkCells:
    n_rows = draw(some.integers(1, 8))
    columns = [
        (draw(TEXT), tuple(draw(some.lists(cells, min_size=n_rows, max_size=n_rows))))
        for cells in draw(some.lists(some.sampled_from([NUMBERS, TEXT]), min_size=1, max_size=4))
    ]
    return LinkCells(draw(TEXT), tuple(columns), draw(TEXT))


def is_same(one: str, other: str) -> bool:
    """Whether cells say the same: numbers may be written otherwise."""
    return one == other or float(one) == float(other)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_table_comes_back(cells: LinkCells) -> None:
    read = LinkCells.from_link(cells.to_link())
    assert (read.name, read.said) == (cells.name, cells.said)
    assert [name for name, _ in read.columns] == [name for name, _ in cells.columns]
    for (_, one), (_, other) in zip(read.columns, cells.columns, strict=True):
        assert all(map(is_same, one, other))


# --- Tables as people bring them ---------------------------------------------------------------


def chosen(data: bytes, features: tuple[str, ...], target: str, **options: Any) -> Chosen:
    table = read_table(io.BytesIO(data), name="own.csv", options=ReadOptions(**options))
    prepared = prepare(table, Selection(target, features, "drop", (), True))
    n, p = prepared.dataset.X.shape
    held: Any = SimpleNamespace(spec=SentData(fingerprint(prepared.dataset), n, p))
    return Chosen(table, prepared.recipe, held, prepared)


def as_csv(columns: dict[str, list[Any]]) -> bytes:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


RNG = np.random.default_rng(0)
X = RNG.uniform(0, 10, 60)
NAMES = random.Random(1).choices(["Ames", "Bern", "=SUM(A1)", "x"], k=60)
TABLES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "two decimals": (as_csv({"a": [f"{x:.2f}" for x in X], "y": [f"{2 * x:.1f}" for x in X]}), {}),
    "all digits": (as_csv({"a": X.tolist(), "y": (X**2).tolist()}), {}),
    "sizes": (as_csv({"a": (10.0 ** (-X)).tolist(), "y": (10.0 ** (2 * X)).tolist()}), {}),
    "gaps": (as_csv({"a": ["" if x > 9 else x for x in X], "y": (X + 1).tolist()}), {}),
    "words": (as_csv({"a": NAMES, "y": X.tolist()}), {}),
    "groups": (
        as_csv({"a": (X // 3).astype(int).tolist(), "y": X.tolist()}),
        {"as_category": ("a",)},
    ),
    "dates": (as_csv({"a": [f"2024-{1 + i % 12:02}-05" for i in range(60)], "y": X.tolist()}), {}),
    "decimal commas": (
        b"a;y\n" + b"\n".join(b"%d,5;%d,25" % (i, 3 * i % 7) for i in range(60)),
        {},
    ),
    "numbers as names": (
        as_csv({"2019": X.tolist(), "2020": (X + 2).tolist()}),
        {"has_header": True},
    ),
    "odd names": ('\ufeffa \u202e"x";y = 2\n'.encode() + b"1;2\n2;4\n3;7\n4;9\n", {}),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_link_brings_the_same_data(name: str) -> None:
    data, options = TABLES[name]
    first = read_table(io.BytesIO(data), name="own.csv", options=ReadOptions(**options))
    feature, target = map(str, first.frame.columns)
    own = chosen(data, (feature,), target, **options)
    file_name, csv, reading = table_of(link_rows(own, "own.csv"))
    assert file_name == "own.csv"
    table = read_table(io.BytesIO(csv), name=file_name, options=reading)
    assert not table.questions
    dataset = prepare(table, own.recipe.selection).dataset
    assert fingerprint(dataset) == own.held.spec.fingerprint


def test_a_hostile_name_is_one_short_line() -> None:
    own = chosen(TABLES["two decimals"][0], ("a",), "y")
    name, _, _ = table_of(link_rows(own, "a\n\u202e<script>" * 40))
    assert len(name) <= 60 and name.isprintable()


def test_a_table_that_is_too_large_says_so() -> None:
    n = MAX_LINK_CELLS // 2 + 1
    own = chosen(as_csv({"a": list(range(n)), "y": list(range(n))}), ("a",), "y")
    with pytest.raises(ConfigError, match="too large for a link: its chosen columns have 20,002"):
        link_rows(own, "own.csv")


@pytest.mark.parametrize(
    ("digits", "most"), [(".1f", 340), (".2f", 450), (".4f", 690), (".6f", 920)]
)
def test_a_hundred_points_take_little(digits: str, most: int) -> None:
    x = RNG.uniform(0, 10, 100)
    y = 2 * x + RNG.normal(0, 1, 100)
    columns: dict[str, Any] = {
        name: [format(v, digits) for v in values] for name, values in (("x", x), ("y", y))
    }
    rows = link_rows(chosen(as_csv(columns), ("x",), "y"), "pasted cells")
    assert len(rows) < most
    assert qr_modules("http://dashboard.example/data?v=1&" + "p" * 260 + rows) <= 125  # 4 m


# --- What is no table --------------------------------------------------------------------------


def rows_of(header: Any, digits: bytes = b"") -> str:
    return packed(json.dumps(header).encode() + b"\n" + digits)


GOOD = [1, "own.csv", "", 2, [["x", 1, 0, 11], ["y", ["1", "2"]]]]


def with_columns(*columns: Any, n_rows: Any = 2) -> list[Any]:
    return [*GOOD[:3], n_rows, list(columns)]


def test_the_header_that_the_next_test_spoils_is_good() -> None:
    assert LinkCells.from_link(rows_of(GOOD, bytes([3 * 11 + 2]))).columns[0] == (
        "x",
        ("0.2", "0.1"),
    )


@pytest.mark.parametrize(
    ("header", "digits"),
    [
        *((header, b"") for header in (1, [], {}, None, "text", GOOD[:4], [*GOOD, 1])),
        ([2, *GOOD[1:]], b""),
        ([1, 7, *GOOD[2:]], b""),
        (with_columns(), b""),
        (with_columns(["x", ["1", "2"]], n_rows=10**9), b""),
        (with_columns(["x", 0, 0, 5], n_rows=10**9), b""),
        (with_columns(["x", 0, 0, 5], n_rows=-1), b""),
        (with_columns(["x", 0, 0, 5], n_rows=2.0), b""),
        (with_columns(["x", ["1"]]), b""),
        (with_columns(["x", [1, 2]]), b""),
        (with_columns([7, ["1", "2"]]), b""),
        (with_columns(["x"]), b""),
        (with_columns(["x", 0, 0]), b""),
        (with_columns(["x", 41, 0, 5]), b""),
        (with_columns(["x", -1, 0, 5]), b""),
        (with_columns(["x", 0, 0, 1]), b""),
        (with_columns(["x", 0, 0, 10**62]), b""),
        (with_columns(["x", 0, 10**62, 5]), b""),
        (with_columns(["x", 0, 0, True]), b""),
        (with_columns(["x", 0, 0, 5]), b"\xff\xff"),
    ],
)
def test_what_is_no_table_is_a_sentence(header: Any, digits: bytes) -> None:
    with pytest.raises(ConfigError, match="`rows` of this link was made by another version"):
        LinkCells.from_link(rows_of(header, digits))


def test_a_bomb_in_a_link_is_a_sentence() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" * 4_000_000, 9)).decode().rstrip("=")
    with pytest.raises(ConfigError, match="at most 200,000 bytes"):
        table_of(bomb)
    with pytest.raises(ConfigError, match="another version"):
        table_of(packed(b"[" * 190_000))


def test_a_reading_of_no_use_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="`reading`"):
        table_of(rows_of([1, "own.csv", "{'as_text'", 2, [["y", ["1", "2"]]]]))
    query = parse_qs(urlsplit("?rows=" + rows_of(GOOD)).query)
    assert set(query) == {"rows"}  # nothing in it needs to be escaped
