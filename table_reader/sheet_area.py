"""The part of a sheet that is read: its only table, or one of several, with merged cells filled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from table_reader.asked_parts import WHOLE, choose_part, part_question
from table_reader.merged_cells import Filling, fill_merged
from table_reader.options import ReadOptions
from table_reader.parts import TablePart, find_parts, named_part
from table_reader.sheets import SheetCells
from table_reader.source import Source
from table_reader.table import Question


@dataclass(frozen=True, eq=False)
class Area:
    """Rows of a sheet that hold anything, with their numbers, and what was filled among them.

    `labels` name the tables of the sheet where it is open which of them is meant.
    """

    sheet: str
    first_column: int
    n_columns: int
    rows: list[tuple[int, list[Any]]]
    fillings: tuple[Filling, ...] = ()
    labels: tuple[str, ...] = ()

    def questions(self, names: tuple[str, ...]) -> list[Question]:
        """Return the question which table is meant, where it is open."""
        if not self.labels:
            return []
        return [part_question(f"Sheet {self.sheet!r}", self.labels, names)]

    def layout_options(self, options: ReadOptions) -> ReadOptions:
        """Return the options without lines to skip where the area begins below these."""
        is_below = bool(self.rows) and self.rows[0][0] > (options.skip_rows or 0) + 1
        return replace(options, skip_rows=None) if options.part and is_below else options


def find_area(cells: SheetCells, options: ReadOptions, source: Source) -> Area:
    """Return the area of a sheet that is to be read.

    Raises DataError where a part is asked for that there is not.
    """
    corner = cells.first_row, cells.first_column
    fillings = fill_merged(cells.rows, cells.merged, *corner)
    parts = find_parts(cells.rows)
    first, labels = cells.first_row, tuple[str, ...]()
    if options.part is None:
        parts = [part for part in parts if first + part.bottom - 1 > (options.skip_rows or 0)]
    chosen = choose_part(len(parts), options, source.title)
    if chosen == WHOLE:
        rows = [(i, row) for i, row in enumerate(cells.rows, first) if _is_filled(row)]
        return Area(cells.name, cells.first_column, len(cells.rows[0]), rows, tuple(fillings))
    if options.part is None:
        labels = tuple(_label(cells, part) for part in parts)
    part = parts[chosen - 1]
    rows = [(i, row) for i, row in enumerate(part.of(cells.rows), first + part.top)]
    return Area(
        *(cells.name, cells.first_column + part.left, part.right - part.left),
        [(i, row) for i, row in rows if _is_filled(row)],
        tuple(each for each in fillings if _is_inside(each, cells, part)),
        labels,
    )


def _is_inside(filling: Filling, cells: SheetCells, part: TablePart) -> bool:
    column, row = filling.column - cells.first_column, filling.top - cells.first_row
    return part.left <= column < part.right and part.top <= row < part.bottom


def _is_filled(row: list[Any]) -> bool:
    return any(cell != "" for cell in row)


def _label(cells: SheetCells, part: TablePart) -> str:
    """Return a table's cells and names, e.g. "A1:B13: dose, gain"."""
    first = f"{column_letters(cells.first_column + part.left)}{cells.first_row + part.top}"
    last = (
        f"{column_letters(cells.first_column + part.right - 1)}{cells.first_row + part.bottom - 1}"
    )
    return f"{first}:{last}: {named_part(cells.rows, part)}"


def column_letters(number: int) -> str:
    """Return the name that a sheet gives a column, counted from 1.

    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while number > 0:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
