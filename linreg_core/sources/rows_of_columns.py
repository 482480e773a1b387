"""Columns become rows: an array that has them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray

_FEW: Final = 32
_CELLS: Final = 32_768
"""So many fit into a processor's nearest memory; to write further apart takes twice as long."""


def rows_of_columns(columns: Sequence[FloatArray]) -> FloatArray:
    """Return columns (n,) as one array (n, len(columns)).

    >>> rows_of_columns([np.array([1, 2]), np.array([3.5, 4.5])])
    array([[1. , 3.5],
           [2. , 4.5]])
    """
    n_rows, n_columns = len(columns[0]), len(columns)
    X = np.empty((n_rows, n_columns))
    together = None if n_columns < _FEW else np.array(columns)
    for first in range(0, n_rows, _CELLS // n_columns + 1):
        rows = slice(first, first + _CELLS // n_columns + 1)
        if together is not None:
            X[rows] = together[:, rows].T
        else:
            for j, values in enumerate(columns):
                X[rows, j] = values[rows]
    return X
