"""Random tables, and random ways to write them down."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from table_reader.patterns import number_pattern

WORDS = (
    *("Oslo", "Rome", "New York, NY", "a;b", 'say "hi"', "two\nlines", "it's", "Müller", "größe"),
    *("<b>x</b>", "a|b", "x y z", "R2D2", "-x", "ABC-12"),
)
NAMES = ("price", "Größe", "size (m2)", "x", "y_1", "rate, %", "city", "weight kg", "Tag", "n")
DAYS = ("2020-01-31", "1999-12-01", "2024-02-29")


@dataclass(frozen=True)
class Column:
    """A column's kind and what its cells are: numbers, words, dates or booleans (None: empty)."""

    kind: str
    values: Sequence[Any]
    n_decimals: int = 0


@dataclass(frozen=True)
class Style:
    """How a table is written."""

    delimiter: str
    decimal: str
    group: str
    quoting: int
    encoding: str
    line_end: str
    has_header: bool
    missing: str
    title: str


@dataclass(frozen=True)
class Written:
    """A table, its style, and the file that they make."""

    names: Sequence[str]
    columns: Sequence[Column]
    style: Style
    content: bytes


def number_text(value: float, n_decimals: int, style: Style) -> str:
    """Write a number with the style's marks."""
    plain = f"{value:,.{n_decimals}f}"
    marks = {",": style.group, ".": style.decimal}
    return "".join(marks.get(character, character) for character in plain)


def cell_text(column: Column, value: Any, style: Style) -> str:
    """Write a cell."""
    if value is None:
        return style.missing
    if column.kind == "number":
        return number_text(value, column.n_decimals, style)
    return {True: "yes", False: "no"}[value] if column.kind == "yes/no" else str(value)


def is_undecided(column: Column, style: Style) -> bool:
    """Whether every number of a column can be read with both decimal marks, some differently."""
    cells = [cell_text(column, value, style) for value in column.values if value is not None]
    bodies = [re.sub("[\u00a0\u202f]", " ", cell) for cell in cells]
    has_both = all(re.match(number_pattern(mark), body) for mark in ".," for body in bodies)
    return column.kind == "number" and has_both and any(re.search("[.,]", body) for body in bodies)


@st.composite
def columns(draw: st.DrawFn, n_rows: int, kind: str, is_full: bool) -> Column:
    """Draw a column; an empty cell is never in its first rows (they tell what it is)."""
    n_decimals = draw(st.integers(0, 4)) if kind == "number" else 0
    number = st.one_of(
        st.integers(-(10**7), 10**7),
        st.integers(0, 1899),
        st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, n_decimals)),
    )
    cell = {
        "number": number,
        "word": st.sampled_from(WORDS),
        "date": st.sampled_from(DAYS),
        "yes/no": st.booleans(),
    }[kind]
    first = draw(st.lists(cell, min_size=2, max_size=2))
    others = cell if is_full else st.one_of(cell, cell, cell, st.none())
    rest = draw(st.lists(others, min_size=n_rows - 2, max_size=n_rows - 2))
    return Column(kind, [*first, *rest], n_decimals)


@st.composite
def styles(draw: st.DrawFn, n_columns: int) -> Style:
    """Draw a way to write a table that does not contradict itself."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|", " "]))
    # Words that spaces delimit from numbers with commas could as well be a comma's next cell.
    decimal = draw(st.sampled_from(["."] if delimiter == " " else [".", ","]))
    groups = ["", "," if decimal == "." else ".", " ", "\u00a0", "'"]
    # Points between thousands where commas delimit: then three digits behind a point are decimals.
    odd = {" ": ",", ",": "."}.get(delimiter)
    group = draw(st.sampled_from([mark for mark in groups if mark != odd]))
    line_end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    # The csv module quotes a line break only where it is a character of its own line ends.
    quotings = [csv.QUOTE_ALL] if line_end == "\r" else [csv.QUOTE_MINIMAL, csv.QUOTE_ALL]
    # Where spaces delimit, a title is a row of as many cells as it has words.
    titles = [""] if delimiter == " " or n_columns < 3 else ["", "", "Figures of the year"]
    return Style(
        delimiter=delimiter,
        decimal=decimal,
        group=group,
        quoting=draw(st.sampled_from(quotings)),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        line_end=line_end,
        has_header=n_columns == 1 or draw(st.booleans()),
        missing="NA" if delimiter == " " else draw(st.sampled_from(["", "NA", "n/a", "-"])),
        title=draw(st.sampled_from(titles)),
    )


@st.composite
def written_tables(draw: st.DrawFn) -> Written:
    """Draw a table with at least one column of numbers, and write it down."""
    n_rows = draw(st.integers(4, 12))
    kinds = draw(st.lists(st.sampled_from(["number", "word", "date", "yes/no"]), max_size=4))
    kinds = draw(st.permutations(["number", *kinds]))
    table = [draw(columns(n_rows, kind, i == 0)) for i, kind in enumerate(kinds)]
    style = draw(styles(len(table)))
    # One column whose name and numbers have spaces could as well be two columns.
    known = [name for name in NAMES if " " not in name] if len(table) == 1 else NAMES
    names = draw(
        st.lists(st.sampled_from(known), min_size=len(table), max_size=len(table), unique=True)
    )
    if not style.has_header:
        names = [f"column {i + 1}" for i in range(len(table))]
    return Written(names, table, style, _written(names, table, style))


def _written(names: Sequence[str], table: Sequence[Column], style: Style) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=style.delimiter, quoting=style.quoting, lineterminator=style.line_end
    )
    if style.title:
        text.write(style.title + style.line_end * 2)
    if style.has_header:
        writer.writerow(names)
    for row in zip(*(column.values for column in table), strict=True):
        writer.writerow(
            [cell_text(column, value, style) for column, value in zip(table, row, strict=True)]
        )
    return text.getvalue().encode(style.encoding)
