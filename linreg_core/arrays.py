"""Arrays as the core keeps them: float64, C-contiguous, read-only, shared wherever possible."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linreg_core.errors import DataError
from linreg_core.pauses import pause
from table_reader.arrays import BoolArray as BoolArray
from table_reader.arrays import FloatArray as FloatArray
from table_reader.arrays import IntArray as IntArray

ROWS_AT_ONCE: Final = 65_536
"""Rows of a large table that are worked on together, so that no copy of all of them is made."""
_ROWS_A_PASS: Final = 8_192
CELLS_AT_ONCE: Final = 2_097_152
"""Values that are worked on together, where rows are long: 16 MB, some milliseconds of work."""

ScalarT = TypeVar("ScalarT", bound=np.generic)


def frozen(array: NDArray[ScalarT]) -> NDArray[ScalarT]:
    """Make `array` read-only and return it."""
    array.flags.writeable = False
    return array


def frozen_floats(name: str, values: ArrayLike, n_dimensions: int) -> FloatArray:
    """Return `values` as a read-only float64 array in C order.

    They are copied, unless they are such an array already and own their memory: whoever passes
    `frozen(array)` gives the array away.

    Raises DataError when they are not real numbers or have another number of dimensions.
    """
    try:
        source = np.asarray(values)
    except ValueError:
        raise DataError(
            f"`{name}` must be a rectangular array of numbers. Got rows of different lengths."
        ) from None
    if source.dtype.kind not in "biuf":
        raise DataError(
            f"`{name}` must be an array of real numbers. Got values of type {source.dtype}."
        )
    if source.ndim != n_dimensions:
        wanted = "1 dimension" if n_dimensions == 1 else f"{n_dimensions} dimensions"
        raise DataError(f"`{name}` must have {wanted}. Got the shape {source.shape}.")
    if source.dtype == np.float64 and _is_given_away(source):
        return source
    with np.errstate(over="ignore"):
        return frozen(np.array(source, dtype=np.float64, order="C", copy=True))


def _is_given_away(array: NDArray[Any]) -> bool:
    flags = array.flags
    return bool(flags.owndata and flags.c_contiguous and flags.aligned and not flags.writeable)


def rows_at_once(n_rows: int, n_columns: int) -> Iterator[slice]:
    """Yield slices that cover 0 ... n_rows - 1, of as many rows as are worked on together.

    Between two of them the work pauses.
    """
    yield from _parts(n_rows, min(ROWS_AT_ONCE, CELLS_AT_ONCE // max(1, n_columns)))


def taken_rows(array: FloatArray, rows: IntArray) -> FloatArray:
    """Return a copy of these rows of `array`, made a part at a time."""
    out = np.empty((len(rows), *array.shape[1:]))
    for part in rows_at_once(len(rows), math.prod(array.shape[1:])):
        np.take(array, rows[part], axis=0, out=out[part], mode="clip")
    return frozen(out)


def column_means(X: FloatArray, v: FloatArray | None = None) -> FloatArray:
    """Return the mean of every column, (n_features,), for values up to the largest floats.

    `v` (n_samples,) are weights whose own mean is 1; None: all rows count alike.
    """
    return _of_columns(X, lambda part: _means(part, v))


def column_deviations(X: FloatArray, v: FloatArray | None = None) -> FloatArray:
    """Return the population standard deviation of every column, (n_features,).

    A constant column has 1 (exactly, whatever rounding does), so that dividing by it is safe.
    """
    return _of_columns(X, lambda part: _deviations(part, v))


def column_scales(X: FloatArray) -> FloatArray:
    """Return `column_deviations` to fewer digits, in one pass over the rows.

    >>> column_scales(np.array([[1.0, 5.0], [5.0, 5.0]]))
    array([2., 1.])
    """
    total, squares = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    with np.errstate(all="ignore"):
        for start in range(0, len(X), _ROWS_A_PASS):
            part = X[start : start + _ROWS_A_PASS] - X[0]
            total += part.sum(axis=0)
            squares += np.einsum("ij,ij->j", part, part)
        variances = squares / len(X) - (total / len(X)) ** 2
    if not np.isfinite(variances).all():  # squares of the largest floats: slowly, then
        return column_deviations(X)
    return np.where(variances > 0, np.sqrt(np.maximum(variances, 0)), 1.0)


def column_sizes(X: FloatArray, v: FloatArray | None = None) -> FloatArray:
    """Return the root mean square of every column, (n_features,); 1 for a column of zeros."""
    return _of_columns(X, lambda part: _sizes(part, v))


def _means(X: FloatArray, v: FloatArray | None) -> FloatArray:
    largest = _column_magnitudes(X)
    return np.asarray(_mean(X / largest, v) * largest)


def _deviations(X: FloatArray, v: FloatArray | None) -> FloatArray:
    largest = _column_magnitudes(X)
    constant = X.max(axis=0) == X.min(axis=0)
    if v is None:
        deviations = np.std(X / largest, axis=0) * largest
    else:
        Z = X / largest
        deviations = np.sqrt(_mean(np.square(Z - _mean(Z, v)), v)) * largest
    return np.where(constant | (deviations == 0), 1.0, deviations)


def _sizes(X: FloatArray, v: FloatArray | None) -> FloatArray:
    largest = _column_magnitudes(X)
    sizes = np.sqrt(_mean(np.square(X / largest), v)) * largest
    return np.where(sizes == 0, 1.0, sizes)


def _mean(X: FloatArray, v: FloatArray | None) -> FloatArray:
    return np.asarray(np.mean(X, axis=0) if v is None else np.mean(X * v[:, np.newaxis], axis=0))


def _of_columns(X: FloatArray, measure: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return what `measure` tells of every column, some columns at a time."""
    parts = _parts(X.shape[1], CELLS_AT_ONCE // max(1, X.shape[0]))
    return np.concatenate([measure(X[:, part]) for part in parts])


def _parts(count: int, size: int) -> Iterator[slice]:
    size = max(1, size)
    for start in range(0, count, size):
        pause()
        yield slice(start, min(start + size, count))


def _column_magnitudes(X: FloatArray) -> FloatArray:
    """Return a power of two near every column's largest value: dividing by it rounds nothing."""
    largest = np.maximum(np.abs(X.max(axis=0)), np.abs(X.min(axis=0)))
    exponents = np.frexp(np.where(largest == 0, 1.0, largest))[1]
    return np.asarray(np.ldexp(1.0, np.clip(exponents, -1000, 1000)), dtype=np.float64)


def held_bytes(*values: Any) -> int:
    """Return the memory behind arrays and tensors (tuples are searched), counting views once."""
    owners: dict[int, int] = {}
    for item in _flattened(values):
        if hasattr(item, "nbytes"):
            base = getattr(item, "base", None)
            owner = base if isinstance(base, np.ndarray) else item
            owners[id(owner)] = int(owner.nbytes)
    return sum(owners.values())


def _flattened(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flattened(value)
        else:
            yield value
