"""Which rows each update sees: the one source of batches (and of seeds) for every engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from linreg_core.arrays import IntArray

_DRAWN_AT_ONCE = 65_536
"""About how many row numbers "replacement" draws at a time; part of what a seed means."""


def init_generator(seed: int) -> np.random.Generator:
    """Return the generator that draws a run's initial parameters."""
    return np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[0])


def batch_generator(seed: int) -> np.random.Generator:
    """Return the generator that draws a run's batches."""
    return np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[1])


class RowOrders:
    """Row numbers in the order in which updates take them: one pass after another, without end.

    A pass has `pass_length` row numbers and is cut into `n_batches` batches from its start; its
    last batch is shorter where `batch_size` does not divide it. It is a new permutation of the rows
    for "shuffle", the order of the file for "sequential", and some 65,536 independent draws for
    "replacement".
    """

    def __init__(self, n_rows: int, batch_size: int, sampling: str, seed: int) -> None:
        self._generator = batch_generator(seed)
        self._sampling = sampling
        self.is_sequential = sampling == "sequential"
        self._n_rows = n_rows
        self.cut_into(batch_size)

    def cut_into(self, batch_size: int) -> None:
        """Deal passes that are taken from now on into batches of another size."""
        n_drawn = batch_size * max(1, _DRAWN_AT_ONCE // batch_size)
        self.pass_length = n_drawn if self._sampling == "replacement" else self._n_rows
        self.n_batches = -(-self.pass_length // batch_size)

    def take(self, n_passes: int) -> IntArray:
        """Return the next passes, (n_passes * pass_length,)."""
        if self._sampling == "replacement":
            size = n_passes * self.pass_length
            return self._generator.integers(self._n_rows, size=size, dtype=np.int64)
        in_order = np.arange(self._n_rows, dtype=np.int64)
        if self._sampling == "shuffle" and n_passes == 1:
            return self._generator.permutation(in_order)
        passes = np.tile(in_order, (n_passes, 1))
        if self._sampling == "shuffle":
            self._generator.permuted(passes, axis=1, out=passes)
        return passes.ravel()

    def batches(self, batch_size: int) -> Iterator[IntArray]:
        """Yield one batch after another, without end, cut from passes; each is drawn when due."""
        self.cut_into(batch_size)
        while True:
            order = self.take(1)
            for start in range(0, len(order), batch_size):
                yield order[start : start + batch_size]


def row_orders(n_rows: int, batch_size: int, sampling: str, seed: int) -> Iterator[IntArray]:
    """Yield one pass of `RowOrders` after another."""
    orders = RowOrders(n_rows, batch_size, sampling, seed)
    while True:
        yield orders.take(1)


def row_batches(n_rows: int, batch_size: int, sampling: str, seed: int) -> Iterator[IntArray]:
    """Yield the row numbers of one batch after another, without end.

    >>> batches = row_batches(5, 2, "sequential", seed=0)
    >>> [next(batches).tolist() for _ in range(4)]
    [[0, 1], [2, 3], [4], [0, 1]]
    """
    return RowOrders(n_rows, batch_size, sampling, seed).batches(batch_size)
