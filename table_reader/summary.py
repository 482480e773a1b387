"""How a file was read, in one line and in notes, and the options that say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict

from table_reader.columns.meaning import Meaning
from table_reader.grid import Grid
from table_reader.options import ReadOptions
from table_reader.table import DOUBTS, Doubt
from table_reader.wording import counted

MOST_NOTES = 50
MOST_WORDS = 8


class TableSummary(TypedDict):
    """The fields of a Table that tell how it was read."""

    summary: str
    notes: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    options: ReadOptions


def summarised(grid: Grid, meaning: Meaning) -> TableSummary:
    """Return how a file was read: "semicolons, decimal comma, UTF-8; 3 rows dropped"."""
    decimal, order = _decimal(meaning), _order(meaning)
    marks = [mark for mark in grid.marks if mark]
    marks[1:1] = _decimal_words(meaning)
    if grid.options.has_header is False:
        marks.append("no header")
    elif grid.options.skip_rows:
        marks.append(f"header on row {grid.options.skip_rows + 1}")
    marks += [f"{order} first in dates" for order in sorted(meaning.date_orders)]
    ends = []
    if grid.n_dropped:
        ends.append(f"{counted(grid.n_dropped, 'row')} dropped")
    if meaning.questions:
        ends.append(counted(len(meaning.questions), "question"))
    return {
        "summary": "; ".join([", ".join(marks), *([", ".join(ends)] if ends else [])]),
        "notes": _bounded([*grid.notes, *_missing_note(meaning), *meaning.notes]),
        "doubts": tuple(sorted(meaning.doubts, key=lambda doubt: DOUBTS.index(doubt.kind))),
        "options": replace(grid.options, decimal=decimal, date_order=order),
    }


def _decimal(meaning: Meaning) -> str | None:
    """Return the mark that was used; None where a question is open, or where there were both."""
    points, commas = meaning.conventions.points, meaning.conventions.commas
    is_open = any(question.field == "decimal" for question in meaning.questions)
    if meaning.options.decimal or is_open or bool(points) == bool(commas):
        return meaning.options.decimal
    return "." if points else ","


def _order(meaning: Meaning) -> str | None:
    is_open = any(question.field == "date_order" for question in meaning.questions)
    if meaning.options.date_order or is_open or len(meaning.date_orders) != 1:
        return meaning.options.date_order
    return min(meaning.date_orders)


def _decimal_words(meaning: Meaning) -> list[str]:
    points, commas = meaning.conventions.points, meaning.conventions.commas
    if points and commas:
        return ["decimal points and commas"]
    return ["decimal point"] if points else ["decimal comma"] if commas else []


def _missing_note(meaning: Meaning) -> list[str]:
    words = meaning.missing.most_common(MOST_WORDS)
    if not words:
        return []
    counts = ", ".join(f"{word!r} ({count:,})" for word, count in words)
    more = ", ..." if len(meaning.missing) > MOST_WORDS else ""
    return [f"Taken as missing: {counts}{more}."]


def _bounded(notes: list[str]) -> tuple[str, ...]:
    if len(notes) <= MOST_NOTES:
        return tuple(notes)
    more = counted(len(notes) - MOST_NOTES, "more note")
    return (*notes[:MOST_NOTES], f"And {more} like these.")
