"""Reading workbooks (.xlsx): one sheet, whose cells are numbers, dates, yes/no or text."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from table_reader.dialect import SAMPLE_ROWS, Row
from table_reader.errors import DataError
from table_reader.grid import EXACT_FLOATS, Grid
from table_reader.layout import find_layout
from table_reader.names import clean_names
from table_reader.options import ReadOptions
from table_reader.rows import without_stray_rows
from table_reader.sheet_guard import check_workbook
from table_reader.source import Source
from table_reader.wording import listed, shown

LONGEST = 1e21
"""Whole numbers from here on are written with powers of ten: no codes are that long."""


def read_workbook(source: Source, archive: zipfile.ZipFile, options: ReadOptions) -> Grid:
    """Return the cells of a sheet: the one asked for, else the first that holds anything.

    Raises DataError when the workbook is damaged or too large, or has no such sheet.
    """
    check_workbook(archive, source)
    book = _opened(source)
    name, first_row, rows = _sheet(book, source, options)
    numbered = [
        (first_row + i, cells) for i, cells in enumerate(rows) if any(cell != "" for cell in cells)
    ]
    n_columns = len(rows[0])
    sample: list[Row] = [(row, list(map(_text, cells))) for row, cells in numbered[:SAMPLE_ROWS]]
    layout = find_layout(sample, n_columns, options)
    data = [(row, cells) for row, cells in numbered if row >= layout.data_line]
    if not data:
        raise DataError(
            f"Sheet {name!r} of {source.title} must have at least 1 row below its header. Got none."
        )
    names, notes = clean_names(layout.header, n_columns)
    columns = [_column([cells[j] for _, cells in data]) for j in range(n_columns)]
    if len(book.sheet_names) > 1:
        others = [each for each in book.sheet_names if each != name]
        be = "is" if len(others) == 1 else "are"
        notes += (f"Sheet {name!r} was read; there {be} also {listed(others, 5)}.",)
    used = replace(
        options,
        sheet=name,
        has_header=layout.header is not None,
        skip_rows=layout.first_line - 1,
    )
    lines = np.array([row for row, _ in data], dtype=np.int64)
    marks = [f"sheet {name!r}"]
    grid = Grid(
        *(names, columns, lines, used, layout.header or (), marks),
        notes=[*layout.notes, *notes],
    )
    return without_stray_rows(grid, options)


def _opened(source: Source) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(source.content())
    except (CalamineError, OSError, ValueError):
        raise _damaged(source) from None


def _sheet(book: Any, source: Source, options: ReadOptions) -> tuple[str, int, list[list[Any]]]:
    """Return a sheet's name, the number of its first row, and its rows of equal length."""
    names = list(book.sheet_names)
    if options.sheet is not None and options.sheet not in names:
        raise DataError(
            f"`sheet` must be one of {listed(names)} in {source.title}. Got {shown(options.sheet)}."
        )
    for name in names if options.sheet is None else [options.sheet]:
        rows, start = _cells(book, name, source)
        if rows:
            return name, start + 1, rows
    raise DataError(f"File {source.title} must have a sheet with cells in it. Got none.")


def _cells(book: Any, name: str, source: Source) -> tuple[list[list[Any]], int]:
    from python_calamine import CalamineError

    try:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python()
    except (CalamineError, OSError, ValueError):
        raise _damaged(source) from None
    return rows, sheet.start[0] if sheet.start else 0


def _column(cells: Sequence[Any]) -> Any:
    """Return a column as values where all its cells are of one type; else as text."""
    import pandas as pd
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell != ""}
    if kinds and kinds <= {int, float}:
        numbers = np.array([np.nan if cell == "" else cell for cell in cells], dtype=np.float64)
        filled = numbers[np.isfinite(numbers)]
        is_whole = bool((filled == np.floor(filled)).all())
        is_exact = np.abs(filled).max(initial=0) < EXACT_FLOATS
        if not is_whole or is_exact:
            is_full = is_whole and len(filled) == len(numbers)
            return numbers.astype(np.int64) if is_full else numbers
    if kinds == {bool}:
        missing = np.array([cell == "" for cell in cells])
        return pd.arrays.BooleanArray(np.array([cell is True for cell in cells]), missing)
    if kinds and kinds <= {datetime.date, datetime.datetime}:
        return np.array([None if cell == "" else cell for cell in cells], dtype="datetime64[ns]")
    texts = [_text(cell) or None for cell in cells]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _text(cell: Any) -> str:
    """Return a cell as it would stand in a text file.

    >>> _text(3.0), _text(0.5), _text(True)
    ('3', '0.5', 'TRUE')
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < LONGEST else repr(cell)
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell).strip()


def _damaged(source: Source) -> DataError:
    return DataError(
        f"File {source.title} must be a whole workbook (.xlsx). Got one that cannot be read: "
        f"open it in Excel and save it again, or save it as CSV."
    )
