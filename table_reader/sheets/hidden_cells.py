"""Telling of hidden rows and columns of a sheet: they are read, unless a person says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from table_reader.sheets.sheet_facts import SheetFacts
from table_reader.table import SUSPICIOUS, Doubt, Remedy
from table_reader.wording import counted, listed, rows_text

FIELD: Final = "has_hidden_rows"


def hidden_rows_doubt(hidden: Sequence[int], answer: bool | None) -> Doubt:
    """Return what is said of hidden rows that were read; `hidden` are their numbers."""
    was = "is" if len(hidden) == 1 else "are"
    text = (
        f"{counted(len(hidden), 'row')} of the sheet {was} hidden, by a filter or by hand "
        f"({rows_text(hidden)}), and {'was' if len(hidden) == 1 else 'were'} read like "
        f"the others."
    )
    remedies = (Remedy("Leave the hidden rows out", FIELD, False),) if answer is None else ()
    return Doubt(SUSPICIOUS, "", text, tuple(hidden), remedies)


def left_out_note(hidden: Sequence[int]) -> str:
    """Return what is said of hidden rows that were left out."""
    return f"Left out {counted(len(hidden), 'hidden row')} ({rows_text(hidden)})."


def hidden_columns_notes(
    facts: SheetFacts, names: Sequence[str], first_column: int
) -> tuple[str, ...]:
    """Return a sentence on hidden columns, which are read like the others."""
    hidden = [name for j, name in enumerate(names, first_column) if facts.is_hidden_column(j)]
    if not hidden:
        return ()
    what, were = ("Column", "was") if len(hidden) == 1 else ("Columns", "were")
    be = "is" if len(hidden) == 1 else "are"
    return (
        f"{what} {listed(hidden, 5)} {be} hidden in the sheet, and {were} read like the others.",
    )
