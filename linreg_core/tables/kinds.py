"""What a column holds (numbers, yes/no, dates or categories), and its cells as arrays."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import BoolArray, IntArray
from table_reader import CATEGORY, DATE, NUMBER, YES_NO

if TYPE_CHECKING:
    from pandas import Series

EPOCH: Final = np.datetime64(0, "D")
ONE_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Cells:
    """A column's cells: `values` (n,), and `missing` (n,) or None where no cell is empty.

    Values are numbers; True for yes; days since 1970-01-01 for dates; positions in the sorted
    `levels` for categories (by size where all are numbers), -1 where a cell is empty.
    """

    kind: str
    values: NDArray[Any]
    missing: BoolArray | None = None
    levels: tuple[str, ...] = ()

    def take(self, rows: slice | IntArray | BoolArray) -> Cells:
        """Return the cells of these rows."""
        missing = None if self.missing is None else self.missing[rows]
        return replace(self, values=self.values[rows], missing=missing)

    @property
    def present(self) -> NDArray[Any]:
        """The values of the cells that are not empty."""
        return self.values if self.missing is None else self.values[~self.missing]

    @property
    def n_missing(self) -> int:
        """How many cells are empty (infinite numbers count as empty)."""
        return 0 if self.missing is None else int(np.count_nonzero(self.missing))

    @property
    def infinite(self) -> BoolArray | None:
        """Which of the missing cells are infinite numbers; None where surely none is."""
        if self.missing is None or self.kind != NUMBER:
            return None
        return np.asarray(np.isinf(self.values))


def kind_of(series: Series[Any]) -> str:
    """Return what a column holds: "number", "yes/no", "date" or "category".

    >>> import pandas as pd
    >>> kind_of(pd.Series([1, 2])), kind_of(pd.Series(["Oslo", None]))
    ('number', 'category')
    """
    from pandas.api import types

    dtype = series.dtype
    if types.is_bool_dtype(dtype):
        return YES_NO
    if types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype):
        return NUMBER
    return DATE if types.is_datetime64_any_dtype(dtype) else CATEGORY


def read_cells(series: Series[Any]) -> Cells:
    """Return the cells of a column; a column of float64 or int64 is not copied."""
    readers = {NUMBER: _numbers, YES_NO: _yes_no, DATE: _dates, CATEGORY: read_categories}
    return readers[kind_of(series)](series)


def read_categories(series: Series[Any]) -> Cells:
    """Return the cells of any column as a category, numbers under the names people give them."""
    import pandas as pd

    if not pd.api.types.is_string_dtype(series.dtype) or series.dtype == object:
        series = series.astype(object).map(level_text, na_action="ignore")
    codes, levels = pd.factorize(series, use_na_sentinel=True)
    names = [str(level) for level in levels]
    order = _ordered(names)
    place = np.full(len(names) + 1, -1, dtype=np.int32)
    place[order] = np.arange(len(names), dtype=np.int32)
    values = place[codes]
    return Cells(CATEGORY, values, _or_none(values < 0), tuple(names[i] for i in order))


def level_number(level: str) -> float:
    """Return the number that a level is, nan where it is none.

    >>> level_number("10"), level_number("1_000"), level_number("Oslo")
    (10.0, nan, nan)
    """
    try:
        return float(level) if "_" not in level else math.nan
    except ValueError:
        return math.nan


def ordered_levels(names: list[str]) -> list[str]:
    """Return levels in their order: numbers by their size, others by their names."""
    return [names[i] for i in _ordered(names)]


def _ordered(names: list[str]) -> list[int]:
    """Return the order of levels: of numbers by their size, of others by their names."""
    numbers = [level_number(name) for name in names]
    if all(map(math.isfinite, numbers)):
        return sorted(range(len(names)), key=lambda i: (numbers[i], names[i]))
    return sorted(range(len(names)), key=names.__getitem__)


def days(times: NDArray[Any]) -> NDArray[np.float64]:
    """Return datetime64 values as days since 1970-01-01, nan for NaT.

    >>> days(np.array(["1970-01-03T12", "NaT"], dtype="datetime64[h]"))
    array([2.5, nan])
    """
    return np.asarray((times - EPOCH) / ONE_DAY, dtype=np.float64)


def level_text(value: object) -> str:
    """Return a cell as the name of a level, as people type it: 3.0 as 3, days without midnight.

    >>> level_text("Oslo"), level_text(3.0), level_text(True), level_text(dt.datetime(2024, 3, 1))
    ('Oslo', '3', 'yes', '2024-03-01')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value).removesuffix(" 00:00:00") if isinstance(value, dt.date) else str(value)


def _numbers(series: Series[Any]) -> Cells:
    values = (
        series.to_numpy()
        if isinstance(series.dtype, np.dtype)
        else series.to_numpy(dtype=np.float64, na_value=np.nan)
    )
    missing = ~np.isfinite(values) if values.dtype.kind == "f" else None
    return Cells(NUMBER, values, _or_none(missing))


def _yes_no(series: Series[Any]) -> Cells:
    missing = series.isna().to_numpy(dtype=np.bool_)
    values = series.astype("boolean").fillna(False).to_numpy(dtype=np.bool_)
    return Cells(YES_NO, values, _or_none(missing))


def _dates(series: Series[Any]) -> Cells:
    if series.dt.tz is not None:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    times = series.to_numpy()
    if times.dtype == "datetime64[ns]":
        times = times.astype("datetime64[us]")  # other units may have dates too far for it
    values = days(times)
    return Cells(DATE, values, _or_none(np.isnan(values)))


def _or_none(missing: BoolArray | None) -> BoolArray | None:
    return missing if missing is not None and missing.any() else None
