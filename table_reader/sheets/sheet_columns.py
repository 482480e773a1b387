"""The columns of a sheet as values or text, with what its formats and formulas say of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np

from table_reader.arrays import BoolArray, IntArray
from table_reader.cell_text import cell_text
from table_reader.grid import EXACT_FLOATS
from table_reader.options import CATEGORY, NUMBER, TEXT, ReadOptions
from table_reader.sheets.sheet_facts import RowRuns, RowsByColumn, SheetFacts
from table_reader.table import SUSPICIOUS, TAKEN_AS_MISSING, Doubt
from table_reader.wording import counted, rows_text

_HOUR: Final = datetime.timedelta(hours=1)
_NO_ROWS: Final = RowRuns()
AS_WRITTEN: Final = (TEXT, CATEGORY)
SAVE_AGAIN: Final = "open the file in Excel and save it again"


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """A column's values or text (None where it has none), and what is said of it."""

    values: Any | None
    is_share: bool = False
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(eq=False)
class ColumnReader:
    """Makes columns of cells. `rows` are the sheet's rows that the cells stand in."""

    facts: SheetFacts
    rows: IntArray
    is_stale: bool
    options: ReadOptions = ReadOptions()
    _doubts: list[Doubt] = field(default_factory=list)

    def read(self, name: str, cells: list[Any], column: int) -> SheetColumn:
        """Return a column; `column` is its number in the sheet, from 1."""
        self._doubts = []
        cells = self._without_uncalculated(name, cells, column)
        errors = self._among(self.facts.errors, column)
        is_empty = all(cell == "" for cell in cells)
        if errors.any() and not is_empty:
            self._doubt(TAKEN_AS_MISSING, name, errors, _error_text(name, errors, self.rows))
        elif errors.any():
            text = f"Column {name!r} holds only errors, such as #N/A or #DIV/0!, and was left out."
            self._doubt(TAKEN_AS_MISSING, name, errors, text)
        if is_empty and self._doubts:
            return self._column(None)
        return self._with_shares(name, cells, column)

    def _without_uncalculated(self, name: str, cells: list[Any], column: int) -> list[Any]:
        """Empty the cells whose formulas were never calculated, and tell of them.

        Some programs write 0 as the value of each, and ask for them to be calculated.
        """
        waiting = self._among(self.facts.uncalculated, column)
        zeros = self._among(self.facts.zeros, column)
        n_zeros = int(zeros.sum())
        if self.is_stale and n_zeros and n_zeros == self.facts.n_formulas.get(column):
            waiting |= zeros
            cells = ["" if is_zero else cell for cell, is_zero in zip(cells, zeros, strict=True)]
        if waiting.any():
            is_all = all(cell == "" for cell in cells)
            kind = SUSPICIOUS if is_all else TAKEN_AS_MISSING
            self._doubt(kind, name, waiting, _formula_text(name, waiting, self.rows, is_all))
        return cells

    def _with_shares(self, name: str, cells: list[Any], column: int) -> SheetColumn:
        """Return a column whose cells with a percentage's format mean what they show."""
        is_number = np.array([type(cell) in (int, float) for cell in cells], dtype=np.bool_)
        scaled = self._among(self.facts.shares, column) & is_number
        signed = self._among(self.facts.signed, column) & is_number
        if not (scaled.any() or signed.any()):
            cells, note = _with_hours(name, cells)
            if {type(cell) for cell in cells if cell != ""} == {bool}:
                note = (f"Column {name!r} was read as yes and no; TRUE is yes.",)
            return self._column(_column(cells, self.options.kind_of(name)), notes=note)
        cells = [
            float(Decimal(repr(cell)).scaleb(2)) if is_scaled else cell
            for cell, is_scaled in zip(cells, scaled, strict=True)
        ]
        shares = list(zip(cells, (scaled | signed).tolist(), strict=True))
        kind = self.options.kind_of(name)
        if kind in (None, NUMBER) and all(cell == "" or is_share for cell, is_share in shares):
            note = (f"Column {name!r}: '%' was taken off; 12% is 12.",)
            return self._column(_column(cells), is_share=True, notes=note)
        written = cell_text if kind in AS_WRITTEN else _unmistakable
        texts = [f"{written(cell)}%" if is_share else cell for cell, is_share in shares]
        return self._column(_column(texts, kind))

    def _among(self, columns: RowsByColumn, column: int) -> BoolArray:
        return columns.get(column, _NO_ROWS).among(self.rows)

    def _doubt(self, kind: str, name: str, rows: BoolArray, text: str) -> None:
        self._doubts.append(Doubt(kind, name, text, tuple(self.rows[rows].tolist())))

    def _column(
        self, values: Any, is_share: bool = False, notes: tuple[str, ...] = ()
    ) -> SheetColumn:
        texts = tuple(doubt.text for doubt in self._doubts)
        return SheetColumn(values, is_share, (*texts, *notes), tuple(self._doubts))


def _formula_text(name: str, waiting: BoolArray, rows: IntArray, is_all: bool) -> str:
    if is_all:
        return (
            f"Column {name!r} holds formulas that were never calculated, and was left out: "
            f"{SAVE_AGAIN}."
        )
    return (
        f"Column {name!r} has {counted(int(waiting.sum()), 'formula')} that "
        f"{'was' if waiting.sum() == 1 else 'were'} never calculated "
        f"({rows_text(rows[waiting].tolist())}), taken as missing: {SAVE_AGAIN}."
    )


def _error_text(name: str, errors: BoolArray, rows: IntArray) -> str:
    return (
        f"Column {name!r} has {counted(int(errors.sum()), 'error')}, such as #N/A or #DIV/0!, "
        f"taken as missing ({rows_text(rows[errors].tolist())})."
    )


def _with_hours(name: str, cells: list[Any]) -> tuple[list[Any], tuple[str, ...]]:
    """Return a column of durations as hours; some of them may look like times of day."""
    kinds = {type(cell) for cell in cells if cell != ""}
    if datetime.timedelta not in kinds or not kinds <= {datetime.timedelta, datetime.time}:
        return cells, ()
    hours = ["" if cell == "" else _duration(cell) / _HOUR for cell in cells]
    return hours, (f"Column {name!r} holds durations, which were read as hours.",)


def _duration(cell: Any) -> datetime.timedelta:
    if isinstance(cell, datetime.timedelta):
        return cell
    return datetime.datetime.combine(datetime.date.min, cell) - datetime.datetime.min


def _column(cells: Sequence[Any], kind: str | None = None) -> Any:
    """Return a column as values where all its cells are of one type, else as text.

    One that is asked to be text or a category is text as it is written.
    """
    import pyarrow as pa

    types = {type(cell) for cell in cells if cell != ""}
    values = None if kind in AS_WRITTEN or not types else _values(cells, types)
    if values is not None:
        return values
    written = cell_text if kind in AS_WRITTEN else _unmistakable
    return pa.chunked_array([pa.array([written(cell) or None for cell in cells], pa.string())])


def _values(cells: Sequence[Any], types: set[type]) -> Any | None:
    """Return cells of one type as an array; None where they are not."""
    import pandas as pd

    if types <= {int, float}:
        return _numbers(cells)
    if types == {bool}:
        missing = np.array([cell == "" for cell in cells])
        return pd.arrays.BooleanArray(np.array([cell is True for cell in cells]), missing)
    if types <= {datetime.date, datetime.datetime}:
        return np.array([None if cell == "" else cell for cell in cells], dtype="datetime64[ns]")
    return None


def _numbers(cells: Sequence[Any]) -> Any | None:
    """Return numbers, whole ones as such; None where they are too long to be exact."""
    numbers = np.array([np.nan if cell == "" else cell for cell in cells], dtype=np.float64)
    filled = numbers[np.isfinite(numbers)]
    is_whole = bool((filled == np.floor(filled)).all())
    if is_whole and np.abs(filled).max(initial=0) >= EXACT_FLOATS:
        return None
    return numbers.astype(np.int64) if is_whole and len(filled) == len(numbers) else numbers


def _unmistakable(cell: Any) -> str:
    """Return a cell as text; a number has no three decimals, which might be thousands.

    >>> _unmistakable(1.234), _unmistakable(1.5), _unmistakable("1.234")
    ('1.2340', '1.5', '1.234')
    """
    text = cell_text(cell)
    is_open = isinstance(cell, float) and len(text) > 4 and text[-4] == "."
    return f"{text}0" if is_open else text
