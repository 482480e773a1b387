"""Rows that come in blocks: what a source of them is, and what their blocks are checked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray, IntArray
from linreg_core.errors import DataError
from linreg_core.limits import ANALYTIC
from linreg_core.pauses import pause
from linreg_core.weighting import checked_weights
from table_reader.wording import shown

BlockNumbers = slice | Sequence[int]
"""Some blocks of a source by their numbers, from 0."""
ALL_BLOCKS: Final = slice(None)
BLOCK_ROWS: Final = 65_536


@dataclass(frozen=True, eq=False)
class DataBlock:
    """Some rows: `X` (n, n_features), `y` (n,) and the rows' `weights` (n,), None all alike."""

    X: FloatArray
    y: FloatArray
    weights: FloatArray | None = None

    def taken(self, rows: slice | BoolArray | IntArray) -> DataBlock:
        """Return these of the rows."""
        weights = None if self.weights is None else self.weights[rows]
        return DataBlock(self.X[rows], self.y[rows], weights)


class RowSource(Protocol):
    """Rows in blocks that can be gone through again and again, each time the same.

    `blocks` yields those of a part of the numbers 0 ... n_blocks - 1, in its order; a number may
    stand for several blocks that follow one another, as a file's row group does.
    `weight_kind` is "analytic" or "frequency"; either all blocks have weights, or none has.
    """

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of X's columns."""

    @property
    def target_name(self) -> str:
        """What y is called."""

    @property
    def weight_kind(self) -> str:
        """What weights mean, see `Dataset`."""

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        """Yield the blocks of these numbers."""


@dataclass(frozen=True, eq=False)
class RowsInMemory:
    """A source of arrays that are there, `block_rows` rows a block.

    >>> rows = RowsInMemory(np.eye(3), np.arange(3.0), block_rows=2)
    >>> [len(block.y) for block in rows.blocks()], rows.feature_names
    ([2, 1], ('x1', 'x2', 'x3'))
    """

    X: FloatArray
    y: FloatArray
    weights: FloatArray | None = None
    weight_kind: str = ANALYTIC
    feature_names: tuple[str, ...] = ()
    target_name: str = "y"
    block_rows: int = BLOCK_ROWS

    def __post_init__(self) -> None:
        if not self.feature_names:
            names = tuple(f"x{number + 1}" for number in range(np.shape(self.X)[1]))
            object.__setattr__(self, "feature_names", names)

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return -(-len(self.y) // self.block_rows)

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        """Yield the blocks of these numbers, views of the arrays."""
        every = DataBlock(self.X, self.y, self.weights)
        for number in block_numbers(self, part):
            yield every.taken(slice(number * self.block_rows, (number + 1) * self.block_rows))


class RowsOfSource:
    """A source of another one's rows, or of some: what its rows are called stays."""

    def __init__(self, source: RowSource) -> None:
        self.source = source

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of X's columns."""
        return self.source.feature_names

    @property
    def target_name(self) -> str:
        """What y is called."""
        return self.source.target_name

    @property
    def weight_kind(self) -> str:
        """What weights mean."""
        return self.source.weight_kind

    @property
    def n_blocks(self) -> int:
        """How many blocks the source has."""
        return self.source.n_blocks


def block_numbers(source: RowSource, part: BlockNumbers) -> Sequence[int]:
    """Return the numbers of a part's blocks, in its order."""
    return range(source.n_blocks)[part] if isinstance(part, slice) else part


def checked_blocks(
    source: RowSource, part: BlockNumbers = ALL_BLOCKS
) -> Iterator[tuple[int, DataBlock]]:
    """Yield the count of each block, from 0, and the block as the core keeps arrays.

    Raises DataError for a block with another number of columns than the source names, whose parts
    are of different lengths, or whose weights can't be used. Whether values are finite is left to
    `refuse_what_is_not_finite`, which takes as long as the sums that tell it anyway.
    """
    for number, block in enumerate(source.blocks(part)):
        pause()
        yield number, _checked(source, number, block)


def refuse_what_is_not_finite(source: RowSource, number: int, block: DataBlock) -> None:
    """Raise DataError when a value of a block is missing or infinite; tell block and column."""
    columns = zip((*source.feature_names, source.target_name), (*block.X.T, block.y), strict=True)
    for name, values in columns:
        is_finite = np.isfinite(values)
        if not is_finite.all():
            row = int(np.argmin(is_finite))
            raise DataError(
                f"Every value must be finite. Row {row:,} of block {number:,} has {values[row]} in "
                f"column {shown(name)}: leave out the rows with missing or infinite values."
            )


def _checked(source: RowSource, number: int, block: DataBlock) -> DataBlock:
    n_features = len(source.feature_names)
    X, y = _floats(block.X, number), _floats(block.y, number)
    if X.ndim != 2 or y.ndim != 1:
        raise DataError(
            f"`X` of a block must have 2 dimensions and `y` 1. "
            f"Got {X.ndim} and {y.ndim} in block {number:,}."
        )
    if X.shape[1] != n_features:
        raise DataError(
            f"Every block must have the same {n_features} columns. Got {X.shape[1]} in block "
            f"{number:,}: look at what that block was made of."
        )
    if len(X) != len(y):
        raise DataError(
            f"`X` and `y` of a block must have the same number of rows. "
            f"Got {len(X):,} and {len(y):,} in block {number:,}."
        )
    if block.weights is None:
        return DataBlock(X, y)
    try:
        return DataBlock(X, y, checked_weights(block.weights, source.weight_kind, len(y)))
    except DataError as error:
        raise DataError(f"Block {number:,}: {error}") from None


def _floats(values: FloatArray, number: int) -> FloatArray:
    """Return values as float64 in C order, or Fortran's, not copied where they are."""
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"Blocks must be arrays of real numbers. Got values of type {array.dtype} in block "
            f"{number:,}."
        )
    array = np.asarray(array, dtype=np.float64)
    return array if array.flags.forc else np.ascontiguousarray(array)
