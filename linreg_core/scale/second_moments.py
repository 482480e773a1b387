"""Means and second moments of rows in blocks: exact enough that their order does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray, rows_at_once
from linreg_core.errors import DataError
from linreg_core.numerics.extended import two_sum
from linreg_core.scale.data_blocks import (
    ALL_BLOCKS,
    BlockNumbers,
    DataBlock,
    RowSource,
    checked_blocks,
    refuse_what_is_not_finite,
)
from linreg_core.scale.summed_rows import SummedRows, power_above, sum_up
from table_reader.wording import counted

_FORMAT: Final = 1.0
_N_SUMS: Final = 3


@dataclass(frozen=True, eq=False)
class SecondMoments:
    """What k columns [X y] of rows sum up to, (k,) and (k, k).

    `sums` and `sums_rest` (3,) are the number of rows, their total weight, and the sum of the
    logarithms of their weights. The means are shift + offset + offset_rest, in units of the
    columns. The weighted sums of products about the means are scatter + scatter_rest, in units of
    `scale`, powers of two, the target's last. What ends in "_rest" is what rounding left out of
    the other. `is_constant` says which columns have one value only, which is then their shift, and
    `is_yes_no` which have no others than 0 and 1.

    Moments of other rows are merged by the formula that never subtracts sums of squares; what a
    merge rounds off is kept, so that any order and any grouping of blocks gives the same to
    rounding. Source: Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance.
    """

    sums: FloatArray
    sums_rest: FloatArray
    shift: FloatArray
    offset: FloatArray
    offset_rest: FloatArray
    scale: FloatArray
    scatter: FloatArray
    scatter_rest: FloatArray
    is_constant: BoolArray
    is_yes_no: BoolArray

    @classmethod
    def none(cls, n_columns: int) -> SecondMoments:
        """Return the moments of no rows, which change no others that they are merged with."""
        zeros, square = np.zeros(n_columns), np.zeros((n_columns, n_columns))
        sums, scale = np.zeros(_N_SUMS), power_above(zeros)
        constant = np.ones(n_columns, dtype=np.bool_)
        return cls(sums, sums, zeros, zeros, zeros, scale, square, square, constant, constant)

    @classmethod
    def of_block(cls, block: DataBlock) -> SecondMoments:
        """Return the moments of a block's rows; they are not finite where a value is not."""
        found = cls.none(block.X.shape[1] + 1)
        with np.errstate(all="ignore"):
            for rows in rows_at_once(len(block.y), block.X.shape[1]):
                weights = None if block.weights is None else block.weights[rows]
                X = block.X[rows]
                X = X if X.flags.forc else np.asfortranarray(X)
                one = sum_up(X, block.y[rows], weights)
                found = found.merged(_nothing_left_out(one))
        return found

    @property
    def n_rows(self) -> int:
        """How many rows there are, whatever they weigh."""
        return round(float(self.sums[0]))

    @property
    def total_weight(self) -> float:
        """The sum of the rows' weights, their number where all count alike."""
        return float(self.sums[1] + self.sums_rest[1])

    @property
    def log_weights(self) -> float:
        """The sum of the logarithms of the rows' weights."""
        return float(self.sums[2] + self.sums_rest[2])

    @property
    def n_columns(self) -> int:
        """The number of columns of [X y]."""
        return len(self.shift)

    @property
    def means(self) -> FloatArray:
        """The columns' means, (k,)."""
        return self.shift + self.offset

    @property
    def deviations(self) -> FloatArray:
        """The columns' population standard deviations, (k,)."""
        return np.sqrt(np.diag(self.scatter) / max(self.total_weight, 1e-300)) * self.scale

    @property
    def is_finite(self) -> bool:
        """Whether every value that was summed up was, and no sum is out of a float's range."""
        sums = self.offset, self.scatter, self.scale
        return all(bool(np.isfinite(each).all()) for each in sums)

    def added(self, block: DataBlock) -> SecondMoments:
        """Return the moments of these rows and those of a block."""
        return self.merged(SecondMoments.of_block(block))

    def merged(self, other: SecondMoments) -> SecondMoments:
        """Return the moments of both sets of rows."""
        if not self.sums[0] or not other.sums[0]:
            return self if self.sums[0] else other
        sums, error = two_sum(self.sums, other.sums)
        rest = self.sums_rest + other.sums_rest + error
        share = other.total_weight / (sums[1] + rest[1])
        apart, error = two_sum(other.shift, -self.shift)
        step = apart + (error + (other.offset - self.offset))
        scale = np.maximum.reduce([self.scale, other.scale, power_above(step)])
        constant = self.is_constant & other.is_constant & (step == 0)
        offset = two_sum(self.offset, share * step)
        between = np.sqrt(self.total_weight * share) * (step / scale)
        scatter = two_sum(self._scatter(scale)[0], other._scatter(scale)[0])
        total = two_sum(scatter[0], np.outer(between, between))
        return SecondMoments(
            sums=sums,
            sums_rest=rest,
            shift=self.shift,
            offset=offset[0],
            offset_rest=self.offset_rest + share * (other.offset_rest - self.offset_rest)
            + offset[1],
            scale=scale,
            scatter=total[0],
            scatter_rest=self._scatter(scale)[1] + other._scatter(scale)[1] + scatter[1] + total[1],
            is_constant=constant,
            is_yes_no=self.is_yes_no & other.is_yes_no,
        )  # fmt: skip

    def _scatter(self, scale: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the sums of products in units of another scale, which rounds nothing."""
        if (scale == self.scale).all():
            return self.scatter, self.scatter_rest
        ratio = self.scale / scale
        return self.scatter * ratio * ratio[:, None], self.scatter_rest * ratio * ratio[:, None]

    def to_array(self) -> FloatArray:
        """Return all of it as one array, whose length depends on the number of columns alone.

        So that ranks can send it, and `merged_in_order` merge what all of them sent.
        """
        lower = np.tril_indices(self.n_columns)
        flags = self.is_constant + 2.0 * self.is_yes_no
        return np.concatenate(
            [
                [_FORMAT, self.n_columns],
                *(self.sums, self.sums_rest, self.shift, self.offset, self.offset_rest),
                *(self.scale, flags, self.scatter[lower], self.scatter_rest[lower]),
            ]
        )

    @classmethod
    def from_array(cls, values: FloatArray) -> SecondMoments:
        """Return what `to_array` made an array of. Raises DataError for any other array."""
        values = np.asarray(values, dtype=np.float64)
        k = int(values[1]) if values.ndim == 1 and len(values) > 1 and values[0] == _FORMAT else 0
        lengths = [_N_SUMS] * 2 + [k] * 5 + [k * (k + 1) // 2] * 2
        if k < 1 or len(values) != 2 + sum(lengths):
            raise DataError(
                f"These numbers are no second moments. Got the shape {values.shape}: "
                f"use what `to_array` returned."
            )
        first = np.cumsum([2, *lengths])
        vectors = [values[at : at + n] for at, n in zip(first, lengths, strict=False)]
        sums, sums_rest, shift, offset, offset_rest, scale, flags, lower, rest = vectors
        squares = _square(lower, k), _square(rest, k)
        codes = flags.astype(np.int64)
        told = codes % 2 == 1, codes // 2 == 1
        return cls(sums, sums_rest, shift, offset, offset_rest, scale, *squares, *told)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain numbers and lists, for a checkpoint."""
        return {"second_moments": self.to_array().tolist()}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> SecondMoments:
        """Return what `to_dict` made a dict of. Raises DataError for any other dict."""
        return cls.from_array(np.array(kept.get("second_moments", [])))


def second_moments(source: RowSource, part: BlockNumbers = ALL_BLOCKS) -> SecondMoments:
    """Return the moments of a source's rows, or of some of its blocks, in one pass.

    Raises DataError for a block that does not fit the others, and for values that are not finite.
    """
    found = SecondMoments.none(len(source.feature_names) + 1)
    for number, block in checked_blocks(source, part):
        found = found.merged(finite_moments(source, number, block))
    return found


def finite_moments(source: RowSource, number: int, block: DataBlock) -> SecondMoments:
    """Return the moments of a source's block of that number.

    Raises DataError for values that are not finite, or whose squares are out of a float's range.
    """
    moments = SecondMoments.of_block(block)
    if not moments.is_finite:
        refuse_what_is_not_finite(source, number, block)
        raise DataError(
            f"The values of block {number:,} are too large for sums of their squares: choose "
            f"other units."
        )
    return moments


def merged_in_order(parts: Sequence[SecondMoments]) -> SecondMoments:
    """Return the moments of all parts' rows, neighbours first: the same on each rank that does so.

    Raises DataError when there are none, or their columns differ.
    """
    found = list(parts)
    if not found or len({each.n_columns for each in found}) > 1:
        columns = sorted({each.n_columns for each in found})
        raise DataError(
            f"Moments to merge must be of the same columns, and at least one. Got "
            f"{counted(len(found), 'part')} of {columns} columns."
        )
    while len(found) > 1:
        pairs = zip(found[::2], found[1::2], strict=False)
        found = [one.merged(other) for one, other in pairs] + found[len(found) // 2 * 2 :]
    return found[0]


def _nothing_left_out(rows: SummedRows) -> SecondMoments:
    """Return these sums as moments."""
    rest = {"sums": "sums_rest", "shift": "offset_rest", "scatter": "scatter_rest"}
    zeros = {name: np.zeros_like(getattr(rows, like)) for like, name in rest.items()}
    return SecondMoments(**rows._asdict(), **zeros)


def _square(lower: FloatArray, size: int) -> FloatArray:
    """Return the symmetric matrix of this lower triangle."""
    square = np.zeros((size, size))
    square[np.tril_indices(size)] = lower
    return square + np.tril(square, -1).T
