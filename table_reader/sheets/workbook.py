"""Reading workbooks (.xlsx): one sheet, whose cells are numbers, dates, yes/no or text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from table_reader.cell_text import cell_text
from table_reader.errors import DataError
from table_reader.found import Found, head_of
from table_reader.grid import Grid
from table_reader.names import clean_names
from table_reader.options import ReadOptions
from table_reader.rows.layout import Layout, find_layout
from table_reader.rows.rows import without_stray_rows
from table_reader.rows.sketch import SAMPLE_ROWS, Row
from table_reader.sheets.hidden_cells import hidden_columns_notes, hidden_rows_doubt, left_out_note
from table_reader.sheets.merged_cells import filling_notes
from table_reader.sheets.sheet_area import Area, find_area
from table_reader.sheets.sheet_columns import SAVE_AGAIN, ColumnReader, SheetColumn
from table_reader.sheets.sheet_guard import BookFacts, look_through
from table_reader.sheets.sheets import SheetCells, choose_sheet, larger_sheets_doubt, open_book
from table_reader.source import GivenFile


def read_workbook(source: GivenFile, archive: zipfile.ZipFile, options: ReadOptions) -> Grid:
    """Return the cells of a sheet: the one asked for, else the first that holds a table.

    Raises DataError when the workbook is damaged or too large, or has no such sheet; it comes
    with the sheets and the first rows.
    """
    facts = look_through(archive, source)
    book = open_book(facts, source)
    found, used = Found(sheets=book.sheets), options
    try:
        cells, notes = choose_sheet(book, options)
        found, used = replace(found, head=head_of(_lines(cells))), replace(used, sheet=cells.name)
        grid = _grid(find_area(cells, options, source), facts, used, source)
    except DataError as error:
        error.found, error.options = found, used
        raise
    grid.found = found
    grid.notes += notes
    if options.sheet is None and (doubt := larger_sheets_doubt(cells.name, book.sheets)):
        grid.add(doubt)
    return grid


def _lines(cells: SheetCells) -> Iterator[tuple[int, str]]:
    """Yield a sheet's rows as lines of text, the cells joined by tabs."""
    for number, row in enumerate(cells.rows, cells.first_row):
        yield number, "\t".join(" ".join(cell_text(cell).split()) for cell in row).rstrip("\t")


def _grid(area: Area, facts: BookFacts, options: ReadOptions, source: GivenFile) -> Grid:
    """Return the table in an area of a sheet."""
    sample: list[Row] = [(i, list(map(cell_text, row))) for i, row in area.rows[:SAMPLE_ROWS]]
    layout = find_layout(sample, area.n_columns, area.layout_options(options))
    names, notes = clean_names(layout.header, area.n_columns)
    grid = Grid(
        *(names, [], np.empty(0, np.int64), _used(options, layout), layout.header or ()),
        marks=[f"sheet {area.sheet!r}"],
        notes=[*area.notes, *layout.notes, *notes],
        questions=area.questions(names),
    )
    _read_rows(grid, area, layout, facts, source)
    sheet = facts.of(area.sheet)
    grid.notes += hidden_columns_notes(sheet, names, area.first_column)
    grid.notes += filling_notes(area.fillings, names, area.first_column, layout.data_line)
    return without_stray_rows(grid, options)


def _used(options: ReadOptions, layout: Layout) -> ReadOptions:
    has_header = layout.header is not None
    return replace(options, has_header=has_header, skip_rows=layout.first_line - 1)


def _read_rows(grid: Grid, area: Area, layout: Layout, facts: BookFacts, source: GivenFile) -> None:
    """Read the rows below the header into a grid that has names only."""
    sheet = facts.of(area.sheet)
    data = [(row, cells) for row, cells in area.rows if row >= layout.data_line]
    lines = np.array([row for row, _ in data], dtype=np.int64)
    hidden = sheet.hidden_rows.among(lines)
    if hidden.any() and grid.options.has_hidden_rows is False:
        grid.notes.append(left_out_note(lines[hidden].tolist()))
        grid.n_dropped += int(hidden.sum())
        data = [
            pair for pair, is_hidden in zip(data, hidden.tolist(), strict=True) if not is_hidden
        ]
        lines = lines[~hidden]
    elif hidden.any():
        grid.add(hidden_rows_doubt(lines[hidden].tolist(), grid.options.has_hidden_rows))
    if not data:
        got = f"formulas that were never calculated: {SAVE_AGAIN}" if sheet.uncalculated else "none"
        raise DataError(
            f"Sheet {area.sheet!r} of {source.title} must have at least 1 row below its header. "
            f"Got {got}."
        )
    grid.line_numbers = lines
    reader = ColumnReader(sheet, lines, facts.is_stale, grid.options)
    columns = [
        reader.read(name, [cells[j] for _, cells in data], area.first_column + j)
        for j, name in enumerate(grid.names)
    ]
    _take_columns(grid, columns)


def _take_columns(grid: Grid, columns: list[SheetColumn]) -> None:
    """Put columns into the grid, without those that hold nothing but what was never calculated.

    Raises DataError where none is left.
    """
    names, header = grid.names, grid.header or ("",) * len(grid.names)
    for name, column in zip(names, columns, strict=True):
        grid.notes += column.notes
        grid.doubts += column.doubts
        if column.is_share:
            grid.shares.append(name)
    kept = [i for i, column in enumerate(columns) if column.values is not None]
    if not kept:
        raise DataError(" ".join(("The sheet must have columns of values.", *grid.notes)))
    grid.columns = [columns[i].values for i in kept]
    grid.names = tuple(names[i] for i in kept)
    grid.header = tuple(header[i] for i in kept) if grid.header else ()
