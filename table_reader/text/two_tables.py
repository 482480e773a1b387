"""Refusing files with more than one table, of which all but one would be left out."""

from __future__ import annotations

from collections.abc import Sequence

from table_reader.errors import DataError
from table_reader.patterns import cell_kind
from table_reader.rows.sketch import COMMENT_MARKS, Row
from table_reader.text.dialect import DELIMITERS
from table_reader.text.records import Dialect
from table_reader.text.sample import rows_of_sample

FEWEST_VALUES = 2
"""So many numbers in a row, beside one label at most, are a row of a table."""
MARK_NAMES = {" ": "a space", "\t": "a tab"}


def check_above(rows: Sequence[Row], first_line: int) -> None:
    """Raise DataError where rows above the first line of the table are a table themselves."""
    line = _table_line([row for row in rows if row[0] < first_line])
    if line is not None:
        raise DataError(
            f"A file must hold one table. Got rows of numbers (row {line}) above the table that "
            f"begins on row {first_line}: save the tables as files of their own, or say how many "
            f"lines to skip."
        )


def check_delimiters(sample: str, dialect: Dialect, rows: Sequence[Row], n_columns: int) -> None:
    """Raise DataError where rows that do not fit are a table under another delimiter."""
    misfits = {line for line, cells in rows if len(cells) != n_columns}
    for mark in DELIMITERS:
        if not misfits or mark == dialect.delimiter or mark not in sample:
            continue
        others = rows_of_sample(sample, Dialect(mark, dialect.quote))
        line = _table_line([row for row in others if row[0] in misfits], n_columns)
        if line is not None:
            raise DataError(
                f"All rows must have the same delimiter. Got {_named(mark)} in row {line}, but "
                f"{_named(dialect.delimiter)} in other rows: make them the same."
            )


def _table_line(rows: Sequence[Row], n_columns: int | None = None) -> int | None:
    """Return the line of a row of numbers below one as wide of numbers, or of names only."""
    for (_, above), (line, cells) in zip(rows, rows[1:], strict=False):
        is_wide = len(cells) == (n_columns or len(cells)) and len(above) == len(cells)
        if is_wide and _has_numbers(cells) and (_has_numbers(above) or _are_names(above)):
            return line
    return None


def _has_numbers(cells: list[str]) -> bool:
    if cells[0].startswith(COMMENT_MARKS):
        return False
    kinds = [cell_kind(cell) for cell in cells]
    n_values = kinds.count("number") + kinds.count("date")
    return n_values >= FEWEST_VALUES and "number" in kinds and kinds.count("text") <= 1


def _are_names(cells: list[str]) -> bool:
    is_comment = cells[0].startswith(COMMENT_MARKS)
    return not is_comment and all(cell_kind(cell) == "text" for cell in cells)


def _named(mark: str) -> str:
    return MARK_NAMES.get(mark, repr(mark))
