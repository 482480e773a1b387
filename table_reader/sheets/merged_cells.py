"""Merged cells of a sheet: each cell of a range gets the value that stands in its first one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from table_reader.wording import SHOWN_ROWS, counted, listed

Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell, as row and column, both counted from 0."""


@dataclass(frozen=True)
class Filling:
    """Cells that were filled: the sheet's column, and its first and last row, all from 1."""

    column: int
    top: int
    bottom: int


def fill_merged(
    rows: list[list[Any]], ranges: Sequence[Range], first_row: int, first_column: int
) -> list[Filling]:
    """Fill the merged cells of rows in place, and return what was filled.

    `first_row` and `first_column` are those of the rows in the sheet, from 1. A range over all
    columns is a title, which stays in its first cell. Where ranges overlap, as they do in no
    sound workbook, no more cells are filled than there are.
    """
    if not rows:
        return []
    n_left = len(rows) * len(rows[0])
    fillings = []
    up, back = first_row - 1, first_column - 1
    for (top, left), (bottom, right) in ranges:
        top, bottom = max(top - up, 0), min(bottom - up, len(rows) - 1)
        left, right = max(left - back, 0), min(right - back, len(rows[0]) - 1)
        n_left -= max(bottom - top + 1, 0) * max(right - left + 1, 0)
        if n_left < 0:
            break
        is_title = left == 0 and right == len(rows[0]) - 1 > 0
        for column, first, last in _fill(rows, top, bottom, left, left if is_title else right):
            fillings.append(Filling(column + first_column, first + first_row, last + first_row))
    return fillings


def _fill(
    rows: list[list[Any]], top: int, bottom: int, left: int, right: int
) -> Iterator[tuple[int, int, int]]:
    """Fill a range, and yield each column of it with its first and last filled row."""
    if top > bottom or left > right or rows[top][left] == "":
        return
    value = rows[top][left]
    for column in range(left, right + 1):
        first = top + 1 if column == left else top
        for i in range(first, bottom + 1):
            if rows[i][column] == "":
                rows[i][column] = value
        if first <= bottom:
            yield column, first, bottom


def filling_notes(
    fillings: Sequence[Filling], names: Sequence[str], first_column: int, data_line: int
) -> tuple[str, ...]:
    """Return a sentence on what was filled among the data, which begin on a line of the sheet."""
    below = [filling for filling in fillings if filling.bottom >= data_line]
    if not below:
        return ()
    columns = sorted({filling.column for filling in below})
    n_cells = sum(filling.bottom - max(filling.top, data_line) + 1 for filling in below)
    where = listed((names[column - first_column] for column in columns), SHOWN_ROWS)
    return (
        f"Merged cells were taken apart, so that every row has their value "
        f"({counted(n_cells, 'cell')} filled in {where}).",
    )
