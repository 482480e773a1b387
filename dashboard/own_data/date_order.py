"""By which date the rows of a table follow one another, where they have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.inference import RowOrder
from linreg_core.tables import read_cells
from table_reader import Table

if TYPE_CHECKING:
    from pandas import Series

_MOST_SHARED: Final = 0.1
"""The part of the rows that may share their date: more are several series in one file."""


def date_order(table: Table, rows: IntArray) -> RowOrder | None:
    """Return the order of a table's `rows` by its first column of dates that gives them one.

    That is one that each of these rows has a date in, nearly every one another. None: they follow
    one another as they stand in the file.
    """
    for name, cells in table.frame.items():
        if cells.dtype.kind == "M" and _orders(used := cells.iloc[rows]):
            return RowOrder(str(name), np.asarray(read_cells(used.dt.tz_localize(None)).values))
    return None


def _orders(dates: Series[Any]) -> bool:
    if dates.isna().any():
        return False
    return bool(dates.duplicated().mean() <= _MOST_SHARED)
