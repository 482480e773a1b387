"""Work that takes long, in threads beside the trainer's: large problems do not hold up small ones.

The work pauses often (`linreg_core.pauses`), and ends at its next pause once nobody wants it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Generic, TypeVar

from linreg_core.pauses import pausing

LARGE_CELLS = 1_000_000  # from here a pass over the rows takes milliseconds
_NICENESS = 10
T = TypeVar("T")


class Unwanted(Exception):
    """The work was given up: nobody waits for its result."""


class Job(Generic[T]):
    """A piece of work that can be given up."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._is_unwanted = False
        self.future: Future[None] | None = None  # once it was handed to an executor
        self._results: list[T] = []

    def hand_to(self, executor: Executor) -> Future[None]:
        """Has one of the executor's threads do the work.

        Raises:
            Unwanted: it was given up.
        """
        self._look_up()
        self.future = executor.submit(self)
        return self.future

    def give_up(self) -> None:
        """Ends the work: now where it has not begun, else at its next pause."""
        self._is_unwanted = True
        if self.future is not None:
            self.future.cancel()

    def result(self) -> T:
        """What came of the work, once: the job lets go of it.

        Not from the future: asyncio's wrapping ties it into a cycle that only the garbage
        collection ends, so that a large problem stayed.
        """
        return self._results.pop()

    def __call__(self) -> None:
        """Does the work.

        Raises:
            Unwanted: it was given up.
        """
        self._look_up()
        with pausing(self._look_up):
            self._results.append(self._work())

    def _look_up(self) -> None:
        if self._is_unwanted:
            raise Unwanted


class Preparers:
    """The threads. What is large has one for problems and one for least-squares fits."""

    def __init__(self) -> None:
        self.small: Executor = ThreadPoolExecutor(2, "preparer")
        self.large: Executor = ThreadPoolExecutor(1, "large-preparer", stand_back)
        self.large_fits: Executor = ThreadPoolExecutor(1, "large-fits", stand_back)

    def stop(self) -> None:
        """Lets every thread end."""
        for executor in (self.small, self.large, self.large_fits):
            executor.shutdown(wait=False, cancel_futures=True)


def stand_back() -> None:
    """Lets this thread work when others do not want the processor, where the system can."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
