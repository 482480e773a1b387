"""How often somebody may do something: so many times a window of time, then no more in it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable


class RateLimit:
    """Counts by key, anew in each window: `most` times in `seconds`. Event loop only.

    >>> limit = RateLimit(2, seconds=60, clock=lambda: 0.0)
    >>> [limit.takes("ann"), limit.takes("ann"), limit.takes("ann"), limit.takes("bob")]
    [True, True, False, True]
    """

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._began = clock()
        self._counts: Counter[Hashable] = Counter()

    def takes(self, key: Hashable) -> bool:
        """Count one more, and return whether it is within the limit."""
        self._turn()
        self._counts[key] += 1
        return self._counts[key] <= self._most

    def is_used_up(self, key: Hashable) -> bool:
        """Whether the next one would be past the limit."""
        self._turn()
        return self._counts[key] >= self._most

    def _turn(self) -> None:
        if self._clock() - self._began >= self._seconds:
            self._began = self._clock()
            self._counts.clear()
