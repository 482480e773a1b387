"""A table that a person brought, and how it was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from table_reader.arrays import IntArray
from table_reader.found import Found
from table_reader.options import DATE, NUMBER, TEXT, YES_NO, Precedent, ReadOptions
from table_reader.wording import SHOWN_ROWS, rows_text

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Question:
    """What a file leaves open, to be asked about: it is never guessed.

    `field` is the field of ReadOptions that answers it, and `choices` are pairs of a value for
    that field and its label for people (`ReadOptions.changed` takes field and value). `columns`
    take part in nothing until it is answered.
    """

    text: str
    field: str
    choices: tuple[tuple[Any, str], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Remedy:
    """One step that settles a doubt: what a person would say, and the option that says it.

    `ReadOptions.changed` takes `field` and `value`.
    """

    label: str
    field: str
    value: Any


@dataclass(frozen=True)
class Doubt:
    """Something about how a column was read that may change every result.

    `text` is one of the table's notes. `kind` is KEPT_AS_TEXT, TAKEN_AS_MISSING or SUSPICIOUS;
    `rows` are the positions of the cells in question. `column` is "" where it is about all.
    """

    kind: str
    column: str
    text: str
    rows: tuple[int, ...] = ()
    remedies: tuple[Remedy, ...] = ()


KEPT_AS_TEXT, TAKEN_AS_MISSING, SUSPICIOUS = "kept as text", "taken as missing", "suspicious"
DOUBTS = (KEPT_AS_TEXT, SUSPICIOUS, TAKEN_AS_MISSING)
"""The kinds of doubt, the gravest first: a column lost, wrong values in use, cells lost."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table, and what was assumed and done to read it.

    `frame` has a RangeIndex and unique names. Numbers are float64 or int64, yes/no is
    "boolean", dates are datetime64, and everything else is text. `notes` are whole sentences,
    `doubts` are those of them that matter most, `summary` says all in one line, and `options` are
    the options as used, and `found` shows the file as it stands. `shares` are the columns of
    percentages (12% is 12).
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
    found: Found = Found()
    shares: tuple[str, ...] = ()

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

    @property
    def precedent(self) -> Precedent:
        """How this file was read, for another one of the same columns."""
        options = self.options
        kinds = tuple((str(name), _kind(cells.dtype)) for name, cells in self.frame.items())
        return Precedent(
            *(options.decimal, options.date_order, kinds, self.shares, options.missing_codes)
        )

    def row_number(self, position: int) -> int:
        """Return the number by which people know a row: its line in the file, or sheet row."""
        return int(position) + 2 if self.line_numbers is None else int(self.line_numbers[position])

    def rows_text(self, positions: Iterable[int]) -> str:
        """Return rows as people count them, e.g. "row 3" or "rows 4, 9, 17, 20, 31, ..."."""
        first = islice(positions, SHOWN_ROWS + 1)
        return rows_text([self.row_number(position) for position in first])


def _kind(dtype: Any) -> str:
    """Return what a column was read as."""
    if dtype == "boolean":
        return YES_NO
    return {"i": NUMBER, "f": NUMBER, "M": DATE}.get(dtype.kind, TEXT)
