"""Facts of all rows: learned in few passes, and by many ranks as by one, each reading its share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import RecordBatch, parquet

from linreg_core.distributed import ONE_RANK, Ranks, RowSplit, read_stored_rows
from linreg_core.errors import DataError
from linreg_core.sources import PreparedSource, open_source, prepare_source
from linreg_core.sources.parquet_files import ParquetFiles
from linreg_core.tables import Selection, parse_formula
from tests.core.distributed.thread_ranks import on_ranks

N_ROWS = 400
N_PARTS = 8
FORMULAS = (
    "area + rooms",
    "area + city + new + day",
    "poly(area, 3) + scale(rooms) + center(day) + scale(new)",
    "city * new + poly(day, 2)",
    "C(rooms) + log(area)",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows in eight parts: with gaps, a level that one part alone has, and values apart."""
    rng = np.random.default_rng(7)
    data = pd.DataFrame(
        {
            "area": rng.uniform(1, 9, N_ROWS) + 1e6,
            "rooms": rng.integers(1, 6, N_ROWS),
            "city": pd.Series(rng.choice(["Oslo", "Bergen"], N_ROWS), dtype="str"),
            "new": pd.Series(rng.random(N_ROWS) < 0.3).astype("boolean"),
            "day": pd.Timestamp("2020-03-01") + pd.to_timedelta(rng.integers(0, 900, N_ROWS), "h"),
        }
    )
    data["price"] = data.area - 1e6 + rng.normal(size=N_ROWS)
    data.loc[300:303, "city"] = "Ål"
    data.loc[rng.random(N_ROWS) < 0.1, "area"] = np.nan
    data.loc[[77, 390], "area"] = [np.inf, -1.0]
    data.loc[rng.random(N_ROWS) < 0.1, "day"] = pd.NaT
    path = tmp_path_factory.mktemp("facts") / "rows.parquet"
    table = pa.Table.from_pandas(data, preserve_index=False)
    parquet.write_table(table, path, row_group_size=N_ROWS // N_PARTS)
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """How often each part has been read."""
    found: Counter[int] = Counter()
    batches = ParquetFiles.batches

    def counted(self: ParquetFiles, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        found[part] += 1
        return batches(self, part, columns)

    monkeypatch.setattr(ParquetFiles, "batches", counted)
    return found


def rows_of(file: Path, formula: str, missing: str, ranks: Ranks | None) -> PreparedSource:
    source = open_source(file)
    terms = parse_formula(f"price ~ {formula}", source.columns).terms
    return prepare_source(source, Selection("price", (), terms=terms, missing=missing), ranks)


def learned(file: Path, formula: str, missing: str, ranks: Ranks) -> dict[str, Any]:
    """Return what a rank knows after its share of the first passes, and then all rows."""
    rows = rows_of(file, formula, missing, ranks if ranks.n_ranks > 1 else None)
    moments = read_stored_rows(rows, RowSplit(n_streams=4), ranks).train
    rows.merge_tallies()
    told = {"names": rows.feature_names, "notes": rows.notes, "warnings": rows.warnings}
    if formula != FORMULAS[0] or missing == "fill":
        told["terms"] = rows.terms
    return {**told, "moments": moments.to_array()}


@pytest.mark.parametrize("missing", ["drop", "fill"])
@pytest.mark.parametrize("formula", FORMULAS)
def test_ranks_learn_what_one_does_and_read_no_more(
    file: Path, formula: str, missing: str, read: Counter[int]
) -> None:
    alone = learned(file, formula, missing, ONE_RANK)
    by_one = Counter(read)
    for n_ranks in (2, 3):
        read.clear()
        for found in on_ranks(n_ranks, lambda ranks: learned(file, formula, missing, ranks)):
            np.testing.assert_array_equal(found.pop("moments"), alone["moments"])
            assert found == {name: told for name, told in alone.items() if name != "moments"}
        assert max(read.values()) == max(by_one.values()), "a part is read once in a pass"


@pytest.mark.parametrize(
    ("formula", "n_passes"),
    [
        ("area + rooms", 0),
        ("area + city + center(rooms)", 1),
        ("scale(area) + scale(rooms) + scale(day)", 2),
        ("poly(area, 3) + scale(rooms) + poly(day, 2)", 5),
    ],
)
def test_what_takes_another_pass_is_learned_of_all_columns_in_it(
    file: Path, formula: str, n_passes: int, read: Counter[int]
) -> None:
    _ = rows_of(file, formula, "drop", None).feature_names
    assert set(read.values()) <= {n_passes}
    assert sum(read.values()) == n_passes * N_PARTS


def test_products_of_all_terms_are_looked_for_in_one_pass(file: Path, read: Counter[int]) -> None:
    """Two of them are in no row, so that all rows are gone through."""
    source = open_source(file)
    terms = parse_formula("price ~ city * new + city * C(rooms)", source.columns).terms
    names = prepare_source(source, Selection("price", (), terms=terms)).feature_names
    assert "city = Ål × rooms = 5" in names or len(names) > 10
    assert max(read.values()) == 2


def test_too_few_rows_are_told_by_all_ranks(tmp_path: Path) -> None:
    path = tmp_path / "few.parquet"
    table = pa.table({"x": [1.0, None, None, None], "city": ["a"] * 4, "y": [1.0, 2.0, 3.0, 4.0]})
    parquet.write_table(table, path, row_group_size=1)
    for feature in ("x", "city"):
        selection = Selection("y", ("x", feature) if feature != "x" else ("x",))

        def work(ranks: Ranks, selection: Selection = selection) -> str:
            rows = prepare_source(open_source(path), selection, ranks)
            with pytest.raises(DataError) as refused:
                read_stored_rows(rows, RowSplit(n_streams=2), ranks)
                rows.merge_tallies()
            return str(refused.value)

        told = on_ranks(2, work)
        assert told[0] == told[1]
        assert "Got 1: 'x' is empty in 3 of 4 rows" in told[0]
