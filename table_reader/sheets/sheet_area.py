"""The part of a sheet that is read: its only table, or one of several, with merged cells filled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from table_reader.options import ReadOptions
from table_reader.rows.asked_parts import WHOLE, choose_part, part_question
from table_reader.rows.parts import TablePart, find_parts, is_value, named_part
from table_reader.sheets.merged_cells import Filling, fill_merged
from table_reader.sheets.merged_headers import join_merged_names
from table_reader.sheets.sheets import SheetCells
from table_reader.source import GivenFile
from table_reader.table import Question
from table_reader.wording import rows_text

NumberedRow = tuple[int, list[Any]]
MOST_NOTES_BELOW: Final = 50


@dataclass(frozen=True, eq=False)
class Area:
    """Rows of a sheet that hold anything, with their numbers, and what was filled among them.

    `labels` name the tables of the sheet where it is open which of them is meant, and `joined`
    are rows of names that were put together in the last of them. `below` are rows of notes below
    the table, which are not among the rows.
    """

    sheet: str
    first_column: int
    n_columns: int
    rows: list[NumberedRow]
    fillings: tuple[Filling, ...] = ()
    labels: tuple[str, ...] = ()
    joined: tuple[int, ...] = ()
    below: tuple[int, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done about names above others, and about notes below the table."""
        notes = []
        if self.joined:
            notes.append(f"The names are those of {rows_text(self.joined)} together.")
        if self.below:
            what = "which is a note" if len(self.below) == 1 else "which are notes"
            notes.append(f"Left out {rows_text(self.below)}, {what} below the table.")
        return tuple(notes)

    def questions(self, names: tuple[str, ...]) -> list[Question]:
        """Return the question which table is meant, where it is open."""
        if not self.labels:
            return []
        return [part_question(f"Sheet {self.sheet!r}", self.labels, names)]

    def layout_options(self, options: ReadOptions) -> ReadOptions:
        """Return the options with the row of the names where it is known.

        Lines to skip are those of another table where the area begins below them.
        """
        first = self.rows[0][0] if self.rows else 0
        if options.part and first > (options.skip_rows or 0) + 1:
            options = replace(options, skip_rows=None)
        is_open = options.skip_rows is None and options.has_header is not False
        if is_open and self.joined and self.joined[-1] >= first:
            return replace(options, skip_rows=self.joined[-1] - 1, has_header=True)
        return options


def find_area(cells: SheetCells, options: ReadOptions, source: GivenFile) -> Area:
    """Return the area of a sheet that is to be read.

    Raises DataError where a part is asked for that there is not.
    """
    corner = cells.first_row, cells.first_column
    fillings = fill_merged(cells.rows, cells.merged, *corner)
    names = tuple(join_merged_names(cells.rows, cells.merged, *corner))
    parts = find_parts(cells.rows)
    if options.part is None:
        parts = [part for part in parts if _ends_below(part, cells, options.skip_rows or 0)]
    chosen = choose_part(len(parts), options, source.title)
    part = TablePart(0, len(cells.rows), 0, len(cells.rows[0]))
    labels: tuple[str, ...] = ()
    if chosen != WHOLE:
        part = parts[chosen - 1]
        labels = tuple(_label(cells, each) for each in parts) if options.part is None else ()
    numbered = enumerate(part.of(cells.rows), cells.first_row + part.top)
    rows, below = without_notes_below([(i, row) for i, row in numbered if _is_filled(row)])
    inside = tuple(each for each in fillings if _is_inside(each, cells, part))
    first_column, width = cells.first_column + part.left, part.right - part.left
    return Area(cells.name, first_column, width, rows, inside, labels, names, tuple(below))


def without_notes_below(rows: list[NumberedRow]) -> tuple[list[NumberedRow], list[int]]:
    """Return the rows without notes below the table, and the numbers of these.

    Below the last row with a value they are words alone: single cells, or any below an empty row.

    >>> without_notes_below([(1, ["a", "b"]), (2, [1, 2]), (3, ["Source: us", ""])])[1]
    [3]
    """
    end = len(rows)
    while end and not _has_value(rows[end - 1][1]):
        end -= 1
    if len(rows) - end > MOST_NOTES_BELOW or end < 2 or len(rows[0][1]) == 1:
        return rows, []
    while end < len(rows) and not _is_note(rows[end][1]):
        if rows[end][0] - rows[end - 1][0] > 1:
            break
        end += 1
    notes = [number for number, _ in rows[end:]]
    return rows[:end], notes


def _is_note(row: list[Any]) -> bool:
    return len([cell for cell in row if cell != ""]) == 1


def _has_value(row: list[Any]) -> bool:
    return any(cell != "" and is_value(cell) for cell in row)


def _ends_below(part: TablePart, cells: SheetCells, n_skipped: int) -> bool:
    return cells.first_row + part.bottom - 1 > n_skipped


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
