"""How the columns of a table become the columns of X, and what is known about each of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray, IntArray, column_means
from linreg_core.errors import DataError
from linreg_core.tables.kinds import EPOCH, ONE_DAY, Cells
from table_reader import CATEGORY, DATE, YES_NO
from table_reader.wording import listed, shown

MAX_LEVELS: Final = 50
"""The most levels of a category; each but one becomes a column of X."""


@dataclass(frozen=True)
class PreparedColumn:
    """How one column of a table becomes columns of X, named `features`.

    A number is itself, yes/no is 1 and 0, a date counts the days since `origin`, and a category
    has a column for each of its `levels` but `left_out`: 1 where a cell has that level.

    `minimum` and `maximum` are those of the used rows, in the units of X (nan for a category),
    and `typical` is what fills an empty cell: the mean of a number or a date, the most frequent
    value else (1.0 for yes; the level itself for a category).
    """

    name: str
    kind: str
    features: tuple[str, ...]
    minimum: float
    maximum: float
    typical: float | str
    levels: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    left_out: str | None = None
    origin: date | None = None

    @property
    def coding(self) -> tuple[str, bool]:
        """Which cells it reads: those of its name, and whether they are taken as a category."""
        return self.name, self.kind == CATEGORY

    @property
    def is_constant(self) -> bool:
        """Whether every used row has the same value."""
        if self.kind == CATEGORY:
            return len(self.levels) == 1
        return self.minimum == self.maximum

    @property
    def kept_levels(self) -> tuple[str, ...]:
        """The levels that have a column of X, in its order."""
        return tuple(level for level in self.levels if level != self.left_out)

    def shown(self, value: float | str) -> str:
        """Return a value of the column, given in the units of X, as people write it."""
        if isinstance(value, str):
            return value
        if self.kind == YES_NO:
            return "yes" if value else "no"
        if self.origin is not None:
            return str(np.datetime64(self.origin) + np.timedelta64(math.floor(value), "D"))
        return number_text(value)

    def coded(self, cells: Cells) -> NDArray[Any]:
        """Return cells as numbers in the units of X, or as positions in `levels` (-1: none)."""
        if self.kind == DATE:
            return np.asarray(cells.values - _day_number(self.origin))
        if self.kind != CATEGORY:
            return cells.values
        place = {level: i for i, level in enumerate(self.levels)}
        lookup = np.array([place.get(level, -1) for level in cells.levels] + [-1])
        return np.asarray(lookup[cells.values])

    def filled(self, cells: Cells) -> NDArray[Any]:
        """Return cells as `coded` does, with the typical value in the place of empty ones."""
        values = self.coded(cells)
        if self.kind == CATEGORY:
            return np.where(values < 0, self.levels.index(str(self.typical)), values)
        values = np.array(values, dtype=np.float64)
        if cells.missing is not None:
            values[cells.missing] = self.typical
        return values

    def write(self, cells: Cells, out: FloatArray) -> None:
        """Write cells into `out` (n, len(features)), empty ones as the typical value."""
        if self.kind == CATEGORY:
            values = self.filled(cells)
            for column, level in enumerate(self.kept_levels):
                out[:, column] = values == self.levels.index(level)
            return
        out[:, 0] = self.coded(cells)
        if cells.missing is not None:
            out[cells.missing, 0] = self.typical


def fit_column(name: str, cells: Cells, baseline: str | None = None) -> PreparedColumn:
    """Return how the column `name`, with these cells in the used rows, becomes columns of X.

    A category is compared with `baseline`, or else with its most frequent level.

    Raises DataError when it is empty, has more than 50 levels, or none that is the baseline.
    """
    present = cells.present
    if not len(present):
        raise DataError(f"Column {name!r} is empty in every row that is used: leave it out.")
    if cells.kind == CATEGORY:
        return _fit_category(name, cells, present, baseline)
    if cells.kind == DATE:
        return _fit_date(name, present)
    low, high = float(present.min()), float(present.max())
    if cells.kind == YES_NO:
        return yes_no_column(name, int(np.count_nonzero(present)), len(present))
    return PreparedColumn(name, cells.kind, (name,), low, high, _mean(present))


def yes_no_column(name: str, n_yes: int, n_present: int) -> PreparedColumn:
    """Return how a column of yes and no becomes a column of X."""
    low, high = float(n_yes == n_present), float(n_yes > 0)
    return PreparedColumn(name, YES_NO, (f"{name} = yes",), low, high, float(2 * n_yes > n_present))


def with_distinct_features(columns: Iterable[PreparedColumn]) -> tuple[PreparedColumn, ...]:
    """Return the columns with features of different names: a second "a" becomes "a (2)"."""
    columns = tuple(columns)
    taken = {column.name for column in columns if column.features == (column.name,)}
    distinct = []
    for column in columns:
        if column.features != (column.name,):
            names = tuple(free_feature(name, taken) for name in column.features)
            column = replace(column, features=names)
        distinct.append(column)
    return tuple(distinct)


def number_text(value: float) -> str:
    """Return a number with about six digits, without an exponent where it is not huge or tiny.

    >>> number_text(41.25), number_text(3.0), number_text(1234567.8), number_text(1e-9)
    ('41.25', '3', '1234568', '1e-09')
    """
    return f"{value:.0f}" if 1e5 <= abs(value) < 1e15 else f"{value:.6g}"


def _fit_category(
    name: str, cells: Cells, present: IntArray, baseline: str | None
) -> PreparedColumn:
    every = np.bincount(present, minlength=len(cells.levels))
    used = np.flatnonzero(every)
    levels = {cells.levels[i]: int(every[i]) for i in used[: MAX_LEVELS + 1]}
    return category_column(name, levels, len(used), baseline)


def category_column(
    name: str, counts: Mapping[str, int], n_levels: int, baseline: str | None
) -> PreparedColumn:
    """Return how a category becomes columns of X: `counts` are those of its levels, in order.

    Raises DataError when it has more than 50 levels, or none that is the baseline.
    """
    if n_levels > MAX_LEVELS:
        raise DataError(
            f"Column {name!r} must have at most {MAX_LEVELS} different values to become indicator "
            f"columns. Got {n_levels:,}: choose another column."
        )
    levels = tuple(counts)
    typical = max(levels, key=counts.__getitem__)
    left_out = typical if baseline is None else baseline
    if left_out not in levels:
        raise DataError(
            f"The baseline of {name!r} must be one of its levels {listed(levels)}. "
            f"Got {shown(left_out)}."
        )
    features = tuple(f"{name} = {level}" for level in levels if level != left_out)
    nan, each = math.nan, tuple(counts.values())
    return PreparedColumn(name, CATEGORY, features, nan, nan, typical, levels, each, left_out)


def _fit_date(name: str, present: FloatArray) -> PreparedColumn:
    first = math.floor(present.min())
    return date_column(name, float(present.min()), float(present.max()), _mean(present - first))


def date_column(name: str, low: float, high: float, mean: float) -> PreparedColumn:
    """Return how a column of dates becomes a column of X.

    `low` and `high` are days since 1970-01-01, and `mean` those since the day of `low`.

    Raises DataError when a date is beyond what calendars have.
    """
    first = math.floor(low)
    origin, last = (
        (EPOCH + np.timedelta64(math.floor(day), "D")).astype(object) for day in (low, high)
    )
    if not (isinstance(origin, date) and isinstance(last, date)):
        raise beyond_calendars(name)
    feature = f"{name} (days since {origin})"
    return PreparedColumn(name, DATE, (feature,), low - first, high - first, mean, origin=origin)


def beyond_calendars(name: str) -> DataError:
    """Return the error for a column with a date that calendars do not have."""
    return DataError(f"Column {name!r} has a date beyond the years 1 to 9999: correct it.")


def _mean(values: NDArray[Any]) -> float:
    return float(column_means(values.astype(np.float64, copy=False)[:, np.newaxis])[0])


def _day_number(day: date | None) -> float:
    return float((np.datetime64(day, "D") - EPOCH) / ONE_DAY)


def free_feature(name: str, taken: set[str]) -> str:
    """Return `name`, or the first "name (2)", "name (3)", ... that is not taken, and take it."""
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name} ({count})"
    taken.add(free)
    return free
