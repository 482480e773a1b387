"""Rows that are none of the data: blank ones, repeated headers, totals of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from table_reader.arrays import BoolArray
from table_reader.columns.cells import as_mask
from table_reader.grid import Grid, PlainNumbers, empty_cells, is_text
from table_reader.options import ReadOptions
from table_reader.rows.summary_rows import find_summary_rows
from table_reader.table import SUSPICIOUS, Doubt, Remedy
from table_reader.wording import SHOWN_ROWS, rows_text

_MOST_SUSPECTS = 1000
MOST_DOUBTED_ROWS = 1000


def without_stray_rows(grid: Grid, options: ReadOptions) -> Grid:
    """Return the grid without rows that are blank, repeat the header, or summarise others.

    `options.has_totals` False keeps what looks like a total, and True leaves out all of it; else
    what is not certain is a doubt.
    """
    blank = _blank(grid)
    repeated = _repeated(grid)
    totals, possible = _none(grid), _none(grid)
    if options.has_totals is not False:
        found = find_summary_rows(grid, blank | repeated)
        totals[found.certain] = True
        (totals if options.has_totals else possible)[found.possible] = True
    for rows, one, several in (
        (repeated, "repeats the header", "repeat the header"),
        (totals, "looks like a total", "look like totals"),
    ):
        if rows.any():
            what = one if rows.sum() == 1 else several
            grid.notes.append(f"Left out {_named(grid, rows)}, which {what}.")
            grid.n_dropped += int(rows.sum())
    if possible.any():
        grid.add(_doubt(grid.line_numbers[possible].tolist()))
    dropped = blank | repeated | totals
    return filtered(grid, ~dropped) if dropped.any() else grid


def _none(grid: Grid) -> BoolArray:
    return np.zeros(grid.n_rows, dtype=np.bool_)


def _named(grid: Grid, rows: BoolArray) -> str:
    return rows_text(grid.line_numbers[rows].tolist())


def _doubt(lines: list[int]) -> Doubt:
    """Return the doubt about rows that may be totals."""
    one = len(lines) == 1
    looks, they, them = "look like totals", "they are", "them"
    if one:
        looks, they, them = "looks like a total", "it is", "it"
    text = (
        f"{rows_text(lines[: SHOWN_ROWS + 1]).capitalize()} {looks}: if {they}, leave {them} out."
    )
    remedy = Remedy(f"Leave out {'this row' if one else 'these rows'}", "has_totals", True)
    return Doubt(SUSPICIOUS, "", text, tuple(lines[:MOST_DOUBTED_ROWS]), (remedy,))


def _blank(grid: Grid) -> BoolArray:
    """Return which rows hold nothing; in a column that is not text, only nan is nothing."""
    blank = np.ones(grid.n_rows, dtype=np.bool_)
    for column in grid.columns:
        blank &= empty_cells(column)
        if not blank.any():
            break
    return blank


def _repeated(grid: Grid) -> BoolArray:
    """Return which rows hold the header's cells again, as in files put together of several."""
    import pyarrow.compute as pc

    repeated = np.zeros(grid.n_rows, dtype=np.bool_)
    named = zip(grid.columns, grid.header, strict=False)
    texts = [(column, name) for column, name in named if name and is_text(column)]
    if not texts:
        return repeated
    suspects = as_mask(pc.match_substring(*texts[0]))
    for i in np.flatnonzero(suspects)[:_MOST_SUSPECTS].tolist():
        cells = tuple(_cell(column, i) for column in grid.columns)
        repeated[i] = cells == grid.header[: len(cells)]
    return repeated


def _cell(column: Any, i: int) -> str:
    """Return a cell as text, "" where it is empty."""
    if is_text(column):
        return column[i].as_py() or ""
    value = (column.values if isinstance(column, PlainNumbers) else column)[i : i + 1]
    if empty_cells(value)[0]:
        return ""
    return f"{value[0]:.15g}" if isinstance(column, PlainNumbers) else str(value[0])


def filtered(grid: Grid, keep: BoolArray) -> Grid:
    """Return the rows to keep."""
    import pyarrow as pa

    mask = pa.array(keep)
    columns = [_kept(column, keep, mask) for column in grid.columns]
    return replace(grid, columns=columns, line_numbers=grid.line_numbers[keep])


def _kept(column: Any, keep: BoolArray, mask: Any) -> Any:
    if is_text(column):
        return column.filter(mask)
    if isinstance(column, PlainNumbers):
        return PlainNumbers(column.values[keep], column.is_decisive)
    return column[keep]
