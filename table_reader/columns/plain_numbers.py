"""The quick way for columns of numbers that need no interpretation: most columns of most files.

Text takes twice the memory of its numbers, so that plain numbers are kept instead, block by
block, as long as nothing in the column could be read in another way.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from table_reader.columns.numbers import COMMA
from table_reader.grid import PlainNumbers, TextColumn

PADDED: Final = r"^[+-]?0\d"
EXACT: Final = 10**15
"""Whole numbers below it are the same as floats, and as what people wrote."""
SLICE: Final = 20_000
FIRST_CELLS: Final = 50
MOST_ROWS: Final = 500_000
"""Of a whole column so many rows at a time, so that little memory is needed on the way."""


class PlainBlocks:
    """A column's numbers, block by block, as long as they are plain.

    Not plain is whatever could be read in another way: codes with leading zeros, long numbers,
    words. `has_failed` is final: the column has to be read as text.
    """

    def __init__(self) -> None:
        self.has_failed = False
        self._values: NDArray[Any] = np.empty(0, dtype=np.int64)
        self._n_rows = 0
        self._has_numbers = False
        self._has_points = False
        self._is_decisive = False

    @property
    def is_empty(self) -> bool:
        """Whether no block has been added."""
        return self._n_rows == 0

    def add(self, column: TextColumn) -> bool:
        """Add the next block's text, and tell whether it is plain, as all before it."""
        numbers = None if self.has_failed else _plain_block(column)
        if numbers is None:
            self.has_failed = True
            self._values = np.empty(0, dtype=np.int64)
            return False
        self._append(numbers)
        if column.null_count < len(column):
            self._has_numbers = True
        if numbers.dtype.kind == "f" and not self._is_decisive:
            self._has_points |= _has(column, ".")
            self._is_decisive = _is_decisive(column)
        return True

    def numbers(self) -> PlainNumbers | None:
        """Return the column; None where it is not plain, is empty, or has points that might
        separate thousands."""
        is_open = self._has_points and not self._is_decisive
        if self.has_failed or is_open or not self._has_numbers:
            return None
        values = self._values[: self._n_rows].copy()
        self._values = np.empty(0, dtype=np.int64)
        return PlainNumbers(values, self._is_decisive)

    def _append(self, numbers: NDArray[Any]) -> None:
        """Write numbers behind the others, in an array that doubles when it is full."""
        n_rows = self._n_rows + len(numbers)
        kind = np.result_type(self._values, numbers)
        if n_rows > len(self._values) or kind != self._values.dtype:
            larger = np.empty(max(n_rows, 2 * len(self._values)), dtype=kind)
            larger[: self._n_rows] = self._values[: self._n_rows]
            self._values = larger
        self._values[self._n_rows : n_rows] = numbers
        self._n_rows = n_rows


def plain_numbers(column: TextColumn) -> PlainNumbers | None:
    """Return the numbers of a whole column of text where they are plain."""
    blocks = PlainBlocks()
    for start in range(0, len(column), MOST_ROWS):
        if not blocks.add(column.slice(start, MOST_ROWS)):
            break
    return blocks.numbers()


def _plain_block(column: TextColumn) -> NDArray[Any] | None:
    """Return int64 where all cells are whole, else float64 (nan where empty), else None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count == len(column):
        return np.full(len(column), np.nan)
    # pyarrow takes its time over cells that it cannot cast: ask for what is likely to succeed.
    kind = pa.float64() if _has(column, ".") else pa.int64()
    try:
        pc.cast(column.slice(0, FIRST_CELLS), pa.float64())
        numbers = pc.cast(column, kind)
    except pa.ArrowInvalid:
        return None
    is_whole = pa.types.is_integer(numbers.type)
    if numbers.null_count:
        numbers = pc.cast(numbers, pa.float64(), safe=False)  # longer ones are no plain numbers
    values = np.asarray(numbers.to_numpy(zero_copy_only=False))
    largest, n_finite = np.nanmax(np.abs(values)), np.isfinite(values).sum()
    if largest >= EXACT or n_finite + column.null_count < len(values) or _has_codes(column):
        return None
    # Whole numbers may be written as 0x1F for pyarrow, but not for people.
    if is_whole and (_has(column, "x") or _has(column, "X")):
        return None
    return values


def _has(column: TextColumn, letter: str) -> bool:
    import pyarrow.compute as pc

    return bool(pc.any(pc.match_substring(column, letter)).as_py())


def _has_codes(column: TextColumn) -> bool:
    """Whether a number begins with a zero that it does not need."""
    import pyarrow.compute as pc

    for start in ("0", "-0"):
        zeros = pc.starts_with(column, start)
        if pc.any(zeros).as_py():
            suspects = pc.filter(column, zeros)
            if pc.any(pc.match_substring_regex(suspects, PADDED)).as_py():
                return True
    return False


def _is_decisive(column: TextColumn) -> bool:
    """Whether some number could not be read with its point as a separator of thousands."""
    import pyarrow.compute as pc

    for start in range(0, len(column), SLICE):
        part = column.slice(start, SLICE)
        if pc.all(pc.match_substring_regex(part, COMMA)).as_py() is False:
            return True
    return False
