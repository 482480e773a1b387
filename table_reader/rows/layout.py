"""Where a table begins in its file: below which titles and comments, with or without a header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from table_reader.options import ReadOptions
from table_reader.patterns import cell_kind
from table_reader.rows.sketch import Row, Sketch
from table_reader.wording import rows_text

MAX_ROWS_ABOVE = 50
"""How far down, below a blank line, a header is looked for."""


@dataclass(frozen=True)
class Layout:
    """The header's cells (None where there is none), its line, and the line of the first data.

    Where there is no header, `first_line` is `data_line`; lines above it are left out.
    `is_short` tells whether no row of the sample has as few cells as the header. Of the rows below
    it, `has_row_names` tells whether their first cells look like names, `has_fractions` whether
    some cells are numbers with points, and `rows_agree` whether all have as many cells.
    """

    header: tuple[str, ...] | None
    first_line: int
    data_line: int
    notes: tuple[str, ...] = ()
    is_short: bool = False
    has_row_names: bool = False
    has_fractions: bool = False
    rows_agree: bool = False


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
    return _with_names(sketch, header, options)


def _header(sketch: Sketch, first: int, is_cut: bool) -> int | None:
    """Return the index of the header among the rows; None where the data have none."""
    data = _first_data(sketch)
    above = range(1) if is_cut else range(min(data + 1, len(sketch.rows)))
    named = [i for i in above if sketch.is_header(i) and not sketch.is_title(i)]
    plain = [i for i in named if not sketch.is_comment(i)]
    fitting = [i for i in plain if sketch.fits(i)]
    fitting = [i for i in fitting if not sketch.has_odd_numbers(i)] or fitting[:1]
    marked = [i for i in named if len(sketch.cells(i)) == sketch.n_columns]
    for candidates in (fitting, plain, marked):
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
    while first > 0 and sketch.fits(first - 1) and not sketch.is_title(first - 1):
        first -= 1
    return first


def _header_below_gap(sketch: Sketch) -> int | None:
    """Return a header further down, below a blank line, that has more rows below than above."""
    for i in range(1, min(MAX_ROWS_ABOVE, len(sketch.rows) // 2)):
        has_gap = sketch.rows[i][0] - sketch.rows[i - 1][0] > 1
        if has_gap and sketch.fits(i) and sketch.is_header(i):
            return i
    return None


def _with_names(sketch: Sketch, header: int, options: ReadOptions) -> Layout:
    """Return the layout of a header that may have rows of names above it and others below.

    A row of units that is no header, since it has none above numbers, may stand below as well.
    """
    rows = sketch.rows
    above = [] if options.skip_rows is not None else _rows_above(sketch, header)
    if above and sketch.is_units(header) and _names_all(sketch.cells(header - 1), sketch, header):
        header -= 1
        above = above[1:]
    block = [*above[::-1], header, *_rows_below(sketch, header)]
    named = [i for i in block if i <= header and not sketch.is_description(i)] or [header]
    if options.skip_rows is not None:
        named = [header]
    names, used = _joined_names(sketch, named)
    after = block[-1] + 1
    data_line = rows[after][0] if after < len(rows) else rows[-1][0] + 1
    first = rows[used[0]][0]
    top = rows[0][0] if options.skip_rows is None else first
    notes = _notes_above(first, top, options)
    notes += tuple(_notes_on_rows(sketch, [i for i in block if i > used[0] and i not in used]))
    if len(used) > 1:
        lines = rows_text(rows[i][0] for i in used)
        notes += (f"The names are those of {lines} together.",)
    below = [cells for line, cells in rows if line >= data_line]
    full = [cells for cells in below if len(cells) == sketch.n_columns]
    return Layout(
        *(tuple(names), first, data_line, notes),
        is_short=not any(len(cells) == len(names) for cells in below),
        has_row_names=_are_row_names([cells[0] for cells in full]),
        has_fractions=any(
            "." in cell and cell_kind(cell) == "number" for row in full for cell in row
        ),
        rows_agree=len(full) == len(below),
    )


def _is_fraction(cell: str) -> bool:
    return "." in cell and cell_kind(cell) == "number"


def _are_row_names(cells: list[str]) -> bool:
    """Whether cells are all different, and words or a count of the rows."""
    if len(cells) < 2 or len(set(cells)) < len(cells):
        return False
    counts = [str(i + 1) for i in range(len(cells))]
    return cells == counts or all(cell_kind(cell) == "text" for cell in cells)


def _rows_above(sketch: Sketch, header: int) -> list[int]:
    """Return the rows right above a header that have its width and no values, from below."""
    found = []
    i = header - 1
    while i >= 0 and sketch.fits(i) and sketch.are_names(i) and _follows(sketch, i):
        found.append(i)
        i -= 1
    return found


def _rows_below(sketch: Sketch, header: int) -> list[int]:
    """Return the rows right below a header that describe columns, and hold no values."""
    found = []
    i = header + 1
    is_other = sketch.is_described if sketch.kinds else sketch.is_marked
    while i < len(sketch.rows) and not sketch.is_data(i) and is_other(i):
        found.append(i)
        i += 1
    has_data = any(sketch.is_data(j) for j in range(i, len(sketch.rows)))
    return found if has_data or not sketch.kinds else []


def _follows(sketch: Sketch, i: int) -> bool:
    """Whether no blank line stands below a row."""
    n_lines = 1 + sum(cell.count("\n") for cell in sketch.rows[i][1])
    return sketch.rows[i + 1][0] - sketch.rows[i][0] <= n_lines


def _joined_names(sketch: Sketch, named: list[int]) -> tuple[list[str], list[int]]:
    """Return the names that rows of names give, and the rows that they come from.

    The first row that names every column differently has them (in two columns of values, the last
    one: facts stand above it). Where none does, each name is made of all rows; a cell without a
    name goes with the one before it.
    """
    complete = [i for i in named if sketch.has_all_names(i)]
    if complete:
        is_first = sketch.n_columns > 2 or len(sketch.kinds) < sketch.n_columns
        is_first = is_first or sketch.is_longer(complete[-1], complete[0])
        i = complete[0 if is_first else -1]
        return sketch.cells(i), [i]
    if len(named) == 1 or sketch.has_distinct_names(named[-1]) and not _has_gaps(sketch, named):
        return sketch.cells(named[-1]), named[-1:]
    levels = [_filled_forward(sketch.cells(i)) for i in named[:-1]]
    levels.append(sketch.cells(named[-1]))
    columns = zip_longest(*levels, fillvalue="")
    return [" ".join(dict.fromkeys(filter(None, parts))) for parts in columns], named


def _has_gaps(sketch: Sketch, named: list[int]) -> bool:
    """Whether the last row of names leaves out some that others have."""
    last = sketch.cells(named[-1])
    above = [sketch.cells(i) for i in named[:-1]]
    return any(
        not name and any(cells[j] for cells in above if j < len(cells))
        for j, name in enumerate(last)
    )


def _filled_forward(cells: list[str]) -> list[str]:
    filled: list[str] = []
    for cell in cells:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def _notes_on_rows(sketch: Sketch, others: list[int]) -> Iterator[str]:
    for i in others:
        words = ", ".join(repr(cell[:40]) for cell in sketch.cells(i)[:5] if cell)
        what = "units" if sketch.is_units(i) else "no values"
        line = sketch.rows[i][0]
        yield f"Row {line} holds {what} and was left out" + (f": {words}." if words else ".")


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
