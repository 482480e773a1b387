"""Columns that are open when they are seen first: decided by all others, or asked about."""

from __future__ import annotations

from table_reader.columns.dates import Dates
from table_reader.columns.habits import Habits
from table_reader.columns.meaning import Meaning
from table_reader.columns.numbers import Numbers
from table_reader.columns.open_marks import (
    date_question,
    decimal_question,
    settled_decimal,
    settled_order,
)
from table_reader.table import KEPT_AS_TEXT


class OpenColumns:
    """Numbers whose decimal mark, and dates whose order, other columns have yet to decide."""

    def __init__(self, meaning: Meaning, habits: Habits) -> None:
        self._meaning = meaning
        self._options = meaning.options
        self._habits = habits
        self.numbers: dict[int, Numbers] = {}
        self.dates: dict[int, Dates] = {}

    def is_foreign(self, numbers: Numbers) -> bool:
        """Whether a column has decimal commas where commas stand between the cells."""
        return numbers.decimal == "," == self._meaning.conventions.delimiter

    def settle_numbers(self) -> None:
        """Take the numbers whose mark is known now, and ask about the others."""
        still_open = []
        conventions = self._meaning.conventions
        for i, numbers in self.numbers.items():
            name = numbers.cells.name
            if self._options.decimal in (".", ","):
                self._meaning.take_numbers(i, numbers, self._options.decimal)
            elif self.is_foreign(numbers):
                self._settle_foreign(i, numbers)
            elif (settled := settled_decimal(numbers, conventions, self._habits)) is not None:
                self._meaning.take_numbers(i, numbers, *settled)
            else:
                self._meaning.keep_text(i, numbers.cells.original)
                if numbers.is_mixed:
                    self._meaning.lose(name, _mixture(numbers))
                else:
                    still_open.append(numbers)
        if still_open:
            self._meaning.questions.append(decimal_question(still_open))

    def _settle_foreign(self, i: int, numbers: Numbers) -> None:
        """Take decimal commas only where no other column of the file has decimal points."""
        name = numbers.cells.name
        points = self._meaning.conventions.points
        if not points or name in self._options.as_number or self._habits.decimal == ",":
            self._meaning.take_numbers(i, numbers, ",")
            return
        self._meaning.keep_text(i, numbers.cells.original)
        self._meaning.lose(
            name,
            f"Column {name!r} has commas in its numbers, such as "
            f"{numbers.cells.examples(numbers.has_marks)}, where column {points[0]!r} has decimal "
            f"points: it was kept as text.",
        )

    def settle_dates(self) -> None:
        """Take the dates whose order is known now, and ask about the others."""
        still_open = []
        for i, dates in self.dates.items():
            order = self._options.date_order
            if order is None and dates.order != "mixed":
                order = settled_order(self._meaning.conventions) or self._habits.date_order
            if order is not None:
                self._meaning.take_dates(i, dates, order)
                continue
            self._meaning.keep_text(i, dates.cells.original)
            if dates.order == "mixed":
                self._meaning.note(_mixed_orders(dates), dates.cells.name, KEPT_AS_TEXT)
            else:
                still_open.append(dates)
        if still_open:
            self._meaning.questions.append(date_question(still_open))


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
