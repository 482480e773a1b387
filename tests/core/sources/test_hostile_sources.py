"""What is damaged, odd or meant to do harm: one sentence each, and never rows twice."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from linreg_core.__main__ import main as command_line
from linreg_core.errors import DataError, LinregError
from linreg_core.sources import open_source, prepare_source
from linreg_core.sources.databases import _taken_apart
from linreg_core.sources.sql import is_query
from linreg_core.tables import Selection

N = 600
draws = np.random.default_rng(3)
TABLE = pa.table({"x": draws.standard_normal(N), "y": draws.standard_normal(N)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good file."""
    parquet.write_table(TABLE, tmp_path / "a.parquet", row_group_size=200)
    return tmp_path


def n_rows(what: Any) -> int:
    """Return how many rows are read of the columns x and y."""
    blocks = prepare_source(open_source(what), Selection("y", ("x",))).blocks()
    return sum(len(block.y) for block in blocks)


def a_pipe(folder: Path) -> Any:
    os.mkfifo(folder / "pipe.parquet")
    return folder / "pipe.parquet"


def cut_short(folder: Path) -> Any:
    path = folder / "a.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    return path


def empty_file(folder: Path) -> Any:
    (folder / "a.parquet").write_bytes(b"")
    return folder


def another_page(folder: Path) -> Any:
    path = folder / "b.parquet"
    parquet.write_table(TABLE, path, use_dictionary=False, write_page_checksum=True)
    content = bytearray(path.read_bytes())
    start = parquet.ParquetFile(path).metadata.row_group(0).column(0).data_page_offset + 200
    content[start] ^= 1
    path.write_bytes(content)
    return path


def no_rows(folder: Path) -> Any:
    parquet.write_table(TABLE.slice(0, 0), folder / "a.parquet")
    return folder


def a_text_shard(folder: Path) -> Any:
    words = TABLE.set_column(0, "x", pa.array(["a"] * N))
    parquet.write_table(words, folder / "b.parquet")
    return folder


def a_name_twice(folder: Path) -> Any:
    columns = [TABLE["x"], TABLE["x"], TABLE["y"]]
    parquet.write_table(pa.Table.from_arrays(columns, ["x", "x", "y"]), folder / "a.parquet")
    return folder


def late_text(folder: Path) -> Any:
    rows = "".join(f"{i},{i * i}\n" for i in range(30_000))
    (folder / "late.csv").write_text(f"x,y\n{rows}oops,1\n", encoding="utf-8")
    return folder / "late.csv"


def no_database(folder: Path) -> Any:
    return f"duckdb:///{folder}/a.parquet?table=x"


def kinds_mixed(folder: Path) -> Any:
    connection = sqlite3.connect(folder / "a.db")
    connection.execute("CREATE TABLE t (x, y)")
    rows = [*((i, i * i) for i in range(1_100)), ("text", 1)]
    connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
    connection.commit()
    connection.close()
    return f"sqlite:///{folder}/a.db?table=t"


def a_date_of_no_calendar(folder: Path) -> Any:
    days = "if(i = 3, DATE 'infinity', DATE '2020-01-01' + i::INT)"
    return f"SELECT {days} AS x, i AS y FROM range(9) AS t(i)"


def one_level(folder: Path) -> Any:
    parquet.write_table(pa.table({"x": ["a"] * 3, "y": [1.0, 2, 3]}), folder / "a.parquet")
    return folder


def lists(folder: Path) -> Any:
    parquet.write_table(pa.table({"x": [[1], [2]], "y": [1.0, 2.0]}), folder / "a.parquet")
    return folder


def no_folder(folder: Path) -> Any:
    (folder / "inside.parquet").mkdir()
    return folder / "inside.parquet"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (a_pipe, "Got 'pipe.parquet', which is a folder, a pipe or a device"),
        (cut_short, "File 'a.parquet' must be whole"),
        (empty_file, "File 'a.parquet' must be whole"),
        (another_page, "Row group 1 of 'b.parquet' must be whole"),
        (a_date_of_no_calendar, "Column 'x' has a date beyond the years 1 to 9999"),
        (one_level, "Column 'x' has the same value, a, in every row that is used"),
        (lists, "Column 'x' must hold numbers.* Got list<.*: choose another"),
        (no_rows, "At least 2 rows must have a value .* Got none: use more rows"),
        (a_text_shard, "Column 'x' must hold the same kind .* number .* category .* 'b.parquet'"),
        (a_name_twice, "'a.parquet' has 'x' twice"),
        (late_text, "File 'late.csv' must be whole.*Line: 30002"),
        (no_database, "must be a DuckDB database. Got 'a.parquet'"),
        (kinds_mixed, "Column 'x' must hold one kind of values.*expected DOUBLE but got STRING"),
        (no_folder, "There is no file for '.*inside.parquet'"),
        (lambda _: "x" * 300 + ".parquet", r"There is no file for '\.\.\.x+\.parquet': give"),
        (lambda _: "a\0b.parquet", "There is no file for"),
        (lambda _: "postgresql://[::1/db", "with brackets that do not match"),
        (lambda _: "postgresql:///db?host=/nowhere&table=t", "database must answer.*/nowhere/"),
    ],
)
def test_each_has_its_sentence(made: Callable[[Path], Any], said: str, folder: Path) -> None:
    with pytest.raises(LinregError, match=said) as caught:
        n_rows(made(folder))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_gone_is_not_used_in_part(folder: Path) -> None:
    blocks = prepare_source(open_source(folder), Selection("y", ("x",))).blocks()
    next(blocks)
    (folder / "a.parquet").unlink()
    with pytest.raises(DataError, match="'a.parquet' cannot be opened"):
        list(blocks)


def test_a_file_is_read_once_however_many_links_lead_to_it(folder: Path) -> None:
    (folder / "inside.parquet").mkdir()
    os.link(folder / "a.parquet", folder / "inside.parquet" / "b.parquet")  # another file of rows
    for name in ("again", "and_again"):
        os.symlink(folder, folder / name)
    os.symlink(folder / "a.parquet", folder / "c.parquet")
    os.symlink(folder / "gone", folder / "d.parquet")
    assert n_rows(folder) == 2 * N
    assert n_rows([folder, folder / "again" / "a.parquet"]) == 2 * N
    assert n_rows(f"{folder}/*/a.parquet") == N


@pytest.mark.parametrize("own", ["", "&connect_timeout=1"])
def test_a_server_that_says_nothing_is_gone_after_a_while(own: str) -> None:
    """A port that nobody answers at; libpq itself waits for ever, and for 2 seconds at least."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        address = f"postgresql://me@{host}:{port}/db?table=t{own}"
        if own:
            with pytest.raises(DataError, match="database must answer"):
                open_source(address)
        told = dict(parse_qsl(urlsplit(_taken_apart(address)[0]).query))
    assert told["connect_timeout"] == ("1" if own else "30")
    assert told["keepalives_idle"] == "30" and "table" not in told


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO t VALUES (1)",
        "CREATE TABLE t AS SELECT 1",
        "COPY (SELECT 1) TO '{folder}/out'",
        "ATTACH '{folder}/out'",
        "INSTALL httpfs",
        "PRAGMA database_list",
        "SET memory_limit = '9GB'",
        "EXPORT DATABASE '{folder}/out'",
        "BEGIN TRANSACTION",
        "-- a remark\nDELETE FROM t",
        "/* one */ (UPDATE t SET x = 1)",
        "SELECT 1; COPY (SELECT 1) TO '{folder}/out'",
        "SELECT 1) t; COPY (SELECT 1) TO '{folder}/out'; --",
        "SELECT * FROM query('COPY (SELECT 1) TO ''{folder}/out''')",
        "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a",
        "SELECT * FROM 'http://127.0.0.1:9/x.parquet'",
    ],
)
def test_a_query_reads_and_does_nothing_else(query: str, folder: Path) -> None:
    with pytest.raises(DataError, match="query must be one"):
        open_source(query.format(folder=folder))
    assert sorted(os.listdir(folder)) == ["a.parquet"]


@pytest.mark.parametrize(
    "query",
    ["SELECT * FROM {file} -- all", "/* all */ SELECT * FROM {file};", "(FROM {file})"],
)
def test_remarks_and_brackets_are_no_harm(query: str, folder: Path) -> None:
    assert n_rows(query.format(file=f"'{folder}/a.parquet'")) == N
    assert is_query(query)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([f"--memory={memory}"], "`memory` must be a size")
        for memory in ("", "0MB", "-5MB", "500", "1e3MB", "5TB", "nan", "5MB; DROP")
    ]
    + [
        (["--target", "z"], "Column 'z' must be one of 'x', 'y'"),
        (["--streams", "0"], "`streams` must be >= 1"),
        (["--checkpoint", "/nowhere/at/all"], "can't be written"),
    ],
)
def test_the_command_line_says_it_in_one_line(
    arguments: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = ["--memory", "500MB", "--target", "y", "--loss", "l1", "--batch-size", "200"]
    assert command_line([str(folder / "*.parquet"), *usual, "--epochs", "1", *arguments]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert "learned" not in told.out


def test_too_little_memory_for_a_query_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT i AS x, i % 9 AS y FROM range(200000) AS t(i) ORDER BY hash(i)"
    assert command_line([query, "--target", "y", "--memory", "1MB"]) == 2
    assert "need memory to be read. 1MB, half of what was given" in capsys.readouterr().err
