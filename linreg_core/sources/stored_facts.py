"""What terms need to know of the rows of a source, learned in passes over them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.errors import DataError
from linreg_core.sources.used_batches import UsedBatch
from linreg_core.tables.columns import (
    PreparedColumn,
    category_column,
    date_column,
    yes_no_column,
)
from linreg_core.tables.kinds import Cells, ordered_levels
from linreg_core.tables.polynomials import Orthogonal
from linreg_core.tables.prepared_terms import Coding, PreparedTerm
from linreg_core.tables.terms import MAX_DEGREE
from table_reader import CATEGORY, DATE, NUMBER, YES_NO

MOST_LEVELS: Final = 1_000
"""Different values of a category that are counted; with more of them it is refused anyway."""

Pass = Callable[[], Iterator[UsedBatch]]
"""Reads the used rows once, from the first to the last."""


@dataclass
class _Seen:
    """What the first pass sees of a column: sums are about its first value, so that they are small.

    `different` are its first different values, no more than tell a polynomial's degree.
    """

    kind: str = NUMBER
    n: int = 0
    n_missing: int = 0
    origin: float = 0.0
    sums: list[float] = field(default_factory=list)
    lowest: float = math.inf
    highest: float = -math.inf
    counts: Counter[str] = field(default_factory=Counter)
    different: set[float] = field(default_factory=set)

    def add(self, cells: Cells) -> None:
        """Add the cells of a batch."""
        self.kind = cells.kind
        present = cells.present
        self.n_missing += cells.n_missing
        if not len(present):
            return
        if cells.kind == CATEGORY:
            self._count(cells, present)
        else:
            self._measure(np.asarray(present, dtype=np.float64))
        self.n += len(present)

    def _count(self, cells: Cells, present: Any) -> None:
        if len(self.counts) <= MOST_LEVELS:
            every = np.bincount(present, minlength=len(cells.levels))
            self.counts.update(
                {level: int(n) for level, n in zip(cells.levels, every, strict=True) if n}
            )

    def _measure(self, present: FloatArray) -> None:
        if not self.n:
            self.origin = float(present[0])
        with np.errstate(all="ignore"):
            self.sums.append(float((present - self.origin).sum()))
        self.lowest = min(self.lowest, float(present.min()))
        self.highest = max(self.highest, float(present.max()))
        if len(self.different) <= MAX_DEGREE:
            self.different.update(np.unique(present)[: MAX_DEGREE + 1].tolist())

    @property
    def mean_above_origin(self) -> float:
        """The mean of the values that are there, minus `origin`."""
        return math.fsum(self.sums) / self.n

    def column(self, name: str, baseline: str | None) -> PreparedColumn:
        """Return how the column becomes columns of X.

        Raises DataError when it is empty, or can't become any.
        """
        if not self.n:
            raise DataError(f"Column {name!r} is empty in every row that is used: leave it out.")
        if self.kind == CATEGORY:
            counts = {level: self.counts[level] for level in ordered_levels(list(self.counts))}
            return category_column(name, counts, len(counts), baseline)
        mean = self.origin + self.mean_above_origin
        if self.kind == YES_NO:
            return yes_no_column(name, round(mean * self.n), self.n)
        if self.kind == DATE:
            first = math.floor(self.lowest)
            mean = (self.origin - first) + self.mean_above_origin
            return date_column(name, self.lowest, self.highest, mean)
        return PreparedColumn(name, NUMBER, (name,), self.lowest, self.highest, mean)


class StoredFacts:
    """The facts of stored columns: of all of them from one pass, of transforms from further ones.

    It is what `HeldCells` is for cells in memory, to rounding.
    """

    def __init__(self, codings: Collection[Coding], batches: Pass) -> None:
        self._codings, self._batches = tuple(codings), batches
        self._seen_columns: dict[Coding, _Seen] = {}

    @property
    def codings(self) -> Collection[Coding]:
        """The columns, and whether their cells are taken as a category."""
        return self._codings

    def column(self, coding: Coding, baseline: str | None) -> PreparedColumn:
        """Return how a column becomes columns of X, as `fit_column` does."""
        return self._seen_of(coding).column(coding[0], baseline)

    def centre(self, column: PreparedColumn) -> float:
        """Return the mean of a column of numbers, its empty cells filled."""
        start = self._seen_of(column.coding).origin
        if column.kind == DATE:
            start = 0.0
        n, total = self._sum(column, lambda values: values - start)
        return start + total / n

    def deviation(self, column: PreparedColumn, centre: float) -> float:
        """Return the sample standard deviation of a column about its mean."""
        size = max(abs(column.minimum - centre), abs(column.maximum - centre)) or 1.0
        n, total = self._sum(column, lambda values: np.square((values - centre) / size))
        return size * math.sqrt(total / max(n - 1, 1))

    def degree(self, column: PreparedColumn, degree: int) -> int:
        """Return the degree of a polynomial that the column's different values can tell apart."""
        seen = self._seen_of(column.coding)
        filled = {float(column.typical)} if seen.n_missing else set()
        return min(degree, len(seen.different | filled) - 1)

    def orthogonal(self, column: PreparedColumn, degree: int) -> Orthogonal:
        """Return the orthogonal polynomials over the column's values, in a pass for each degree."""
        centre = self.centre(column)
        scale = max(abs(column.minimum - centre), abs(column.maximum - centre))
        found = Orthogonal(centre, scale, (), (float(self._sum(column, np.zeros_like)[0]),))
        for k in range(degree):
            alpha = self._sum(column, partial(_bent, found))[1] / found.norm2[k]
            found = replace(found, alpha=(*found.alpha, alpha))
            norm2 = self._sum(column, partial(_squares, found))[1]
            found = replace(found, norm2=(*found.norm2, norm2))
        return found

    def seen(self, term: PreparedTerm) -> BoolArray:
        """Return for each product of columns whether it is anything but 0 in some row."""
        seen = np.zeros(len(term.features), dtype=np.bool_)
        for batch in self._batches():
            seen |= (term.of_cells(batch.cells) != 0).any(axis=0)
            if seen.all():
                break
        return seen

    def n_missing(self, coding: Coding) -> int:
        """Return how many cells of a column are empty in the used rows."""
        return self._seen_of(coding).n_missing

    def _seen_of(self, coding: Coding) -> _Seen:
        if not self._seen_columns:
            found = {each: _Seen() for each in self._codings}
            for batch in self._batches():
                for each, cells in batch.cells.items():
                    found[each].add(cells)
            self._seen_columns = found
        return self._seen_columns[coding]

    def _sum(
        self, column: PreparedColumn, of: Callable[[FloatArray], FloatArray]
    ) -> tuple[int, float]:
        """Return the number of rows, and the sum over them of a function of the column's values."""
        n, sums = 0, []
        for batch in self._batches():
            values = column.filled(batch.cells[column.coding])
            with np.errstate(all="ignore"):
                sums.append(float(of(values).sum()))
            n += len(values)
        return n, math.fsum(sums)


def _bent(polynomials: Orthogonal, x: FloatArray) -> FloatArray:
    """Return u p^2 of the highest polynomial p so far."""
    u = (x - polynomials.centre) / polynomials.scale
    return np.asarray(u * _squares(polynomials, x))


def _squares(polynomials: Orthogonal, x: FloatArray) -> FloatArray:
    every = [np.ones(len(x)), *polynomials.unscaled(x)]
    return np.asarray(np.square(every[-1]))
