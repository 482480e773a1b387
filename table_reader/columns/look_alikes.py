"""Columns that would pass for numbers but are most likely something else: kept as text."""

from __future__ import annotations

import re
from typing import Any, Final

from table_reader.arrays import BoolArray
from table_reader.columns.cells import TextCells, matches

SHARE: Final = 0.75
ADDRESS: Final = r"^\d{1,3}(?:\.\d{1,3}){3}$"
THREES: Final = r"^\d{3}(?:\.\d{3}\.| \d{3} )\d{3}$"
DAY_MONTH: Final = r"^(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])$"
FIRST_DAYS: Final = r"^0[1-9]\."
ANSWERS: Final = re.compile(r"[1-9]\d{0,2}(?:, ?[1-9]\d{0,2})*|[1-9]\d{0,2}(?: [1-9]\d{0,2})*|0")
FIRST_ANSWERS: Final = 50
FEWEST_ANSWERS: Final = 2
"""So many different answers stand behind others: halves (",5") are decimals."""
FEWEST_LISTS: Final = 3
MANY_ANSWERS: Final = 6
"""So many cells with several answers are such even where these are not in order."""


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


def several_answers(cells: TextCells) -> str | None:
    """Return that cells hold several answers ("1,3"), as the end of a sentence; else None.

    Such cells list whole numbers that also stand alone, the smaller ones first.
    """
    first = filter(None, cells.text.slice(0, FIRST_ANSWERS).to_pylist())
    if not all(map(ANSWERS.fullmatch, first)) or not all(map(ANSWERS.fullmatch, cells.sample)):
        return None
    sample = cells.sample
    lists = [[int(part) for part in re.split("[, ]+", cell)] for cell in sample]
    several = [answers for answers in lists if len(answers) > 1]
    known = {answers[0] for answers in lists}
    if len(several) < FEWEST_LISTS or len(several) == len(lists):
        return None
    later = {answer for answers in several for answer in answers[1:]}
    if not later <= known or len(later) < FEWEST_ANSWERS:
        return None
    in_order = all(answers == sorted(set(answers)) for answers in several)
    if not in_order and len(several) < MANY_ANSWERS:
        return None
    return _says(cells, cells.matches(r"\d[, ]+\d"), "what may be several answers in one cell")


def _says(cells: TextCells, which: BoolArray, what: str) -> str:
    return f"has {what}, such as {cells.examples(which)}"
