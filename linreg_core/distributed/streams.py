"""How rows that stay stored are dealt into minibatches, whoever reads which of them.

The parts of a source, in an order drawn for each pass, are dealt to a fixed number of streams. Each
yields its rows once, shuffled as far as its buffer reaches, and every batch takes from all streams
in proportion to what they have: so all of them end together, at the last batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.errors import DataError
from linreg_core.scale import DataBlock

_ORDER, _BUFFER = 1, 2
SEQUENTIAL: Final = "sequential"


def dealt_parts(
    n_parts: int, n_streams: int, sampling: str, seed: int, number: int
) -> list[list[int]]:
    """Return the parts of each stream in pass `number`, counted from 0.

    "sequential" has them all in one stream, as they are stored.

    >>> dealt_parts(3, 2, "sequential", 0, 0)
    [[0, 1, 2], []]
    """
    if sampling == SEQUENTIAL:
        return [list(range(n_parts)), *([] for _ in range(n_streams - 1))]
    order = np.random.default_rng([seed, _ORDER, number + 1]).permutation(n_parts).tolist()
    return [order[stream::n_streams] for stream in range(n_streams)]


def shares(sizes: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """Yield how many rows each batch takes from streams of these sizes, until all are taken.

    Every stream is as far on as the others, to a row or so. In whole numbers: all ranks agree.

    >>> list(shares([4, 2, 0], 4))
    [[3, 1, 0], [1, 1, 0]]
    """
    total, taken = sum(sizes), [0] * len(sizes)
    for end in range(batch_size, total + batch_size, batch_size):
        end = min(end, total)
        wanted = end - sum(taken)
        behind = [size * end - done * total for size, done in zip(sizes, taken, strict=True)]
        share = [
            min(max(late, 0) // total, size - done)
            for late, size, done in zip(behind, sizes, taken, strict=True)
        ]
        while sum(share) != wanted:
            step = 1 if sum(share) < wanted else -1
            left = [late - part * total for late, part in zip(behind, share, strict=True)]
            can = [
                stream
                for stream, part in enumerate(share)
                if (taken[stream] + part < sizes[stream] if step > 0 else part > 0)
            ]
            share[max(can, key=lambda stream: step * left[stream])] += step  # noqa: B023
        taken = [done + part for done, part in zip(taken, share, strict=True)]
        yield share


class RowsInSequence:
    """The rows of one stream as they are stored."""

    def __init__(self, blocks: Iterator[DataBlock]) -> None:
        self._blocks = blocks
        self._held: DataBlock | None = None

    def take(self, n: int) -> DataBlock:
        """Return the next n rows, of 1 or more.

        Raises DataError when there are not so many.
        """
        found: list[DataBlock] = []
        while n:
            if self._held is None or not len(self._held.y):
                self._held = next(self._blocks, None)
                if self._held is None:
                    raise _too_few()
            found.append(self._held.taken(slice(n)))
            self._held = self._held.taken(slice(n, None))
            n -= len(found[-1].y)
        return _joined(found)


class ShuffledBuffer:
    """The rows of one stream in one pass, each once, in an order drawn within a buffer.

    The buffer is filled to `buffer_rows` or just beyond, and when half of it is gone new rows come
    into the places of those that were taken, and the order is drawn anew. A buffer of all rows is
    one permutation of them. No more than `n_rows` are to come.
    """

    def __init__(
        self,
        blocks: Iterator[DataBlock],
        buffer_rows: int,
        n_rows: int,
        key: tuple[int, int, int],
    ) -> None:
        seed, number, stream = key
        self._blocks, self._size, self._n_rows = blocks, buffer_rows, n_rows
        self._draws = np.random.default_rng([seed, _BUFFER, number + 1, stream + 1])
        self._pool: DataBlock | None = None
        self._order = self._free = np.empty(0, dtype=np.int64)
        self._taken: list[IntArray] = []
        self._has_ended = False

    def take(self, n: int) -> DataBlock:
        """Return the next n rows, of 1 or more, as a copy.

        Raises DataError when there are not so many.
        """
        found: list[DataBlock] = []
        while n:
            if not self._has_ended and len(self._order) < max(self._size // 2, 1):
                self._fill()
            if not len(self._order):
                raise _too_few()
            rows, self._order = self._order[:n], self._order[n:]
            n -= len(rows)
            self._taken.append(rows)
            assert self._pool is not None
            found.append(self._pool.taken(rows))
        return _joined(found)

    def _fill(self) -> None:
        self._free = np.sort(np.concatenate([self._free, *self._taken]))
        self._taken, filled = [], [self._order]
        count = len(self._order)
        while count < self._size:
            block = next(self._blocks, None)
            if block is None:
                self._has_ended = True
                break
            filled.append(self._placed(block))
            count += len(block.y)
        if len(filled) > 1:
            self._order = self._draws.permutation(np.concatenate(filled))

    def _placed(self, block: DataBlock) -> IntArray:
        """Write the rows of a block to free places, and return these."""
        n = len(block.y)
        if n > len(self._free):
            self._make_room(block)
        places, self._free = self._free[:n], self._free[n:]
        assert self._pool is not None
        self._pool.X[places], self._pool.y[places] = block.X, block.y
        if self._pool.weights is not None:
            self._pool.weights[places] = block.weights
        return places

    def _make_room(self, block: DataBlock) -> None:
        """Have a free place for each row of a block: at first for those of a whole buffer too."""
        held = 0 if self._pool is None else len(self._pool.y)
        missing = len(block.y) - len(self._free)
        wanted = min(self._size + len(block.y), self._n_rows)
        pool = _no_rows(max(held + missing, wanted), block)
        if self._pool is not None:
            pool.X[:held], pool.y[:held] = self._pool.X, self._pool.y
            if pool.weights is not None:
                pool.weights[:held] = self._pool.weights
        self._free = np.concatenate([self._free, np.arange(held, len(pool.y))])
        self._pool = pool


def _no_rows(n: int, like: DataBlock) -> DataBlock:
    """Return places for n rows; memory is taken where they are filled."""
    weights = None if like.weights is None else np.empty(n)
    return DataBlock(np.empty((n, like.X.shape[1])), np.empty(n), weights)


def _too_few() -> DataError:
    return DataError(
        "The rows must stay as they are while they are read. There are fewer than before: start "
        "again when they are written."
    )


def _joined(blocks: Sequence[DataBlock]) -> DataBlock:
    if len(blocks) == 1:
        return blocks[0]
    weights = [block.weights for block in blocks if block.weights is not None]
    return DataBlock(
        np.concatenate([block.X for block in blocks]),
        np.concatenate([block.y for block in blocks]),
        np.concatenate(weights) if weights else None,
    )
