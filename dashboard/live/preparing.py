"""Work that takes long, in threads beside the one that trains.

The work pauses often (`linreg_core.pauses`), and ends at its next pause once nobody wants it.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from linreg_core import LinregError
from linreg_core.pauses import pausing

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Unwanted(Exception):
    """The work was given up: nobody waits for its result."""


class Job(Generic[_T]):
    """A piece of work that can be given up.

    What comes of it, value or error, is not in the future: asyncio ties futures into cycles that
    only the garbage collection ends, and a large problem would stay that long.
    """

    def __init__(self, work: Callable[[], _T]) -> None:
        self._work: Callable[[], _T] | None = work  # until it is done
        self._is_unwanted = False
        self.future: Future[None] | None = None  # once it was handed to an executor
        self._results: list[_T] = []
        self._error: BaseException | None = None

    def hand_to(self, executor: Executor) -> Future[None]:
        """Have one of the executor's threads do the work.

        Raises Unwanted when it was given up.
        """
        self._look_up()
        self.future = executor.submit(self)
        return self.future

    async def done_in(self, executor: Executor) -> _T:
        """Return what comes of the work, done by one of the executor's threads.

        Raises Unwanted when it was given up, or else the work's own error.
        """
        await asyncio.wrap_future(self.hand_to(executor))
        return self.result()

    def give_up(self) -> None:
        """End the work: now where it has not begun, else at its next pause."""
        self._is_unwanted = True
        if self.future is not None:
            self.future.cancel()

    def result(self) -> _T:
        """Return what came of the work, once: the job lets go of it.

        Raises Unwanted when it was given up, or else the work's own error.
        """
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
            return self._results.pop()
        finally:
            del error  # it holds this frame, and all above it

    def __call__(self) -> None:
        """Do the work, once."""
        work, self._work = self._work, None
        assert work is not None
        try:
            self._look_up()
            with pausing(self._look_up):
                self._results.append(work())
        except BaseException as error:
            if not isinstance(error, (Unwanted, LinregError, MemoryError)):
                _log.exception("Work for a run failed")
            _let_go_of_frames(error)
            self._error = error

    def _look_up(self) -> None:
        if self._is_unwanted:
            raise Unwanted


def _let_go_of_frames(error: BaseException | None) -> None:
    """Free what functions had in their hands when they failed: large arrays, half made."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error.__traceback__ = None
        error = error.__context__


class Preparers:
    """The threads: one makes problems and copies of them; others fit, diagnose and make files."""

    def __init__(self) -> None:
        self.problems: Executor = ThreadPoolExecutor(1, "problems")
        self.fits: Executor = ThreadPoolExecutor(1, "fits")
        self.diagnoses: Executor = ThreadPoolExecutor(1, "diagnoses")
        self.files: Executor = ThreadPoolExecutor(1, "files")

    def stop(self) -> None:
        """Let every thread end."""
        for executor in (self.problems, self.fits, self.diagnoses, self.files):
            executor.shutdown(wait=False, cancel_futures=True)
