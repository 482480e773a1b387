"""The processes of one run: who this one is, and sums over all of them."""

from __future__ import annotations

import json
from typing import Any, Final, Protocol

import numpy as np

from linreg_core.arrays import FloatArray


class Ranks(Protocol):
    """Processes numbered 0 ... n_ranks - 1, which all make the same calls in the same order."""

    @property
    def rank(self) -> int:
        """The number of this one."""

    @property
    def n_ranks(self) -> int:
        """How many there are."""

    def summed(self, values: FloatArray) -> FloatArray:
        """Return the sum of what all of them give, the same on each.

        Where all but one give 0 for a number it is that one's, without rounding.
        """


class _OneRank:
    rank = 0
    n_ranks = 1

    def summed(self, values: FloatArray) -> FloatArray:
        return values


ONE_RANK: Final[Ranks] = _OneRank()
"""A process by itself."""


def told_to_all(ranks: Ranks, found: Any) -> list[Any]:
    """Return what each rank has found, as JSON keeps it, in the order of the ranks."""
    own = np.frombuffer(json.dumps(found).encode(), dtype=np.uint8)
    lengths = np.zeros(ranks.n_ranks)
    lengths[ranks.rank] = len(own)
    ends = np.cumsum(ranks.summed(lengths)).astype(np.int64).tolist()
    values = np.zeros(ends[-1])
    values[ends[ranks.rank] - len(own) : ends[ranks.rank]] = own
    every = ranks.summed(values).astype(np.uint8).tobytes()
    starts = [0, *ends[:-1]]
    return [json.loads(every[a:b]) for a, b in zip(starts, ends, strict=True)]
