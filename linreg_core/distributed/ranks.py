"""The processes of one run: who this one is, and sums over all of them."""

from __future__ import annotations

from typing import Final, Protocol

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
