"""Sources: what is opened, that its rows are those of the same table in memory, what goes wrong."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import RecordBatch, parquet

from linreg_core.errors import DataError, LinregError
from linreg_core.sources import PreparedSource, Source, open_source, prepare_source
from linreg_core.sources.parquet_files import ParquetFiles
from linreg_core.tables import Selection, Table, parse_formula, prepare

N_ROWS = 3_000


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Columns of every kind, with gaps and with values that a logarithm can't take."""
    rng = np.random.default_rng(0)
    data = pd.DataFrame(
        {
            "area": rng.uniform(1, 9, N_ROWS),
            "rooms": rng.integers(1, 6, N_ROWS),
            "city": pd.Series(rng.choice(["Oslo", "Bergen", "Ål"], N_ROWS), dtype="str"),
            "new": pd.Series(rng.random(N_ROWS) < 0.3).astype("boolean"),
            "day": pd.Timestamp("2020-03-01") + pd.to_timedelta(rng.integers(0, 900, N_ROWS), "D"),
            "weight": rng.integers(0, 5, N_ROWS).astype(float),
        }
    )
    data["month"] = data.day.dt.to_period("M").dt.to_timestamp()
    data["price"] = np.exp(data.area / 10 + data.rooms / 20 + rng.normal(size=N_ROWS) / 10)
    for column, share in (("area", 0.05), ("price", 0.02), ("city", 0.03), ("new", 0.03)):
        data.loc[rng.random(N_ROWS) < share, column] = pd.NA if column == "new" else None
    data.loc[[3, 7, 9], "area"] = [np.inf, -1.0, 0.0]
    data.loc[5, "weight"] = np.nan
    return data


@pytest.fixture(scope="module")
def folder(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rows in three Parquet files of several row groups."""
    path = tmp_path_factory.mktemp("source")
    for number, start in enumerate(range(0, N_ROWS, 1_300)):
        write(path / f"part-{number}.parquet", frame.iloc[start : start + 1_300], 500)
    return path


def write(path: Path, frame: pd.DataFrame, row_group: int = 1_000) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    parquet.write_table(table, path, row_group_size=row_group)


def gathered(rows: PreparedSource) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return all rows of a prepared source: X, y and the weights."""
    blocks = list(rows.blocks())
    weights = [block.weights for block in blocks if block.weights is not None]
    return (
        np.vstack([block.X for block in blocks]),
        np.concatenate([block.y for block in blocks]),
        np.concatenate(weights) if weights else None,
    )


@pytest.mark.parametrize("target_transform", ["identity", "log"])
@pytest.mark.parametrize(
    ("formula", "settings"),
    [
        ("area + rooms", {}),
        ("area + city + new + day", {}),
        ("area + city + new + day + rooms", {"missing": "fill"}),
        ("log(area) + rooms * city", {"weights": "weight"}),
        ("poly(area, 3) + poly(rooms, 2, raw=True)", {"fit_intercept": False}),
        ("C(rooms, base='2') + sqrt(area)", {"weights": "weight", "weight_kind": "frequency"}),
        ("center(day) + scale(area) + new:city", {}),
        ("C(month) + C(new)", {}),
        ("poly(area, 2) * scale(rooms)", {"missing": "fill"}),
    ],
)
def test_rows_are_those_of_the_same_table_in_memory(
    frame: pd.DataFrame,
    folder: Path,
    formula: str,
    settings: dict[str, Any],
    target_transform: str,
) -> None:
    source = open_source(folder)
    terms = parse_formula(formula, source.columns).terms
    selection = Selection("price", (), terms=terms, target_transform=target_transform, **settings)
    held, rows = prepare(Table(frame), selection), prepare_source(source, selection)
    X, y, weights = gathered(rows)
    assert rows.feature_names == held.dataset.feature_names
    assert rows.target_name == held.dataset.target_name
    scale = np.abs(held.dataset.X).max(axis=0)
    np.testing.assert_allclose(X / scale, held.dataset.X / scale, rtol=0, atol=1e-14)
    np.testing.assert_array_equal(y, held.dataset.y)
    if held.dataset.weights is None:
        assert weights is None
    else:
        np.testing.assert_array_equal(weights, held.dataset.weights)
    counts = [note.split(" (")[0] for note in held.notes if note.startswith(("Left", "Filled"))]
    for count in counts:
        if "has no value" not in count:
            assert any(note.startswith(count) for note in rows.notes), (count, rows.notes)
    encoded = held.recipe.encode(frame.iloc[10:12])
    np.testing.assert_allclose(rows.recipe.encode(frame.iloc[10:12]).X, encoded.X, rtol=1e-12)


def test_what_is_left_out_is_counted_and_its_place_told(folder: Path) -> None:
    source = open_source(folder)
    terms = parse_formula("log(area)", source.columns).terms
    rows = prepare_source(source, Selection("price", (), terms=terms, weights="weight"))
    said = "\n".join((*rows.notes, *rows.warnings))
    assert "Treated 1 infinite value in 'area' as an empty cell (the first is row 4 of" in said
    assert "log(area) has no value where 'area' is 0 or less (the first is row 8 of" in said
    assert "without a weight in 'weight' (the first is row 6 of 'part-0.parquet')" in said
    assert "log(area) leaves out 2 of 3,000 rows" in said
    assert rows.n_used == sum(len(block.y) for block in rows.blocks())


def as_text(frame: pd.DataFrame, path: Path) -> str:
    frame.to_csv(path / "a.csv", index=False)
    return str(path / "*.csv")


def as_query(frame: pd.DataFrame, path: Path) -> str:
    write(path / "a.parquet", frame)
    return f"SELECT * FROM '{path}/a.parquet'"


def as_duckdb(frame: pd.DataFrame, path: Path) -> str:
    with duckdb.connect(str(path / "a.duckdb")) as connection:
        connection.register("given", frame)
        connection.execute(f"CREATE TABLE {ODD_TABLE} AS SELECT * FROM given")
    return f"duckdb:///{path}/a.duckdb"


def as_sqlite(frame: pd.DataFrame, path: Path) -> str:
    connection = sqlite3.connect(path / "a.db")
    frame.to_sql('some "rows"', connection, index=False)
    connection.close()
    return f"sqlite:///{path}/a.db"


KEEPERS = [as_text, as_query, as_duckdb, as_sqlite]
ODD_TABLE = '"some ""rows"""'
HOSTILE = 'a "b" --; DROP TABLE x'


@pytest.mark.parametrize("keep", KEEPERS)
def test_rows_come_from_wherever_they_are_kept(
    keep: Callable[[pd.DataFrame, Path], str], tmp_path: Path
) -> None:
    frame = pd.DataFrame(
        {
            HOSTILE: np.arange(30) / 8,
            "city": pd.Series(["x", "y", "z"] * 10, dtype="str"),
            "price": np.arange(30) ** 2 / 4,
        }
    )
    address = keep(frame, tmp_path)
    source = open_source(address)
    assert source.kinds == {HOSTILE: "number", "city": "category", "price": "number"}
    assert source.n_rows == 30
    selection = Selection("price", (HOSTILE, "city"))
    held = prepare(Table(frame), selection).dataset
    X, y, _ = gathered(prepare_source(source, selection))
    np.testing.assert_array_equal(X, held.X)
    np.testing.assert_array_equal(y, held.y)
    assert source.digest == open_source(address).digest


def test_rows_come_from_postgresql_which_is_only_read(postgresql: str) -> None:
    import psycopg

    address = postgresql.replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE TABLE {ODD_TABLE} (x real, day date, price numeric, id uuid)")
        connection.execute(
            f"INSERT INTO {ODD_TABLE} SELECT i / 8.0, date '2020-01-01' + i, i * i, "
            "gen_random_uuid() "
            "FROM generate_series(0, 29) AS i"
        )
    source = open_source(f'{address}&table=some "rows"')
    assert source.kinds == {"x": "number", "day": "date", "price": "number", "id": "category"}
    X, y, _ = gathered(prepare_source(source, Selection("price", ("x", "day"))))
    np.testing.assert_allclose(X, np.column_stack([np.arange(30) / 8, np.arange(30)]))
    np.testing.assert_allclose(y, np.arange(30) ** 2)
    with pytest.raises(DataError, match="must be one of the database's"):
        open_source(f"{address}&table=nothing")
    with psycopg.connect(address) as connection:
        connection.execute(
            "CREATE MATERIALIZED VIEW kept AS SELECT i AS x, (i / 4.0)::numeric::money AS y "
            "FROM generate_series(1, 3) AS i"
        )
    kept = prepare_source(open_source(f"{address}&table=kept"), Selection("y", ("x",)))
    assert gathered(kept)[1].tolist() == [0.25, 0.5, 0.75]  # and not in cents
    with psycopg.connect(address) as connection:
        connection.execute(f"DROP TABLE {ODD_TABLE}")
    with pytest.raises(DataError, match="database must answer"):
        list(prepare_source(source, Selection("price", ("x",))).blocks())


def test_a_sample_is_fair_and_the_same_for_the_same_seed(folder: Path, frame: pd.DataFrame) -> None:
    source = open_source(folder)
    sample = source.sample(300, seed=1)
    assert len(sample.frame) == 300
    assert sample.frame.equals(source.sample(300, seed=1).frame)
    assert not sample.frame.equals(source.sample(300, seed=2).frame)
    assert sample.line_numbers is not None
    rows = sample.line_numbers - 1
    np.testing.assert_array_equal(sample.frame.rooms, frame.rooms.iloc[rows])
    thirds = np.bincount(rows * 3 // N_ROWS, minlength=3)
    assert (np.abs(thirds - 100) < 45).all()  # five standard deviations
    assert len(source.sample(10_000).frame) == N_ROWS
    looked = source.look(80)
    assert 0 < len(looked.frame) <= 80
    assert "beginnings" in looked.notes[-1]


def small(path: Path, **columns: Any) -> Path:
    write(path, pd.DataFrame(columns))
    return path


def test_files_must_be_alike(tmp_path: Path) -> None:
    small(tmp_path / "a.parquet", x=[1.0, 2.0], y=[1.0, 3.0])
    small(tmp_path / "b.parquet", y=[1, 3], x=[1, 2])
    assert open_source(tmp_path).n_rows == 4
    small(tmp_path / "c.parquet", x=["one"], y=[1.0])
    with pytest.raises(DataError, match="Column 'x' must hold the same kind.*'c.parquet'"):
        open_source(tmp_path)
    small(tmp_path / "c.parquet", y=[1.0])
    with pytest.raises(DataError, match="'c.parquet' has no column 'x', unlike 'a.parquet'"):
        open_source(tmp_path)


def test_a_file_that_changes_is_not_used_in_part(tmp_path: Path) -> None:
    path = small(tmp_path / "a.parquet", x=np.arange(5_000.0), y=np.arange(5_000.0) ** 2)
    rows = prepare_source(open_source(path), Selection("y", ("x",)))
    blocks = rows.blocks()
    next(blocks)
    small(path, x=np.arange(9.0), y=np.arange(9.0))
    os.utime(path, ns=(1, 1))
    with pytest.raises(DataError, match="'a.parquet' must stay as it is while it is read"):
        list(blocks)


def test_a_damaged_row_group_is_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = small(tmp_path / "a.parquet", x=rng.normal(size=4_000), y=rng.normal(size=4_000))
    group = parquet.ParquetFile(path).metadata.row_group(2).column(0)
    content = bytearray(path.read_bytes())
    start = group.data_page_offset
    content[start : start + 60] = b"\xff" * 60
    path.write_bytes(content)
    rows = prepare_source(open_source(path), Selection("y", ("x",)))
    with pytest.raises(DataError, match="Row group 3 of 'a.parquet' must be whole"):
        list(rows.blocks())


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("SELECT 1; DROP TABLE x", "must be one SELECT"),
        ("COPY (SELECT 1) TO 'x.csv'", "must be one SELECT"),
        ("WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a", "must be one SELECT"),
        ("DROP TABLE x", "must be one SELECT"),
        ("SELECT * FROM nowhere", "does not exist"),
        ("SELECT 'a", "must be one that DuckDB can answer"),
        ("SELECT [1, 2] AS lists", "needs columns of numbers, dates or text"),
        ("nowhere/*.parquet", "There is no file for 'nowhere/"),
        ("mysql://host/name", "must begin with 'postgresql://'"),
        ("sqlite:///nowhere.db", "cannot be opened"),
        ("duckdb:///nowhere.duckdb", "cannot be opened"),
        ([], "At least 1 file is needed"),
    ],
)
def test_what_is_no_source_says_why(what: Any, said: str) -> None:
    with pytest.raises(LinregError, match=said):
        open_source(what)


def test_a_password_is_told_to_nobody() -> None:
    with pytest.raises(DataError, match="database must answer") as caught:
        open_source("postgresql://me:secret@127.0.0.1:1/name?table=x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection("y", ("nothing",)), "must be one of 'x', 'word', 'same', 'below', 'y'"),
        (Selection("word", ("x",)), "kept as text"),
        (Selection("same", ("x",)), "has the same value, 4, in every row"),
        (
            Selection("y", ("x",), weights="below"),
            "Weights must not be negative. In 'below', row 1",
        ),
        (Selection("y", ("x",), weights="word"), "must be a column of numbers"),
        (Selection("y", ("x",), excluded_rows=(1,)), "can't be left out by hand"),
        (Selection("y", ("word",)), "at most 50 different values"),
    ],
)
def test_a_selection_that_does_not_fit_says_why(
    selection: Selection, said: str, tmp_path: Path
) -> None:
    n = 60
    path = small(
        tmp_path / "a.parquet",
        x=np.arange(n) / 2,
        word=[f"w{i}" for i in range(n)],
        same=np.full(n, 4.0),
        below=np.full(n, -1.0),
        y=np.arange(n) ** 2.0,
    )
    with pytest.raises(LinregError, match=said):
        list(prepare_source(open_source(path), selection).blocks())


def test_a_source_keeps_no_row(folder: Path) -> None:
    source = open_source(folder)
    assert isinstance(source, Source)
    assert source.name.endswith("(3 files)")
    assert [part.n_rows for part in source.parts] == [500, 500, 300, 500, 500, 300, 400]


def test_plain_numbers_are_read_once_for_all_that_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    batches = ParquetFiles.batches

    def counted(self: ParquetFiles, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        read.append(part)
        return batches(self, part, columns)

    monkeypatch.setattr(ParquetFiles, "batches", counted)
    source = open_source(folder)
    rows = prepare_source(source, Selection("price", ("area", "rooms")))
    gathered(rows)
    assert any("Left out" in note for note in rows.notes)
    assert rows.warnings == ()
    assert read == list(range(len(source.parts)))
