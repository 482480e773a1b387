"""Two tables side by side in delimited text, told by the empty columns between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from table_reader.grid import Grid, empty_cells, is_text
from table_reader.options import ReadOptions
from table_reader.patterns import cell_kind
from table_reader.rows.asked_parts import WHOLE, choose_part, part_question
from table_reader.rows.parts import SHOWN_NAMES
from table_reader.source import GivenFile

SAMPLE_CELLS: Final = 50
UNNAMED_NOTES: Final = ("A column without a name was", "Columns without a name were")
"""What is said of the empty columns between tables."""
Span = tuple[int, int]
"""The first column of a table and the one behind its last."""


def tables_beside(grid: Grid, options: ReadOptions, source: GivenFile) -> Grid:
    """Return the grid of the table that is asked for; where it is open, a question is asked.

    Tables are side by side where columns without names and cells stand between them, and they
    end on different rows or are all of several columns; or where all names repeat in order.
    """
    spans = _spans(grid)
    chosen = choose_part(len(spans), options, source.title)
    if chosen == WHOLE:
        return grid
    labels = [_label(grid, span) for span in spans]
    first, end = spans[chosen - 1]
    names, header = _own_names(grid, first, end), grid.header[first:end]
    notes = [note for note in grid.notes if not note.startswith(UNNAMED_NOTES)]
    part = replace(grid, names=names, columns=grid.columns[first:end], header=header, notes=notes)
    if options.part is None:
        part.questions.append(part_question(f"File {source.title}", labels, names))
    return part


def _spans(grid: Grid) -> list[Span]:
    n_columns = len(grid.columns)
    edges = [-1, *(j for j in range(n_columns) if _is_gap(grid, j)), n_columns]
    spans = [(left + 1, right) for left, right in pairwise(edges) if right > left + 1]
    if len(spans) > 1 and _are_apart([grid.columns[first:end] for first, end in spans]):
        return spans
    return _repeated(grid.header, n_columns) or [(0, n_columns)]


def _are_apart(blocks: Sequence[Sequence[Any]]) -> bool:
    """Whether blocks are tables by themselves, as parts.py tells it of sheets."""
    tables = [block for block in blocks if any(map(_has_numbers, block))]
    lists = [block for block in blocks if len(block) > 1 and not any(map(_has_numbers, block))]
    if not tables:
        return False
    if len({_n_rows(block) for block in (*tables, *lists)}) > 1:
        return True
    return len(tables) > 1 and all(len(table) > 1 for table in tables)


def _has_numbers(column: Any) -> bool:
    """Whether the first cells of a column are mostly numbers or dates."""
    if not is_text(column):
        return True
    cells = [cell for cell in column.slice(0, SAMPLE_CELLS).to_pylist() if cell]
    n_values = sum(cell_kind(cell) in ("number", "date") for cell in cells)
    return bool(cells) and 2 * n_values >= len(cells)


def _is_gap(grid: Grid, j: int) -> bool:
    column = grid.columns[j]
    is_named = j < len(grid.header) and bool(grid.header[j])
    return not is_named and is_text(column) and column.null_count == len(column)


def _n_rows(columns: Sequence[Any]) -> int:
    """Return the number of rows down to the last one that holds anything."""
    return max(int(np.flatnonzero(~empty_cells(each)).max(initial=-1)) + 1 for each in columns)


def _repeated(header: Sequence[str], n_columns: int) -> list[Span]:
    if len(header) != n_columns or not all(header):
        return []
    for width in range(2, n_columns // 2 + 1):
        if n_columns % width == 0 and [*header[:width]] * (n_columns // width) == [*header]:
            return [(first, first + width) for first in range(0, n_columns, width)]
    return []


def _own_names(grid: Grid, first: int, end: int) -> tuple[str, ...]:
    """Return a part's names as they stand in its header, where they are names by themselves."""
    header = tuple(name.strip() for name in grid.header[first:end])
    is_plain = len(header) == end - first and all(header) and len(set(header)) == len(header)
    return header if is_plain else grid.names[first:end]


def _label(grid: Grid, span: Span) -> str:
    first, end = span
    names = grid.header[first:end] if len(grid.header) >= end else grid.names[first:end]
    more = ", ..." if len(names) > SHOWN_NAMES else ""
    return f"columns {first + 1} to {end}: {', '.join(names[:SHOWN_NAMES])}{more}"
