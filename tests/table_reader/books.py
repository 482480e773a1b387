"""Workbooks as people have them: hidden, merged and filtered, with formulas and formats."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

CASES = Path(__file__).parent / "cases"
DOSES = [["dose", "gain"], [1, 2.5], [2, 4.5], [3, 6.5], [4, 9]]
DOSE_COLUMNS = {"dose": [1, 2, 3, 4], "gain": [2.5, 4.5, 6.5, 9]}
Change = Callable[[Any], None]


def book(sheets: Mapping[str, Iterable[Sequence[Any]]], *changes: Change) -> bytes:
    """Return an .xlsx of these rows after some changes to the openpyxl workbook."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for change in changes:
        change(made)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def case(name: str) -> bytes:
    """Return a file of the folder of cases."""
    return (CASES / name).read_bytes()


def hide(*sheets: str, state: str = "hidden") -> Change:
    """Hide sheets."""

    def change(made: openpyxl.Workbook) -> None:
        for name in sheets:
            made[name].sheet_state = state
        visible = [i for i, sheet in enumerate(made.worksheets) if sheet.sheet_state == "visible"]
        made.active = visible[0] if visible else 0

    return change


def on_first(act: Callable[[Worksheet], object]) -> Change:
    """Do something to the first sheet."""
    return lambda made: act(made.worksheets[0]) and None


def hide_rows(*rows: int) -> Change:
    """Hide rows of the first sheet."""

    def change(made: openpyxl.Workbook) -> None:
        for row in rows:
            made.worksheets[0].row_dimensions[row].hidden = True

    return change


def hide_columns(*letters: str) -> Change:
    """Hide columns of the first sheet."""

    def change(made: openpyxl.Workbook) -> None:
        for letter in letters:
            made.worksheets[0].column_dimensions[letter].hidden = True

    return change


def merge(*ranges: str) -> Change:
    """Merge ranges of the first sheet."""

    def change(made: openpyxl.Workbook) -> None:
        for cells in ranges:
            made.worksheets[0].merge_cells(cells)

    return change


def show_as(number_format: str, *cells: str) -> Change:
    """Give cells of the first sheet a number format."""

    def change(made: openpyxl.Workbook) -> None:
        for cell in cells:
            made.worksheets[0][cell].number_format = number_format

    return change


def put(**cells: Any) -> Change:
    """Write values into cells of the first sheet."""

    def change(made: openpyxl.Workbook) -> None:
        for cell, value in cells.items():
            made.worksheets[0][cell] = value

    return change
