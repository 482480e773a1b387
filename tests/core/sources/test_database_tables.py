"""What tables of SQLite and DuckDB hold: values tell it, and schemas and views are looked into."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import numpy as np
import pytest

from linreg_core.errors import DataError
from linreg_core.sources import open_source, prepare_source
from linreg_core.tables import Selection

MANY = 1_200
"""More rows than tell what a column holds."""


def kept(folder: Path, columns: str, rows: Sequence[tuple[Any, ...]], table: str = "t") -> str:
    connection = sqlite3.connect(folder / "a.db")
    connection.execute(f'CREATE TABLE "{table}" ({columns})')
    connection.executemany(f'INSERT INTO "{table}" VALUES (?, ?)', rows)
    connection.commit()
    connection.close()
    return f"sqlite:///{folder}/a.db"


def rows_of(address: str) -> Any:
    blocks = list(prepare_source(open_source(address), Selection("y", ("x",))).blocks())
    return np.concatenate([np.column_stack([block.X, block.y]) for block in blocks])


@pytest.mark.parametrize("columns", ["x, y", "x DECIMAL(9, 2), y NUMERIC", "x REAL, y REAL"])
def test_numbers_may_be_whole_at_first(columns: str, tmp_path: Path) -> None:
    rows = [*((i, 2 * i) for i in range(MANY)), (0.5, 7.25)]
    found = rows_of(kept(tmp_path, columns, rows))
    assert found.tolist() == [[float(x), float(y)] for x, y in rows]


@pytest.mark.parametrize(
    ("values", "kind"),
    [((1.5, 2.5), "number"), ((1, 3), "number"), (("a", "b"), "category"), (("a", 3), "category")],
)
def test_a_column_may_begin_with_nothing(values: Any, kind: str, tmp_path: Path) -> None:
    rows = [*((None, i) for i in range(MANY)), *((value, 3) for value in values), (values[0], 1)]
    address = kept(tmp_path, "x, y", rows)
    source = open_source(address)
    assert source.kinds["x"] == kind
    assert len(rows_of(address)) == 3
    assert source.n_rows == len(source.sample(10 * MANY).frame) == MANY + 3


def test_declared_whole_numbers_stay_whole(tmp_path: Path) -> None:
    source = open_source(kept(tmp_path, "x INTEGER, y BOOLEAN", [(2, 0), (3, 1)]))
    assert source.sample(9).frame.dtypes.astype(str).tolist() == ["int64", "int64"]


def test_a_point_in_a_name_is_no_schema(tmp_path: Path) -> None:
    assert rows_of(kept(tmp_path, "x, y", [(1, 2), (2, 4)], "a.b")).tolist() == [[1, 2], [2, 4]]


def test_a_table_without_rows_has_columns(tmp_path: Path) -> None:
    source = open_source(kept(tmp_path, "x REAL, y REAL", []))
    assert (source.columns, source.n_rows, len(source.sample(5).frame)) == (("x", "y"), 0, 0)


def test_a_database_that_is_written_to_is_not_read_on(tmp_path: Path) -> None:
    address = kept(tmp_path, "x, y", [(1, 2), (2, 4)])
    rows = prepare_source(open_source(address), Selection("y", ("x",)))
    os.utime(tmp_path / "a.db", ns=(1, 1))
    with pytest.raises(DataError, match="'a.db' must stay as it is while it is read"):
        list(rows.blocks())


def test_schemas_and_views_of_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT i AS x, 2 * i AS y FROM range(3) AS r(i)")
        connection.execute("CREATE VIEW v AS SELECT x + 1 AS x, y FROM t")
        connection.execute("CREATE SCHEMA s; CREATE TABLE s.t AS SELECT x + 2 AS x, y FROM t")
    for table, first in (("t", 0), ("main.t", 0), ("v", 1), ("s.t", 2)):
        assert rows_of(f"duckdb:///{path}?table={table}")[0].tolist() == [first, 0]
    with pytest.raises(DataError, match="It has 't', 'v', 's.t'"):
        open_source(f"duckdb:///{path}")


ODD_NAMES = ["what?.db", "no#1.db", "a?b#c d.db", "100%.db", "a%3Fb.db", "a?table=x.db"]


def database(path: Path, dialect: str) -> None:
    """Put a table t of 2 rows, and one without any, into a new file."""
    is_sqlite = dialect == "sqlite"
    connection: Any = sqlite3.connect(path) if is_sqlite else duckdb.connect(str(path))
    connection.execute("CREATE TABLE t AS SELECT 1.5 AS x, 2.0 AS y UNION ALL SELECT 3.5, 4.0")
    connection.execute("CREATE TABLE other (x REAL)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_may_have_any_name(name: str, dialect: str, tmp_path: Path) -> None:
    """Percent-encoded as in addresses, or as it stands."""
    database(tmp_path / name, dialect)
    for spelled in (quote(name), name):
        found = rows_of(f"{dialect}:///{tmp_path}/{spelled}?table=t")
        assert found.tolist() == [[1.5, 2.0], [3.5, 4.0]]
    with pytest.raises(DataError, match="must be named.*'other', 't'"):
        open_source(f"{dialect}:///{tmp_path}/{quote(name)}")


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
@pytest.mark.parametrize("name", ["what?.db", "no#1.db"])
def test_a_name_that_an_address_cuts_is_told_how_to_write_it(
    name: str, dialect: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=f"as %3F and %23. There is none for '{re.escape(name)}'"):
        open_source(f"{dialect}:///{tmp_path}/{name}")
    with pytest.raises(DataError, match="'lost.db' cannot be opened"):
        open_source(f"{dialect}:///{tmp_path}/lost.db?table=t")


def test_the_file_whose_name_is_as_it_stands_comes_first(tmp_path: Path) -> None:
    for name in ("a%3F.db", "a?.db"):
        database(tmp_path / name, "sqlite")
    connection = sqlite3.connect(tmp_path / "a%3F.db")
    connection.execute("UPDATE t SET y = y + 9")
    connection.commit()
    connection.close()
    assert rows_of(f"sqlite:///{tmp_path}/a%3F.db?table=t")[:, 1].tolist() == [11.0, 13.0]
    assert rows_of(f"sqlite:///{tmp_path}/a%253F.db?table=t")[:, 1].tolist() == [11.0, 13.0]
    assert rows_of(f"sqlite:///{tmp_path}/a?.db?table=t")[:, 1].tolist() == [2.0, 4.0]
