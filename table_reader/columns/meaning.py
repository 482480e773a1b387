"""What the columns of a table were found to mean, and what is said about it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from table_reader.arrays import BoolArray
from table_reader.columns.cells import TextCells, text_values
from table_reader.columns.dates import Dates, compact_dates
from table_reader.columns.number_notes import number_notes, stray_note
from table_reader.columns.numbers import Numbers
from table_reader.columns.open_marks import Conventions
from table_reader.grid import EXACT_FLOATS, Grid, PlainNumbers, TextColumn
from table_reader.options import ReadOptions
from table_reader.table import (
    KEPT_AS_TEXT,
    TAKEN_AS_MISSING,
    Doubt,
    Question,
    Remedy,
)
from table_reader.wording import counted, listed


class Meaning:
    """The columns' values by position, and what was found and assumed on the way."""

    def __init__(self, grid: Grid, options: ReadOptions) -> None:
        self.names = grid.names
        self.options = options
        self.conventions = Conventions(grid.options.delimiter)
        self.values: dict[int, Any] = {}
        self.missing: Counter[str] = Counter()
        self.notes: list[str] = []
        self.doubts: list[Doubt] = []
        self.questions: list[Question] = []
        self.date_orders: set[str] = set()
        self.shares: list[str] = []
        self.empty: list[str] = []
        self.words: list[str] = []

    def take_plain(self, i: int, numbers: PlainNumbers, decimal: str = ".") -> None:
        """Take a column of plain numbers, or of days written as one number."""
        name = self.names[i]
        dates = compact_dates(name, numbers.values)
        if dates is not None and name not in self.options.as_number:
            self.values[i] = dates
            self.notes.append(f"Column {name!r} was read as dates; {numbers.values[0]} is one.")
            return
        self.values[i] = numbers.values
        if numbers.is_decisive:
            self.conventions.add_decimal(name, decimal)

    def take_numbers(
        self, i: int, numbers: Numbers, decimal: str, reason: str | None = None
    ) -> None:
        """Take a column of numbers under a decimal mark, for a reason where it left that open."""
        name = numbers.cells.name
        values, strays = numbers.values(decimal)
        self.notes += number_notes(numbers, decimal, values, reason, strays)
        if strays.any():
            self.note(stray_note(numbers, strays), name, TAKEN_AS_MISSING)
        self.missing += numbers.cells.missing
        if numbers.are_shares:
            self.shares.append(name)
        if numbers.decimal is not None:
            self.conventions.add_decimal(name, numbers.decimal)
        is_whole = numbers.are_whole and np.isfinite(values).all()
        is_exact = is_whole and np.abs(values).max(initial=0) < EXACT_FLOATS
        self.values[i] = values.astype(np.int64) if is_exact else values

    def take_dates(self, i: int, dates: Dates, order: str) -> None:
        """Take a column of dates in an order of day and month."""
        self.values[i], strays = dates.values(order)
        self.missing += dates.cells.missing
        self.notes += dates.notes(order, strays)
        if dates.is_numeric:
            self.date_orders.add(order)

    def keep_text(self, i: int, column: TextColumn, is_as_written: bool = False) -> None:
        """Take a column as text, without words for nothing unless it stays as it is written."""
        if is_as_written:
            self.values[i] = column.to_pandas().array
            return
        self.values[i], missing = text_values(column)
        self.missing += missing

    def mention_words(self) -> None:
        """Name the columns that are empty, and those of text."""
        if len(self.empty) == 1:
            self.notes.append(f"Column {self.empty[0]!r} is empty and was left out.")
        elif self.empty:
            self.notes.append(f"The columns {listed(self.empty, 5)} are empty and were left out.")
        if self.words:
            columns = "Column" if len(self.words) == 1 else "Columns"
            self.notes.append(f"{columns} of text: {listed(self.words, 5)}.")

    def mention_strays(self, cells: TextCells, strays: BoolArray, what: str) -> None:
        """Name the cells of a column that hold something else, and are missing."""
        self.missing += cells.missing
        if strays.any():
            n = counted(int(strays.sum()), "cell")
            examples = f"{cells.examples(strays)} ({cells.rows(strays)})"
            note = f"Column {cells.name!r} has {n} with {what}, taken as missing: {examples}."
            self.note(note, cells.name, TAKEN_AS_MISSING)

    def lose(self, name: str, text: str) -> None:
        """Keep a sentence on a column of text that a person may want as numbers."""
        remedy = Remedy("Read as numbers", "as_number", (name,))
        self.note(text, name, KEPT_AS_TEXT, (), (remedy,))

    def note(
        self,
        text: str,
        column: str,
        doubt: str,
        rows: tuple[int, ...] = (),
        remedies: tuple[Remedy, ...] = (),
    ) -> None:
        """Keep a sentence on a column, which is a doubt as well."""
        self.notes.append(text)
        self.doubts.append(Doubt(doubt, column, text, rows, remedies))
