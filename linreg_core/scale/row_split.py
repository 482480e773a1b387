"""The training and the test rows of a source, drawn where they are read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from linreg_core.scale.data_blocks import (
    ALL_BLOCKS,
    BlockNumbers,
    DataBlock,
    RowsOfSource,
    RowSource,
    block_numbers,
)
from linreg_core.scale.second_moments import SecondMoments


class SplitRows(RowsOfSource):
    """The rows of a source that are drawn for the test, or the others.

    Each row of block number k is drawn with the probability `test_fraction`, by a generator of the
    seed and k: whoever reads a block draws the same, whatever other blocks there are. So there are
    about that many test rows, not exactly.
    """

    def __init__(
        self, source: RowSource, test_fraction: float, seed: int, is_test: bool = False
    ) -> None:
        super().__init__(source)
        self.test_fraction, self.seed, self.is_test = test_fraction, seed, is_test

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        """Yield the drawn rows of the blocks of these numbers."""
        for train, test in split_blocks(self.source, self.test_fraction, self.seed, part):
            yield test if self.is_test else train


def split_blocks(
    source: RowSource, test_fraction: float, seed: int, part: BlockNumbers = ALL_BLOCKS
) -> Iterator[tuple[DataBlock, DataBlock]]:
    """Yield the training and the test rows of each block; either may be none."""
    for number in block_numbers(source, part):
        draws = np.random.default_rng([seed, number])
        for block in source.blocks([number]):
            is_test = draws.random(len(block.y)) < test_fraction
            yield _taken(block, ~is_test), _taken(block, is_test)


def split_moments(
    source: RowSource, test_fraction: float, seed: int
) -> tuple[SecondMoments, SecondMoments]:
    """Return the second moments of the training rows and of the test rows, from one pass."""
    n_columns = len(source.feature_names) + 1
    train = test = SecondMoments.none(n_columns)
    for train_rows, test_rows in split_blocks(source, test_fraction, seed):
        train = train.added(train_rows) if len(train_rows.y) else train
        test = test.added(test_rows) if len(test_rows.y) else test
    return train, test


def _taken(block: DataBlock, rows: np.ndarray) -> DataBlock:
    weights = None if block.weights is None else block.weights[rows]
    return DataBlock(block.X[rows], block.y[rows], weights)
