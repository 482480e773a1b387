"""The clusters of a table's rows: which rows have the same value in a column."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.errors import DataError
from table_reader import Table
from table_reader.wording import listed


def cluster_codes(table: Table, name: str, rows: IntArray) -> IntArray:
    """Return a number for the value of column `name` in each of these rows, -1 where it is empty.

    Raises DataError when the table has no such column.

    >>> import pandas as pd
    >>> schools = Table(pd.DataFrame({"school": ["b", "a", None, "b"]}))
    >>> cluster_codes(schools, "school", np.arange(4)).tolist()
    [0, 1, -1, 0]
    """
    import pandas as pd

    if name not in table.frame.columns:
        raise DataError(f"The clusters {name!r} must be one of {listed(table.frame.columns)}.")
    return np.asarray(pd.factorize(table.frame[name].iloc[rows])[0], dtype=np.int64)
