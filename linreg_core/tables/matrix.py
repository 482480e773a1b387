"""X, made from the cells of a table's columns without a second copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.errors import DataError
from linreg_core.limits import MAX_CELLS
from linreg_core.tables.columns import PreparedColumn
from linreg_core.tables.kinds import Cells
from linreg_core.tables.prepared_terms import Coding, PreparedTerm
from linreg_core.tables.used_rows import UsedRows

_BLOCK_CELLS: Final = 2**18
"""About how many numbers are written at a time: they stay in the processor's cache."""


def make_matrix(
    columns: Sequence[PreparedColumn], cells: Sequence[Cells], rows: UsedRows
) -> FloatArray:
    """Return X (n_samples, n_features) of the used rows, in C order.

    Raises DataError when it would be too large.
    """

    def write(chosen: slice | IntArray, out: FloatArray) -> None:
        for column, values, place in zip(columns, cells, places(columns), strict=True):
            column.write(values.take(chosen), out[:, place])

    return _written(sum(len(column.features) for column in columns), rows, write)


def make_term_matrix(
    terms: Sequence[PreparedTerm], cells: Mapping[Coding, Cells], rows: UsedRows
) -> FloatArray:
    """Return X (n_samples, n_features) of what `terms` make of the used rows, in C order.

    Raises DataError when it would be too large.
    """

    def write(chosen: slice | IntArray, out: FloatArray) -> None:
        taken = {coding: column.take(chosen) for coding, column in cells.items()}
        for term, place in zip(terms, places(terms), strict=True):
            out[:, place] = term.of_cells(taken)[:, term.kept]

    return _written(sum(len(term.features) for term in terms), rows, write)


def _written(
    n_features: int, rows: UsedRows, write: Callable[[slice | IntArray, FloatArray], None]
) -> FloatArray:
    """Return X, which `write` fills a block of the used rows at a time."""
    n_samples = len(rows.positions)
    check_cells(n_samples, n_features)
    X = np.empty((n_samples, n_features))
    block = max(1, _BLOCK_CELLS // max(1, n_features))
    for start in range(0, n_samples, block):
        part = slice(start, start + block)
        write(part if rows.is_all else rows.positions[part], X[part])
    return X


def places(columns: Sequence[PreparedColumn] | Sequence[PreparedTerm]) -> Iterator[slice]:
    """Yield which columns of X each column, or term, became."""
    start = 0
    for column in columns:
        stop = start + len(column.features)
        yield slice(start, stop)
        start = stop


def check_cells(n_rows: int, n_features: int) -> None:
    """Raise DataError when a matrix of this size would be too large."""
    if n_rows * n_features > MAX_CELLS:
        raise DataError(
            f"Rows times feature columns must be at most {MAX_CELLS:,}. Got {n_rows:,} times "
            f"{n_features:,}: choose fewer features, or take a part of the rows."
        )
