"""Where a table begins in its file: below which titles and comments, with or without a header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from table_reader.dialect import Row
from table_reader.options import ReadOptions
from table_reader.sketch import Sketch

MAX_ROWS_ABOVE = 50
"""How far down, below a blank line, a header is looked for."""


@dataclass(frozen=True)
class Layout:
    """The header's cells (None where there is none), its line, and the line of the first data.

    Where there is no header, `first_line` is `data_line`; lines above it are left out.
    """

    header: tuple[str, ...] | None
    first_line: int
    data_line: int
    notes: tuple[str, ...] = ()


def find_layout(rows: Sequence[Row], n_columns: int, options: ReadOptions) -> Layout:
    """Return where the header and the data are among the first rows of a file.

    The header is the last row above the data whose cells are words where the data are numbers,
    dates or yes/no; a row of units below it is left out. `options` decides where it is set.
    """
    rows = [row for row in rows if row[0] > (options.skip_rows or 0)]
    if not rows:
        return Layout(None, 1, 1)
    sketch = Sketch.of(rows, n_columns)
    is_cut = options.skip_rows is not None
    first = 0 if is_cut else _first_row(sketch)
    header = _header(sketch, first, is_cut)
    if header is None and options.has_header:
        header = first
    if header is None or options.has_header is False:
        line = rows[first if header is None else header][0]
        return Layout(None, line, line, _notes_without_header(line, rows[0][0], options))
    return _with_units(sketch, header, options)


def _header(sketch: Sketch, first: int, is_cut: bool) -> int | None:
    """Return the index of the header among the rows; None where the data have none."""
    data = _first_data(sketch)
    above = range(1) if is_cut else range(min(data + 1, len(sketch.rows)))
    named = [i for i in above if sketch.is_header(i)]
    plain = [i for i in named if not sketch.is_comment(i)]
    fitting = [i for i in plain if sketch.fits(i)]
    marked = [i for i in named if len(sketch.cells(i)) == sketch.n_columns]
    distinct = [i for i in fitting if sketch.has_distinct_names(i)]
    for candidates in (distinct, fitting, plain, marked):
        if candidates:
            return candidates[-1]
    below = None if is_cut else _header_below_gap(sketch)
    if below is not None:
        return below
    return first if not sketch.kinds or sketch.is_name_of_text(first) else None


def _first_data(sketch: Sketch) -> int:
    """Return the index of the first row of data; the first row's where none looks like it."""
    return next((i for i in range(len(sketch.rows)) if sketch.is_data(i)), 0)


def _first_row(sketch: Sketch) -> int:
    """Return the first of the rows of full length that lead up to the data without a break."""
    first = _first_data(sketch) if sketch.kinds else len(sketch.rows) - 1
    while first > 0 and sketch.fits(first - 1):
        first -= 1
    return first


def _header_below_gap(sketch: Sketch) -> int | None:
    """Return a header further down, below a blank line, that has more rows below than above."""
    for i in range(1, min(MAX_ROWS_ABOVE, len(sketch.rows) // 2)):
        has_gap = sketch.rows[i][0] - sketch.rows[i - 1][0] > 1
        if has_gap and sketch.fits(i) and sketch.is_header(i):
            return i
    return None


def _with_units(sketch: Sketch, header: int, options: ReadOptions) -> Layout:
    """Return the layout of a header, or of the row above it where it is one of units.

    A row of units that is no header, since it has none above numbers, may stand below as well.
    """
    rows = sketch.rows
    if header and sketch.is_units(header) and _names_all(sketch.cells(header - 1), sketch, header):
        header -= 1
    units = header + 1
    has_units = (
        units < len(rows)
        and sketch.is_units(units)
        and sketch.is_header(units)
        and not sketch.is_data(units)
    )
    after = header + 1 + has_units
    data_line = rows[after][0] if after < len(rows) else rows[-1][0] + 1
    notes = _notes_above(rows[header][0], rows[0][0], options)
    if has_units:
        words = ", ".join(repr(cell) for cell in sketch.cells(units)[:5] if cell)
        notes += (f"Row {rows[units][0]} holds units and was left out: {words}.",)
    return Layout(tuple(sketch.cells(header)), rows[header][0], data_line, notes)


def _names_all(names: list[str], sketch: Sketch, units: int) -> bool:
    """Whether a row has a name wherever the row of units below it has a unit."""
    pairs = list(zip(names, sketch.cells(units), strict=False))
    return len(names) == sketch.n_columns and all(name or not unit for name, unit in pairs)


def _notes_above(line: int, top: int, options: ReadOptions) -> tuple[str, ...]:
    if line == top or options.skip_rows is not None:
        return ()
    return (f"The header is row {line}; what stands above it was left out.",)


def _notes_without_header(line: int, top: int, options: ReadOptions) -> tuple[str, ...]:
    notes: tuple[str, ...] = ()
    if options.has_header is None:
        notes += ("There is no header: the columns were named column 1, column 2 and so on.",)
    if line > top and options.skip_rows is None:
        notes += (f"The table begins on row {line}; what stands above it was left out.",)
    return notes
