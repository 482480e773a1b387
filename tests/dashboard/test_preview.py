"""The first rows as they stand, and what was taken off them."""

from __future__ import annotations

import io

import pytest

from dashboard.own_data.assumptions import encoding_label, line_of
from dashboard.own_data.preview import kinds_of, rows_of
from dashboard.own_data.source import Loaded
from table_reader import ReadOptions, Table, read_table
from table_reader.text.delimited import DELIMITER_WORDS
from tests.table_reader.books import book

REPORT = """Data of 2024;;
station;€ price;share
A;€1.234,50;12%
B;€2.345,75;15%
C;€3.100,00;n/a
D;€2.900,25;19%
E;€2.100,25;17%
F;€1.900,25;14%
Total;€13.580,00;
"""


def table_of(text: str, options: ReadOptions | None = None) -> Table:
    return read_table(io.BytesIO(text.encode()), name="a.csv", options=options or ReadOptions())


def marked(text: str) -> list[str]:
    """What is marked in each row of a file."""
    rows = [row for row in rows_of(table_of(text)) if row.kind == "row"]
    return ["".join(row.text[start:end] for start, end in row.marks) for row in rows]


def test_each_line_is_a_row_the_header_or_left_out() -> None:
    kinds = [(row.number, row.kind) for row in rows_of(table_of(REPORT))]
    assert kinds == [(1, "out"), (2, "header"), *((n, "row") for n in range(3, 9)), (9, "out")]


def test_what_was_taken_off_is_marked() -> None:
    assert marked(REPORT)[:3] == ["€.%", "€.%", "€.n/a"]


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (("1.5", "2.5", "3.25"), ""),
        (("-1.5e3", "2E+4", "3e-2"), ""),
        (("1 234.5", "2 345.5", "3 456.5"), " "),
        (("5 km", "6 km", "7 km"), "km"),
        (("$5", "$6", "$7"), "$"),
        (('"1,234.5"', '"2,345.5"', '"3,456.5"'), ","),
    ],
)
def test_marks_of_a_column_of_numbers(cells: tuple[str, ...], marks: str) -> None:
    text = "a,b\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells * 4))
    assert marked(text)[0] == marks


def test_lines_whose_cells_cannot_be_told_apart_have_no_marks() -> None:
    assert marked('a,b\n"1, 2",3\n"4, 5",6\n"7, 8",9\n')[0] == ""


def test_a_file_without_lines_shows_its_rows() -> None:
    table = Table(table_of("a,b\n1,2\n3,4\n").frame)
    rows = rows_of(table)
    assert [row.kind for row in rows] == ["header", "row", "row"]
    assert [cell["text"] for cell in rows[1].cells] == ["1", "2"]


def test_a_kind_that_was_said_is_the_columns_kind() -> None:
    options = ReadOptions().with_kind("a", "category")
    assert kinds_of(table_of("a,b\n1,2\n3,4\n5,7\n", options)) == {"a": "category", "b": "number"}


def words_of(table: Table) -> list[str]:
    parts = line_of(Loaded(table, "a.csv", data=b""))
    return [part.text for part in parts if part.assumption]


def test_the_line_has_each_assumption_as_a_word_of_its_own() -> None:
    table = table_of(REPORT)
    words = ["semicolons", "decimal comma", "UTF-8", "header on row 2", "1 row dropped"]
    assert words_of(table) == words
    parts = line_of(Loaded(table, "a.csv", data=b""))
    assert "".join(part.text for part in parts) == f" · 6 rows, 3 columns · {table.summary}"


def test_each_way_of_an_assumption_says_one_thing_more() -> None:
    asked = ReadOptions(date_order="day")
    parts = line_of(Loaded(table_of(REPORT), "a.csv", data=b"", asked=asked))
    for each in (part.assumption for part in parts if part.assumption):
        assert 0 <= each.chosen < len(each.ways)
        assert all(options.date_order == "day" for options, _ in each.ways)
    header = next(
        p.assumption for p in parts if p.assumption and p.assumption.field == "has_header"
    )
    assert header.ways[header.chosen][1] == "Row 2: station;€ price;share"
    options, label = header.ways[0]
    assert (options.skip_rows, options.has_header, label) == (0, True, "Row 1: Data of 2024;;")


def test_whether_totals_are_totals_is_asked_where_rows_were_dropped() -> None:
    def ways(options: ReadOptions) -> tuple[str, list[str], int]:
        current = Loaded(table_of(REPORT, options), "a.csv", data=b"", asked=options)
        found = [part.assumption for part in line_of(current) if part.assumption]
        (totals,) = (each for each in found if each.field == "has_totals")
        return totals.words, [label for _, label in totals.ways], totals.chosen

    words, labels, chosen = ways(ReadOptions())
    assert (words, labels[chosen]) == ("1 row dropped", "Left out where that is certain")
    words, labels, chosen = ways(ReadOptions(has_totals=False))
    assert (words, labels[chosen]) == ("totals kept", "Kept, rows like others")


def test_another_sheet_is_left_to_itself() -> None:
    rows = [("x", "y"), *((i, 2 * i + i % 2) for i in range(1, 9))]
    content = book({"One": rows, "Two": rows})
    asked = ReadOptions(sheet="One", has_header=True, skip_rows=0, decimal=".")
    table = read_table(io.BytesIO(content), name="a.xlsx", options=asked)
    parts = line_of(Loaded(table, "a.xlsx", data=content, asked=asked))
    sheet = next(part.assumption for part in parts if part.assumption)
    assert (sheet.words, sheet.chosen) == ("sheet 'One'", 0)
    assert sheet.ways[1] == (
        ReadOptions(sheet="Two", decimal="."),
        "Two, 9 rows x 2 columns",
    )


@pytest.mark.parametrize(("part", "words"), [(1, "table 1"), (0, "all as one table")])
def test_which_of_two_tables_was_read_can_be_changed(part: int, words: str) -> None:
    rows = [("x", "y", None, "u", "v"), *((i, 2 * i, None, i, 3 * i) for i in range(1, 9))]
    content = book({"One": rows})
    asked = ReadOptions(part=part)
    table = read_table(io.BytesIO(content), name="a.xlsx", options=asked)
    parts = line_of(Loaded(table, "a.xlsx", data=content, asked=asked))
    (found,) = (part.assumption for part in parts if part.assumption)
    assert found.words == words and found.ways[found.chosen][0] == asked
    assert ReadOptions(part=2) in [options for options, _ in found.ways]


def test_what_is_not_kept_is_told_and_not_offered() -> None:
    parts = line_of(Loaded(table_of(REPORT), "a.csv"))
    assert not any(part.assumption for part in parts)
    assert "semicolons" in "".join(part.text for part in parts)


def test_words_are_those_of_the_summary() -> None:
    for delimiter, words in DELIMITER_WORDS.items():
        if len(delimiter) == 1 and words != "one column":
            text = delimiter.join("ab") + "\n" + "".join(f"{i}{delimiter}{i}\n" for i in range(9))
            assert words_of(table_of(text))[0] == words
    assert encoding_label("cp1252") == "Windows-1252"
