"""How rows that stay stored are dealt into minibatches, whoever reads which of them.

The parts of a source, in an order drawn for each pass, are dealt to a fixed number of streams. Each
yields its rows once, shuffled as far as its buffer reaches, and every batch takes from all streams
in proportion to what they have: so all of them end together, at the last batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

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


class ShuffledBuffer:
    """The rows of one stream in one pass, each once, in an order drawn within a buffer.

    The buffer is filled to `buffer_rows` or just beyond, and drawn anew when half of it is gone. A
    buffer of all rows is one permutation of them. With `sequential` rows come as they are stored.
    """

    def __init__(
        self,
        blocks: Iterator[DataBlock],
        buffer_rows: int,
        key: tuple[int, int, int],
        sequential: bool = False,
    ) -> None:
        seed, number, stream = key
        self._blocks, self._size = blocks, 1 if sequential else buffer_rows
        self._draws = np.random.default_rng([seed, _BUFFER, number + 1, stream + 1])
        self._is_sequential = sequential
        self._held: DataBlock | None = None
        self._order = np.empty(0, dtype=np.int64)

    def take(self, n: int) -> DataBlock:
        """Return the next n rows, of 1 or more.

        Raises DataError when there are not so many.
        """
        found: list[DataBlock] = []
        while n:
            if len(self._order) < max(self._size // 2, 1):
                self._fill()
            if not len(self._order):
                raise DataError(
                    "The rows must stay as they are while they are read. There are fewer than "
                    "before: start again when they are written."
                )
            rows, self._order = self._order[:n], self._order[n:]
            n -= len(rows)
            assert self._held is not None
            found.append(self._held.taken(rows))
        return _joined(found)

    def _fill(self) -> None:
        held = [] if self._held is None else [self._held.taken(self._order)]
        count, is_new = len(self._order), False
        while count < self._size and (block := next(self._blocks, None)) is not None:
            if len(block.y):
                held.append(block)
                count, is_new = count + len(block.y), True
        if is_new:
            self._held = _joined(held)
            self._order = (
                np.arange(count) if self._is_sequential else self._draws.permutation(count)
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
