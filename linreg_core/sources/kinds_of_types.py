"""What stored columns hold, told by their types, and their values as the core's cells."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import FloatArray, frozen
from linreg_core.tables.kinds import EPOCH, Cells, days, level_text
from table_reader import CATEGORY, DATE, NUMBER, YES_NO

if TYPE_CHECKING:
    from pyarrow import Array, DataType

_MOST_DAYS: Final = 1e8
"""More days than calendars have, and few enough to be counted in microseconds."""


def kind_of_type(stored: DataType) -> str | None:
    """Return what a column of this type holds, None where a model has no use for it."""
    import pyarrow as pa

    is_a = pa.types
    if is_a.is_dictionary(stored):
        stored = stored.value_type
    if is_a.is_boolean(stored):
        return YES_NO
    if is_a.is_integer(stored) or is_a.is_floating(stored) or is_a.is_decimal(stored):
        return NUMBER
    if is_a.is_timestamp(stored) or is_a.is_date(stored):
        return DATE
    is_text = is_a.is_string(stored) or is_a.is_large_string(stored) or is_a.is_string_view(stored)
    return CATEGORY if is_text else None


def holds_dates(stored: DataType) -> bool:
    """Whether a column of this type holds dates."""
    return kind_of_type(stored) == DATE


def cells_of(values: Array, as_category: bool = False) -> Cells:
    """Return stored values as cells, as `read_cells` does with those of a table.

    With `as_category`, numbers, dates and yes/no are categories too. Levels are sorted among those
    that these values have.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = kind_of_type(values.type)
    if as_category and pa.types.is_integer(values.type):  # large ones would be alike as floats
        values, kind = pc.cast(values, pa.string()), CATEGORY
    if kind == CATEGORY:
        return _categories(values)
    readers = {NUMBER: _numbers, YES_NO: _yes_no, DATE: _dates}
    cells = readers[str(kind)](values)
    return _named(cells) if as_category else cells


def _numbers(values: Array) -> Cells:
    numbers = _floats(values)
    is_finite = np.isfinite(numbers)
    return Cells(NUMBER, numbers, None if is_finite.all() else ~is_finite)


def _floats(values: Array) -> FloatArray:
    """Return numbers as float64, nan where there is none; not copied where they are stored so.

    Arrow's `to_numpy` would load pandas, which takes longer than a million rows.
    """
    import pyarrow as pa

    if values.type != pa.float64():
        import pyarrow.compute as pc

        values = pc.cast(_plain(values), pa.float64(), safe=False)
    if values.null_count:
        values = values.fill_null(np.nan)
    _, stored = values.buffers()
    if stored is None:
        return np.empty(0)
    numbers = np.frombuffer(stored, dtype=np.float64)
    return frozen(numbers[values.offset : values.offset + len(values)])


def _yes_no(values: Array) -> Cells:
    import pyarrow.compute as pc

    missing = values.is_null().to_numpy(zero_copy_only=False)
    answers = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return Cells(YES_NO, answers, missing if missing.any() else None)


def _dates(values: Array) -> Cells:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(values.type) and values.type.tz:
        values = pc.cast(values, pa.timestamp(values.type.unit))
    values = _plain(values)
    if values.type == pa.timestamp("ns"):  # no finer than tables have them
        values = pc.cast(values, pa.timestamp("us"), safe=False)
    numbers = days(values.to_numpy(zero_copy_only=False))  # in other units dates could overflow
    missing = np.isnan(numbers)
    return Cells(DATE, numbers, missing if missing.any() else None)


def _categories(values: Array) -> Cells:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    codes = pc.fill_null(pc.cast(values.indices, pa.int64()), -1).to_numpy(zero_copy_only=False)
    return _sorted(codes, [str(level) for level in values.dictionary.to_pylist()])


def _named(cells: Cells) -> Cells:
    """Return cells as a category, under the names that people give them; infinite ones are none."""
    distinct, which = np.unique(cells.present, return_inverse=True)
    values = distinct.tolist()
    names = [level_text(value) for value in (_times(values) if cells.kind == DATE else values)]
    codes = np.full(len(cells.values), -1)
    codes[slice(None) if cells.missing is None else ~cells.missing] = which
    return _sorted(codes, names)


def _times(days_since: list[float]) -> list[object]:
    """Return days since 1970-01-01 as times; as texts where they are beyond what calendars have."""
    inside = np.clip(days_since, -_MOST_DAYS, _MOST_DAYS)
    times = (EPOCH + np.round(inside * 86_400e6).astype("timedelta64[us]")).tolist()
    return [
        time if isinstance(time, dt.date) else _far_day(day)
        for time, day in zip(times, days_since, strict=True)
    ]


def _far_day(days_since: float) -> str:
    time = EPOCH + np.timedelta64(round(days_since * 86_400), "s")
    return str(time).replace("T", " ").removesuffix(" 00:00:00")


def _sorted(codes: np.ndarray[Any, Any], names: list[str]) -> Cells:
    """Return the cells of a category whose levels have these names, some of them perhaps twice."""
    levels = tuple(sorted(set(names)))
    place = {name: i for i, name in enumerate(levels)}
    lookup = np.array([*(place[name] for name in names), -1], dtype=np.int64)
    values = lookup[codes]
    missing = values < 0
    return Cells(CATEGORY, values, missing if missing.any() else None, levels)


def _plain(values: Array) -> Array:
    import pyarrow as pa

    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
