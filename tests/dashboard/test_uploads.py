"""Uploads: read here or in a process of their own, with the same end, and never on the disk."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

from dashboard.own_data import reading
from dashboard.own_data.messages import Reply, Request
from dashboard.own_data.reader_main import memory_limit
from dashboard.own_data.reading import read_upload
from dashboard.streamlit_private import keep_uploads_in_memory
from linreg_core import DataError
from table_reader import Found, ReadOptions, Sheet, Table
from tests.dashboard.serving import within_patience

CSV = b"a;b\n" + b"".join(b"%d,5;%d,25\n" % (i, 2 * i) for i in range(500))
NOT_A_TABLE = bytes(range(256)) * 50


def read_apart(data: bytes, progress: Callable[[float], object] = lambda part: None) -> Table:
    """The table as the process of its own reads it, however small the file is."""
    request = Request("data.csv", len(data), ReadOptions())
    return reading._read_apart(request, io.BytesIO(data), progress)


def reader_that(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts another program in the reader's place."""
    start = subprocess.Popen

    def popen(_command: Any, **arguments: Any) -> Any:
        return start([sys.executable, "-c", code], **arguments)

    monkeypatch.setattr(subprocess, "Popen", popen)


def test_both_ways_of_reading_end_the_same() -> None:
    here = read_upload("data.csv", io.BytesIO(CSV), ReadOptions(), lambda part: None)
    apart = read_apart(CSV)
    pd.testing.assert_frame_equal(here.frame, apart.frame)
    assert (here.name, here.notes, here.summary) == (apart.name, apart.notes, apart.summary)


@pytest.mark.parametrize("data", [NOT_A_TABLE, b""], ids=["binary", "empty"])
def test_both_ways_refuse_with_the_same_words(data: bytes) -> None:
    with pytest.raises(DataError) as here:
        read_upload("data.csv", io.BytesIO(data), ReadOptions(), lambda part: None)
    with pytest.raises(DataError) as apart:
        read_apart(data)
    assert str(here.value) == str(apart.value)


def test_what_was_found_of_a_refused_file_comes_from_the_process_that_read_it() -> None:
    code = (
        "from dashboard.own_data import reader_main\n"
        "from table_reader import DataError, Found, ReadOptions, Sheet\n"
        "error = DataError('Not so.')\n"
        "error.options = ReadOptions(delimiter=';')\n"
        "error.found = Found(True, (Sheet('a', 2, 3),), ((1, 'x;y'),))\n"
        "def refuse(*_, **__): raise error\n"
        "reader_main.read_table = refuse\n"
        "reader_main.read_for_parent()"
    )
    process = subprocess.run(
        [sys.executable, "-c", code],
        input=reading.pickle.dumps(Request("data.csv", len(CSV), ReadOptions())) + CSV,
        capture_output=True,
        check=True,
        timeout=300,
    )
    reply = reading.last_reply(io.BytesIO(process.stdout), lambda part: None)
    assert reply is not None and reply.refusal is not None
    error = reply.refusal.as_error()
    assert (str(error), error.options) == ("Not so.", ReadOptions(delimiter=";"))
    assert error.found == Found(True, (Sheet("a", 2, 3),), ((1, "x;y"),))


def test_a_large_file_tells_how_far_it_has_come() -> None:
    rows = pd.DataFrame({f"x{j}": range(100_000) for j in range(4)}) * 1.5
    parts: list[float] = []
    data = rows.to_csv(index=False).encode()
    assert len(data) > reading.INLINE_BYTES
    file = io.BytesIO(data)
    table = read_upload("large.csv", file, ReadOptions(), parts.append)
    assert file.closed
    pd.testing.assert_frame_equal(table.frame, rows)
    assert parts == sorted(parts) and len(parts) > 1 and 0 <= parts[0] <= parts[-1] <= 1


def test_a_reader_that_dies_leaves_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    reader_that("import os; os._exit(3)", monkeypatch)
    with pytest.raises(DataError, match="could not be read"):
        read_apart(CSV)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The processes that are started from now on."""
    processes: list[Any] = []
    start = subprocess.Popen

    def popen(*arguments: Any, **keywords: Any) -> Any:
        processes.append(start(*arguments, **keywords))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", popen)
    return processes


def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, started: list[Any]) -> None:
    reader_that("import time; time.sleep(60)", monkeypatch)
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.5)
    with pytest.raises(DataError, match="at most 0 seconds|takes longer"):
        read_apart(CSV)
    assert started[0].returncode == -signal.SIGKILL, "it did not end by itself"


def test_a_visitor_who_leaves_ends_the_reader(
    monkeypatch: pytest.MonkeyPatch, started: list[Any]
) -> None:
    """Streamlit ends a script at its next word to the page: here, in the middle of reading."""

    def leave(part: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "last_reply", lambda stream, progress: progress(0.5))
    with pytest.raises(KeyboardInterrupt):
        read_apart(CSV, leave)
    assert started[0].returncode is not None


def test_memory_is_bounded() -> None:
    """The limit holds for the reader's process, not for the server's."""
    code = (
        "from dashboard.own_data import reader_main; import pickle, sys\n"
        "reader_main.read_table = lambda *_, **__: bytearray(4 * 10**9)\n"
        "reader_main.read_for_parent()"
    )
    request = Request("data.csv", len(CSV), ReadOptions())
    assert memory_limit(request.size) < 2 * 10**9
    process = subprocess.run(
        [sys.executable, "-c", code],
        input=reading.pickle.dumps(request) + CSV,
        capture_output=True,
        check=True,
        timeout=300,
    )
    reply = reading.last_reply(io.BytesIO(process.stdout), lambda part: None)
    assert isinstance(reply, Reply) and reply.table is None
    assert reply.refusal is not None
    assert "at most 1,000 MB of memory" in reply.refusal.message


def test_no_part_of_an_upload_goes_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server does with an upload of several MB, with temporary files forbidden."""
    keep_uploads_in_memory()

    def refuse(*_arguments: Any, **_keywords: Any) -> Any:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    content = b"1.5,2.5\n" * 700_000
    body = b"".join(
        [
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename="d.csv"\r\n\r\n',
            content,
            b"\r\n--edge--\r\n",
        ]
    )

    async def stream() -> Any:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    async def parse() -> bytes:
        headers = Headers({"content-type": "multipart/form-data; boundary=edge"})
        form = await MultiPartParser(headers, stream()).parse()
        file: Any = form["file"]
        got = bytes(await file.read())
        await form.close()
        return got

    assert within_patience(parse()) == content
