"""A table that a person brought, and how it was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from table_reader.arrays import IntArray
from table_reader.wording import SHOWN_ROWS, rows_text

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class ReadOptions:
    """How a file is to be read, where a person says so; None is found out from the file."""

    delimiter: str | None = None
    """The character between cells, e.g. "," or a tab; " " is any run of spaces."""
    decimal: str | None = None
    """"." or ","; the other one, where it stands in numbers, separates thousands."""
    encoding: str | None = None
    """A codec's name, e.g. "utf-8" or "cp1252"."""
    has_header: bool | None = None
    skip_rows: int | None = None
    """How many lines stand above the header, or above the first row where there is none."""
    date_order: str | None = None
    """"day" or "month": which comes first in 03/04/2020."""
    sheet: str | None = None
    """The sheet's name, in a workbook."""
    has_totals: bool | None = None
    """Whether the last rows are totals of the others, to be left out."""
    as_number: tuple[str, ...] = ()
    """Columns to be read as numbers whatever else is in them; other cells become missing."""
    as_text: tuple[str, ...] = ()
    """Columns to be left as they are written."""


@dataclass(frozen=True)
class Question:
    """What a file leaves open, to be asked about: it is never guessed.

    `field` is the field of ReadOptions that answers it, and `choices` are pairs of a value for
    that field and its label for people. `columns` stay text until it is answered.
    """

    text: str
    field: str
    choices: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Doubt:
    """Something about how a column was read that may change every result.

    `text` is one of the table's notes. `kind` is KEPT_AS_TEXT, TAKEN_AS_MISSING or SUSPICIOUS;
    `rows` are the positions of the cells in question, where these are rows to be left out.
    """

    kind: str
    column: str
    text: str
    rows: tuple[int, ...] = ()


KEPT_AS_TEXT, TAKEN_AS_MISSING, SUSPICIOUS = "kept as text", "taken as missing", "suspicious"
DOUBTS = (KEPT_AS_TEXT, SUSPICIOUS, TAKEN_AS_MISSING)
"""The kinds of doubt, the gravest first: a column lost, wrong values in use, cells lost."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table, and what was assumed and done to read it.

    `frame` has a RangeIndex and unique names. Numbers are float64 or int64, yes/no is
    "boolean", dates are datetime64, and everything else is text. `notes` are whole sentences,
    `doubts` are those of them that matter most, `summary` says all in one line, and `options` are
    the options as used.
    `line_numbers[i]` is the file's line (or the sheet's row) of row i; None is i + 2.
    """

    frame: DataFrame
    notes: tuple[str, ...] = ()
    name: str = "table"
    summary: str = ""
    options: ReadOptions = ReadOptions()
    questions: tuple[Question, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    line_numbers: IntArray | None = None

    def __post_init__(self) -> None:
        if self.line_numbers is not None:
            numbers = np.array(self.line_numbers, dtype=np.int64, copy=True)
            numbers.flags.writeable = False
            object.__setattr__(self, "line_numbers", numbers)

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """The columns that hold only numbers (and perhaps empty cells)."""
        from pandas.api.types import is_bool_dtype, is_numeric_dtype

        return tuple(
            str(column)
            for column, values in self.frame.items()
            if is_numeric_dtype(values) and not is_bool_dtype(values)
        )

    def row_number(self, position: int) -> int:
        """Return the number by which people know a row: its line in the file, or sheet row."""
        return int(position) + 2 if self.line_numbers is None else int(self.line_numbers[position])

    def rows_text(self, positions: Iterable[int]) -> str:
        """Return rows as people count them, e.g. "row 3" or "rows 4, 9, 17, 20, 31, ..."."""
        first = islice(positions, SHOWN_ROWS + 1)
        return rows_text([self.row_number(position) for position in first])
