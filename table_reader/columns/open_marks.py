"""What an open mark means: decided by the rest of the file or by a person, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from table_reader.arrays import BoolArray
from table_reader.columns.cells import matches, quoted_cell
from table_reader.columns.dates import Dates
from table_reader.columns.habits import Habits
from table_reader.columns.numbers import Numbers
from table_reader.table import Question

POINT_DELIMITERS = (",", " ")
"""Files with these between their cells have points in their decimals."""
MONTH_LABELS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(eq=False)
class Conventions:
    """What the columns of a file that speak for themselves have decided, by their names."""

    delimiter: str | None = None
    points: list[str] = field(default_factory=list)
    commas: list[str] = field(default_factory=list)
    day_first: list[str] = field(default_factory=list)
    month_first: list[str] = field(default_factory=list)

    def add_decimal(self, name: str, decimal: str) -> None:
        """Note that a column has decisive numbers."""
        (self.points if decimal == "." else self.commas).append(name)

    def add_order(self, name: str, order: str) -> None:
        """Note that a column has decisive dates."""
        (self.day_first if order == "day" else self.month_first).append(name)


def settled_decimal(
    numbers: Numbers, conventions: Conventions, habits: Habits
) -> tuple[str, str] | None:
    """Return the decimal mark of an open column and the reason for it; None leaves it open.

    Other columns decide where all of them that can agree, except that semicolons between the
    cells speak against commas between thousands; then an earlier file decides. Points with
    exactly three digits behind them in every number are decimal points where commas or spaces
    delimit.
    """
    has_point, has_comma = (_ambiguous_with(numbers, mark).any() for mark in (".", ","))
    if numbers.is_mixed or (has_point and has_comma):
        return None
    points, commas = conventions.points, conventions.commas
    if bool(points) != bool(commas):
        decimal, witness = (".", points[0]) if points else (",", commas[0])
        groups = has_comma if decimal == "." else has_point
        is_doubtful = decimal == "." and has_comma and conventions.delimiter == ";"
        if is_doubtful or (groups and numbers.has_ungrouped):
            return None
        word = "points" if decimal == "." else "commas"
        return decimal, f"since column {witness!r} has decimal {word}"
    if habits.decimal is not None and bool(points) == bool(commas):
        return habits.decimal, "as in the earlier file"
    if (
        has_point
        and numbers.has_one_form
        and conventions.delimiter in POINT_DELIMITERS
        and not points
    ):
        return ".", "since every number has three digits behind its point"
    return None


def settled_order(conventions: Conventions) -> str | None:
    """Return the order of day and month that the other columns of dates agree on."""
    if bool(conventions.day_first) == bool(conventions.month_first):
        return None
    return "day" if conventions.day_first else "month"


def decimal_question(columns: list[Numbers]) -> Question:
    """Return the question about the decimal mark of columns that are open."""
    first = columns[0]
    example = first.cells.first(first.ambiguous if first.ambiguous.any() else first.has_marks)
    meanings = [
        (mark, f"{example} is {_meaning(first, mark)} (decimal {word})")
        for mark, word in ((".", "point"), (",", "comma"))
    ]
    text = (
        f"{quoted_cell(example)} in column {first.cells.name!r}: is it {_meaning(first, '.')} or "
        f"{_meaning(first, ',')}?"
    )
    return Question(text, "decimal", tuple(meanings), tuple(n.cells.name for n in columns))


def date_question(columns: list[Dates]) -> Question:
    """Return the question about the order of day and month in columns that are open."""
    first = columns[0]
    different = first.valid & (first.first != first.second)
    i = int(np.flatnonzero(different if different.any() else first.valid)[0])
    example = str(first.cells.original[i].as_py())
    year = int(first.year[i])
    by_day = f"{first.first[i]} {MONTH_LABELS[first.second[i] - 1]} {year}"
    by_month = f"{first.second[i]} {MONTH_LABELS[first.first[i] - 1]} {year}"
    return Question(
        f"{quoted_cell(example)} in column {first.cells.name!r}: is it {by_day} or {by_month}?",
        "date_order",
        (("day", f"day first: {by_day}"), ("month", f"month first: {by_month}")),
        tuple(dates.cells.name for dates in columns),
    )


def _ambiguous_with(numbers: Numbers, mark: str) -> BoolArray:
    return numbers.ambiguous & matches(numbers.body, f"[{mark}]")


def _meaning(numbers: Numbers, decimal: str) -> str:
    which = numbers.ambiguous if numbers.ambiguous.any() else numbers.has_marks
    value = numbers.values(decimal)[0][int(np.flatnonzero(which)[0])]
    return f"{value:.15g}"
