"""Which rows each update sees: the one source of batches (and of seeds) for every engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from linreg_core.arrays import IntArray

DRAWN_AT_ONCE = 65_536
"""About how many row numbers "replacement" draws at a time; part of what a seed means."""


def init_generator(seed: int) -> np.random.Generator:
    """Return the generator that draws a run's initial parameters."""
    return np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[0])


def batch_generator(seed: int) -> np.random.Generator:
    """Return the generator that draws a run's batches."""
    return np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[1])


def row_orders(n_rows: int, batch_size: int, sampling: str, seed: int) -> Iterator[IntArray]:
    """Yield row numbers without end, in arrays that are cut into batches from their start.

    The last batch of an array is shorter where `batch_size` does not divide its length. An
    array is one pass over the rows for "shuffle" (a new permutation each) and "sequential"
    (file order), and a few hundred independent draws for "replacement".
    """
    generator = batch_generator(seed)
    in_order = np.arange(n_rows, dtype=np.int64)
    n_drawn = batch_size * max(1, DRAWN_AT_ONCE // batch_size)
    while True:
        if sampling == "shuffle":
            yield generator.permutation(n_rows)
        elif sampling == "sequential":
            yield in_order
        else:
            yield generator.integers(n_rows, size=n_drawn, dtype=np.int64)


def row_batches(n_rows: int, batch_size: int, sampling: str, seed: int) -> Iterator[IntArray]:
    """Yield the row numbers of one batch after another, without end.

    >>> batches = row_batches(5, 2, "sequential", seed=0)
    >>> [next(batches).tolist() for _ in range(4)]
    [[0, 1], [2, 3], [4], [0, 1]]
    """
    for order in row_orders(n_rows, batch_size, sampling, seed):
        for start in range(0, len(order), batch_size):
            yield order[start : start + batch_size]
