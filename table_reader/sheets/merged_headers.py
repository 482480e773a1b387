"""Two rows of names in a sheet, the upper one over groups of columns: "2019 price".

The upper names are merged cells, or years, which would pass for data by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from table_reader.cell_text import cell_text
from table_reader.patterns import cell_kind
from table_reader.rows.parts import SOON, is_value, is_year
from table_reader.sheets.merged_cells import Range

_Group = tuple[int, int]
"""The first and the last column of a group."""
MOST_ROWS_DOWN: Final = 20
"""How far down rows of merged names are looked for."""


def join_merged_names(
    rows: list[list[Any]], ranges: Sequence[Range], first_row: int, first_column: int
) -> list[int]:
    """Put merged names in front of those below them, in place, and return their rows, from 1.

    The last one has the names then, and the others are empty. Nothing is done where a row with a
    value stands above, or where what stands below is no row of words with values soon below it.
    """
    groups = _groups(ranges, first_row - 1, first_column - 1, len(rows[0]) if rows else 0)
    joined: list[int] = []
    for top in range(min(len(rows) - 1, MOST_ROWS_DOWN)):
        spans = groups.get(top) or _years(rows[top])
        if not spans and not all(cell == "" or _is_word(cell) for cell in rows[top]):
            break
        below = top + 1
        if spans and _are_names(rows[below], spans) and _have_values(rows, below, spans):
            for left, right in spans:
                rows[top][left : right + 1] = [rows[top][left]] * (right + 1 - left)
            rows[below] = [_joined(*pair) for pair in zip(rows[top], rows[below], strict=True)]
            rows[top] = [""] * len(rows[top])
            joined += [top, below]
    return [first_row + i for i in sorted(set(joined))]


def _groups(ranges: Sequence[Range], up: int, back: int, n_columns: int) -> dict[int, list[_Group]]:
    """Return, by row, the first and last columns of the ranges in one row over some columns."""
    groups: dict[int, list[_Group]] = {}
    for (top, left), (bottom, right) in ranges:
        is_all = left <= back and right - back >= n_columns - 1
        if top == bottom and right > left >= back and not is_all:
            groups.setdefault(top - up, []).append((left - back, right - back))
    return groups


def _years(cells: Sequence[Any]) -> list[_Group]:
    """Return the groups of columns below years in a row of years and words, if it is one.

    A year stands for the empty cells behind it as well.
    """
    filled = [j for j, cell in enumerate(cells) if cell != ""]
    years = [j for j in filled if _is_year(cells[j])]
    if len(years) < 2 or not all(j in years or _is_word(cells[j]) for j in filled):
        return []
    ends = [*(j - 1 for j in filled[1:]), len(cells) - 1]
    return [(j, end) for j, end in zip(filled, ends, strict=True) if j in years]


def _is_year(cell: Any) -> bool:
    is_text = isinstance(cell, str) and cell.isdecimal() and cell.isascii()
    return is_year(int(cell[:9]) if is_text else cell)


def _have_values(rows: list[list[Any]], names: int, spans: Sequence[_Group]) -> bool:
    """Whether some value stands soon below the names of the groups."""
    cells = (
        cell
        for row in rows[names + 1 : names + 1 + SOON]
        for left, right in spans
        for cell in row[left : right + 1]
    )
    return any(cell != "" and is_value(cell) for cell in cells)


def _are_names(cells: Sequence[Any], spans: Sequence[_Group]) -> bool:
    """Whether cells are words or empty, and words below every group."""
    if not all(cell == "" or _is_word(cell) for cell in cells):
        return False
    return all(any(cells[left : right + 1]) for left, right in spans)


def _is_word(cell: Any) -> bool:
    return isinstance(cell, str) and cell_kind(cell) == "text"


def _joined(upper: Any, lower: Any) -> str:
    above, below = cell_text(upper), cell_text(lower)
    return above if above == below else f"{above} {below}".strip()
