"""Shards of one source whose columns are of different types, or empty: read as one table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from linreg_core.errors import DataError
from linreg_core.sources import Source, open_source, prepare_source
from linreg_core.sources.kinds_of_types import cells_of
from linreg_core.tables import Selection

N = 6
Y = np.arange(1.0, N + 1) ** 2
DAYS = np.arange(N).astype("datetime64[D]")
NOTHING = pa.nulls(N)
WORDS = pa.array(["a", "b"] * 3)
SAME_KIND = [
    (pa.array(range(N)), pa.array(np.arange(N) / 4)),
    (pa.array(range(N), pa.uint8()), pa.array(range(N)).cast(pa.decimal128(21, 2))),
    (WORDS, WORDS.dictionary_encode()),
    (WORDS.cast(pa.large_string()), WORDS.dictionary_encode()),
    (pa.array(DAYS), pa.array(DAYS.astype("datetime64[ns]"), pa.timestamp("ns", "UTC"))),
    (pa.array([True, False] * 3), pa.array([True, False] * 3).dictionary_encode()),
    (pa.array(range(N)), NOTHING),
    (NOTHING, WORDS),
]


def shards(folder: Path, *columns: pa.Array) -> Source:
    for i, column in enumerate(columns):
        parquet.write_table(pa.table({"x": column, "y": Y}), folder / f"{i}.parquet")
    return open_source(folder)


def rows_of(source: Source) -> Any:
    blocks = list(prepare_source(source, Selection("y", ("x",))).blocks())
    return np.concatenate([np.column_stack([block.X, block.y]) for block in blocks])


@pytest.mark.parametrize("both", SAME_KIND, ids=lambda both: "-".join(str(c.type) for c in both))
@pytest.mark.parametrize("is_turned", [False, True])
def test_types_of_a_kind_are_one_column(
    both: tuple[pa.Array, pa.Array], is_turned: bool, tmp_path: Path
) -> None:
    both = both[::-1] if is_turned else both
    source = shards(tmp_path, *both)
    filled = [column for column in both if column.type != pa.null()]
    alone = [rows_of(shards(tmp_path / str(i), column)) for i, column in enumerate(filled)]
    np.testing.assert_array_equal(rows_of(source), np.concatenate(alone))
    sample = source.sample(2 * N).frame
    values = [value for column in both for value in column.to_pylist()]
    assert sample.x.isna().tolist() == [value is None for value in values]
    assert len(source.look().frame) == 2 * N
    assert sample.equals(source.look().frame)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    for name in "01":
        (tmp_path / name).mkdir()


@pytest.mark.parametrize(
    ("other", "n_used"),
    [
        ("x,y\n", 3),
        ("x,y\n,1\n,2\n", 3),
        ("y,x\n1.5,2\n", 4),
        ("x,y\n" + ",1\n" * 21_000 + "5,9\n", 4),
    ],
    ids=["no rows", "an empty column", "fractions", "a late value"],
)
def test_texts_without_a_value_have_any_kind(other: str, n_used: int, tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("x,y\n1,2\n2,5\n3,3\n")
    (tmp_path / "0.csv").write_text(other)
    source = open_source(tmp_path)
    assert source.kinds == {"x": "number", "y": "number"}
    assert len(rows_of(source)) == n_used
    assert not source.sample(100_000).frame.empty


def test_a_late_word_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("x,y\n1,2\n2,5\n3,3\n")
    (tmp_path / "0.csv").write_text("x,y\n" + ",1\n" * 21_000 + "oops,9\n")
    with pytest.raises(DataError, match="File '0.csv' must be whole.*'oops'"):
        rows_of(open_source(tmp_path))


def test_kinds_that_differ_are_told_past_an_empty_shard(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match="It is category .* in '1.parquet' and number .* '2.parquet'"
    ):
        shards(tmp_path, NOTHING, WORDS, pa.array(range(N)))


def test_positions_of_levels_may_be_unsigned() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([1, 0, None], pa.uint8()), ["a", "b"])
    cells = cells_of(column)
    assert (cells.levels, cells.values.tolist()) == (("a", "b"), [1, 0, -1])


def test_large_whole_numbers_are_levels_of_their_own() -> None:
    cells = cells_of(pa.array([2**60, 2**60 + 1, None]), as_category=True)
    assert cells.levels == (str(2**60), str(2**60 + 1))
    assert cells.values.tolist() == [0, 1, -1]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_are_the_same_days_in_every_unit(unit: str) -> None:
    days = np.append(DAYS, np.datetime64("NaT")).astype(f"datetime64[{unit}]")
    stored = pa.array(days, pa.timestamp(unit, "UTC"), from_pandas=True)
    cells = cells_of(stored)
    assert cells.values[:-1].tolist() == list(range(N))
    assert cells_of(stored, as_category=True).levels == tuple(map(str, DAYS))
    assert pd.isna(cells.values[-1])


def test_a_date_too_far_for_finer_units_does_not_come_round() -> None:
    far = cells_of(pa.array([2**50], pa.timestamp("s"))).values
    assert far.tolist() == [2**50 / 86_400]
