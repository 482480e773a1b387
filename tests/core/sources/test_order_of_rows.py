"""Rows that are read again are the same, in the same order, or the run ends with a sentence."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linreg_core.errors import DataError
from linreg_core.sources import PreparedSource, open_source, prepare_source
from linreg_core.tables import Selection


def rows_of(source: PreparedSource) -> Any:
    return np.concatenate([np.column_stack([block.X, block.y]) for block in source.blocks()])


def test_groups_come_in_the_same_order() -> None:
    """Test rows are drawn by their places, in each pass."""
    groups = "SELECT (i * 7919) % 300000 AS x, i % 1000 AS y FROM range(600000) AS t(i)"
    query = f"SELECT x, avg(y) AS y FROM ({groups}) GROUP BY x"
    source = prepare_source(open_source(query), Selection("y", ("x",)))
    first = rows_of(source)
    for _ in range(3):
        np.testing.assert_array_equal(rows_of(source), first)


def test_a_query_of_chance_is_not_read_twice() -> None:
    query = "SELECT random() AS x, random() AS y FROM range(100)"
    source = prepare_source(open_source(query), Selection("y", ("x",)))
    rows_of(source)
    with pytest.raises(DataError, match="must stay as they are while they are read"):
        rows_of(source)


def test_a_table_that_somebody_corrects_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = wal")  # which leaves the file as it was
    connection.execute("CREATE TABLE t (x REAL, y REAL)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(i, i * i) for i in range(9)])
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint")
    source = prepare_source(open_source(f"sqlite:///{path}"), Selection("y", ("x",)))
    rows_of(source)
    connection.execute("UPDATE t SET y = 7 WHERE x = 3")
    connection.commit()
    with pytest.raises(DataError, match="must stay as they are while they are read"):
        rows_of(source)
    connection.close()
