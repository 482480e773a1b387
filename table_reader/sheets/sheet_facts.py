"""What a sheet's XML tells beside its values: extent, hidden rows, formulas, formats, errors.

It is collected on the way through the one pass that checks a workbook (sheet_guard.py), in runs of
rows for each column, so that a long column costs one record.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np

from table_reader.arrays import BoolArray, IntArray
from table_reader.sheets.cell_styles import Styles

VALUES = frozenset({"v", "is", "f"})
"""The elements that make a cell more than a format."""
MOST_COLUMN_SPANS = 1000


class RowRuns:
    """Rows of a sheet, counted from 1, kept as runs; they are added from the top down."""

    def __init__(self) -> None:
        self._first, self._last = array("q"), array("q")

    def add(self, row: int) -> None:
        """Add a row."""
        if self._last and self._last[-1] <= row <= self._last[-1] + 1:
            self._last[-1] = row
        else:
            self._first.append(row)
            self._last.append(row)

    def among(self, rows: IntArray) -> BoolArray:
        """Return which of some rows, in rising order, are among these."""
        starts = np.searchsorted(rows, np.array(self._first, dtype=np.int64))
        ends = np.searchsorted(rows, np.array(self._last, dtype=np.int64), "right")
        steps = np.zeros(len(rows) + 1, dtype=np.int64)
        np.add.at(steps, starts, 1)
        np.add.at(steps, ends, -1)
        return np.asarray(np.cumsum(steps[:-1]) > 0)


RowsByColumn = dict[int, RowRuns]
"""Rows by their column, counted from 1."""


@dataclass(eq=False)
class SheetFacts:
    """A sheet's facts; `rows` and `columns` are the first and last ones that hold values.

    `uncalculated` are formulas without a value, `zeros` those whose value is 0, and
    `n_formulas` counts all by column. `shares` are cells whose number is shown a hundred times
    larger with a percent sign, `signed` those with a sign that changes nothing.
    """

    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None
    hidden_rows: RowRuns = field(default_factory=RowRuns)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    n_formulas: dict[int, int] = field(default_factory=dict)
    uncalculated: RowsByColumn = field(default_factory=dict)
    zeros: RowsByColumn = field(default_factory=dict)
    errors: RowsByColumn = field(default_factory=dict)
    shares: RowsByColumn = field(default_factory=dict)
    signed: RowsByColumn = field(default_factory=dict)

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and columns the values span."""
        if self.rows is None or self.columns is None:
            return 0, 0
        return self.rows[1] - self.rows[0] + 1, self.columns[1] - self.columns[0] + 1

    def is_hidden_column(self, column: int) -> bool:
        """Whether a column, counted from 1, is hidden."""
        return any(first <= column <= last for first, last in self.hidden_columns)


class SheetParser:
    """Takes a sheet's facts from the events of its parser."""

    def __init__(self, parser: expat.XMLParserType, styles: Styles) -> None:
        self.facts = SheetFacts()
        self._parser = parser
        self._styles = styles
        self._row, self._column = 0, 0
        self._numbers: dict[str, int] = {}
        self._type, self._is_formula, self._is_empty_formula = "", False, False
        parser.buffer_text = True
        parser.StartElementHandler = self.start

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of an element of a sheet."""
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name in VALUES:
            self._include()
            if name == "f":
                self._begin_formula()
            elif self._is_formula and name == "v":
                self._parser.CharacterDataHandler = self._take_value
        elif name == "col":
            self._take_column(attributes)

    def end(self) -> SheetFacts:
        """Return the facts after the last element."""
        self._end_formula()
        return self.facts

    def _begin_row(self, attributes: dict[str, str]) -> None:
        if self._is_formula:
            self._end_formula()
        number = attributes.get("r", "")
        self._row = int(number[:9]) if number.isdecimal() else self._row + 1
        self._column = 0
        if _is_hidden(attributes, "ht"):
            self.facts.hidden_rows.add(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if self._is_formula:
            self._end_formula()
        self._move(attributes.get("r", ""))
        self._type = attributes.get("t", "n")
        style = self._styles.get(attributes.get("s", "")) if self._styles else None
        if style is not None and self._type == "n":
            cells = self.facts.shares if style.is_scaled else self.facts.signed
            cells.setdefault(self._column, RowRuns()).add(self._row)
        if self._type == "e":
            self.facts.errors.setdefault(self._column, RowRuns()).add(self._row)

    def _begin_formula(self) -> None:
        """A formula has a value as soon as there is text in its cell's <v>; text may be empty."""
        self._is_formula = True
        self._is_empty_formula = self._type not in ("str", "e")
        counts = self.facts.n_formulas
        counts[self._column] = counts.get(self._column, 0) + 1

    def _take_value(self, text: str) -> None:
        if text.strip():
            self._is_empty_formula = False
            if text.strip() == "0" and self._type == "n":
                self.facts.zeros.setdefault(self._column, RowRuns()).add(self._row)

    def _end_formula(self) -> None:
        if self._is_empty_formula:
            self.facts.uncalculated.setdefault(self._column, RowRuns()).add(self._row)
        self._is_formula = self._is_empty_formula = False
        self._parser.CharacterDataHandler = None

    def _take_column(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        is_few = len(self.facts.hidden_columns) < MOST_COLUMN_SPANS
        if is_few and _is_hidden(attributes, "width") and first.isdecimal() and last.isdecimal():
            self.facts.hidden_columns.append((int(first[:9]), int(last[:9])))

    def _move(self, reference: str) -> None:
        """Go to a cell by its name, e.g. "AB12"; to the next one where it has none."""
        letters = reference.rstrip("0123456789")
        digits = reference[len(letters) :]
        self._column = self._numbers.get(letters) or self._number(letters) or self._column + 1
        if digits:
            self._row = int(digits[:9])

    def _number(self, letters: str) -> int:
        """Return a column's number by its letters, and keep it; 0 where they are none."""
        number = 0
        if letters.isascii() and letters.isalpha() and len(letters) <= 3:
            for letter in letters.upper():
                number = 26 * number + ord(letter) - 64
            self._numbers[letters] = number
        return number

    def _include(self) -> None:
        facts, row, column = self.facts, self._row, self._column
        if facts.rows is None or facts.columns is None:
            facts.rows, facts.columns = (row, row), (column, column)
            return
        low, high = facts.rows
        if not low <= row <= high:
            facts.rows = (min(low, row), max(high, row))
        low, high = facts.columns
        if not low <= column <= high:
            facts.columns = (min(low, column), max(high, column))


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or has a height or width of nothing."""
    if attributes.get("hidden") in ("1", "true"):
        return True
    return attributes.get(size, "").strip("0.") == "" and bool(attributes.get(size))
