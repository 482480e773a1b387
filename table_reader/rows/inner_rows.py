"""Rows as wide as the table that are none of its data: comments, footers, a second header."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from table_reader.arrays import IntArray
from table_reader.columns.cells import matches
from table_reader.errors import DataError
from table_reader.grid import Grid, is_text
from table_reader.patterns import cell_kind
from table_reader.rows.rows import filtered
from table_reader.rows.sketch import COMMENT_MARKS
from table_reader.rows.summary_labels import label_of
from table_reader.wording import rows_text, shown

_SAMPLE_CELLS = 100
_TYPED_SHARE = 0.5
MOST_COLUMNS = 100
_MOST_SUSPECTS = 1000
MOST_FOOTERS = 20
BEGINS_WITH_WORDS = r"^[^\d.,+\-]"
LETTERS = re.compile(r"[^\W\d_]{3}")
FOOTER = re.compile(
    r"(sources?|(foot)?notes?|quellen?|anmerkung(en)?|hinweis|kilder?|fuentes?|notas?)\s*:", re.I
)


def without_notes_in_rows(grid: Grid) -> Grid:
    """Return the grid without comments and footers that are as wide as its rows.

    Raises DataError where a row holds names instead of numbers, as a second header does.
    """
    if not grid.n_rows or len(grid.columns) == 1 or not is_text(grid.columns[0]):
        return grid
    typed = [i for i in range(len(grid.columns[:MOST_COLUMNS])) if _is_typed(grid, i)]
    footers = _footers(grid, 0 in typed)
    comments: list[int] = []
    if typed:
        suspects = _suspects(grid.columns[typed[0]])
        comments = [i for i in suspects if i not in footers and 0 in typed and _is_comment(grid, i)]
        left = set(footers) | set(comments)
        _check_headers(grid, [i for i in suspects if i not in left], typed)
    for rows, one, several in (
        (comments, "is a comment", "are comments"),
        (footers, "is a note below the table", "are notes below the table"),
    ):
        if rows:
            lines = grid.line_numbers[rows].tolist()
            grid.notes.append(
                f"Left out {rows_text(lines)}, which {one if len(rows) == 1 else several}."
            )
    keep = np.ones(grid.n_rows, dtype=np.bool_)
    keep[comments + footers] = False
    return grid if keep.all() else filtered(grid, keep)


def _is_typed(grid: Grid, i: int) -> bool:
    """Whether a column of text that nobody asked for holds numbers or dates in most cells."""
    import pyarrow.compute as pc

    column = grid.columns[i]
    if not is_text(column) or grid.names[i] in grid.options.as_text:
        return False
    positions = np.unique(np.linspace(0, len(column) - 1, _SAMPLE_CELLS).astype(int))
    cells = [cell for cell in pc.take(column, positions).to_pylist() if cell]
    kinds = [kind for kind in map(cell_kind, cells) if kind != "empty"]
    n_typed = kinds.count("number") + kinds.count("date")
    return bool(kinds) and n_typed >= _TYPED_SHARE * len(kinds)


def _suspects(column: Any) -> list[int]:
    """Return the first rows whose cell is words in a column of numbers."""
    found: IntArray = np.flatnonzero(matches(column, BEGINS_WITH_WORDS))[:_MOST_SUSPECTS]
    return [i for i in found.tolist() if cell_kind(column[i].as_py()) == "text"]


def _is_comment(grid: Grid, i: int) -> bool:
    cell = str(grid.columns[0][i].as_py())
    return cell.startswith(COMMENT_MARKS) and not _is_code(cell)


def _is_code(cell: str) -> bool:
    """Whether a cell is one of a spreadsheet's errors, such as #NV or #####."""
    return cell.startswith("#") and len(cell.split()) == 1


def _footers(grid: Grid, is_typed: bool) -> list[int]:
    """Return the last rows that begin with words: any in a column of numbers, else "Source:"."""
    footers = []
    for i in range(grid.n_rows - 1, max(grid.n_rows - 1 - MOST_FOOTERS, 0), -1):
        cell = grid.columns[0][i].as_py() or ""
        is_words = is_typed and LETTERS.search(cell) and cell_kind(cell) == "text"
        is_words = is_words and not _is_code(cell)
        is_note = FOOTER.match(cell) or (is_words and not _is_total(cell))
        if not is_note or _is_header(grid, i):
            break
        footers.append(i)
    return footers[::-1]


def _check_headers(grid: Grid, suspects: list[int], typed: list[int]) -> None:
    """Refuse a row with different words in all columns of numbers, above other rows."""
    for i in suspects:
        cells = [column[i].as_py() or "" if is_text(column) else "1" for column in grid.columns]
        filled = [cell for cell in cells if cell]
        is_names = len(set(filled)) == len(filled) == len(cells)
        is_names = is_names and all(cell_kind(cell) == "text" for cell in filled)
        if i + 1 == grid.n_rows or _is_header(grid, i) or not is_names or _is_total(cells[0]):
            continue
        if len(typed) > 1:
            raise DataError(
                f"A file must hold one table. Got words where there are numbers above and below "
                f"in row {grid.line_numbers[i]}: {', '.join(map(shown, cells[:3]))}, as if another "
                f"table began there: save the tables as files of their own, or delete that row."
            )


def _is_header(grid: Grid, i: int) -> bool:
    """Whether a row repeats the header."""
    named = list(zip(grid.columns, grid.header, strict=False))
    texts = [(column, name) for column, name in named if is_text(column)]
    return bool(texts) and all((column[i].as_py() or "") == name for column, name in texts)


def _is_total(cell: str) -> bool:
    return label_of(cell) is not None
