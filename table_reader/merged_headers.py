"""Two rows of names in a sheet, the upper one merged over groups of columns: "2019 price"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from table_reader.merged_cells import Range
from table_reader.patterns import cell_kind
from table_reader.sheet_columns import cell_text

MOST_ROWS_DOWN: Final = 20
"""How far down rows of merged names are looked for."""


def join_merged_names(
    rows: list[list[Any]], ranges: Sequence[Range], first_row: int, first_column: int
) -> list[int]:
    """Put merged names in front of those below them, in place, and return their rows, from 1.

    The last one has the names then, and the others are empty. Nothing is done where a row with a
    value stands above, or where what stands below is no row of words.
    """
    groups = _groups(ranges, first_row - 1, first_column - 1, len(rows[0]) if rows else 0)
    joined: list[int] = []
    for top in range(min(len(rows) - 1, MOST_ROWS_DOWN)):
        spans = groups.get(top, [])
        if not spans and not all(cell == "" or _is_word(cell) for cell in rows[top]):
            break
        below = top + 1
        if spans and _are_names(rows[below], spans):
            rows[below] = [_joined(*pair) for pair in zip(rows[top], rows[below], strict=True)]
            rows[top] = [""] * len(rows[top])
            joined += [top, below]
    return [first_row + i for i in sorted(set(joined))]


def _groups(
    ranges: Sequence[Range], up: int, back: int, n_columns: int
) -> dict[int, list[tuple[int, int]]]:
    """Return, by row, the first and last columns of the ranges in one row over some columns."""
    groups: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in ranges:
        is_all = left <= back and right - back >= n_columns - 1
        if top == bottom and right > left >= back and not is_all:
            groups.setdefault(top - up, []).append((left - back, right - back))
    return groups


def _are_names(cells: Sequence[Any], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether cells are words or empty, and words below every group."""
    if not all(cell == "" or _is_word(cell) for cell in cells):
        return False
    return all(any(cells[left : right + 1]) for left, right in spans)


def _is_word(cell: Any) -> bool:
    return isinstance(cell, str) and cell_kind(cell) == "text"


def _joined(upper: Any, lower: Any) -> str:
    above, below = cell_text(upper), cell_text(lower)
    return above if above == below else f"{above} {below}".strip()
