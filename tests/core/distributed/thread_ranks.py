"""Ranks that are threads of one process: they sum as others do, and start at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from linreg_core.distributed import Ranks

FoundT = TypeVar("FoundT")
_SECONDS = 60


class _ThreadRank:
    def __init__(self, rank: int, given: list[np.ndarray], barrier: threading.Barrier) -> None:
        self.rank, self.n_ranks = rank, len(given)
        self._given, self._barrier = given, barrier

    def summed(self, values: np.ndarray) -> np.ndarray:
        self._given[self.rank] = np.array(values)
        self._barrier.wait(_SECONDS)
        found = np.sum(self._given, axis=0)
        self._barrier.wait(_SECONDS)
        return np.asarray(found)


def on_ranks(n_ranks: int, work: Callable[[Ranks], FoundT]) -> list[FoundT]:
    """Return what each of so many ranks finds; a mistake of one is raised."""
    given, barrier = [np.empty(0)] * n_ranks, threading.Barrier(n_ranks)

    def one(rank: int) -> FoundT:
        try:
            return work(_ThreadRank(rank, given, barrier))
        except BaseException:
            barrier.abort()
            raise

    with ThreadPoolExecutor(n_ranks) as threads:
        return list(threads.map(one, range(n_ranks)))
