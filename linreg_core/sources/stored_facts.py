"""What terms need to know of the rows of a source, learned in passes over them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
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
from linreg_core.tables.prepared_terms import Coding, PreparedTerm, coding_of
from linreg_core.tables.terms import MAX_DEGREE, Factor
from table_reader import CATEGORY, DATE, NUMBER, YES_NO

MOST_LEVELS: Final = 1_000
"""Different values of a category that are counted; with more of them it is refused anyway."""

Pass = Callable[[], Iterator[UsedBatch]]
"""Reads used rows once: all of them, or those of a rank."""
Exchange = Callable[[Any], list[Any]]
"""Tells all ranks what this one has found, as JSON keeps it, and returns what each has."""
Sums = Callable[[FloatArray], tuple[FloatArray, ...]]


def by_oneself(found: Any) -> list[Any]:
    """Exchange what was found where there are no other ranks."""
    return [found]


@dataclass
class _Seen:
    """What the first pass sees of a column.

    `total` is the exact sum of what the batches sum up to, each about its first value: so it does
    not matter who has read which of them. `different` are the first different values, no more than
    tell a polynomial's degree.
    """

    kind: str = NUMBER
    n: int = 0
    n_missing: int = 0
    total: Fraction = Fraction(0)
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
        origin = float(present[0])
        with np.errstate(all="ignore"):
            above = float((present - origin).sum())
        if math.isfinite(above):
            self.total += len(present) * Fraction(origin) + Fraction(above)
        else:  # the largest floats
            self.total += sum(map(Fraction, present.tolist()))
        self.lowest = min(self.lowest, float(present.min()))
        self.highest = max(self.highest, float(present.max()))
        if len(self.different) <= MAX_DEGREE:
            self.different.update(np.unique(present)[: MAX_DEGREE + 1].tolist())

    def told(self) -> list[Any]:
        """Return it as JSON keeps it."""
        total = [self.total.numerator, self.total.denominator]
        sizes = [self.n, self.n_missing, total, self.lowest, self.highest]
        return [self.kind, *sizes, dict(self.counts), sorted(self.different)]

    @classmethod
    def of_all(cls, told: Sequence[list[Any]]) -> _Seen:
        """Return what all ranks have seen together."""
        kinds, *sizes, counts, different = zip(*told, strict=True)
        n, n_missing, totals, lowest, highest = sizes
        return cls(
            kind=next((kind for kind, rows in zip(kinds, n, strict=True) if rows), kinds[0]),
            n=sum(n),
            n_missing=sum(n_missing),
            total=sum((Fraction(*each) for each in totals), Fraction(0)),
            lowest=min(lowest),
            highest=max(highest),
            counts=sum(map(Counter, counts), Counter()),
            different=set().union(*different),
        )

    @property
    def first_day(self) -> int:
        """What dates are counted from, 0 for all else."""
        return math.floor(self.lowest) if self.kind == DATE else 0

    def column(self, name: str, baseline: str | None) -> PreparedColumn:
        """Return how the column becomes columns of X.

        Raises DataError when it is empty, or can't become any.
        """
        if not self.n:
            raise DataError(f"Column {name!r} is empty in every row that is used: leave it out.")
        if self.kind == CATEGORY:
            counts = {level: self.counts[level] for level in ordered_levels(list(self.counts))}
            return category_column(name, counts, len(counts), baseline)
        if self.kind == YES_NO:
            return yes_no_column(name, round(self.total), self.n)
        mean = float(self.total / self.n - self.first_day)
        if self.kind == DATE:
            return date_column(name, self.lowest, self.highest, mean)
        return PreparedColumn(name, NUMBER, (name,), self.lowest, self.highest, mean)

    def centre(self, typical: float) -> float:
        """Return the mean in the units of X, with `typical` in the place of what is missing."""
        total = self.total - self.n * self.first_day + self.n_missing * Fraction(typical)
        return float(total / (self.n + self.n_missing))


class StoredFacts:
    """The facts of stored columns: of all of them from one pass, of transforms from further ones.

    It is what `HeldCells` is for cells in memory, to rounding. What takes another pass is learned
    of all `factors` in the same one. Ranks that read a part of the rows each `exchange` what they
    have found, and learn the same as one that reads all.
    """

    def __init__(
        self,
        codings: Collection[Coding],
        batches: Pass,
        factors: Iterable[Factor] = (),
        exchange: Exchange = by_oneself,
    ) -> None:
        self._codings, self._batches, self._exchange = tuple(codings), batches, exchange
        # No cached properties: in Python 3.11 those of all objects wait for one lock.
        self._known_columns: dict[Coding, _Seen] = {}
        self._passing: dict[Coding, _Seen] = {}
        self._known_about: dict[Coding, tuple[float, ...]] = {}
        self._known_polynomials: dict[Coding, Orthogonal] = {}
        self._degrees: dict[Coding, int] = {}
        for factor in factors:
            if factor.transform == "scale" or factor.is_orthogonal:
                coding = coding_of(factor, self._codings)
                self._degrees[coding] = max(self._degrees.get(coding, 1), factor.degree)

    @property
    def codings(self) -> Collection[Coding]:
        """The columns, and whether their cells are taken as a category."""
        return self._codings

    def column(self, coding: Coding, baseline: str | None) -> PreparedColumn:
        """Return how a column becomes columns of X, as `fit_column` does."""
        return self._seen_columns[coding].column(coding[0], baseline)

    def centre(self, column: PreparedColumn) -> float:
        """Return the mean of a column of numbers, its empty cells filled."""
        return self._seen_columns[column.coding].centre(float(column.typical))

    def deviation(self, column: PreparedColumn, centre: float) -> float:
        """Return the sample standard deviation of a column about its mean."""
        n = self._n_rows
        return self._size(column) * math.sqrt(self._about[column.coding][1] / max(n - 1, 1))

    def degree(self, column: PreparedColumn, degree: int) -> int:
        """Return the degree of a polynomial that the column's different values can tell apart."""
        seen = self._seen_columns[column.coding]
        filled = {float(column.typical)} if seen.n_missing else set()
        return min(degree, len(seen.different | filled) - 1)

    def orthogonal(self, column: PreparedColumn, degree: int) -> Orthogonal:
        """Return the orthogonal polynomials over the column's values."""
        found = self._polynomials[column.coding]
        return replace(found, alpha=found.alpha[:degree], norm2=found.norm2[: degree + 1])

    def seen(self, terms: Sequence[PreparedTerm]) -> list[BoolArray]:
        """Return for each product of each term whether it is anything but 0 in some row."""
        found = [np.zeros(len(term.features), dtype=np.bool_) for term in terms]
        for batch in self._batches():
            for seen, term in zip(found, terms, strict=True):
                if not seen.all():
                    seen |= (term.of_cells(batch.cells) != 0).any(axis=0)
            if all(seen.all() for seen in found):
                break
        every = self._exchange([seen.tolist() for seen in found])
        return [np.logical_or.reduce(each) for each in zip(*every, strict=True)]

    def n_missing(self, coding: Coding) -> int:
        """Return how many cells of a column are empty in the used rows."""
        return self._seen_columns[coding].n_missing

    def see(self, batch: UsedBatch) -> None:
        """Learn of rows that pass by for another reason, each once."""
        for each, cells in batch.cells.items():
            self._passing.setdefault(each, _Seen()).add(cells)

    def have_seen(self, n_rows: int) -> None:
        """Need no pass of the columns' own if those were all the rows that passed by."""
        seen = {each.n + each.n_missing for each in self._passing.values()}
        if seen == {n_rows}:
            self._known_columns = self._known_columns or self._passing

    @property
    def _seen_columns(self) -> dict[Coding, _Seen]:
        self._known_columns = self._known_columns or self._see_columns()
        return self._known_columns

    def _see_columns(self) -> dict[Coding, _Seen]:
        found = {each: _Seen() for each in self._codings}
        for batch in self._batches():
            for each, cells in batch.cells.items():
                found[each].add(cells)
        every = self._exchange([found[each].told() for each in self._codings])
        return dict(zip(self._codings, map(_Seen.of_all, zip(*every, strict=True)), strict=True))

    @property
    def _n_rows(self) -> int:
        seen = self._seen_columns[self._codings[0]]
        return seen.n + seen.n_missing

    @property
    def _about(self) -> dict[Coding, tuple[float, ...]]:
        """The sums of u, values about their mean over the largest, and of its squares."""
        if not self._known_about:
            self._known_about = self._sums({each: self._of_u(each) for each in self._degrees})
        return self._known_about

    @property
    def _polynomials(self) -> dict[Coding, Orthogonal]:
        """The polynomials of each column as far as its values tell them apart."""
        self._known_polynomials = self._known_polynomials or self._bend_columns()
        return self._known_polynomials

    def _bend_columns(self) -> dict[Coding, Orthogonal]:
        found = {each: self._first_polynomial(each) for each in self._degrees}
        for k in range(1, max(self._degrees.values()) + 1):
            of = {c: p for c, p in found.items() if len(p.alpha) == k <= self._degrees[c]}
            sums = self._sums({c: partial(_squares_and_slope, p) for c, p in of.items()})
            for coding, (norm2, slope) in sums.items():
                now = replace(of[coding], norm2=(*of[coding].norm2, norm2))
                has_more = k < self.degree(self.column(coding, None), self._degrees[coding])
                more = (slope / norm2,) if has_more else ()
                found[coding] = replace(now, alpha=(*now.alpha, *more))
        return found

    def _first_polynomial(self, coding: Coding) -> Orthogonal:
        column, n = self.column(coding, None), self._n_rows
        if not self.degree(column, self._degrees[coding]):
            return Orthogonal(0.0, 1.0, (), ())
        alpha = self._about[coding][0] / n
        return Orthogonal(self.centre(column), self._size(column), (alpha,), (float(n),))

    def _size(self, column: PreparedColumn) -> float:
        centre = self.centre(column)
        return max(abs(column.minimum - centre), abs(column.maximum - centre)) or 1.0

    def _of_u(self, coding: Coding) -> Sums:
        column = self.column(coding, None)
        centre, size = self.centre(column), self._size(column)

        def sums(values: FloatArray) -> tuple[FloatArray, ...]:
            u = (values - centre) / size
            return u, np.square(u)

        return sums

    def _sums(self, wanted: Mapping[Coding, Sums]) -> dict[Coding, tuple[float, ...]]:
        """Return sums over all rows of functions of columns' values, in one pass."""
        if not wanted:
            return {}
        columns = {each: self.column(each, None) for each in wanted}
        found = {each: [Fraction(0), Fraction(0)] for each in wanted}
        for batch in self._batches():
            for each, of in wanted.items():
                parts = of(columns[each].filled(batch.cells[each]))
                found[each] = [
                    a + Fraction(float(b.sum())) for a, b in zip(found[each], parts, strict=True)
                ]
        told = [[[sum_.numerator, sum_.denominator] for sum_ in sums] for sums in found.values()]
        every = zip(*self._exchange(told), strict=True)
        return {
            each: tuple(float(sum(Fraction(*rank[i]) for rank in ranks)) for i in range(2))
            for each, ranks in zip(wanted, every, strict=True)
        }


def _squares_and_slope(polynomials: Orthogonal, x: FloatArray) -> tuple[FloatArray, ...]:
    """Return p^2 and u p^2 of the highest polynomial p so far."""
    u = (x - polynomials.centre) / polynomials.scale
    squares = np.square([*polynomials.unscaled(x)][-1])
    return squares, u * squares
