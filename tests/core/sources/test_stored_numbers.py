"""Stored numbers as float64, whatever their type is, and Parquet's footers, parsed once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from linreg_core.errors import DataError
from linreg_core.sources import open_source, parquet_files, prepare_source, prepared_source
from linreg_core.sources.kinds_of_types import cells_of
from linreg_core.sources.parquet_files import ParquetFiles
from linreg_core.tables import Selection

NAN = float("nan")


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (pa.array([1.5, -2.0]), [1.5, -2.0]),
        (pa.array([1.5, None, np.inf, NAN]), [1.5, NAN, np.inf, NAN]),
        (pa.array([0.0, 1.5, None, 2.5]).slice(1, 2), [1.5, NAN]),
        (pa.array([0.0, 1.5, 2.5, 3.5]).slice(2), [2.5, 3.5]),
        (pa.array([None, None], pa.float64()), [NAN, NAN]),
        (pa.array([], pa.float64()), []),
        (pa.array([3, None, 2**53], pa.int64()), [3.0, NAN, 2.0**53]),
        (pa.array([0.5, None], pa.float32()), [0.5, NAN]),
        (pa.array([7, 7, None], pa.int32()).dictionary_encode(), [7.0, 7.0, NAN]),
        (pa.array([None, Decimal("1.25")]), [NAN, 1.25]),
    ],
)
def test_numbers_of_any_type_become_floats(stored: pa.Array, expected: list[float]) -> None:
    cells = cells_of(stored)
    assert cells.values.dtype == np.float64
    np.testing.assert_array_equal(cells.values, np.array(expected))
    is_missing = ~np.isfinite(expected) if len(expected) else np.empty(0, dtype=bool)
    assert (cells.missing is None) == (not is_missing.any())
    if cells.missing is not None:
        np.testing.assert_array_equal(cells.missing, is_missing)


def test_floats_without_gaps_are_not_copied() -> None:
    stored = pa.array([0.0, 1.0, 2.0]).slice(1)
    values = cells_of(stored).values
    assert values.ctypes.data == stored.buffers()[1].address + 8
    assert not values.flags.writeable


@pytest.mark.parametrize(("room", "n_parsed"), [(1_000_000, 2), (0, 4)])
def test_a_footer_is_parsed_once_where_there_is_room(
    room: int, n_parsed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        table = pa.table({"x": np.arange(30.0), "y": np.arange(30.0) ** 2})
        parquet.write_table(table, tmp_path / f"{name}.parquet", row_group_size=15)
    parsed: list[Any] = []
    opened = parquet.ParquetFile

    def counted(*args: Any, metadata: Any = None, **options: Any) -> Any:
        parsed.extend([] if metadata is not None else [args])
        return opened(*args, metadata=metadata, **options)

    monkeypatch.setattr(parquet_files, "_FOOTERS_BYTES", room)
    monkeypatch.setattr(parquet, "ParquetFile", counted)
    source = open_source(tmp_path)
    rows = prepare_source(source, Selection("y", ("x",)))
    x = np.concatenate([block.X[:, 0] for block in rows.blocks()])
    np.testing.assert_array_equal(x, [*np.arange(30.0), *np.arange(30.0)])
    assert len(parsed) == n_parsed, "one of each file, then those of the second file's groups"


def test_a_pass_over_all_parts_has_columns_and_one_over_some_rows(tmp_path: Path) -> None:
    columns = {name: np.random.default_rng(0).normal(size=20) for name in ("a", "b", "y")}
    parquet.write_table(pa.table(columns), tmp_path / "rows.parquet", row_group_size=10)
    rows = prepare_source(open_source(tmp_path), Selection("y", ("a", "b")))
    whole, parts = list(rows.blocks()), list(rows.blocks([0, 1]))
    for one, other in zip(whole, parts, strict=True):
        assert one.X.flags.f_contiguous and other.X.flags.c_contiguous
        np.testing.assert_array_equal(one.X, other.X)


@pytest.mark.parametrize("is_broken_off", [False, True])
def test_the_first_pass_learns_the_recipe(
    is_broken_off: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    columns = {name: rng.normal(size=60) * 1e6 for name in ("a", "b", "y")}
    columns["a"][[3, 40]] = [np.nan, np.inf]
    parquet.write_table(pa.table(columns), tmp_path / "rows.parquet", row_group_size=20)
    source, read = open_source(tmp_path), []
    expected = prepare_source(source, Selection("y", ("a", "b"))).recipe
    batches = ParquetFiles.batches

    def counted(self: ParquetFiles, part: int, names: Sequence[str]) -> Any:
        read.append(part)
        for batch in batches(self, part, names):
            yield batch.slice(0, 5) if len(read) == 1 and is_broken_off else batch
            if len(read) == 1 and is_broken_off:
                raise DataError("gone for a moment")

    monkeypatch.setattr(ParquetFiles, "batches", counted)
    rows = prepare_source(source, Selection("y", ("a", "b")), with_recipe=True)
    if is_broken_off:  # its rows pass twice, and must not count twice
        with pytest.raises(DataError):
            list(rows.blocks())
    assert sum(len(block.y) for block in rows.blocks()) == 58
    assert (rows.recipe.columns, rows.recipe.notes) == (expected.columns, expected.notes)
    assert read == ([0, *[0, 1, 2] * 2] if is_broken_off else [0, 1, 2])


@pytest.mark.parametrize(("features", "most_ahead"), [(("a",), 16), (("a", "text"), 1)])
def test_texts_are_not_decoded_far_ahead(
    features: tuple[str, ...], most_ahead: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be of any length, and memory is bounded."""
    asked: list[int] = []

    def ahead(items: Any, n_ahead: int = 1) -> Any:
        asked.append(n_ahead)
        return items

    table = pa.table({"a": [1.0, 2.0, 4.0], "y": [1.0, 3.0, 4.0], "text": ["b", "c", "b"]})
    parquet.write_table(table, tmp_path / "rows.parquet")
    monkeypatch.setattr(prepared_source, "read_ahead_by_threads", ahead)
    monkeypatch.setattr(prepared_source, "batches_ahead", lambda n_columns: 16)
    rows = prepare_source(open_source(tmp_path), Selection("y", features))
    assert len(list(rows.blocks())) == 1
    assert max(asked) == most_ahead
