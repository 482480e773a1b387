"""What can be seen of a file before it is a table: its sheets, and its first rows as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

SHOWN_LINES: Final = 30
SHOWN_LINE_CHARACTERS: Final = 500


@dataclass(frozen=True)
class Sheet:
    """A workbook's sheet, and how many rows and columns its cells span."""

    name: str
    n_rows: int
    n_columns: int
    is_hidden: bool = False


@dataclass(frozen=True)
class Found:
    """A file's sheets, if it is a workbook, and its first rows: line numbers and texts.

    A workbook's cells are joined by tabs; `is_text` tells whether a text file's dialect can be
    asked about.
    """

    is_text: bool = False
    sheets: tuple[Sheet, ...] = ()
    head: tuple[tuple[int, str], ...] = ()


def head_of(lines: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Return the first of some numbered lines, each cut where it gets long."""
    return tuple(
        (number, line[:SHOWN_LINE_CHARACTERS]) for number, line in islice(lines, SHOWN_LINES)
    )
