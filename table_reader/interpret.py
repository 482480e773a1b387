"""What the cells of a table mean: each column becomes numbers, yes/no, dates or text.

Two rounds: first every column by itself; then those whose decimal mark or order of day and
month is open, by what other columns of the file have decided, by the options, or not at all:
then they stay text and a question is asked.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from table_reader.cells import TextCells, text_values
from table_reader.dates import Dates, compact_dates, examine_dates
from table_reader.grid import (
    EXACT_FLOATS,
    Grid,
    PlainNumbers,
    Progress,
    TextColumn,
    is_text,
    release_arrow_memory,
)
from table_reader.number_notes import number_notes, sentinel_note, stray_note
from table_reader.numbers import Numbers, examine_numbers
from table_reader.open_marks import (
    Conventions,
    date_question,
    decimal_question,
    settled_decimal,
    settled_order,
)
from table_reader.options import ReadOptions
from table_reader.plain_numbers import plain_numbers
from table_reader.table import (
    KEPT_AS_TEXT,
    SUSPICIOUS,
    TAKEN_AS_MISSING,
    Doubt,
    Question,
)
from table_reader.wording import listed
from table_reader.yes_no import yes_no_values


class Interpreter:
    """The columns' values by position, and what was found and assumed on the way."""

    def __init__(self, grid: Grid, options: ReadOptions) -> None:
        self.grid = grid
        self.options = options
        self.conventions = Conventions(grid.options.delimiter)
        self.values: dict[int, Any] = {}
        self.missing: Counter[str] = Counter()
        self.notes: list[str] = []
        self.doubts: list[Doubt] = []
        self.questions: list[Question] = []
        self.date_orders: set[str] = set()
        self._numbers: dict[int, Numbers] = {}
        self._dates: dict[int, Dates] = {}
        self._empty: list[str] = []

    def run(self, progress: Progress) -> None:
        """Interpret every column, taking it out of the grid so that its memory is freed."""
        columns = self.grid.columns
        for i, name in enumerate(self.grid.names):
            column = [columns[i]]
            columns[i] = None
            is_large_text = is_text(column[0])
            self._examine(i, name, column.pop())
            if is_large_text:
                release_arrow_memory(self.grid.n_rows)
            progress((i + 1) / len(columns))
        self._settle_numbers()
        self._settle_dates()
        self._mention_empty_columns()
        self._mention_sentinels()

    def _examine(self, i: int, name: str, column: Any) -> None:
        """Settle what a column means if it tells by itself; else keep it for later."""
        if is_text(column) and name in self.options.as_text:
            self._keep_text(i, column)
            return
        if isinstance(column, PlainNumbers):
            self._take_plain(i, column)
            return
        if not is_text(column):
            self.values[i] = column
            return
        cells = TextCells.of(name, column, self.grid.line_numbers)
        del column
        if not cells.n:
            self._empty.append(name)
            self.missing += cells.missing
            return
        if self._examine_plain(i, cells):
            return
        is_number = name in self.options.as_number
        if not is_number and self._examine_words(i, cells):
            return
        numbers = examine_numbers(cells, is_number)
        if numbers is None or (numbers.trouble and not is_number):
            self._keep_text(i, cells.original)
            if numbers is not None:
                note = f"Column {name!r} {numbers.trouble}: it was kept as text."
                self._note(note, name, None if numbers.are_codes else KEPT_AS_TEXT)
        elif numbers.is_open:
            self._numbers[i] = numbers
        else:
            self._take_numbers(i, numbers, numbers.decimal or ".")

    def _examine_plain(self, i: int, cells: TextCells) -> bool:
        """Try a column as plain numbers without its words for nothing, also with commas."""
        import pyarrow.compute as pc

        plain, decimal = plain_numbers(cells.text), "."
        if plain is None and not cells.contains("."):
            plain, decimal = plain_numbers(pc.replace_substring(cells.text, ",", ".")), ","
        if plain is not None:
            self.missing += cells.missing
            self._take_plain(i, plain, decimal)
        return plain is not None

    def _examine_words(self, i: int, cells: TextCells) -> bool:
        """Try a column as yes/no and as dates, and tell whether it is."""
        answers = yes_no_values(cells)
        if answers is not None:
            self.values[i] = answers
            self.missing += cells.missing
            return True
        dates = examine_dates(cells)
        if dates is None:
            return False
        if dates.order in ("day", "month"):
            self._take_dates(i, dates, dates.order)
            if dates.is_numeric:
                self.conventions.add_order(cells.name, dates.order)
        else:
            self._dates[i] = dates
        return True

    def _settle_numbers(self) -> None:
        still_open = []
        for i, numbers in self._numbers.items():
            settled = settled_decimal(numbers, self.conventions)
            if self.options.decimal in (".", ","):
                self._take_numbers(i, numbers, self.options.decimal)
            elif settled is not None:
                self._take_numbers(i, numbers, *settled)
            else:
                self._keep_text(i, numbers.cells.original)
                still_open.append(numbers)
        for numbers in still_open:
            if numbers.is_mixed:
                self._note(_mixture(numbers), numbers.cells.name, KEPT_AS_TEXT)
        asked = [numbers for numbers in still_open if not numbers.is_mixed]
        if asked:
            self.questions.append(decimal_question(asked))

    def _settle_dates(self) -> None:
        still_open = []
        for i, dates in self._dates.items():
            order = self.options.date_order or settled_order(self.conventions)
            if self.options.date_order is None and dates.order == "mixed":
                order = None
            if order is not None:
                self._take_dates(i, dates, order)
                continue
            self._keep_text(i, dates.cells.original)
            if dates.order == "mixed":
                self._note(_mixed_orders(dates), dates.cells.name, KEPT_AS_TEXT)
            else:
                still_open.append(dates)
        if still_open:
            self.questions.append(date_question(still_open))

    def _take_plain(self, i: int, numbers: PlainNumbers, decimal: str = ".") -> None:
        name = self.grid.names[i]
        dates = compact_dates(name, numbers.values)
        if dates is not None and name not in self.options.as_number:
            self.values[i] = dates
            self.notes.append(f"Column {name!r} was read as dates; {numbers.values[0]} is one.")
            return
        self.values[i] = numbers.values
        if numbers.is_decisive:
            self.conventions.add_decimal(name, decimal)

    def _take_numbers(
        self, i: int, numbers: Numbers, decimal: str, reason: str | None = None
    ) -> None:
        values, strays = numbers.values(decimal)
        self.notes += number_notes(numbers, decimal, values, reason, strays)
        if strays.any():
            self._note(stray_note(numbers, strays), numbers.cells.name, TAKEN_AS_MISSING)
        self.missing += numbers.cells.missing
        if numbers.decimal is not None:
            self.conventions.add_decimal(numbers.cells.name, numbers.decimal)
        is_whole = numbers.are_whole and np.isfinite(values).all()
        is_exact = is_whole and np.abs(values).max(initial=0) < EXACT_FLOATS
        self.values[i] = values.astype(np.int64) if is_exact else values

    def _take_dates(self, i: int, dates: Dates, order: str) -> None:
        self.values[i], strays = dates.values(order)
        self.missing += dates.cells.missing
        self.notes += dates.notes(order, strays)
        if dates.is_numeric:
            self.date_orders.add(order)

    def _keep_text(self, i: int, column: TextColumn) -> None:
        self.values[i], missing = text_values(column)
        self.missing += missing

    def _mention_empty_columns(self) -> None:
        if len(self._empty) == 1:
            self.notes.append(f"Column {self._empty[0]!r} is empty and was left out.")
        elif self._empty:
            self.notes.append(f"The columns {listed(self._empty, 5)} are empty and were left out.")

    def _mention_sentinels(self) -> None:
        for i, values in self.values.items():
            if isinstance(values, np.ndarray) and values.dtype.kind in "if":
                note, rows = sentinel_note(self.grid.names[i], values)
                if note:
                    self._note(note, self.grid.names[i], SUSPICIOUS, rows)

    def _note(self, text: str, column: str, doubt: str | None, rows: tuple[int, ...] = ()) -> None:
        """Keep a sentence on a column, which may be a doubt of a kind as well."""
        self.notes.append(text)
        if doubt is not None:
            self.doubts.append(Doubt(doubt, column, text, rows))


def _mixture(numbers: Numbers) -> str:
    points, commas = numbers.point & ~numbers.comma, numbers.comma & ~numbers.point
    fewer, word = (commas, "commas") if commas.sum() <= points.sum() else (points, "points")
    return (
        f"Column {numbers.cells.name!r} mixes decimal points and decimal commas "
        f"({word} in {numbers.cells.rows(fewer)}): it was kept as text; make them the same, or say "
        f"which mark is right."
    )


def _mixed_orders(dates: Dates) -> str:
    swapped = dates.valid & (dates.second > 12)
    return (
        f"Column {dates.cells.name!r} mixes dates with the day first and with the month first "
        f"(month first in {dates.cells.rows(swapped)}): it was kept as text; make them the same, "
        f"or say which order is right."
    )
