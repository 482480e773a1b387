"""The sheets of a workbook: their cells, and which of them is read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Final

from table_reader.errors import DataError
from table_reader.found import Sheet
from table_reader.names import plain_name
from table_reader.options import ReadOptions
from table_reader.patterns import cell_kind
from table_reader.sheets.merged_cells import Range
from table_reader.sheets.sheet_guard import BookFacts
from table_reader.source import GivenFile
from table_reader.table import SUSPICIOUS, Doubt, Remedy
from table_reader.wording import counted, listed, shown

SAMPLE: Final = 200
"""The rows in which a sheet shows whether it has a table of numbers."""
FEWEST_NUMBERS: Final = 2
FAR_LARGER: Final = 2
"""So many times the rows make a sheet look like the one that was meant."""


@dataclass(frozen=True, eq=False)
class SheetCells:
    """A sheet's cells in rows of equal length; its first row and column are counted from 1."""

    name: str
    first_row: int
    first_column: int
    rows: list[list[Any]]
    merged: tuple[Range, ...] = ()


@dataclass(frozen=True, eq=False)
class Book:
    """An opened workbook, with what its XML tells."""

    book: Any
    facts: BookFacts
    source: GivenFile

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets that may hold cells, with their sizes."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        return tuple(
            Sheet(
                each.name, *self.facts.of(each.name).size, each.visible != SheetVisibleEnum.Visible
            )
            for each in self.book.sheets_metadata
            if each.typ in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
        )

    def cells(self, name: str) -> SheetCells:
        """Return a sheet's cells. Raises DataError where it is damaged."""
        from python_calamine import CalamineError

        try:
            sheet = self.book.get_sheet_by_name(name)
            rows = sheet.to_python()
            merged = tuple(sheet.merged_cell_ranges or ())
        except (CalamineError, OSError, ValueError):
            raise damaged(self.source) from None
        row, column = sheet.start or (0, 0)
        return SheetCells(name, row + 1, column + 1, rows, merged)


def open_book(facts: BookFacts, source: GivenFile) -> Book:
    """Open a workbook. Raises DataError where it is damaged."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return Book(CalamineWorkbook.from_filelike(source.content()), facts, source)
    except (CalamineError, OSError, ValueError):
        raise damaged(source) from None


def choose_sheet(book: Book, options: ReadOptions) -> tuple[SheetCells, tuple[str, ...]]:
    """Return the sheet to read, and a note where there are others.

    It is the one asked for, or the first visible one with a table of numbers, or the first that
    holds anything, hidden ones last. For a file that follows an earlier one, it is the first
    visible one that has the names of that one's columns.

    Raises DataError where there is no such sheet, or none with cells in it.
    """
    sheets = book.sheets
    if options.sheet is not None:
        return _asked_sheet(book, options.sheet)
    wordy: list[str] = []
    first: SheetCells | None = None
    for each in sorted(sheets, key=lambda each: each.is_hidden):
        if each.is_hidden and first is not None:
            break
        cells = book.cells(each.name)
        if not cells.rows:
            continue
        first = first or cells
        if _is_wanted(cells, options):
            return cells, _notes(cells.name, sheets, wordy)
        wordy.append(cells.name)
    if first is None:
        raise DataError(f"File {book.source.title} must have a sheet with cells in it. Got none.")
    return first, _notes(first.name, sheets, ())


def _asked_sheet(book: Book, name: str) -> tuple[SheetCells, tuple[str, ...]]:
    names = [each.name for each in book.sheets]
    if name not in names:
        raise DataError(
            f"`sheet` must be one of {listed(names)} in {book.source.title}. Got {shown(name)}."
        )
    cells = book.cells(name)
    if not cells.rows:
        raise DataError(
            f"Sheet {shown(name)} of {book.source.title} must have cells in it. Got none: choose "
            f"another one."
        )
    return cells, _notes(name, book.sheets, ())


def _is_wanted(cells: SheetCells, options: ReadOptions) -> bool:
    if options.precedent is not None and options.precedent.kinds:
        wanted = {plain_name(name) for name, _ in options.precedent.kinds}
        rows = cells.rows[:SAMPLE]
        there = ({plain_name(str(cell)) for cell in row} for row in rows)
        return any(2 * len(wanted & names) >= len(wanted) for names in there)
    return has_table_of_numbers(cells.rows)


def has_table_of_numbers(rows: list[list[Any]]) -> bool:
    """Whether rows have a column of mostly numbers, and not only one that counts words.

    >>> has_table_of_numbers([["Read me", ""], ["1", "Units are mm"], ["2", "Ask Ann"]])
    False
    """
    sample = rows[: SAMPLE + 1]
    for j in range(len(rows[0])):
        column = [row[j] for row in sample if row[j] != ""]
        numbers = [cell for cell in column if _is_number(cell)]
        is_counter = [str(cell).strip(" .").removesuffix(".0") for cell in numbers] == [
            str(i + 1) for i in range(len(numbers))
        ]
        is_typed = len(numbers) >= FEWEST_NUMBERS and 2 * len(numbers) >= len(column) - 1
        if is_typed and not (is_counter and len(rows[0]) > 1):
            return True
    return False


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return cell_kind(cell) == "number"
    return isinstance(cell, int | float | datetime.timedelta) and not isinstance(cell, bool)


def _notes(name: str, sheets: tuple[Sheet, ...], wordy: list[str] | tuple[()]) -> tuple[str, ...]:
    others = [each for each in sheets if each.name != name]
    notes = []
    if wordy:
        hold = "holds" if len(wordy) == 1 else "hold"
        notes.append(f"Passed over {listed(wordy, 5)}, which {hold} no table of numbers.")
    if others:
        be = "is" if len(others) == 1 else "are"
        names = [f"{each.name!r}{' (hidden)' if each.is_hidden else ''}" for each in others[:5]]
        more = ", ..." if len(others) > len(names) else ""
        notes.append(f"Sheet {name!r} was read; there {be} also {', '.join(names)}{more}.")
    if any(each.name == name and each.is_hidden for each in sheets):
        notes.append(f"Sheet {name!r} is hidden in the workbook.")
    return tuple(notes)


def larger_sheets_doubt(name: str, sheets: tuple[Sheet, ...]) -> Doubt | None:
    """Return what is said where visible sheets are far larger than the one that was read."""
    chosen = next(sheet for sheet in sheets if sheet.name == name)
    larger = [sheet for sheet in sheets if not sheet.is_hidden and _is_far_larger(sheet, chosen)]
    if not larger:
        return None
    names = listed((sheet.name for sheet in larger), 3)
    text = (
        f"Sheet {name!r} was read, with {counted(chosen.n_rows, 'row')}; larger than it "
        f"{'is' if len(larger) == 1 else 'are'} {names}."
    )
    remedies = tuple(
        Remedy(f"Read sheet {shown(sheet.name)}", "sheet", sheet.name) for sheet in larger[:3]
    )
    return Doubt(SUSPICIOUS, "", text, (), remedies)


def _is_far_larger(sheet: Sheet, chosen: Sheet) -> bool:
    return sheet.n_rows > FAR_LARGER * chosen.n_rows and sheet.n_columns > 1


def damaged(source: GivenFile) -> DataError:
    """Return the error of a workbook that can't be read."""
    return DataError(
        f"File {source.title} must be a whole workbook (.xlsx). Got one that cannot be read: "
        f"open it in Excel and save it again, or save it as CSV."
    )
