"""The first rows of a file as they stand, beside what was read of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.numbers import count
from table_reader import CATEGORY, DATE, NUMBER, TEXT, YES_NO, Table

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMN_KINDS = (NUMBER, TEXT, CATEGORY, DATE, YES_NO)
KIND_LABELS = {
    NUMBER: "Numbers",
    TEXT: "Text, as written",
    CATEGORY: "Categories",
    DATE: "Dates",
    YES_NO: "Yes/no",
}
PREVIEW_COLUMNS = 40
PREVIEW_LINES = 12
_CELL_LETTERS = 60
_NUMBER = re.compile(r"[+\-\u2212]?[.,]?\d(?:[\d.,'\u2019\s]*\d)?[.,]?(?:[eE][+\-\u2212]?\d+)?")
_NOTHING = "missing"


@dataclass(frozen=True)
class PreviewRow:
    """A line of the file: as it stands, what was taken off it, and its cells as they were read.

    `kind` is "header", "row" or, of a line that is neither, "out".
    """

    number: int
    text: str
    kind: str
    marks: tuple[tuple[int, int], ...] = ()
    cells: tuple[dict[str, Any], ...] = ()


def kinds_of(table: Table) -> dict[str, str]:
    """Return the kind that each of the first columns was read as."""
    seen = Table(table.frame.iloc[:0, :PREVIEW_COLUMNS])
    groups = table.options.as_category  # which are text as well
    return {name: CATEGORY if name in groups else kind for name, kind in seen.precedent.kinds}


def rows_of(table: Table) -> list[PreviewRow]:
    """Return the first lines of a file, and what became of each.

    Where they can't be seen, as those of Parquet, the rows alone.
    """
    head = table.found.head[:PREVIEW_LINES]
    if not head:
        n_rows = min(len(table.frame), PREVIEW_LINES)
        frame = table.frame.iloc[:n_rows, :PREVIEW_COLUMNS]
        numbers = [table.row_number(position) for position in range(n_rows)]
        rows = (
            PreviewRow(n, "", "row", (), tuple(_cells(frame, i))) for i, n in enumerate(numbers)
        )
        return [PreviewRow(0, "", "header"), *rows]
    positions = _positions(table, len(head))
    first = min((number for number, _ in head if number in positions), default=None)
    is_named = table.options.has_header is not False
    above = [number for number, text in head if first is not None and number < first and text]
    header = above[-1] if above and is_named else None
    return list(_rows(table, head, positions, header))


def _rows(
    table: Table, head: tuple[tuple[int, str], ...], positions: dict[int, int], header: int | None
) -> Iterator[PreviewRow]:
    frame = table.frame.iloc[: len(head), :PREVIEW_COLUMNS]
    for number, text in head:
        if number in positions:
            position = positions[number]
            marks = taken_off(text, table, position)
            yield PreviewRow(number, text, "row", marks, tuple(_cells(frame, position)))
        else:
            yield PreviewRow(number, text, "header" if number == header else "out")


def _positions(table: Table, n_lines: int) -> dict[int, int]:
    n_rows = min(len(table.frame), n_lines)
    return {table.row_number(position): position for position in range(n_rows)}


def _cells(frame: DataFrame, position: int) -> Iterator[dict[str, Any]]:
    import pandas as pd

    for value, dtype in zip(frame.iloc[position], frame.dtypes, strict=True):
        is_number = dtype.kind in "if"
        if pd.isna(value):
            yield {"text": _NOTHING, "isNumber": is_number, "isMissing": True}
        else:
            yield {"text": _shown(value), "isNumber": is_number, "isMissing": False}


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat(" ")).removesuffix(" 00:00:00")
    if value is True or value is False or str(value) in ("True", "False"):
        return "yes" if value else "no"
    return str(value)[:_CELL_LETTERS]


def taken_off(text: str, table: Table, position: int) -> tuple[tuple[int, int], ...]:
    """Return where a line has something that is not in its numbers: units, thousands, words.

    Nothing where its cells can't be told apart.
    """
    places = _places(text, table)
    if len(places) != len(table.frame.columns):
        return ()
    values = table.frame.iloc[position]
    dtypes = table.frame.dtypes
    marks: list[tuple[int, int]] = []
    for (start, end), value, dtype in zip(places, values, dtypes, strict=True):
        if dtype.kind in "if" and text[start:end].strip():
            marks += _marks(text, start, end, table.options.decimal, value)
    return tuple(_joined(marks))


def _marks(
    text: str, start: int, end: int, decimal: str | None, value: Any
) -> Iterator[tuple[int, int]]:
    """Return what of a cell is not in its number: what stands around it, and marks of thousands."""
    number = _NUMBER.search(text, start, end)
    if value != value or number is None:  # the whole cell was taken for nothing
        yield start, end
        return
    for at in range(start, end):
        sign, is_inside = text[at], number.start() <= at < number.end()
        is_kept = sign.isalnum() or sign in "+-\u2212" or sign == (decimal or sign)
        is_unseen = sign in "\"'" or sign.isspace()
        if not is_kept if is_inside else not is_unseen:
            yield at, at + 1


def _joined(marks: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Return the same places, those side by side as one."""
    start = end = -1
    for from_, to in marks:
        if from_ > end >= 0:
            yield start, end
        start, end = (from_ if from_ > end or end < 0 else start), to
    if end >= 0:
        yield start, end


def _places(text: str, table: Table) -> list[tuple[int, int]]:
    """Return where the cells of a line begin and end."""
    delimiter = table.options.delimiter or "\t"
    if delimiter == " ":
        return [match.span() for match in re.finditer(r"\S+", text)]
    quote = table.options.quote if table.options.quote is not None else '"'
    places, start, is_quoted = [], 0, False
    for at, sign in enumerate(text):
        if quote and sign == quote:
            is_quoted = not is_quoted
        elif sign == delimiter and not is_quoted:
            places.append((start, at))
            start = at + 1
    return [*places, (start, len(text))]


def more_text(table: Table) -> str:
    """Return what the preview leaves out."""
    n_columns = len(table.frame.columns)
    if n_columns <= PREVIEW_COLUMNS:
        return ""
    return f"The first {PREVIEW_COLUMNS} of {count(n_columns)} columns."
