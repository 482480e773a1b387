"""Columns that would pass for numbers but are most likely something else: kept as text."""

from __future__ import annotations

from typing import Any, Final

from table_reader.arrays import BoolArray
from table_reader.cells import TextCells, matches

SHARE: Final = 0.75
ADDRESS: Final = r"^\d{1,3}(?:\.\d{1,3}){3}$"
THREES: Final = r"^\d{3}(?:\.\d{3}\.| \d{3} )\d{3}$"
DAY_MONTH: Final = r"^(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])$"
FIRST_DAYS: Final = r"^0[1-9]\."


def look_alike(cells: TextCells, body: Any, valid: BoolArray) -> str | None:
    """Return what a column's numbers more likely are, as the end of a sentence; else None."""
    address = matches(cells.text, ADDRESS)
    if address.any() and address.sum() >= SHARE * cells.n:
        return _says(cells, address, "four groups of digits, as network addresses have")
    threes = matches(body, THREES)
    if valid.any() and threes[valid].all():
        return _says(cells, threes, "three groups of three digits, as phone numbers and codes have")
    days = matches(body, DAY_MONTH)
    if valid.any() and days[valid].all() and matches(body, FIRST_DAYS).any():
        return _says(cells, days, "what may be days and months")
    return None


def _says(cells: TextCells, which: BoolArray, what: str) -> str:
    return f"has {what}, such as {cells.examples(which)}"
