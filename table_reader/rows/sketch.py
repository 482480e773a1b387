"""A first look at a file's first rows: what kind each column is, and which rows look like data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from table_reader.patterns import cell_kind
from table_reader.words import ROLE_WORDS, TYPE_WORDS, UNITS

SAMPLE_ROWS = 200
COMMENT_MARKS = ("#", "//", "%%")
_TYPED_SHARE = 0.5
"""A column has a kind when this share of its lower cells are numbers, dates, or yes/no."""
_YEARS = range(1900, 2101)
LONGER = 1.3
ODD_NUMBER = re.compile(r"\W*\d")
"""What begins like a number, though it may be none."""
RULE = re.compile(r":?[-=]{2,}:?|:-+:?|-+:")
"""What Markdown has below its header."""

Row = tuple[int, list[str]]
"""A row of the sample: the line on which it begins, and its cells."""


@dataclass(frozen=True)
class Sketch:
    """The first rows of a file and the kinds ("number", "date", "yes/no") of typed columns."""

    rows: Sequence[Row]
    n_columns: int
    kinds: Mapping[int, str]

    @classmethod
    def of(cls, rows: Sequence[Row], n_columns: int) -> Sketch:
        """Judge the kinds of columns by the lower half of the rows that have all the cells.

        A column that is empty there is judged by all rows but the first.
        """
        fitting = [cells for _, cells in rows if len(cells) == n_columns]
        lower, below = fitting[len(fitting) // 2 :], fitting[1:]
        kinds = {
            j: _kind([cells[j] for cells in lower]) or _kind([cells[j] for cells in below])
            for j in range(n_columns)
        }
        return cls(rows, n_columns, {j: kind for j, kind in kinds.items() if kind})

    def cells(self, i: int) -> list[str]:
        """Return the cells of a row, without the mark of a comment."""
        first, *others = self.rows[i][1]
        bare = first.lstrip("#/%").strip() if self.is_comment(i) else first
        return others if self.is_comment(i) and not bare and others else [bare, *others]

    def is_comment(self, i: int) -> bool:
        """Whether a row begins as comments do; "#" alone may be the name above row numbers."""
        cells = self.rows[i][1]
        if cells[0] == "#" and len(cells) == self.n_columns > 1:
            return not all(cell_kind(cell) == "text" for cell in cells[1:])
        return cells[0].startswith(COMMENT_MARKS)

    def fits(self, i: int) -> bool:
        """Whether a row has as many cells as there are columns, and is no comment."""
        return len(self.rows[i][1]) == self.n_columns and not self.is_comment(i)

    def is_data(self, i: int) -> bool:
        """Whether most typed cells of a row are of their column's kind."""
        matches, words, others = self._compared(i)
        return self.fits(i) and matches > words + others and not self._are_years_above_names(i)

    def is_header(self, i: int) -> bool:
        """Whether a row has words, and no value, where the columns are typed."""
        if len(self.cells(i)) < min(2, self.n_columns):
            return False
        matches, words, _ = self._compared(i)
        return (words > 0 and matches == 0) or self._has_years_for_names(i)

    def has_distinct_names(self, i: int) -> bool:
        """Whether no two cells of a row that hold anything are the same."""
        names = [cell for cell in self.cells(i) if cell]
        return len(set(names)) == len(names)

    def is_name_of_text(self, i: int) -> bool:
        """Whether a row names columns of text by words that are not among their cells."""
        names = {j: cell for j, cell in enumerate(self.cells(i)) if cell and j not in self.kinds}
        below = [cells for k, (_, cells) in enumerate(self.rows) if k != i]
        repeats = (
            j < len(cells) and cells[j] == name for j, name in names.items() for cells in below
        )
        return bool(names) and sum(self._compared(i)) == 0 and not any(repeats)

    def is_units(self, i: int) -> bool:
        """Whether all that a row holds are units of measurement."""
        words = [cell for cell in self.cells(i) if cell]
        return len(words) >= min(2, self.n_columns) and all(map(_is_unit, words))

    def has_all_names(self, i: int) -> bool:
        """Whether a row has a different name for every column."""
        cells = self.cells(i)
        return len(cells) == self.n_columns and all(cells) and self.has_distinct_names(i)

    def is_title(self, i: int) -> bool:
        """Whether a row has one cell only, as wide as the table is, and no names above it."""
        n_filled = sum(map(bool, self.cells(i)))
        is_alone = i == 0 or not self.fits(i - 1) or not self.is_header(i - 1)
        return n_filled == 1 and self.n_columns > 2 and is_alone

    def are_names(self, i: int) -> bool:
        """Whether a row above the data holds nothing but names, years among them."""
        kinds = [cell_kind(cell) for cell in self.cells(i) if not _is_year(cell)]
        return self.is_header(i) and not {"date", "number"} & set(kinds)

    def is_longer(self, i: int, other: int) -> bool:
        """Whether the cells of a row are longer than those of another, as questions are."""
        here, there = ("".join(self.cells(row)) for row in (i, other))
        return len(here) > LONGER * len(there)

    def is_description(self, i: int) -> bool:
        """Whether a row holds no names but lines, types, roles, units or records in JSON."""
        return self.is_marked(i) or self._are_types(i) or self.is_units(i)

    def is_marked(self, i: int) -> bool:
        """Whether a row holds nothing but lines, as in Markdown, or records in JSON."""
        words = [cell for cell in self.cells(i) if cell]
        return all(RULE.fullmatch(word) or word.startswith("{") for word in words)

    def _are_types(self, i: int) -> bool:
        """Whether a row holds the types of all columns, or types and roles of some, in words."""
        words = [cell.lower() for cell in self.cells(i) if cell]
        is_full = len(words) == self.n_columns
        if not all(word in TYPE_WORDS | ROLE_WORDS for word in words):
            return False
        if is_full:
            return not TYPE_WORDS.isdisjoint(words)
        return all(len(word) > 1 for word in words)

    def is_described(self, i: int) -> bool:
        """Whether a row below the names describes the columns: it has words above the values."""
        if self.is_description(i) and any(self.cells(i)):
            return self.fits(i) or len(self.cells(i)) == self.n_columns
        is_named = self.fits(i) and self.is_header(i) and not self._has_years_for_names(i)
        return is_named and not self.has_odd_numbers(i)

    def has_odd_numbers(self, i: int) -> bool:
        """Whether a cell begins like a number where the data are typed, as "~5" does."""
        cells = self.cells(i)
        return any(ODD_NUMBER.match(cells[j]) for j in self.kinds if j < len(cells))

    def _compared(self, i: int) -> tuple[int, int, int]:
        """Return how many typed cells are of their kind, are words, are of another kind."""
        cells = self.cells(i)
        found = [(cell_kind(cells[j]), kind) for j, kind in self.kinds.items() if j < len(cells)]
        matches = sum(one == kind for one, kind in found)
        words = sum(one == "text" for one, _ in found)
        empty = sum(one == "empty" for one, _ in found)
        return matches, words, len(found) - matches - words - empty

    def _are_years_above_names(self, i: int) -> bool:
        """Whether all that a row holds are years, and the row below holds words for values."""
        cells = self.cells(i)
        filled = [cells[j] for j in self.kinds if j < len(cells) and cells[j]]
        if i + 1 >= len(self.rows) or not filled or not all(map(_is_year, filled)):
            return False
        matches, words, _ = self._compared(i + 1)
        return words > 0 and matches == 0

    def _has_years_for_names(self, i: int) -> bool:
        """Whether different years stand where the row below has other numbers."""
        numbers = [j for j, kind in self.kinds.items() if kind == "number"]
        here = [cell for j in numbers for cell in self.cells(i)[j : j + 1] if _is_year(cell)]
        if i + 1 >= len(self.rows) or len(here) < 2 or len(set(here)) < len(here):
            return False
        strangers = [j for j in numbers if cell_kind("".join(self.cells(i)[j : j + 1])) == "number"]
        below = self.cells(i + 1)
        return len(strangers) == len(here) and not all(
            _is_year(below[j]) for j in strangers if j < len(below)
        )


def _kind(cells: list[str]) -> str | None:
    kinds = Counter(kind for kind in map(cell_kind, cells) if kind != "empty")
    n_filled = kinds.total()
    del kinds["text"]
    kind, count = max(kinds.items(), key=lambda item: item[1], default=(None, 0))
    return kind if count >= _TYPED_SHARE * n_filled else None


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdecimal() and int(cell) in _YEARS


def _is_unit(cell: str) -> bool:
    is_bracketed = (cell[0], cell[-1]) in {("[", "]"), ("(", ")")}
    return is_bracketed or cell.strip("[]()").lower() in UNITS
