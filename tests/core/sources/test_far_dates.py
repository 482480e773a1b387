"""Dates too far for fine units: samples, passes and the reader say the same of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from linreg_core import read_table
from linreg_core.errors import DataError
from linreg_core.scale import streamed_least_squares
from linreg_core.sources import Source, open_source, prepare_source
from linreg_core.sources.kinds_of_types import cells_of
from linreg_core.tables import Selection, prepare, read_cells
from linreg_core.tables.kinds import read_categories
from table_reader import Table

BY_DAY = Selection("y", ("x",))
REFUSED = "Column 'x' has a date beyond the years 1 to 9999: correct it."
OF_CALENDARS = [
    (pa.date32(), 376_200, "3000-01-01"),
    (pa.date32(), -719_162, "0001-01-01"),
    (pa.timestamp("s"), 32_503_680_000, "3000-01-01"),
    (pa.timestamp("ms", "UTC"), 253_402_214_400_000, "9999-12-31"),
    (pa.timestamp("us"), -62_135_596_800_000_000, "0001-01-01"),
]
OF_NONE = [
    (pa.date32(), 200_000_000),  # microseconds come round to 35003 before Christ
    (pa.date32(), 2**31 - 1),
    (pa.date32(), 213_503_982 + 19_000),  # and here to a day in 2022
    (pa.timestamp("s"), 2**50),
    (pa.timestamp("ms"), 2**60),  # and here to no time at all
    (pa.timestamp("us"), 2**60),
]


def stored(folder: Path, kind: pa.DataType, far: int) -> Path:
    day = 1 if kind == pa.date32() else 86_400 * {"s": 1, "ms": 10**3, "us": 10**6}[kind.unit]
    values = pa.array([*(day * n for n in (3, 1, 4, 2)), far], pa.int64())
    kind_of_storage = pa.int32() if kind == pa.date32() else pa.int64()
    x = values.cast(kind_of_storage).view(kind)
    parquet.write_table(pa.table({"x": x, "y": [2.0, 1.0, 5.0, 3.0, 4.0]}), folder / "x.parquet")
    return folder / "x.parquet"


def tables_of(path: Path) -> list[Table]:
    source = open_source(path)
    return [source.sample(100), source.look(), read_table(path)]


def passed(source: Source) -> Any:
    return np.concatenate([block.X for block in prepare_source(source, BY_DAY).blocks()])


@pytest.mark.parametrize(("kind", "far", "day"), OF_CALENDARS, ids=str)
def test_a_date_of_calendars_is_the_same_in_all(
    kind: pa.DataType, far: int, day: str, tmp_path: Path
) -> None:
    path = stored(tmp_path, kind, far)
    for table in tables_of(path):
        assert str(table.frame.x.iloc[-1].date()) == day
        np.testing.assert_array_equal(prepare(table, BY_DAY).dataset.X, passed(open_source(path)))


@pytest.mark.parametrize(("kind", "far"), OF_NONE, ids=str)
def test_a_date_of_no_calendar_is_refused_in_the_same_words(
    kind: pa.DataType, far: int, tmp_path: Path
) -> None:
    path = stored(tmp_path, kind, far)
    with pytest.raises(DataError) as caught:
        streamed_least_squares(prepare_source(open_source(path), BY_DAY))
    assert str(caught.value) == REFUSED
    for table in tables_of(path):
        with pytest.raises(DataError) as caught:
            prepare(table, BY_DAY)
        assert str(caught.value) == REFUSED


@pytest.mark.parametrize(("kind", "far"), OF_NONE, ids=str)
def test_days_and_levels_of_a_sample_are_those_of_a_pass(
    kind: pa.DataType, far: int, tmp_path: Path
) -> None:
    path = stored(tmp_path, kind, far)
    column = parquet.read_table(path).column("x").combine_chunks()
    sampled = open_source(path).sample(100).frame.x
    np.testing.assert_allclose(read_cells(sampled).values, cells_of(column).values, rtol=1e-12)
    far_level = {sorted(cells_of(column, as_category=True).levels)[-1][:10]}
    assert far_level == {sorted(read_categories(sampled).levels)[-1][:10]}
    assert not sampled.isna().any()


def test_shards_of_finer_times_refuse_a_date_too_far_by_the_columns_name(tmp_path: Path) -> None:
    stored(tmp_path, pa.date32(), 2**31 - 1).rename(tmp_path / "a.parquet")
    stored(tmp_path, pa.timestamp("us"), 0)
    source = open_source(tmp_path)
    for read in (lambda: source.sample(100), source.look, lambda: passed(source)):
        with pytest.raises(DataError) as caught:
            read()
        assert str(caught.value) == REFUSED
