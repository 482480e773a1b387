"""R of a QR decomposition of rows that come in blocks, kept as a small triangle."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.errors import DataError
from linreg_core.limits import ANALYTIC
from linreg_core.numerics.design import Coordinates, Design
from linreg_core.numerics.factor import triangle_by_parts
from linreg_core.scale.data_blocks import (
    ALL_BLOCKS,
    BlockNumbers,
    DataBlock,
    RowSource,
    checked_blocks,
)
from linreg_core.scale.row_triangle import RowTriangle, coordinates_of, normalised_triangle
from linreg_core.scale.second_moments import SecondMoments


@dataclass(frozen=True, eq=False)
class StreamedFactor:
    """R (m, k + 1) of the rows of [1 Z t] so far, m at most k + 1, times their weights' roots.

    Z and t are [X y] in `coordinates`, which have to be those of all rows: a first pass tells them.
    Two factors are merged by one more decomposition. Source: Demmel, Grigori, Hoemmen and Langou
    (2012), Communication-optimal parallel and sequential QR.
    """

    R: FloatArray
    coordinates: Coordinates

    @classmethod
    def none(cls, coordinates: Coordinates) -> StreamedFactor:
        """Return the factor of no rows."""
        return cls(np.zeros((0, len(coordinates.scale) + 1)), coordinates)

    def added(self, block: DataBlock) -> StreamedFactor:
        """Return the factor of these rows and those of a block."""
        at = self.coordinates
        columns = Coordinates(at.centre[:-1], at.scale[:-1])
        target = Coordinates(at.centre[-1:], at.scale[-1:])
        if not len(block.y):
            return self
        design = Design(block.X, block.y, True, columns, target, block.weights)
        return self.merged(replace(self, R=triangle_by_parts(design)))

    def merged(self, other: StreamedFactor) -> StreamedFactor:
        """Return the factor of both sets of rows, which must be in the same coordinates."""
        if not len(self.R) or not len(other.R):
            return self if len(self.R) else other
        both = np.concatenate([self.R, other.R])
        return replace(self, R=np.asarray(np.linalg.qr(both, mode="r")))

    def to_array(self) -> FloatArray:
        """Return R as one array, whose length depends on the number of columns alone."""
        full = np.zeros((self.R.shape[1], self.R.shape[1]))
        full[: len(self.R)] = self.R
        return full[np.triu_indices(len(full))]

    def with_array(self, values: FloatArray) -> StreamedFactor:
        """Return a factor in these coordinates with the R that `to_array` made an array of.

        Raises DataError for any other array.
        """
        size = self.R.shape[1]
        if np.shape(values) != (size * (size + 1) // 2,):
            raise DataError(
                f"These numbers are no factor of {size} columns. Got the shape "
                f"{np.shape(values)}: use what `to_array` returned."
            )
        R = np.zeros((size, size))
        R[np.triu_indices(size)] = values
        return replace(self, R=R)


def streamed_factor(
    source: RowSource, moments: SecondMoments, part: BlockNumbers = ALL_BLOCKS
) -> StreamedFactor:
    """Return the factor of a source's rows, or of some of its blocks, in one more pass.

    `moments` are those of all of its rows. Factors of equally many blocks are merged with one
    another, so that no row's part goes through more than about log2(n_blocks) merges, each of which
    rounds. Raises DataError for a block that does not fit.
    """
    none = StreamedFactor.none(coordinates_of(moments))
    waiting: list[tuple[int, StreamedFactor]] = []
    for _, block in checked_blocks(source, part):
        waiting.append((0, none.added(block)))
        while len(waiting) > 1 and waiting[-1][0] == waiting[-2][0]:
            (level, one), (_, other) = waiting[-2:]
            waiting[-2:] = [(level + 1, one.merged(other))]
    found = none
    for _, each in reversed(waiting):
        found = each.merged(found)
    return found


def triangle_of_factor(
    factor: StreamedFactor, moments: SecondMoments, weight_kind: str = ANALYTIC
) -> RowTriangle:
    """Return the triangle of all rows: `moments` and `factor` are those of all of them."""
    return normalised_triangle(factor.R, moments, factor.coordinates, weight_kind)
