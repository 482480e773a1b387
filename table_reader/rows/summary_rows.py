"""Rows that say something of other rows: totals, subtotals, means, at the end or in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from table_reader.arrays import BoolArray, FloatArray, IntArray
from table_reader.columns.cells import TextCells
from table_reader.columns.numbers import examine_numbers
from table_reader.columns.plain_numbers import plain_numbers
from table_reader.grid import Grid, PlainNumbers, is_text
from table_reader.rows.summary_labels import Label, label_of, labelled_rows

MOST_LABEL_COLUMNS: Final = 8
MANY_ADDED: Final = 5
MOST_INNER: Final = 12
VERIFIED_SHARE: Final = 0.5
MANY_LABELS: Final = 1_000
"""Of more labelled rows, only the data right above and below are compared with each."""
MOST_ROWS_ADDED_UP: Final = 100_000
"""A longer table ends in no sum that nothing says is one."""
MOST_SHARE: Final = 0.6
"""Where more of the rows carry such words, these are categories."""
FEWEST_SUMMARISED: Final = 3
"""A table with fewer rows has no totals."""


@dataclass(frozen=True, eq=False)
class SummaryRows:
    """The rows that summarise others: `certain` ones, and `possible` ones to be asked about."""

    certain: IntArray
    possible: IntArray


def find_summary_rows(grid: Grid, taken: BoolArray) -> SummaryRows:
    """Return the rows that are summaries of others; `taken` rows are none of the data.

    Certain are those with a word for it whose numbers add up (or are the mean and so on) of the
    rows above or below or of the group they name, those at the end with a word that stands
    nowhere else in its column, and rows without words that add up those above.
    """
    found = _Search(grid, taken)
    if found.n_data < FEWEST_SUMMARISED:
        return SummaryRows(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    certain = found.verified()
    are_true = 2 * len(certain) >= len(found.labels)
    certain |= found.at_the_end(certain)
    certain |= found.unnamed_sums(certain)
    others = set(found.labels) - certain
    possible = {row for row in others if found.is_likely(row, among_true=are_true)}
    return SummaryRows(np.array(sorted(certain), int), np.array(sorted(possible), int))


class _Search:
    """The labels of a grid, and the numbers that can tell whether they are true."""

    def __init__(self, grid: Grid, taken: BoolArray) -> None:
        self.grid = grid
        self.texts = [i for i, column in enumerate(grid.columns) if is_text(column)]
        labels = {label.row: label for label in self._labels() if not taken[label.row]}
        data = np.flatnonzero(~taken & ~self._mask(labels))
        # Words that may as well be names count only below all data.
        end = data[-1] if len(data) else -1
        self.labels = {
            row: label for row, label in labels.items() if row > end or not label.is_weak
        }
        self.data = np.flatnonzero(~taken & ~self._mask(self.labels))
        self._rows = np.array(sorted(self.labels), dtype=np.int64)

    @property
    def n_data(self) -> int:
        """The number of rows that are neither taken nor labelled."""
        return len(self.data)

    def verified(self) -> set[int]:
        """Return the rows whose numbers are what their labels say of some rows about them.

        Where this holds for few of those among the data, it holds by chance: these are categories.
        """
        rows = list(self.labels)
        inner = [row for row in rows if row < self.data[-1]]
        sample = inner[:: -(-len(inner) // MANY_LABELS) or 1]
        if sum(map(self._is_verified, sample)) < VERIFIED_SHARE * len(sample):
            rows = [row for row in rows if row > self.data[-1]]
        return {row for row in rows if self._is_verified(row)}

    def _is_verified(self, row: int) -> bool:
        label = self.labels[row]
        if label.is_weak:
            return False
        return any(self._holds(label.statistic, row, rows) for rows in self._sections(row))

    def at_the_end(self, certain: set[int]) -> set[int]:
        """Return the rows at the end with a word for summaries that stands nowhere above.

        A word that may as well be a name counts only beside others that do not.
        """
        last = [row for row in sorted(self.labels) if row > self.data[-1]]
        named = {row for row in last if not self.labels[row].is_weak and self._is_new(row)}
        if named or certain & set(last):
            return {row for row in last if self._is_new(row)}
        return set()

    def unnamed_sums(self, certain: set[int]) -> set[int]:
        """Return the rows without words that add up those above, or the last that adds up all.

        Each of their numbers must be a sum. Where no column has words, or there is but one such
        number, this is too easily so by chance.
        """
        data = self.data
        if len(data) > MOST_ROWS_ADDED_UP:
            return set()
        words = [i for i in self.texts if i not in self.numbers]
        bare = data[self._are_bare(data, words)] if words else data[-1:]
        if not 0 < len(bare) <= min(MANY_LABELS, MOST_SHARE * len(data)):
            return set()
        marks = np.array(sorted({*certain, *bare.tolist()}))
        found = {row for row in bare.tolist() if self._adds_up(row, self._since(row, marks))}
        if len(found) == len(bare) > 1:
            return found
        last, others = int(data[-1]), data[:-1]
        is_last = last == bare[-1] and (not certain or last > max(certain))
        is_sum = is_last and len(others) >= FEWEST_SUMMARISED and self._adds_up(last, others)
        return {last} if is_sum else set()

    def _are_bare(self, rows: IntArray, words: list[int]) -> BoolArray:
        """Whether rows have no word in any column."""
        bare = np.ones(len(rows), dtype=np.bool_)
        for i in words:
            bare &= self.grid.columns[i].is_null().to_numpy(zero_copy_only=False)[rows]
        return bare

    def _since(self, row: int, marks: IntArray) -> IntArray:
        """Return the data between a row and the mark above it."""
        n_above = int(np.searchsorted(marks, row))
        return self._between(int(marks[n_above - 1]) if n_above else -1, row)

    def _adds_up(self, row: int, rows: IntArray) -> bool:
        """Whether all numbers of a row are sums of others; one alone, of several."""
        filled = [values for values in self.numbers.values() if np.isfinite(values[row])]
        if not filled or len(rows) < 2:
            return False
        if not all(self._is_close("sum", values, row, rows) for values in filled):
            return False
        return len(filled) > 1 or bool(np.count_nonzero(filled[0][rows]) >= MANY_ADDED)

    def is_likely(self, row: int, *, among_true: bool) -> bool:
        """Whether a row may be a summary although nothing adds up, perhaps among others that do."""
        label = self.labels[row]
        if among_true:
            return not label.is_weak
        is_category = len(self.labels) > MOST_SHARE * len(self.data)
        if label.is_weak or is_category or len(self._above(row)) < 2:
            return False
        if self._has_gaps(row):
            return True
        return len(self.labels) <= MANY_LABELS and len(self._group(label)) > 1

    @cached_property
    def numbers(self) -> Mapping[int, FloatArray]:
        """The columns that are plain numbers, with points or commas, but for the labels' words."""
        found = {}
        for i, column in enumerate(self.grid.columns):
            values = _plain_values(column)
            if values is None and self.labels and is_text(column):
                values = self._marked_values(i, column)
            if values is not None:
                found[i] = values
        return found

    def _marked_values(self, i: int, column: Any) -> FloatArray | None:
        """Return the numbers of a column with currencies, thousands and the like."""
        cells = TextCells.of(self.grid.names[i], column, self.grid.line_numbers)
        numbers = examine_numbers(cells)
        return None if numbers is None else numbers.values(numbers.decimal or ".")[0]

    def _labels(self) -> Iterator[Label]:
        for i in self.texts[:MOST_LABEL_COLUMNS]:
            for row, cell in labelled_rows(self.grid.columns[i]):
                word, group = label_of(cell) or ("", "")
                if word:
                    yield Label(row, i, word, group)

    def _mask(self, rows: Mapping[int, Label]) -> BoolArray:
        mask = np.zeros(self.grid.n_rows, dtype=np.bool_)
        mask[list(rows)] = True
        return mask

    def _sections(self, row: int) -> Iterator[IntArray]:
        """Yield the rows that a row may summarise: above it, below it, all above, its group."""
        label = self.labels[row]
        yield self._above(row)
        yield self._between(row, self._next_label(row))
        # Of groups within groups: the data since one of the labels before.
        n_before = int(np.searchsorted(self._rows, row))
        for start in (-1, *self._rows[max(0, n_before - MOST_INNER) : n_before].tolist()):
            yield self._between(start, row)
        if len(self.labels) > MANY_LABELS and row < self.data[-1]:
            return
        yield self._group(label) if label.group else self.data

    def _above(self, row: int) -> IntArray:
        """Return the data between a row and the labelled ones before it, or those before that."""
        own = self._between(-1, row)
        if not len(own):
            return own
        n_before = int(np.searchsorted(self._rows, own[-1]))
        return self._between(int(self._rows[n_before - 1]) if n_before else -1, row)

    def _between(self, start: int, end: int) -> IntArray:
        """Return the data between two rows."""
        first, last = np.searchsorted(self.data, [start + 1, end])
        return self.data[first:last]

    def _next_label(self, row: int) -> int:
        """Return the first labelled row below one; where there is none, the end."""
        i = int(np.searchsorted(self._rows, row, side="right"))
        return int(self._rows[i]) if i < len(self._rows) else self.grid.n_rows

    def _group(self, label: Label) -> IntArray:
        """Return the data with the name of the group in some column."""
        import pyarrow.compute as pc

        if not label.group:
            return np.empty(0, dtype=np.int64)
        for i in self.texts:
            if i in self.numbers:
                continue
            lower = pc.utf8_lower(self.grid.columns[i])
            rows = np.flatnonzero(pc.fill_null(pc.equal(lower, label.group), False).to_numpy())
            rows = rows[np.isin(rows, self.data)]
            if len(rows):
                return np.asarray(rows)
        return np.empty(0, dtype=np.int64)

    def _is_new(self, row: int) -> bool:
        """Whether a label's cell stands nowhere among the data of its column."""
        import pyarrow.compute as pc

        column = self.grid.columns[self.labels[row].column]
        same = pc.fill_null(pc.equal(column, column[row]), False).to_numpy()
        return int(np.count_nonzero(same)) == 1

    def _has_gaps(self, row: int) -> bool:
        """Whether a row has no words but its label, where other rows have."""
        label = self.labels[row]
        others = [i for i in self.texts if i not in (label.column, *self.numbers)]
        return bool(others) and not any(self.grid.columns[i][row].as_py() for i in others)

    def _holds(self, statistic: str, row: int, rows: IntArray) -> bool:
        fewest = 1 if statistic in ("sum", "mean") else 2
        if len(rows) < fewest:
            return False
        every = self.numbers.values()
        return any(self._is_close(statistic, values, row, rows) for values in every)

    def _is_close(self, statistic: str, values: FloatArray, row: int, rows: IntArray) -> bool:
        """Whether a cell is the statistic of others, as far as it is written out."""
        cell, those = values[row], values[rows]
        those = those[np.isfinite(those)]
        if not np.isfinite(cell) or not len(those) or (cell == 0 and not those.any()):
            return False
        wanted = _STATISTICS[statistic](those) if statistic in _STATISTICS else np.nan
        return bool(abs(cell - wanted) <= max(1e-9 * abs(cell), _last_place(cell)))


_STATISTICS: Final[Mapping[str, Any]] = {
    "sum": np.sum,
    "mean": np.mean,
    "median": np.median,
    "min": np.min,
    "max": np.max,
    "n": len,
    "sd": lambda values: np.std(values, ddof=1) if len(values) > 1 else np.nan,
}


def _last_place(number: float) -> float:
    """Return half of the last place that a number is written with; whole ones are exact."""
    if number == int(number):
        return 0.0
    digits = f"{number:.12g}".partition(".")[2]
    return 0.51 * 10.0 ** -len(digits) if "e" not in digits else 0.0


def _plain_values(column: Any) -> FloatArray | None:
    import pyarrow.compute as pc

    if isinstance(column, PlainNumbers):
        return np.asarray(column.values, dtype=np.float64)
    if isinstance(column, np.ndarray) and column.dtype.kind in "if":
        return column.astype(np.float64)
    if not is_text(column) or column.null_count == len(column):
        return None
    for other in (column, pc.replace_substring(column, ",", ".")):
        numbers = plain_numbers(other)
        if numbers is not None:
            return np.asarray(numbers.values, dtype=np.float64)
    return None
