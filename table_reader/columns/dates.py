"""Columns of dates: year first, with the month's name, or in an order that has to be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from table_reader.arrays import BoolArray, IntArray
from table_reader.columns.cells import TextCells, as_mask
from table_reader.patterns import (
    COMPACT,
    DATES,
    MONTHS,
    PERIODS,
    YEAR,
    YEAR_FIRST,
    YEAR_LAST,
)

DATE_SHARE: Final = 0.75
"""A column is one of dates when this share of its filled cells are."""
CENTURY_TURN: Final = 69
"""Years of two digits from here on are in the 1900s, below it in the 2000s, as in POSIX."""
_FORMS: Final = tuple(re.compile(form) for form in DATES)
_ASKED_FORMS: Final = tuple(re.compile(form) for form in (COMPACT, YEAR))
NO_DATE: Final = np.datetime64("NaT", "ns")
MONTH_NUMBERS: Final = {name: i + 1 for i, names in enumerate(MONTHS) for name in names.split()}

NAMES_OF_DATES: Final = re.compile(r"date|datum|dato|fecha|data|jour|day|tag|dag", re.IGNORECASE)
DateArray = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates in one form, as its parts.

    `first` and `second` are the numbers in front of the year where the form leaves open which
    is the day; `order` is what the column itself tells: "day", "month", "mixed" or None.
    """

    cells: TextCells
    valid: BoolArray
    first: IntArray
    second: IntArray
    year: IntArray
    seconds: NDArray[np.float64]
    has_short_years: bool
    has_zones: bool
    order: str | None
    is_numeric: bool
    are_periods: bool

    def notes(self, order: str, strays: BoolArray) -> Iterator[str]:
        """Yield whole sentences on how the column was read."""
        name = f"Column {self.cells.name!r}"
        if self.is_numeric:
            yield f"{name} was read as dates with the {order} first."
        if self.are_periods:
            example = self.cells.examples(self.valid, 1)
            yield f"{name} was read as dates; {example} is its first day."
        if self.has_short_years:
            earliest = 1900 + CENTURY_TURN
            yield f"{name} has years of two digits, read as {earliest} to {earliest + 99}."
        if self.has_zones:
            yield f"{name} has time zones; its times were moved to UTC."
        if strays.any():
            n = int(strays.sum())
            what = "1 cell that is not a date" if n == 1 else f"{n:,} cells that are not dates"
            examples, rows = self.cells.examples(strays), self.cells.rows(strays)
            yield f"{name} has {what}, taken as missing: {examples} ({rows})."

    def values(self, order: str) -> tuple[DateArray, BoolArray]:
        """Return the dates (UTC where they have a zone), and which filled cells are none."""
        day, month = (self.first, self.second) if order == "day" else (self.second, self.first)
        is_month = (month >= 1) & (month <= 12) & self.valid
        months = (self.year - 1970) * 12 + np.where(is_month, month - 1, 0)
        starts = months.astype("datetime64[M]")
        dates = starts.astype("datetime64[D]") + (day - 1)
        is_real = is_month & (dates.astype("datetime64[M]") == starts) & (day >= 1)
        is_real &= (self.year > 1677) & (self.year < 2262)
        nanoseconds = np.round(self.seconds * 1e9).astype(np.int64).astype("timedelta64[ns]")
        safe = np.where(is_real, dates, np.datetime64(0, "D")).astype("datetime64[ns]")
        return np.where(is_real, safe + nanoseconds, NO_DATE), self.cells.filled & ~is_real


def examine_dates(cells: TextCells, is_asked: bool = False) -> Dates | None:
    """Return the dates among the cells, in their most common form; None where most are none.

    Those that are asked for may be fewer, and be written as 20240131 or as years.
    """
    sample = cells.sample
    forms, share = _FORMS, DATE_SHARE
    if is_asked:
        forms, share = (*_FORMS, *_ASKED_FORMS), 0.0
    counts = [sum(form.match(cell) is not None for cell in sample) for form in forms]
    best = int(np.argmax(counts))
    if not sample or counts[best] == 0 or counts[best] < share * len(sample):
        return None
    return _parts(cells, forms[best].pattern, share)


def compact_dates(name: str, numbers: NDArray[np.generic]) -> DateArray | None:
    """Return the dates of whole numbers such as 20240131, in a column that is named for dates."""
    if numbers.dtype != np.int64 or not len(numbers) or not NAMES_OF_DATES.search(name):
        return None
    values = numbers.astype(np.int64)
    year, month, day = values // 10_000, values // 100 % 100, values % 100
    if year.min() < 1900 or year.max() > 2100 or month.min() < 1 or month.max() > 12:
        return None
    starts = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    dates = starts.astype("datetime64[D]") + (day - 1)
    if day.min() < 1 or (dates.astype("datetime64[M]") != starts).any():
        return None
    return dates.astype("datetime64[ns]")


def _parts(cells: TextCells, form: str, share: float) -> Dates | None:
    import pyarrow.compute as pc

    struct = pc.extract_regex(cells.text, form)
    parts = {
        struct.type[i].name: pc.struct_field(struct, [i]) for i in range(struct.type.num_fields)
    }
    valid = as_mask(pc.is_valid(struct))
    if not valid.any() or valid.sum() < share * cells.n:
        return None
    year, has_short_years = _years(parts["year"])
    first, second, order = _days_and_months(parts, form, valid)
    seconds, is_time, has_zones = _seconds(parts)
    valid &= is_time
    is_numeric = form == YEAR_LAST
    return Dates(
        *(cells, valid, first, second, year, seconds),
        *(has_short_years, has_zones, order, is_numeric, form in (*PERIODS, YEAR)),
    )


def _days_and_months(
    parts: dict[str, Any], form: str, valid: BoolArray
) -> tuple[IntArray, IntArray, str | None]:
    """Return day and month, or the two numbers of which one is the day, and their order."""
    if "name" in parts or form in (*PERIODS, COMPACT, YEAR):
        days = _whole(parts["day"]) if "day" in parts else np.ones(len(valid), dtype=np.int64)
        return days, _months(parts), "day"
    if form == YEAR_FIRST:
        month = _any_of(parts, "month", "month2", "month3")
        return _whole(parts["day"]), month, "day"
    first = _whole(parts["first"])
    second = _any_of(parts, "second_", "second2", "second3")
    has_points = bool((_whole(parts["second3"]) > 0)[valid].all())
    day_first, month_first = bool((first > 12)[valid].any()), bool((second > 12)[valid].any())
    if day_first and month_first:
        return first, second, "mixed"
    if day_first or has_points:
        return first, second, "day"
    return first, second, "month" if month_first else None


def _months(parts: dict[str, Any]) -> IntArray:
    if "name" in parts:
        return _named_months(parts["name"])
    if "quarter" in parts:
        return 3 * _whole(parts["quarter"]) - 2
    if "month" not in parts:
        return np.ones(len(parts["year"]), dtype=np.int64)
    return _whole(parts["month"])


def _years(text: Any) -> tuple[IntArray, bool]:
    years = _whole(text)
    import pyarrow.compute as pc

    is_short = as_mask(pc.equal(pc.binary_length(text), 2))
    full = np.where(years >= CENTURY_TURN, years + 1900, years + 2000)
    return np.where(is_short, full, years), bool(is_short.any())


def _named_months(names: Any) -> IntArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = list(MONTH_NUMBERS)
    index = pc.index_in(pc.utf8_lower(names), pa.array(known))
    numbers = np.array([MONTH_NUMBERS[name] for name in known], dtype=np.int64)
    return numbers[_whole(index)]


def _seconds(parts: dict[str, Any]) -> tuple[NDArray[np.float64], BoolArray, bool]:
    """Return the time of the day in seconds (moved to UTC where zones are written), which of
    them are times, and whether there are zones."""
    import pyarrow as pa
    import pyarrow.compute as pc

    n = len(parts["year"])
    if "hour" not in parts:
        return np.zeros(n), np.ones(n, dtype=np.bool_), False

    hours, minutes = _whole(parts["hour"]), _whole(parts["minute"])
    text = pc.replace_substring(parts["second"], ",", ".")
    text = pc.if_else(pc.equal(pc.binary_length(text), 0), None, text)
    seconds = pc.fill_null(pc.cast(text, pa.float64()), 0.0).to_numpy(zero_copy_only=False)
    half = pc.utf8_lower(pc.utf8_slice_codeunits(parts["half"], 0, 1))
    hours = np.where(as_mask(pc.equal(half, "p")) & (hours < 12), hours + 12, hours)
    hours = np.where(as_mask(pc.equal(half, "a")) & (hours == 12), 0, hours)
    zone = parts["zone"]
    has_zones = bool(as_mask(pc.greater(pc.binary_length(zone), 0)).any())
    offset = _offsets(zone) if has_zones else 0.0
    is_time = (hours < 24) & (minutes < 60) & (seconds < 60)
    return hours * 3600.0 + minutes * 60.0 + seconds - offset, is_time, has_zones


def _offsets(zone: Any) -> NDArray[np.float64]:
    """Return offsets such as "+02:00" in seconds; 0 for Z, UTC and none."""
    import pyarrow.compute as pc

    digits = pc.replace_substring_regex(zone, "[^0-9]", "")
    number = _whole(digits)
    seconds = (number // 100) * 3600.0 + (number % 100) * 60.0
    return np.where(as_mask(pc.starts_with(zone, "-")), -seconds, seconds)


def _whole(text: Any) -> IntArray:
    """Return whole numbers of text, 0 where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(text.type):
        text = pc.if_else(pc.equal(pc.binary_length(text), 0), None, text)
    numbers = pc.fill_null(pc.cast(text, pa.int64()), 0)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.int64)


def _any_of(parts: dict[str, Any], *names: str) -> IntArray:
    total: IntArray = np.sum([_whole(parts[name]) for name in names], axis=0)
    return total
