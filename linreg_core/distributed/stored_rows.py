"""The training and the test rows of a source as batches, of which a rank reads its streams'."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.checks import whole_number
from linreg_core.config import TrainConfig
from linreg_core.distributed.ranks import ONE_RANK, Ranks
from linreg_core.distributed.streams import (
    SEQUENTIAL,
    RowsInSequence,
    ShuffledBuffer,
    dealt_parts,
    shares,
)
from linreg_core.errors import ConfigError, DataError
from linreg_core.problem import Problem
from linreg_core.scale import (
    DataBlock,
    RowSource,
    RowTriangle,
    SecondMoments,
    StreamedFactor,
    merged_in_order,
    square_root_of_moments,
    stand_in_dataset,
    stand_in_problem,
    streamed_factor,
)
from linreg_core.scale.data_blocks import checked_blocks
from linreg_core.scale.row_split import SplitRows, split_blocks
from linreg_core.scale.row_triangle import coordinates_of
from linreg_core.scale.second_moments import finite_moments
from linreg_core.sources.storage import batch_rows
from table_reader.wording import counted

USUAL_BYTES: Final = 500_000_000
USUAL_STREAMS: Final = 8
MOST_STREAMS: Final = 10_000
SMALLEST_BUFFER: Final = 1_024
PAGE_BYTES: Final = 1_048_576
"""What a writer of Parquet usually puts into one page; with a dictionary there are two."""
STREAMS_SHARE: Final = 0.72

Chunk = tuple[int, DataBlock]
"""The number of a stream, and some rows of it."""


@dataclass(frozen=True, eq=False)
class StoredBatch:
    """Rows of one update or evaluation: how many on all ranks, and those that this one reads.

    `chunks` can be gone through again and again, each time the same.
    """

    n_rows: int
    chunks: Callable[[], Iterator[Chunk]]


@dataclass(frozen=True)
class RowSplit:
    """How test rows are drawn, and how many streams there are.

    `buffer_rows` are those of a stream.
    """

    test_fraction: float = 0.0
    seed: int = 0
    n_streams: int = 8
    buffer_rows: int = 65_536


@dataclass(frozen=True, eq=False)
class StoredRows:
    """What the first pass over a source told: moments, and how many rows each part has.

    `counts` (2, n_blocks) are training and test rows.
    """

    source: RowSource
    split: RowSplit
    ranks: Ranks
    counts: np.ndarray
    train: SecondMoments
    test: SecondMoments
    own: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        streams = range(self.ranks.rank, self.split.n_streams, self.ranks.n_ranks)
        object.__setattr__(self, "own", frozenset(streams))

    @property
    def n_train(self) -> int:
        """How many training rows there are."""
        return int(self.counts[0].sum())

    @property
    def n_test(self) -> int:
        """How many test rows there are."""
        return int(self.counts[1].sum())

    @property
    def mean_weight(self) -> tuple[float, float]:
        """The mean weight of training rows and of test rows."""
        counts = max(self.n_train, 1), max(self.n_test, 1)
        return self.train.total_weight / counts[0], self.test.total_weight / counts[1]

    @property
    def told_apart(self) -> str:
        """A text that is another one where other rows were read: their numbers, how they vary.

        Six digits of it are the same whoever has summed them up.
        """
        spread = [f"{value:.6g}" for value in self.train.deviations]
        return repr((self.counts.tolist(), spread))

    def problem(
        self, standardize: bool, fit_intercept: bool, triangle: RowTriangle | None = None
    ) -> Problem:
        """Return the problem of rows that stand for all, which has their coordinates.

        `triangle` is that of the training rows, where one with more digits than moments have is
        known.
        """
        kind = self.source.weight_kind
        train = square_root_of_moments(self.train, kind) if triangle is None else triangle
        test = square_root_of_moments(self.test, kind) if self.n_test else None
        names = self.source.feature_names, self.source.target_name
        dataset = stand_in_dataset(train, test, *names)
        return stand_in_problem(dataset, test, standardize, fit_intercept)

    def training_factor(self, moments: SecondMoments) -> StreamedFactor:
        """Return the triangle of the training rows, whose `moments` these are, in one more pass.

        Each rank goes through its streams; triangles are merged in the order of the streams.
        """
        found = none = StreamedFactor.none(coordinates_of(moments))
        length = len(none.to_array())
        sums = np.zeros((self.split.n_streams, length))
        source = self.source
        if self.split.test_fraction:
            source = SplitRows(source, self.split.test_fraction, self.split.seed)
        for stream in sorted(self.own):
            sums[stream] = streamed_factor(source, moments, self.parts_of(stream)).to_array()
        for values in self.ranks.summed(sums.ravel()).reshape(sums.shape):
            if values.any():
                found = found.merged(none.with_array(values))
        return found

    def parts_of(self, stream: int) -> range:
        """Return the numbers of the parts that a stream of a pass in order has."""
        return range(stream, self.source.n_blocks, self.split.n_streams)

    def all_rows(self, is_test: bool) -> StoredBatch:
        """Return all training or all test rows as one batch."""

        def chunks() -> Iterator[Chunk]:
            for stream in sorted(self.own):
                for part in self.parts_of(stream):
                    yield from ((stream, block) for block in self._rows(is_test, [part]))

        return StoredBatch(self.n_test if is_test else self.n_train, chunks)

    def minibatches(
        self, sampling: str, batch_size: int, seed: int, number: int, skipped: int = 0
    ) -> Iterator[StoredBatch]:
        """Yield the batches of pass `number` without the first ones."""
        n_streams = self.split.n_streams
        parts = dealt_parts(self.source.n_blocks, n_streams, sampling, seed, number)
        sizes = [int(self.counts[0, each].sum()) for each in parts]

        def rows_of(stream: int) -> RowsInSequence | ShuffledBuffer:
            rows, key = self._rows(False, parts[stream]), (seed, number, stream)
            if sampling == SEQUENTIAL:
                return RowsInSequence(rows)
            return ShuffledBuffer(rows, self.split.buffer_rows, sizes[stream], key)

        buffers = {stream: rows_of(stream) for stream in sorted(self.own)}
        for position, share in enumerate(shares(sizes, batch_size)):
            rows = [(k, buffers[k].take(share[k])) for k in buffers if share[k]]
            if position >= skipped:
                yield StoredBatch(sum(share), rows.__iter__)

    def n_batches(self, batch_size: int) -> int:
        """Return how many batches a pass has."""
        return -(-self.n_train // batch_size)

    def _rows(self, is_test: bool, parts: list[int]) -> Iterator[DataBlock]:
        if not self.split.test_fraction:
            return self.source.blocks(parts)
        drawn = SplitRows(self.source, self.split.test_fraction, self.split.seed, is_test)
        return drawn.blocks(parts)


def row_split(
    source: RowSource,
    test_fraction: float = 0.0,
    seed: int = 0,
    memory: int = USUAL_BYTES,
    n_streams: int | None = None,
) -> RowSplit:
    """Return how rows are dealt within about so many bytes of memory in one process.

    Besides what is there once, a stream holds its buffer, half as much again for the batches that
    are made of it, four blocks on their way from the storage, and pages of each column that is
    being decoded. Unless they are told there are 8 streams, and fewer where rows are wide. Imports
    are not counted.

    Raises ConfigError when `n_streams` is out of its range.
    """
    n_columns = len(source.feature_names) + 1
    row = 8 * (n_columns + 1)
    ahead, of_streams = 4 * batch_rows(n_columns) * row, int(STREAMS_SHARE * memory)
    if n_streams is None:
        least = ahead + PAGE_BYTES * n_columns
        n_streams = int(min(max(of_streams // (2 * least), 1), USUAL_STREAMS))
    n_streams = whole_number("streams", n_streams, minimum=1, maximum=MOST_STREAMS)
    left = of_streams // n_streams - ahead - 2 * PAGE_BYTES * n_columns
    buffer = max(2 * left // (3 * row), SMALLEST_BUFFER)
    return RowSplit(test_fraction, seed, n_streams, int(buffer))


def how_rows_are_dealt(rows: StoredRows, config: TrainConfig) -> str:
    """Return the sentence that tells in which order a run has seen the rows."""
    if config.is_full_batch(rows.n_train):
        return "Every update has gone through all rows where they are stored."
    if config.sampling == SEQUENTIAL:
        return "Batches are of rows in the order in which they are stored."
    n_parts, streams = rows.source.n_blocks, counted(rows.split.n_streams, "stream")
    return (
        f"Batches are shuffled by row groups and within a buffer: in each epoch the "
        f"{counted(n_parts, 'part')} {'is' if n_parts == 1 else 'are'} dealt anew to {streams}, "
        f"each shuffled within {rows.split.buffer_rows:,} rows."
    )


def read_stored_rows(
    source: RowSource, split: RowSplit | None = None, ranks: Ranks = ONE_RANK
) -> StoredRows:
    """Return what one pass over a source tells of its rows, each rank reading its streams.

    Raises DataError for blocks that do not fit together, values that are not finite, and when there
    are no training rows; ConfigError when there are fewer streams than ranks.
    """
    split = RowSplit() if split is None else split
    if ranks.n_ranks > split.n_streams:
        raise ConfigError(
            f"`streams` must be >= the number of ranks, {ranks.n_ranks}. Got {split.n_streams}: "
            f"add --streams {ranks.n_ranks}."
        )
    n_columns, n_streams = len(source.feature_names) + 1, split.n_streams
    none = SecondMoments.none(n_columns)
    length = len(none.to_array())
    counts, sums = np.zeros((2, source.n_blocks)), np.zeros((n_streams, 2, length))
    for stream in range(ranks.rank, n_streams, ranks.n_ranks):
        found = [none, none]
        for part in range(stream, source.n_blocks, n_streams):
            for blocks in _split_blocks(source, split, part):
                for i, block in enumerate(blocks):
                    if len(block.y):
                        counts[i, part] += len(block.y)
                        found[i] = found[i].merged(finite_moments(source, part, block))
        sums[stream] = [each.to_array() for each in found]
    counts = ranks.summed(counts.ravel()).reshape(counts.shape).astype(np.int64)
    sums = ranks.summed(sums.ravel()).reshape(sums.shape)
    train, test = (
        merged_in_order([SecondMoments.from_array(values) for values in sums[:, i]])
        for i in range(2)
    )
    if not counts[0].sum():
        raise DataError(
            "At least 1 training row is needed. Got none: lower the test fraction or add rows."
        )
    return StoredRows(source, split, ranks, counts, train, test)


def _split_blocks(source: RowSource, split: RowSplit, part: int) -> Iterator[tuple[DataBlock, ...]]:
    """Yield the training rows of each block of a part and, where there are any, its test rows."""
    if split.test_fraction:
        return split_blocks(source, split.test_fraction, split.seed, [part])
    return ((block,) for _, block in checked_blocks(source, [part]))


def weights_over_mean(weights: FloatArray | None, mean: float) -> FloatArray | None:
    """Return the weights of some rows over the mean of all of them."""
    return None if weights is None else weights / mean
