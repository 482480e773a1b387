"""Where a table may come from, how progress is told, and what options come back."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from table_reader import DataError, ReadOptions, read_table
from table_reader.limits import MAX_FILE_BYTES

CONTENT = b"a;b\n1,5;2\n3,5;4\n"


class Upload(io.BytesIO):
    """An upload as Streamlit hands it over: bytes with a name."""

    name = "C:\\Users\\me\\my sales.CSV"


class Short:
    """A stream that hands over two bytes at a time, and at its end what is left to say."""

    def __init__(self, content: bytes, failure: Any = b"") -> None:
        self.content = io.BytesIO(content)
        self.failure = failure

    def read(self, n: int) -> Any:
        piece = self.content.read(min(n, 2))
        if not piece and isinstance(self.failure, Exception):
            raise self.failure
        return piece or self.failure


def written(folder: Path) -> Path:
    path = folder / "mine.csv"
    path.write_bytes(CONTENT)
    return path


SOURCES: dict[str, Callable[[Path], Any]] = {
    "path": written,
    "path as text": lambda folder: str(written(folder)),
    "bytes": lambda folder: io.BytesIO(CONTENT),
    "text": lambda folder: io.StringIO(CONTENT.decode()),
    "upload": lambda folder: Upload(CONTENT),
    "binary handle": lambda folder: written(folder).open("rb"),
    "text handle": lambda folder: written(folder).open(encoding="utf-8"),
    "buffered": lambda folder: io.BufferedReader(io.BytesIO(CONTENT)),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_every_source_is_read_from_its_beginning_and_left_open(kind: str, tmp_path: Path) -> None:
    source = SOURCES[kind](tmp_path)
    for _ in range(2):
        table = read_table(source)
        assert table.frame.to_dict("list") == {"a": [1.5, 3.5], "b": [2, 4]}
        assert table.summary == "semicolons, decimal comma, UTF-8"
    if hasattr(source, "close"):
        assert not source.closed
        source.close()


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        (io.BytesIO(CONTENT), None, "table"),
        (io.BytesIO(CONTENT), "sales.csv", "sales"),
        (io.BytesIO(CONTENT), "sales.2024.CSV.GZ", "sales.2024"),
        (io.BytesIO(CONTENT), "../../etc/passwd", "passwd"),
        (Upload(CONTENT), None, "my sales"),
        (Upload(CONTENT), "other.csv", "other"),
    ],
)
def test_tables_are_named_after_their_files(source: Any, name: str | None, expected: str) -> None:
    assert read_table(source, name=name).name == expected


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "gone.csv", "File 'gone.csv' must exist"),
        (lambda folder: folder, "must be a file. Got something else of that name"),
        (lambda folder: "a\x00b.csv", r"File 'a\\x00b.csv' must be readable"),
        (lambda folder: Path("/dev/zero"), "File 'zero' must be a file"),
        (lambda folder: 3, "A table must be a path or a file. Got 3"),
        (lambda folder: closed(), "must be open and readable"),
        (lambda folder: closed_bytes(), "must be open and readable"),
        (lambda folder: Short(CONTENT, failure=OSError()), "must be open and readable"),
        (lambda folder: Short(CONTENT, failure=None), "must be readable to its end"),
        (lambda folder: hole(folder), "must have at most 100 MB. Got 100.0 MB: use a sample"),
    ],
)
def test_what_cannot_be_opened(make: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as raised:
        read_table(make(tmp_path))
    assert str(tmp_path) not in str(raised.value)


def closed() -> Any:
    file = io.BufferedReader(io.BytesIO(CONTENT))
    file.close()
    return file


def closed_bytes() -> Any:
    file = io.BytesIO(CONTENT)
    file.close()
    return file


def hole(folder: Path) -> Path:
    """A file of more than the limit that takes no room on the disk."""
    path = folder / "large.csv"
    path.touch()
    os.truncate(path, MAX_FILE_BYTES + 1)
    return path


def test_a_short_read_is_not_the_end() -> None:
    content = b"x,y\n" + b"1,2\n" * 5000
    assert len(read_table(Short(content)).frame) == 5000


def test_a_drive_that_fails_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read(self, n: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    path = written(tmp_path)
    monkeypatch.setattr(Path, "open", lambda path, mode: Failing(CONTENT))
    with pytest.raises(DataError, match="must be readable to its end"):
        read_table(path)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="must be a file"):
        read_table(tmp_path / "pipe.csv")


@pytest.mark.parametrize("n_rows", [1, 400_000])
def test_progress_rises_from_0_to_1(n_rows: int) -> None:
    seen: list[float] = []
    read_table(io.BytesIO(b"a,b\n" + b"1.5,2\n" * n_rows), progress=seen.append)
    assert seen == sorted(set(seen))
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_the_options_that_were_used_read_the_same_again() -> None:
    content = "Report\nname;price;day\nÅse;1.234,5;03/04/2020\nBo;2,5;25/04/2020\n".encode("cp1252")
    table = read_table(io.BytesIO(content))
    assert table.options == ReadOptions(
        delimiter=";",
        decimal=",",
        encoding="cp1252",
        quote='"',
        has_header=True,
        skip_rows=1,
        date_order="day",
    )
    again = read_table(io.BytesIO(content), options=table.options)
    assert again.frame.equals(table.frame)
    assert again.options == table.options
    one_column = read_table(io.BytesIO(b"a\n1,5\n"))
    assert one_column.options.delimiter == ""
    assert read_table(io.BytesIO(b"a\n1,5\n"), options=one_column.options).frame["a"][0] == 1.5


def test_questions_can_be_put_to_people_and_answered() -> None:
    content = b'price,day,b\n"1,234",03/04/2020,1\n"5,678",05/06/2020,2\n'
    table = read_table(io.BytesIO(content))
    decimal, order = table.questions
    assert table.numeric_columns == ("b",)
    assert (table.options.decimal, table.options.date_order) == (None, None)
    assert decimal.text == "'1,234' in column 'price': is it 1234 or 1.234?"
    assert decimal.choices == (
        (".", "1,234 is 1234 (decimal point)"),
        (",", "1,234 is 1.234 (decimal comma)"),
    )
    assert order.text == "'03/04/2020' in column 'day': is it 3 April 2020 or 4 March 2020?"
    assert [question.columns for question in table.questions] == [("price",), ("day",)]
    answers = {question.field: question.choices[0][0] for question in table.questions}
    answered = read_table(io.BytesIO(content), options=replace(table.options, **answers))
    assert not answered.questions
    assert answered.frame["price"].tolist() == [1234, 5678]
    assert answered.frame["day"].dt.month.tolist() == [4, 6]
