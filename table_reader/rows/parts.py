"""Several tables in one file or sheet: side by side, or one above the other.

Which of them is meant is asked, never guessed. Side by side means an empty column between them, or
the same names in the same order once more; one above the other means a second row of names with
numbers below it, where there are numbers above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from table_reader.cell_text import cell_text
from table_reader.patterns import cell_kind

CellRows = Sequence[list[Any]]
"""Rows of equal length; "" is an empty cell, other cells are text or values."""
FEWEST_NUMBERED: Final = 2
"""So many rows with a number make a table beside another one."""
SOON: Final = 3
"""Between names and the first numbers there may be units, or a second row of names."""
FIRST_YEAR, LAST_YEAR = 1800, 2200
MOST_PARTS: Final = 50
MOST_DEPTH: Final = 4
SHOWN_NAMES: Final = 5


@dataclass(frozen=True)
class TablePart:
    """The rectangle of a table among rows: indices of its first rows and columns, and ends."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, rows: CellRows) -> list[list[Any]]:
        """Return the cells in it; rows that are in it as a whole are not copied."""
        inside = rows[self.top : self.bottom]
        if inside and self.right - self.left == len(inside[0]):
            return list(inside)
        return [list(row[self.left : self.right]) for row in inside]


def find_parts(rows: CellRows) -> list[TablePart]:
    """Return the tables that rows hold; one part where they hold one.

    >>> [(part.left, part.right) for part in find_parts([
    ...     ["a", "b", "", "c", "d"], [1, 2, "", 3, 4], [5, 6, "", 7, 8], [9, 0, "", "", ""]])]
    [(0, 2), (3, 5)]
    """
    whole = _trimmed(rows, TablePart(0, len(rows), 0, len(rows[0]) if rows else 0))
    return _split(rows, whole, MOST_DEPTH)[:MOST_PARTS]


def named_part(rows: CellRows, part: TablePart) -> str:
    """Return the names of a part: of the rows above its values the first with the most words."""
    inside = [filled for row in part.of(rows) if (filled := _filled(row))]
    data = next((i for i, row in enumerate(inside) if any(map(is_value, row))), len(inside))
    names = [" ".join(cell_text(cell).split())[:30] for cell in max(inside[: data or 1], key=len)]
    return ", ".join(names[:SHOWN_NAMES]) + (", ..." if len(names) > SHOWN_NAMES else "")


def _split(rows: CellRows, part: TablePart, depth: int) -> list[TablePart]:
    """Return a part, or those that it is made of."""
    if not depth:
        return [part]
    for cut in (_side_by_side, _one_above_the_other):
        parts = cut(rows, part)
        if len(parts) > 1:
            return [each for one in parts for each in _split(rows, one, depth - 1)]
    return [part]


def _side_by_side(rows: CellRows, part: TablePart) -> list[TablePart]:
    """Cut at empty columns where at least two tables come out, else where names repeat."""
    edges = [part.left - 1, *_empty_columns(rows, part), part.right]
    blocks = [
        _trimmed(rows, TablePart(part.top, part.bottom, left + 1, right))
        for left, right in pairwise(edges)
        if right > left + 1
    ]
    if _are_apart(rows, blocks):
        return [block for block in blocks if block.bottom - block.top > 1]
    return _repeated(rows, part)


def _are_apart(rows: CellRows, blocks: Sequence[TablePart]) -> bool:
    """Whether blocks are tables by themselves.

    Two with numbers are where they end on different rows, or are all of several columns. Several
    columns of words are where they end on another row than the numbers, as a list of codes does.
    """
    tables = [block for block in blocks if _has_numbers(rows, block)]
    wide = [block for block in blocks if block.right - block.left > 1]
    lists = [block for block in wide if block not in tables and block.bottom - block.top > 1]
    if not tables:
        return False
    if len({block.bottom for block in (*tables, *lists)}) > 1:
        return True
    return len(tables) > 1 and all(table in wide for table in tables)


def _repeated(rows: CellRows, part: TablePart) -> list[TablePart]:
    """Cut where the names of the first row begin anew, as in x, y, x, y."""
    names = [_word(cell) for cell in rows[part.top][part.left : part.right]] if rows else []
    if not all(names):
        return [part]
    for width in range(2, len(names) // 2 + 1):
        if len(names) % width == 0 and names[:width] * (len(names) // width) == names:
            lefts = range(part.left, part.right, width)
            return [
                _trimmed(rows, TablePart(part.top, part.bottom, left, left + width))
                for left in lefts
            ]
    return [part]


def _one_above_the_other(rows: CellRows, part: TablePart) -> list[TablePart]:
    """Cut above each row of names that begins a table below a table."""
    cuts = [part.top]
    header: tuple[str, ...] = ()
    for top in range(part.top, part.bottom):
        names = _names(rows[top][part.left : part.right])
        if not names or not _begins_table(rows, part, top):
            continue
        if header and not _are_words(rows[top]) and not _continues(rows, part, top, header):
            continue
        above = TablePart(cuts[-1], top, part.left, part.right)
        start = _with_title(rows, part, top)
        is_new = names != header or start < top
        if header and is_new and _has_numbers(rows, above, fewest=1):
            cuts.append(start)
            header = names
        header = header or names
    if len(cuts) == 1:
        return [part]
    parts = pairwise([*cuts, part.bottom])
    return [_narrowed(rows, TablePart(*ends, part.left, part.right)) for ends in parts]


def _begins_table(rows: CellRows, part: TablePart, top: int) -> bool:
    """Whether a row soon below has a number below one of the names.

    Names directly below numbers, without an empty row between, fill all columns.
    """
    names = rows[top][part.left : part.right]
    for row in rows[top + 1 : min(top + 1 + SOON, part.bottom)]:
        below = zip(names, row[part.left : part.right], strict=True)
        if any(name != "" != cell and is_value(cell) for name, cell in below):
            break
    else:
        return False
    above = _filled(rows[top - 1][part.left : part.right]) if top > part.top else []
    if len(names) == 1:
        return not above
    return len(above) <= 1 or all(name != "" for name in names)


def _are_words(cells: Sequence[Any]) -> bool:
    return all(isinstance(cell, str) for cell in cells)


def _continues(rows: CellRows, part: TablePart, top: int, header: tuple[str, ...]) -> bool:
    """Whether names with years in them begin as the header above did, below an empty row."""
    above, names = rows[top - 1][part.left : part.right], rows[top][part.left : part.right]
    return not _filled(above) and _names(names)[0] == header[0]


def _with_title(rows: CellRows, part: TablePart, top: int) -> int:
    """Return the row above names where that is a title: a single cell of words."""
    above = _filled(rows[top - 1][part.left : part.right])
    return top - 1 if len(above) == 1 and not is_value(above[0]) else top


def _names(cells: Sequence[Any]) -> tuple[str, ...]:
    """Return a row's cells as names; none where they are not different words, two at least.

    Years in a row behind a word are names as well.
    """
    filled = _filled(cells)
    years = [cell for cell in filled if not isinstance(cell, str)]
    if years and not (_are_years(years) and isinstance(filled[0], str)):
        return ()
    names = tuple(_word(cell) if isinstance(cell, str) else str(cell) for cell in filled)
    if names and names[0].endswith(":"):
        return ()  # the label of a value beside it
    if len(names) < min(2, len(cells)) or not all(names) or len(set(names)) < len(names):
        return ()
    return names


def _are_years(cells: Sequence[Any]) -> bool:
    """Whether cells are years that follow one another in equal steps."""
    if len(cells) < 2 or not all(map(is_year, cells)):
        return False
    steps = {later - earlier for earlier, later in pairwise(cells)}
    return len(steps) == 1 and min(steps) > 0


def is_year(cell: Any) -> bool:
    """Whether a cell's value is a whole number that is a year of our times."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return is_number and FIRST_YEAR <= cell <= LAST_YEAR and cell == int(cell)


def _word(cell: Any) -> str:
    """Return a cell that is a word and neither a value nor a word for nothing; else ""."""
    return cell.strip() if isinstance(cell, str) and cell_kind(cell) == "text" else ""


def _has_numbers(rows: CellRows, part: TablePart, fewest: int = FEWEST_NUMBERED) -> bool:
    """Whether some column of a part has numbers or dates."""
    for column in range(part.left, part.right):
        n_values = 0
        for i in range(part.top, part.bottom):
            n_values += rows[i][column] != "" and is_value(rows[i][column])
            if n_values >= fewest:
                return True
    return False


def is_value(cell: Any) -> bool:
    """Whether a cell that is not empty is a number, a date, or another value that is no word."""
    if isinstance(cell, str):
        return cell_kind(cell) in ("number", "date")
    return True


def _empty_columns(rows: CellRows, part: TablePart) -> list[int]:
    inside = rows[part.top : part.bottom]
    return [j for j in range(part.left, part.right) if all(row[j] == "" for row in inside)]


def _trimmed(rows: CellRows, part: TablePart) -> TablePart:
    """Return a part without empty rows at its ends."""
    top, bottom = part.top, part.bottom
    while top < bottom and not _filled(rows[top][part.left : part.right]):
        top += 1
    while bottom > top and not _filled(rows[bottom - 1][part.left : part.right]):
        bottom -= 1
    return TablePart(top, bottom, part.left, part.right)


def _narrowed(rows: CellRows, part: TablePart) -> TablePart:
    """Return a part without empty rows and columns at its ends."""
    empty = set(_empty_columns(rows, part))
    filled = [j for j in range(part.left, part.right) if j not in empty] or [part.left]
    return _trimmed(rows, TablePart(part.top, part.bottom, filled[0], filled[-1] + 1))


def _filled(cells: Sequence[Any]) -> list[Any]:
    return [cell for cell in cells if cell != ""]
