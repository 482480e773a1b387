"""What is seen of a file, read or refused: its sheets and first lines, and how it may be read."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from table_reader import DataError, ReadOptions, Table, read_table
from table_reader.found import SHOWN_LINE_CHARACTERS, SHOWN_LINES, Sheet
from table_reader.options import Precedent
from table_reader.table import SUSPICIOUS
from tests.table_reader import packing
from tests.table_reader.books import CASES, book, hide, hide_rows

DOSES = [["dose", "gain"], [1, 2.5], [2, 4.5]]


def read(content: bytes, options: ReadOptions | None = None) -> Table:
    return read_table(io.BytesIO(content), options=options or ReadOptions(), name="mine")


def refused(content: bytes, options: ReadOptions | None = None) -> DataError:
    with pytest.raises(DataError) as raised:
        read(content, options)
    return raised.value


def test_a_workbook_shows_its_sheets_with_sizes_and_the_first_rows() -> None:
    content = book({"Read me": [["Hello"]], "Data": DOSES, "Old": DOSES[:1]}, hide("Old"))
    table = read(content)
    assert table.options.sheet == "Data"
    assert not table.found.is_text
    assert table.found.sheets == (
        Sheet("Read me", 1, 1),
        Sheet("Data", 3, 2),
        Sheet("Old", 1, 2, is_hidden=True),
    )
    assert table.found.head == ((1, "dose\tgain"), (2, "1\t2.5"), (3, "2\t4.5"))


def test_a_refused_workbook_shows_them_too() -> None:
    error = refused(book({"Read me": [["Hello"], [], ["you"]], "Empty": []}))
    assert error.found is not None and error.options is not None
    assert error.found.sheets == (Sheet("Read me", 3, 1), Sheet("Empty", 0, 0))
    assert error.found.head == ((1, "Hello"), (2, ""), (3, "you"))
    assert error.options.sheet == "Read me"
    empty = refused(book({"Empty": []}))
    assert empty.found is not None and empty.found.sheets == (Sheet("Empty", 0, 0),)


def test_a_text_shows_its_first_lines_as_they_stand() -> None:
    lines = ["a;b", "", *(f"{i};ä{i}" for i in range(50))]
    table = read("\r\n".join(lines).encode("cp1252"))
    assert table.found.is_text and not table.found.sheets
    assert table.found.head == tuple(enumerate(lines[:SHOWN_LINES], 1))
    long = read(b"a,b\n1,2\n3," + b"4" * 15 + b" " * 2000 + b"\n")
    assert len(long.found.head[-1][1]) == SHOWN_LINE_CHARACTERS


@pytest.mark.parametrize(
    ("content", "options", "delimiter"),
    [
        (b"city;size\nOslo;big\nBergen;small\n", ReadOptions(), ";"),
        (b"city\nOslo\nBergen\n", ReadOptions(), ""),
        (b"a|b\n1|2\n3|4\n", ReadOptions(encoding="no such codec"), "|"),
        (b"a,b\n1,2\n3,4\n", ReadOptions(part=7), ","),
        (packing.gzipped(b"city,size\nOslo,big\nBergen,small\n"), ReadOptions(), ","),
        (packing.zipped({"a.csv": b"city,size\nOslo,big\nBergen,small\n"}), ReadOptions(), ","),
    ],
)
def test_a_refused_text_shows_its_lines_and_how_it_may_be_read(
    content: bytes, options: ReadOptions, delimiter: str
) -> None:
    error = refused(content, options)
    assert error.found is not None and error.options is not None
    assert error.found.is_text
    assert error.found.head[0][0] == 1 and len(error.found.head) == 3
    assert error.options.delimiter == delimiter


def test_what_is_no_text_shows_nothing() -> None:
    error = refused(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert error.found is None or not error.found.head


def test_an_answer_reads_the_part_again_and_again() -> None:
    content = (CASES / "c35-side-by-side.xlsx").read_bytes()
    table = read(content)
    (question,) = table.questions
    assert question.columns == ("dose", "gain")
    assert question.choices == (
        (1, "A1:B13: dose, gain"),
        (2, "D1:E8: month, rain"),
        (0, "all of it, as one table"),
    )
    assert read(content, table.options).questions == table.questions
    for part, columns in ((2, ["month", "rain"]), (1, ["dose", "gain"]), (0, None)):
        answered = read(content, table.options.changed(question.field, part))
        assert not answered.questions
        assert len(answered.frame.columns) == (4 if columns is None else 2)
        assert columns is None or list(answered.frame.columns) == columns
        again = read(content, answered.options)
        assert again.frame.equals(answered.frame) and again.options == answered.options


def test_a_part_below_another_is_read_with_the_options_of_the_first() -> None:
    below = [*DOSES, [], ["Weather"], ["month", "rain"], [1, 50], [2, 48]]
    content = book({"S": below})
    table = read(content)
    answered = read(content, table.options.changed("part", 2))
    assert answered.frame.to_dict("list") == {"month": [1, 2], "rain": [50, 48]}
    assert [answered.row_number(i) for i in range(2)] == [7, 8]
    again = read(content, answered.options)
    assert again.frame.equals(answered.frame)


def test_hidden_rows_are_a_doubt_with_one_remedy() -> None:
    content = book({"S": [*DOSES, [], [3, 6], [4, 9]]}, hide_rows(3, 6))
    table = read(content)
    (doubt,) = table.doubts
    assert (doubt.kind, doubt.column, doubt.rows) == (SUSPICIOUS, "", (1, 3))
    (remedy,) = doubt.remedies
    mended = read(content, table.options.changed(remedy.field, remedy.value))
    assert mended.frame["dose"].tolist() == [1, 3]
    assert not mended.doubts
    kept = read(content, replace(table.options, has_hidden_rows=True))
    assert kept.frame.equals(table.frame) and not kept.doubts[0].remedies


def test_a_file_that_follows_another_needs_no_numbers(tmp_path: Path) -> None:
    content = b"city,size\nOslo,big\nBergen,small\n"
    assert "at least 1 column of numbers" in str(refused(content))
    precedent = Precedent(kinds=(("city", "text"),))
    table = read(content, ReadOptions(precedent=precedent))
    assert table.frame["city"].tolist() == ["Oslo", "Bergen"]
    one = read(b"city\nOslo\nBergen\n", ReadOptions(precedent=precedent))
    assert one.frame["city"].tolist() == ["Oslo", "Bergen"]


def test_shares_of_a_workbook_are_those_of_a_text() -> None:
    shares = read((CASES / "c11-shares-new.xlsx").read_bytes())
    text = read(b"share,y\n5%,1\n8%,2\n12%,3\n")
    assert shares.shares == text.shares == ("share",)
    assert shares.frame["share"].tolist() == text.frame["share"].tolist() == [5, 8, 12]


def test_a_larger_sheet_is_one_click_away() -> None:
    rows = [DOSES[0], *[[i, 1.5 * i] for i in range(9)]]
    content = book({"Summary": DOSES, "Data": rows, "Old": rows}, hide("Old"))
    (doubt,) = read(content).doubts
    assert doubt.text.endswith("larger than it is 'Data'.")
    (remedy,) = doubt.remedies
    mended = read(content, ReadOptions().changed(remedy.field, remedy.value))
    assert len(mended.frame) == 9 and not mended.doubts
