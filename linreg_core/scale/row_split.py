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
    checked_blocks,
)


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
    """Yield the training and the test rows of each block; either may be none.

    Raises DataError for a block that does not fit the others.
    """
    for number in block_numbers(source, part):
        draws = np.random.default_rng([seed, number])
        for _, block in checked_blocks(source, [number]):
            is_test = draws.random(len(block.y)) < test_fraction
            yield block.taken(~is_test), block.taken(is_test)
