"""Dates and times of Arrow in a unit that holds them, instead of coming round to another date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def in_unit_that_holds(column: Any, units: Sequence[str]) -> Any:
    """Return dates and times as timestamps of the first unit that holds all; the last one does.

    Zones go to UTC. What is finer than the unit is cut off.

    >>> import datetime as dt, pyarrow as pa
    >>> [str(in_unit_that_holds(pa.array([dt.date(year, 1, 1)]), ("ns", "s")).type)
    ...  for year in (2000, 3000)]
    ['timestamp[ns]', 'timestamp[s]']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = pc.cast(column, pa.timestamp(column.type.unit))
    for unit in units[:-1]:
        wanted = pc.CastOptions(pa.timestamp(unit), allow_time_truncate=True)
        try:
            return pc.cast(column, options=wanted)
        except pa.ArrowInvalid:
            continue
    return pc.cast(column, pa.timestamp(units[-1]), safe=False)
