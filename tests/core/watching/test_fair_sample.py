"""Rows to draw are a fair sample of the training rows, kept as they pass, by however many ranks."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core.arrays import FloatArray
from linreg_core.scale import RowsInMemory
from linreg_core.scale.row_split import SplitRows
from linreg_core.watching.fair_sample import SampledRows

N, BLOCK = 4_000, 250
X = np.arange(2.0 * N).reshape(N, 2)
SOURCE = RowsInMemory(X, X[:, 0] * 3, block_rows=BLOCK)


class TwoRanks:
    """A rank of two, the sum of whose gifts is known when both have been asked."""

    n_ranks = 2

    def __init__(self, rank: int, gifts: list[FloatArray]) -> None:
        self.rank, self._gifts = rank, gifts

    def summed(self, values: FloatArray) -> FloatArray:
        self._gifts.append(values)
        return np.sum(self._gifts, axis=0)


def passed(source: SampledRows, parts: list[int]) -> SampledRows:
    for part in parts:
        assert sum(len(block.y) for block in source.blocks([part])) == BLOCK
    return source


@pytest.mark.parametrize("fraction", [0.0, 0.3])
def test_a_sample_is_of_training_rows_alone_and_of_each_once(fraction: float) -> None:
    source = passed(SampledRows(SOURCE, 300, fraction, seed=5), [*range(SOURCE.n_blocks)])
    passed(source, [3, 4])  # again: nothing is taken twice
    shown = source.shown()
    assert shown is not None and shown.X.shape == (300, 2)
    np.testing.assert_array_equal(shown.y, shown.X[:, 0] * 3)
    rows = shown.X[:, 0] / 2
    assert len(np.unique(rows)) == 300
    training = SplitRows(SOURCE, fraction, 5)
    may_be = np.concatenate([block.X[:, 0] / 2 for block in training.blocks()])
    assert np.isin(rows, may_be).all()
    counts = np.histogram(rows, bins=8, range=(0, N))[0]  # binomial about 37.5
    assert counts.min() > 14 and counts.max() < 70


def test_two_ranks_keep_the_same_rows_as_one() -> None:
    everything = passed(SampledRows(SOURCE, 300, 0.2), [*range(SOURCE.n_blocks)]).shown()
    gifts: list[FloatArray] = []
    parts = [[*range(rank, SOURCE.n_blocks, 2)] for rank in range(2)]
    first = passed(SampledRows(SOURCE, 300, 0.2), parts[0])
    first.shown(TwoRanks(0, gifts))
    both = passed(SampledRows(SOURCE, 300, 0.2), parts[1]).shown(TwoRanks(1, gifts))
    assert everything is not None and both is not None
    np.testing.assert_array_equal(both.X, everything.X)


def test_a_source_without_rows_has_no_sample() -> None:
    empty = RowsInMemory(np.empty((0, 2)), np.empty(0))
    source = SampledRows(empty, 300)
    assert [*source.blocks()] == [] and source.shown() is None
