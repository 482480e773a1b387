"""Asking which of several tables in a file is meant, and which of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from table_reader.errors import DataError
from table_reader.options import ReadOptions
from table_reader.table import Question
from table_reader.wording import shown

WHOLE: Final = 0
"""What `part` is where all tables are one."""


def choose_part(n_parts: int, options: ReadOptions, title: str) -> int:
    """Return the number of the part to read, from 1; WHOLE where it is all one table.

    Where it is open, the first is read while the question stands.

    Raises DataError where there is no such part.
    """
    if options.part is None:
        return 1 if n_parts > 1 else WHOLE
    if options.part == 1 and n_parts == 1:
        return WHOLE
    if not WHOLE <= options.part <= n_parts:
        raise DataError(
            f"`part` must be from 0 to {n_parts} in {title}. Got {shown(options.part)}: 0 is all "
            f"of it as one table."
        )
    return options.part


def part_question(where: str, labels: Sequence[str], columns: tuple[str, ...]) -> Question:
    """Return the question which of the tables is meant; the labels tell their place and names."""
    choices = tuple((i + 1, label) for i, label in enumerate(labels))
    text = f"{where} holds {len(labels)} tables: which one is to be read?"
    return Question(text, "part", (*choices, (WHOLE, "all of it, as one table")), columns)
