"""What the cells of a table mean: each column becomes numbers, yes/no, dates or text.

Two rounds: first every column by itself; then those whose decimal mark or order of day and
month is open, by what other columns of the file have decided, by the options, or not at all:
then they stay text and a question is asked.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from table_reader.arrays import BoolArray
from table_reader.cells import TextCells, text_values, written
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
from table_reader.habits import Habits
from table_reader.look_alikes import several_answers
from table_reader.missing_codes import codes_note, find_codes, without_codes
from table_reader.number_notes import number_notes, stray_note
from table_reader.numbers import Numbers, examine_numbers
from table_reader.open_marks import (
    Conventions,
    date_question,
    decimal_question,
    settled_decimal,
    settled_order,
)
from table_reader.options import CATEGORY, DATE, NUMBER, TEXT, YES_NO, ReadOptions
from table_reader.plain_numbers import plain_numbers
from table_reader.table import (
    KEPT_AS_TEXT,
    SUSPICIOUS,
    TAKEN_AS_MISSING,
    Doubt,
    Question,
    Remedy,
)
from table_reader.wording import counted, listed
from table_reader.yes_no import asked_yes_no, yes_no_values


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
        self._words: list[str] = []
        self._habits = Habits.of(options.precedent)
        self.shares: list[str] = []

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
        self._mention_words()
        self._settle_codes()

    def _examine(self, i: int, name: str, column: Any) -> None:
        """Settle what a column means if it tells by itself; else keep it for later."""
        kind = self.options.kind_of(name) or self._habits.kind_of(name)
        if kind not in (None, NUMBER) and not is_text(column):
            column = written(column)
        if isinstance(column, PlainNumbers):
            self._take_plain(i, column)
            return
        if not is_text(column):
            self.values[i] = column
            return
        if kind == TEXT:
            self._keep_text(i, column, is_as_written=name in self.options.as_text)
            return
        cells = TextCells.of(name, column, self.grid.line_numbers)
        del column
        if not cells.n:
            self._empty.append(name)
            self.missing += cells.missing
        elif kind in (CATEGORY, DATE, YES_NO):
            self._take_asked(i, cells, kind)
        else:
            self._examine_cells(i, cells, is_number=kind == NUMBER)

    def _take_asked(self, i: int, cells: TextCells, kind: str) -> None:
        """Take a column as a person, or an earlier file, says."""
        if kind == CATEGORY:
            self._keep_text(i, cells.original)
        elif kind == YES_NO:
            self.values[i], strays = asked_yes_no(cells)
            self._mention_strays(cells, strays, "neither yes nor no")
        elif (dates := examine_dates(cells, is_asked=True)) is None:
            note = f"Column {cells.name!r} has no dates that can be read: it was kept as text."
            self._keep_text(i, cells.original)
            self._note(note, cells.name, KEPT_AS_TEXT)
        elif dates.order in ("day", "month"):
            self._take_dates(i, dates, dates.order)
        else:
            self._dates[i] = dates

    def _examine_cells(self, i: int, cells: TextCells, is_number: bool) -> None:
        name = cells.name
        if not is_number and (what := several_answers(cells)):
            self._keep_text(i, cells.original)
            self._lose(name, f"Column {name!r} {what}: it was kept as text.")
            return
        if self._examine_plain(i, cells):
            return
        if not is_number and self._examine_words(i, cells):
            return
        numbers = examine_numbers(cells, is_number)
        if numbers is None or (numbers.trouble and not is_number):
            self._keep_text(i, cells.original)
            if numbers is None:
                self._words.append(name)
            elif numbers.are_codes:
                self.notes.append(f"Column {name!r} {numbers.trouble}: it was kept as text.")
            else:
                self._lose(name, f"Column {name!r} {numbers.trouble}: it was kept as text.")
        elif numbers.is_open or self._is_foreign(numbers):
            self._numbers[i] = numbers
        else:
            self._take_numbers(i, numbers, numbers.decimal or ".")

    def _examine_plain(self, i: int, cells: TextCells) -> bool:
        """Try a column as plain numbers without its words for nothing, also with commas."""
        import pyarrow.compute as pc

        plain, decimal = plain_numbers(cells.text), "."
        has_foreign_commas = self.grid.options.delimiter == ","
        if plain is None and not has_foreign_commas and not cells.contains("."):
            plain, decimal = plain_numbers(pc.replace_substring(cells.text, ",", ".")), ","
        if plain is not None:
            self.missing += cells.missing
            self._take_plain(i, plain, decimal)
        return plain is not None

    def _examine_words(self, i: int, cells: TextCells) -> bool:
        """Try a column as yes/no and as dates, and tell whether it is."""
        answers = yes_no_values(cells)
        if answers is not None:
            self.values[i], yes = answers
            self.missing += cells.missing
            self.notes.append(f"Column {cells.name!r} was read as yes and no; {yes!r} is yes.")
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

    def _is_foreign(self, numbers: Numbers) -> bool:
        """Whether a column has decimal commas where commas stand between the cells."""
        return numbers.decimal == "," == self.grid.options.delimiter

    def _settle_numbers(self) -> None:
        still_open = []
        for i, numbers in self._numbers.items():
            name = numbers.cells.name
            if self.options.decimal in (".", ","):
                self._take_numbers(i, numbers, self.options.decimal)
            elif self._is_foreign(numbers):
                self._settle_foreign(i, numbers)
            elif (settled := settled_decimal(numbers, self.conventions, self._habits)) is not None:
                self._take_numbers(i, numbers, *settled)
            else:
                self._keep_text(i, numbers.cells.original)
                if numbers.is_mixed:
                    self._lose(name, _mixture(numbers))
                else:
                    still_open.append(numbers)
        if still_open:
            self.questions.append(decimal_question(still_open))

    def _settle_foreign(self, i: int, numbers: Numbers) -> None:
        """Take decimal commas only where no other column of the file has decimal points."""
        name = numbers.cells.name
        points = self.conventions.points
        if not points or name in self.options.as_number or self._habits.decimal == ",":
            self._take_numbers(i, numbers, ",")
            return
        self._keep_text(i, numbers.cells.original)
        self._lose(
            name,
            f"Column {name!r} has commas in its numbers, such as "
            f"{numbers.cells.examples(numbers.has_marks)}, where column {points[0]!r} has decimal "
            f"points: it was kept as text.",
        )

    def _settle_dates(self) -> None:
        still_open = []
        for i, dates in self._dates.items():
            order = self.options.date_order
            if order is None and dates.order != "mixed":
                order = settled_order(self.conventions) or self._habits.date_order
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

    def _settle_codes(self) -> None:
        """Make the codes that are said missing, and name those that nobody has said."""
        for i, values in self.values.items():
            if not isinstance(values, np.ndarray) or values.dtype.kind not in "if":
                continue
            name = self.grid.names[i]
            said = [code for column, code in self.options.missing_codes if column == name]
            said += self._habits.codes_of(name)
            self.values[i], found = without_codes(values, said) if said else (values, None)
            if found is not None and found.any():
                self.notes.append(codes_note(name, values[found]))
            codes = find_codes(self.values[i])
            if codes is not None:
                remedy = Remedy(
                    f"Take {codes.text} as missing",
                    "missing_codes",
                    tuple((name, code) for code in codes.codes),
                )
                self._note(codes.sentence(name), name, SUSPICIOUS, codes.rows, (remedy,))

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
        name = numbers.cells.name
        values, strays = numbers.values(decimal)
        self.notes += number_notes(numbers, decimal, values, reason, strays)
        if strays.any():
            self._note(stray_note(numbers, strays), name, TAKEN_AS_MISSING)
        self.missing += numbers.cells.missing
        if numbers.are_shares:
            self.shares.append(name)
        if numbers.decimal is not None:
            self.conventions.add_decimal(name, numbers.decimal)
        is_whole = numbers.are_whole and np.isfinite(values).all()
        is_exact = is_whole and np.abs(values).max(initial=0) < EXACT_FLOATS
        self.values[i] = values.astype(np.int64) if is_exact else values

    def _take_dates(self, i: int, dates: Dates, order: str) -> None:
        self.values[i], strays = dates.values(order)
        self.missing += dates.cells.missing
        self.notes += dates.notes(order, strays)
        if dates.is_numeric:
            self.date_orders.add(order)

    def _keep_text(self, i: int, column: TextColumn, is_as_written: bool = False) -> None:
        if is_as_written:
            self.values[i] = column.to_pandas().array
            return
        self.values[i], missing = text_values(column)
        self.missing += missing

    def _mention_words(self) -> None:
        if len(self._empty) == 1:
            self.notes.append(f"Column {self._empty[0]!r} is empty and was left out.")
        elif self._empty:
            self.notes.append(f"The columns {listed(self._empty, 5)} are empty and were left out.")
        if self._words:
            columns = "Column" if len(self._words) == 1 else "Columns"
            self.notes.append(f"{columns} of text: {listed(self._words, 5)}.")

    def _mention_strays(self, cells: TextCells, strays: BoolArray, what: str) -> None:
        self.missing += cells.missing
        if strays.any():
            n = counted(int(strays.sum()), "cell")
            examples = f"{cells.examples(strays)} ({cells.rows(strays)})"
            note = f"Column {cells.name!r} has {n} with {what}, taken as missing: {examples}."
            self._note(note, cells.name, TAKEN_AS_MISSING)

    def _lose(self, name: str, text: str) -> None:
        """Keep a sentence on a column of text that a person may want as numbers."""
        remedy = Remedy("Read as numbers", "as_number", (name,))
        self._note(text, name, KEPT_AS_TEXT, (), (remedy,))

    def _note(
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
