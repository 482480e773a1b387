"""Sessions' scripts run one after the other, where none takes long."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_SECONDS = 0.15
"""How long a turn holds up others: a script that takes longer goes on beside theirs."""


class _Turn:
    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self._at = 0.0

    def begin(self) -> None:
        self._at = time.monotonic()
        self.has_begun.set()

    @property
    def seconds_left(self) -> float:
        return self._at + LONGEST_SECONDS - time.monotonic()


class Turns:
    """Hands out turns, in the order of asking.

    Side by side, scripts would take turns at the interpreter's lock: all would be done late, and
    the event loop, which streams runs, would wait for each of them whenever it has something to
    do. One after the other, half of them are done before any would be, and the last is no later.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[_Turn] = deque()  # the first one has begun

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn; it ends with the block, or when it has held up others for too long."""
        own = _Turn()
        with self._lock:
            self._queue.append(own)
            if self._queue[0] is own:
                own.begin()
        try:
            while not own.has_begun.wait(self._seconds_left()):
                self._end_overdue()
            yield
        finally:
            self._end(own)

    @property
    def n_waiting(self) -> int:
        """How many wait for the turn of another."""
        return max(0, len(self._queue) - 1)

    def _seconds_left(self) -> float:
        with self._lock:
            return max(0.0, self._queue[0].seconds_left)

    def _end_overdue(self) -> None:
        with self._lock:
            if self._queue[0].seconds_left <= 0.0:
                self._pass_on()

    def _end(self, turn: _Turn) -> None:
        with self._lock:
            if self._queue and self._queue[0] is turn:
                self._pass_on()
            elif turn in self._queue:  # it was given up before it began
                self._queue.remove(turn)

    def _pass_on(self) -> None:
        self._queue.popleft()
        if self._queue:
            self._queue[0].begin()
