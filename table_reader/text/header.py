"""Putting a header's names on the columns of text, also where their numbers differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from table_reader.errors import DataError
from table_reader.grid import is_text
from table_reader.names import clean_names
from table_reader.rows.layout import Layout
from table_reader.source import GivenFile
from table_reader.text.records import Dialect
from table_reader.wording import listed

ROW_NAMES = "row"


def header_names(
    layout: Layout, n_columns: int, dialect: Dialect, source: GivenFile
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that a header gives to the first columns, or to all, and notes.

    A header with one name less than there are columns leaves out the row names, in text that
    spaces or tabs delimit and where the first column looks like it. One with more names than all
    rows have cells names empty columns.

    Raises DataError where the header names more columns than there are, and rows differ.
    """
    header = layout.header
    if header is None:
        return clean_names(None, n_columns)
    if len(header) == n_columns - 1 and _has_row_names(layout, dialect):
        names, notes = clean_names([ROW_NAMES, *header], n_columns)
        return names, (*notes, "The first column, of row names, was named 'row'.")
    while len(header) > n_columns and not header[-1]:
        header = header[:-1]
    if len(header) > n_columns and not layout.rows_agree:
        raise _misfit(layout, n_columns, source)
    names, notes = clean_names(header[:n_columns], min(len(header), n_columns))
    return names, (*notes, *_notes_on_empty(header[n_columns:], n_columns))


def _has_row_names(layout: Layout, dialect: Dialect) -> bool:
    """Whether the header leaves out row names, and not the second half of numbers with commas."""
    if not layout.is_short or dialect.delimiter in " \t":
        return layout.is_short
    return layout.has_row_names and (dialect.delimiter != "," or layout.has_fractions)


def _notes_on_empty(names: Sequence[str], n_columns: int) -> Iterator[str]:
    if names:
        these = "is" if len(names) == 1 else "are"
        yield (
            f"Every row has {n_columns} cells, and the header {len(names)} more: "
            f"{listed(names, 5)} {these} empty and left out."
        )


def named_columns(
    columns: list[Any], names: tuple[str, ...], layout: Layout, source: GivenFile
) -> list[Any]:
    """Return the columns that have names; the others must be empty.

    Raises DataError where they are not.
    """
    for column in columns[len(names) :]:
        if not is_text(column) or column.null_count < len(column):
            raise _misfit(layout, len(columns), source)
    return columns[: len(names)]


def _misfit(layout: Layout, n_columns: int, source: GivenFile) -> DataError:
    return DataError(
        f"The header must name every column. In {source.title} it names "
        f"{len(layout.header or ())} on line {layout.first_line}, but most rows have {n_columns} "
        f"cells (as row {layout.data_line}): name them all, or put quotes around numbers with "
        f"decimal commas."
    )
