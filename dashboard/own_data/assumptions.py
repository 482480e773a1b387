"""What was assumed to read a file: each with its words, and what it could be instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.escaping import one_line
from dashboard.own_data.options_form import (
    CODEC_LABELS,
    DECIMAL_LABELS,
    DELIMITER_LABELS,
    ORDER_LABELS,
    sheet_label,
)
from dashboard.own_data.source import Loaded
from table_reader import ReadOptions
from table_reader.wording import counted

_HEADER_LINES = 8  # that may name the columns
_LINE_LETTERS = 40
_DROPPED = re.compile(r"[\d,]+ rows? dropped")
_TOTALS = {
    None: "Left out where that is certain",
    True: "Left out, all that may be totals",
    False: "Kept, rows like others",
}


@dataclass(frozen=True)
class Assumption:
    """One of them: the words in the line, and the ways to read the file with their labels.

    `words` are those of the table's summary where it has them.
    """

    field: str
    words: str
    label: str
    ways: tuple[tuple[ReadOptions, str], ...]
    chosen: int


@dataclass(frozen=True)
class LinePart:
    """A piece of the line: plain, or an assumption."""

    text: str
    assumption: Assumption | None = None


def line_of(current: Loaded, is_all_learned: bool = False) -> list[LinePart]:
    """Return how a table was read as one line, in the order of its summary.

    `is_all_learned` tells that the run is on all stored rows, of which the table is a sample.
    """
    n_rows, n_columns = current.table.frame.shape
    rows = counted(n_rows, "row")
    if current.n_stored is not None and current.n_stored > n_rows:
        every = counted(current.n_stored, "row")
        rows = f"a fair sample of {n_rows:,} of {every}"
        if is_all_learned:
            rows = f"{every}, {n_rows:,} of them in sight"
    parts = [LinePart(f" · {rows}, {counted(n_columns, 'column')}")]
    summary = f" · {current.table.summary}" if current.table.summary else ""
    missed, found = [], []
    for assumption in _assumptions(current) if current.data is not None else ():
        at = summary.find(assumption.words)
        if at < 0:
            missed.append(assumption)
        else:
            found.append((at, assumption))
    end = 0
    for at, assumption in sorted(found, key=lambda each: each[0]):
        if at >= end:
            parts += [LinePart(summary[end:at]), LinePart(assumption.words, assumption)]
            end = at + len(assumption.words)
    rest = [part for each in missed for part in (LinePart(", "), LinePart(each.words, each))]
    return [*parts, LinePart(summary[end:]), *rest]


def _assumptions(current: Loaded) -> Iterator[Assumption]:
    used, asked = current.used, current.asked
    sheets = {sheet.name: sheet_label(sheet) for sheet in current.found.sheets}
    if used.sheet in sheets and len(sheets) > 1:
        yield _sheet(current, sheets)
    if used.delimiter in DELIMITER_LABELS and used.encoding:
        words = _DELIMITER_WORDS[used.delimiter]
        yield _choice(current, "delimiter", words, "Columns are separated by", DELIMITER_LABELS)
    if used.decimal is not None:
        words = {".": "decimal point", ",": "decimal comma"}[used.decimal]
        yield _choice(current, "decimal", words, "Decimal sign", DECIMAL_LABELS)
    if used.encoding is not None:
        yield _choice(current, "encoding", encoding_label(used.encoding), "Encoding", CODEC_LABELS)
    if used.has_header is False or used.skip_rows:
        yield _header(current)
    if used.date_order is not None:
        yield _choice(
            current, "date_order", f"{used.date_order} first in dates", "Dates", ORDER_LABELS
        )
    dropped = _DROPPED.search(current.table.summary)
    if dropped or asked.has_totals is not None:
        yield _totals(current, dropped.group() if dropped else "totals kept")
    if asked.part is not None:
        numbers = range(1, max(3, asked.part + 1))
        parts = {number: f"Table {number}" for number in numbers} | {0: "All, as one table"}
        words = f"table {asked.part}" if asked.part else "all as one table"
        yield _choice(current, "part", words, "Which table", parts)


_DELIMITER_WORDS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "vertical bars",
    " ": "spaces",
}


def encoding_label(codec: str) -> str:
    """Return the name that people know an encoding by."""
    from table_reader.text.encodings import Encoding

    return Encoding(codec).label


def _choice(
    current: Loaded, field: str, words: str, label: str, labels: Mapping[Any, str]
) -> Assumption:
    used, asked = getattr(current.used, field), getattr(current.asked, field)
    labels = dict(labels) if used in labels else {used: words, **labels}
    ways = [(current.asked.changed(field, value), each) for value, each in labels.items()]
    if asked is not None:
        ways.append((current.asked.changed(field, None), "As the file says"))
    return Assumption(field, words, label, tuple(ways), list(labels).index(used))


def _sheet(current: Loaded, sheets: Mapping[str, str]) -> Assumption:
    """Return which sheet is read; what was said of another one's layout is left to the new one."""
    asked = replace(current.asked, part=None, has_header=None, skip_rows=None)
    ways = [(replace(asked, sheet=name), label) for name, label in sheets.items()]
    words, chosen = f"sheet {current.used.sheet!r}", list(sheets).index(current.used.sheet or "")
    return Assumption("sheet", words, "Sheet", tuple(ways), chosen)


def _totals(current: Loaded, words: str) -> Assumption:
    """Return what becomes of rows that look like totals of others."""
    ways = [(current.asked.changed("has_totals", value), label) for value, label in _TOTALS.items()]
    chosen = list(_TOTALS).index(current.asked.has_totals)
    return Assumption("has_totals", words, "Rows of totals", tuple(ways), chosen)


def _header(current: Loaded) -> Assumption:
    """Return which line names the columns: any of the first ones, or none."""
    used, asked = current.used, current.asked
    above = used.skip_rows or 0
    words = "no header" if used.has_header is False else f"header on row {above + 1}"
    lines = current.found.head[: max(_HEADER_LINES, above + 2)]
    ways = [
        (
            replace(asked, has_header=True, skip_rows=number - 1),
            f"Row {number}: {one_line(text, most=_LINE_LETTERS)}",
        )
        for number, text in lines
    ]
    ways.append((replace(asked, has_header=False, skip_rows=above), "No row names the columns"))
    if (asked.has_header, asked.skip_rows) != (None, None):
        ways.append((replace(asked, has_header=None, skip_rows=None), "As the file says"))
    numbers = [number for number, _ in lines]
    is_named = used.has_header is not False and above + 1 in numbers
    chosen = numbers.index(above + 1) if is_named else len(lines)
    return Assumption("has_header", words, "The columns are named by", tuple(ways), chosen)
