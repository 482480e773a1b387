"""Rows that are none of the data: blank ones, repeated headers, totals at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from table_reader.arrays import BoolArray
from table_reader.cells import as_mask
from table_reader.grid import Grid, PlainNumbers, is_text
from table_reader.options import ReadOptions
from table_reader.wording import rows_text
from table_reader.words import TOTALS

LAST_ROWS = 3
_MOST_SUSPECTS = 1000
FEWEST_ROWS = 3
"""A table with fewer rows has no totals."""


def without_stray_rows(grid: Grid, options: ReadOptions) -> Grid:
    """Return the grid without rows that are blank, repeat the header, or are totals.

    Totals are the last rows, and begin with a word for them that stands nowhere else in
    its column; `options.has_totals` False keeps them.
    """
    blank = _blank(grid)
    repeated = _repeated(grid)
    totals = np.zeros(grid.n_rows, dtype=np.bool_)
    if options.has_totals is not False:
        totals = _totals(grid, blank | repeated)
    for rows, one, several in (
        (repeated, "repeats the header", "repeat the header"),
        (totals, "looks like a total", "look like totals"),
    ):
        if rows.any():
            numbers = grid.line_numbers[rows].tolist()
            what = one if len(numbers) == 1 else several
            grid.notes.append(f"Left out {rows_text(numbers)}, which {what}.")
            grid.n_dropped += len(numbers)
    dropped = blank | repeated | totals
    return filtered(grid, ~dropped) if dropped.any() else grid


def _blank(grid: Grid) -> BoolArray:
    """Return which rows hold nothing; in a column that is not text, only nan is nothing."""
    blank = np.ones(grid.n_rows, dtype=np.bool_)
    for column in grid.columns:
        blank &= _is_empty(column)
        if not blank.any():
            break
    return blank


def _is_empty(column: Any) -> BoolArray:
    import pandas as pd
    import pyarrow.compute as pc

    if is_text(column):
        return as_mask(pc.is_null(column))
    values = column.values if isinstance(column, PlainNumbers) else column
    return np.asarray(pd.isna(values), dtype=np.bool_)


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


def _totals(grid: Grid, taken: BoolArray) -> BoolArray:
    totals = np.zeros(grid.n_rows, dtype=np.bool_)
    rows = np.flatnonzero(~taken)
    if len(rows) < FEWEST_ROWS:
        return totals
    last = rows[-LAST_ROWS:]
    open_rows = set(last.tolist())
    for column in grid.columns:
        filled = [i for i in open_rows if _cell(column, i)]
        for i in filled:
            totals[i] = is_text(column) and _is_total(column, i)
        open_rows -= set(filled)
        if not open_rows:
            break
    # A total with data below it is a name.
    is_data = ~(totals | taken)
    totals[: np.flatnonzero(is_data).max(initial=-1) + 1] = False
    return totals


def _is_total(column: Any, i: int) -> bool:
    """Whether a cell is a word for totals that stands nowhere above in its column."""
    import pyarrow.compute as pc

    word = _cell(column, i)
    if word.strip(" :.").lower() not in TOTALS:
        return False
    return not pc.any(pc.equal(column.slice(0, i), word)).as_py()


def _cell(column: Any, i: int) -> str:
    """Return a cell as text, "" where it is empty."""
    if is_text(column):
        return column[i].as_py() or ""
    value = (column.values if isinstance(column, PlainNumbers) else column)[i : i + 1]
    if _is_empty(value)[0]:
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
