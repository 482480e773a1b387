"""Rows that stop at their last filled cell, so that they have fewer cells than the header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from table_reader.patterns import cell_kind
from table_reader.rows.sketch import COMMENT_MARKS, Row, Sketch

FEWEST_SHORT: Final = 2
SHORT_SHARE: Final = 0.2
"""Fewer short rows may have lost a cell somewhere in the middle."""
MOST_ODD: Final = 0.05
"""The share of short rows whose cells may not be of their columns' kinds."""


def filled_up(rows: Sequence[Row]) -> tuple[list[Row], int] | None:
    """Return the rows with empty cells at their ends, and how many columns they have.

    None where short rows are no such: where a full one ends in an empty cell, too few are short,
    or cells are not of the kind that their column has in other rows.
    """
    width = max((len(cells) for _, cells in rows), default=0)
    header = next((i for i, (_, cells) in enumerate(rows) if len(cells) == width), 0)
    below = [row for row in rows[header + 1 :] if _is_row(row)]
    short = [cells for _, cells in below if len(cells) < width]
    if width < 3 or len(short) < max(FEWEST_SHORT, SHORT_SHARE * len(below)):
        return None
    names = rows[header][1]
    if (
        names[0].startswith(COMMENT_MARKS)
        or len(set(names)) < width
        or any(cell_kind(cell) != "text" for cell in names)
    ):
        return None
    if any(not cells[-1] for _, cells in below):
        return None
    full = [*rows[: header + 1], *((line, _filled(cells, width)) for line, cells in below)]
    sketch = Sketch.of(full, width)
    n_odd = sum(_is_odd(sketch, cells) for cells in short)
    return (full, width) if sketch.kinds and n_odd <= MOST_ODD * len(short) else None


def _is_row(row: Row) -> bool:
    cells = row[1]
    return len(cells) > 1 and not cells[0].startswith(COMMENT_MARKS)


def _filled(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _is_odd(sketch: Sketch, cells: list[str]) -> bool:
    """Whether some cell is filled and not of its column's kind."""
    kinds = [(cell_kind(cells[j]), kind) for j, kind in sketch.kinds.items() if j < len(cells)]
    return any(one not in (kind, "empty") for one, kind in kinds)
