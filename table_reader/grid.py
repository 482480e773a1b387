"""A file's cells before anyone asks what they mean, whatever kind of file they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from table_reader.arrays import BoolArray, IntArray
from table_reader.found import Found
from table_reader.options import ReadOptions
from table_reader.table import Doubt, Question

EXACT_FLOATS = 2.0**53
"""Whole numbers below it are the same as floats."""
_MANY_ROWS = 100_000

Progress = Callable[[float], None]
TextColumn = Any
"""A pyarrow.ChunkedArray of trimmed strings, null where a cell is empty (pyarrow is untyped)."""
FORMULA_TEXT = r'^="(.*)"$'
"""How spreadsheets are told that a cell is text: ="00123"."""


@dataclass(frozen=True, eq=False)
class PlainNumbers:
    """A column of numbers that were written in the plainest way: int64, or float64 with nan.

    `is_decisive` tells whether some of them have points that can only be decimal points.
    """

    values: Any
    is_decisive: bool


@dataclass(eq=False)
class Grid:
    """Named columns of equal length, each of text or already of values.

    `columns` are pyarrow chunked arrays of strings (to be interpreted), plain numbers, or
    pandas or numpy arrays (from files whose cells have types). They are taken out of the grid as
    they are interpreted, so that memory is freed on the way. `header` are the header's cells as
    they stand in the file, and `marks` the words of the summary so far. `doubts` name their rows
    by line numbers, `shares` are columns of percentages, and `found` is what the file shows.
    """

    names: tuple[str, ...]
    columns: list[Any]
    line_numbers: IntArray
    options: ReadOptions
    header: tuple[str, ...] = ()
    marks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    n_dropped: int = 0
    questions: list[Question] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)
    found: Found = Found()

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.line_numbers)

    def add(self, doubt: Doubt) -> None:
        """Add a doubt, which is a note as well."""
        self.notes.append(doubt.text)
        self.doubts.append(doubt)


def is_text(column: Any) -> bool:
    """Whether a column of a grid is text that has yet to be interpreted."""
    return hasattr(column, "null_count")


def empty_cells(column: Any) -> BoolArray:
    """Return which cells of a column hold nothing; in one that is not text, nan is nothing."""
    import pandas as pd

    if is_text(column):
        return np.asarray(column.is_null().to_numpy(), dtype=np.bool_)
    values = column.values if isinstance(column, PlainNumbers) else column
    return np.asarray(pd.isna(values), dtype=np.bool_)


def trimmed(column: TextColumn) -> TextColumn:
    """Return text without spaces around its cells, null where nothing is left."""
    import pyarrow.compute as pc

    column = pc.utf8_trim_whitespace(column)
    if pc.any(pc.starts_with(column, '="')).as_py():
        column = pc.replace_substring_regex(column, FORMULA_TEXT, r"\1")
    is_empty = pc.equal(pc.binary_length(column), 0)
    return pc.if_else(is_empty, None, column) if pc.any(is_empty).as_py() else column


def release_arrow_memory(n_rows: int) -> None:
    """Give back what pyarrow keeps of the memory of a large column that is done with."""
    from pyarrow import default_memory_pool

    if n_rows >= _MANY_ROWS:
        default_memory_pool().release_unused()
