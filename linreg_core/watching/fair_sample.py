"""A fair sample of the rows of a source, kept as they pass by: no pass of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.distributed.ranks import ONE_RANK, Ranks
from linreg_core.scale.data_blocks import (
    ALL_BLOCKS,
    BlockNumbers,
    DataBlock,
    RowsOfSource,
    RowSource,
    block_numbers,
)
from linreg_core.types import ShownRows

_SALT: Final = 77
"""Apart from the draws of test rows."""


def most_drawn_rows(n_features: int) -> int:
    """Return how many rows pictures show of a run with so many features."""
    return 5_000 if n_features == 1 else 2_000 if n_features <= 16 else 400


class SampledRows(RowsOfSource):
    """The rows of a source, of which some training rows are kept when they first pass.

    Every row gets a number, drawn by its block's number and the seed, and those with the smallest
    are kept: each training row is as likely as every other, however the blocks are dealt to ranks.
    `test_fraction` and `seed` are those that test rows are drawn with.
    """

    def __init__(
        self, source: RowSource, most: int, test_fraction: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__(source)
        self._most, self._fraction, self._seed = most, test_fraction, seed
        self._passed: set[int] = set()
        n_columns = len(source.feature_names) + 1
        self._kept = np.empty((0, n_columns + 1))  # number, X, y

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        """Yield the blocks of these numbers."""
        numbers = block_numbers(self.source, part)
        if self._passed.issuperset(numbers):
            yield from self.source.blocks(part)
            return
        first = int(numbers[0]) if len(numbers) else 0
        tests = np.random.default_rng([self._seed, first])
        draws = np.random.default_rng([self._seed, first, _SALT])
        for block in self.source.blocks(part):
            n_rows = len(block.y)
            is_train = np.ones(n_rows, dtype=bool)
            if self._fraction:
                is_train = tests.random(n_rows) >= self._fraction
            self._take(block, draws.random(n_rows), is_train)
            yield block
        self._passed.update(numbers)

    def _take(self, block: DataBlock, numbers: FloatArray, is_train: BoolArray) -> None:
        bound = self._kept[:, 0].max() if len(self._kept) >= self._most else 1.0
        rows = np.flatnonzero((numbers < bound) & is_train)
        if len(rows):
            new = np.column_stack([numbers[rows], block.X[rows], block.y[rows]])
            self._kept = _smallest(np.concatenate([self._kept, new]), self._most)

    def shown(self, ranks: Ranks = ONE_RANK) -> ShownRows | None:
        """Return the sample of all ranks' rows, the same on each; None where there is no row."""
        kept = self._kept
        if ranks.n_ranks > 1:
            kept = self._of_all(ranks)
        kept = kept[np.isfinite(kept).all(axis=1)]
        if not len(kept):
            return None
        return ShownRows(kept[:, 1:-1].copy(), kept[:, -1].copy())

    def _of_all(self, ranks: Ranks) -> FloatArray:
        """Each rank brings more than its share of the smallest: hardly one of all is missed."""
        share = min(self._most, 4 * self._most // ranks.n_ranks + 16)
        places = np.zeros((ranks.n_ranks, share, self._kept.shape[1] + 1))
        own = _smallest(self._kept, share)
        places[ranks.rank, : len(own), 0] = 1.0
        places[ranks.rank, : len(own), 1:] = own
        every = ranks.summed(places.ravel()).reshape(-1, places.shape[2])
        return _smallest(every[every[:, 0] > 0][:, 1:], self._most)


def _smallest(rows: FloatArray, most: int) -> FloatArray:
    """Return the rows with the smallest numbers, in rising order."""
    return rows[np.argsort(rows[:, 0], kind="stable")[:most]]
