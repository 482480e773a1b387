"""The trainers' memory: everything that takes much of it is counted here before it is made.

What does not fit waits for a while, and is then refused with the numbers. Runs that need little
never wait behind large ones: a part of the budget is theirs.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dashboard.byte_settings import bytes_set
from dashboard.live.roles import LARGE, ROLES, SMALL
from linreg_core import DataError
from linreg_core.memory import size_text

TRAINER_LIMIT_VARIABLE = "LINREG_LIVE_TRAINER_MB"
"""The environment variable that bounds the memory of both trainers together, in megabytes."""
DEFAULT_SHARE = 0.6  # of the machine's or the container's memory
SMALL_SHARE = 0.2  # of what is left for data and runs: the small trainer's
LEAST_BYTES = 64_000_000  # for data, however little there is
LITTLE_BYTES = 24_000_000  # what a run may take of the part that large ones leave free
LITTLE_SHARE = 0.1
WAIT_SECONDS = 5.0
_REMEDY = "fewer rows or features, or no random test split, need less"
_CONTAINER_FILES = (
    "/sys/fs/cgroup/memory.max",  # version 2
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",  # version 1; a huge number where unlimited
)
_log = logging.getLogger(__name__)


class NoRoomNow(Exception):
    """What was asked for finds no room at the moment; there may be some later."""


class Reservation:
    """Memory that is spoken for, until it is released."""

    def __init__(self, n_bytes: int, give_back: Callable[[int], None]) -> None:
        self.n_bytes = n_bytes
        self._give_back = give_back

    def release(self) -> None:
        """Give it back. Safe from every thread, repeatedly."""
        n_bytes, self.n_bytes = self.n_bytes, 0
        if n_bytes:
            self._give_back(n_bytes)

    def split(self, n_bytes: int) -> Reservation:
        """Take a part out, to be released by itself."""
        n_bytes = min(n_bytes, self.n_bytes)
        self.n_bytes -= n_bytes
        return Reservation(n_bytes, self._give_back)


class MemoryBudget:
    """Who has how much of `limit` bytes. Event loop only, but for `Reservation.release`.

    `make_room` is asked for a number of bytes when they are missing: caches yield first.
    """

    def __init__(self, limit: int, wait_seconds: float = WAIT_SECONDS) -> None:
        self.limit = limit
        self.taken = 0
        self.make_room: Callable[[int], None] = lambda n_bytes: None
        self._wait_seconds = wait_seconds
        self._queue: list[tuple[int, asyncio.Future[Reservation]]] = []

    def most(self, n_bytes: int) -> int:
        """Return the most that may be taken when somebody asks for so much."""
        share = LITTLE_SHARE if n_bytes > LITTLE_BYTES else 0.0
        return int(self.limit * (1 - share))

    def take(self, n_bytes: int) -> Reservation | None:
        """Reserve memory if there is room now, or can be made at once."""
        missing = self.taken + n_bytes - self.most(n_bytes)
        if missing > 0:
            self.make_room(missing)
            missing = self.taken + n_bytes - self.most(n_bytes)
        if missing > 0:
            return None
        self.taken += n_bytes
        loop = asyncio.get_running_loop()

        def give_back(count: int) -> None:
            with suppress(RuntimeError):  # the loop has closed: the process is on its way out
                loop.call_soon_threadsafe(self._give_back, count)

        return Reservation(n_bytes, give_back)

    async def reserve(self, n_bytes: int, what: str) -> Reservation:
        """Reserve memory for `what`, waiting for it if need be.

        Raises DataError when it could never fit, and NoRoomNow when it did not fit while it waited.
        """
        if n_bytes > self.most(n_bytes):
            raise DataError(
                f"{what} need about {size_text(n_bytes)} of memory, and there are "
                f"{size_text(self.most(n_bytes))} for all runs: {_REMEDY}."
            )
        waiting: asyncio.Future[Reservation] = asyncio.get_running_loop().create_future()
        self._queue.append((n_bytes, waiting))
        self._serve()
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await _not_lost(waiting)
        except TimeoutError:
            raise NoRoomNow(self.full_text(n_bytes, what)) from None
        finally:
            self._queue = [entry for entry in self._queue if entry[1] is not waiting]

    def _serve(self) -> None:
        """Give out what there is, in the order of asking; who needs little waits for nobody."""
        is_held_up = False
        for n_bytes, waiting in self._queue:
            if waiting.done() or (is_held_up and n_bytes > LITTLE_BYTES):
                continue
            if (reservation := self.take(n_bytes)) is not None:
                waiting.set_result(reservation)
            else:
                is_held_up = True

    def _give_back(self, n_bytes: int) -> None:
        self.taken -= n_bytes
        self._serve()

    def full_text(self, n_bytes: int, what: str) -> str:
        """Return what is said where `what` finds no room now."""
        free = max(0, self.most(n_bytes) - self.taken)
        return (
            f"{what} need about {size_text(n_bytes)} of memory, and {size_text(free)} are free "
            f"beside other people's runs. Yours starts as soon as there is room; {_REMEDY}."
        )


async def _not_lost(waiting: asyncio.Future[Reservation]) -> Reservation:
    """Return what is waited for; given back where it comes in the very moment of giving up."""
    try:
        return await waiting
    except asyncio.CancelledError:
        if waiting.done() and not waiting.cancelled():
            waiting.result().release()
        raise


def trainer_limit() -> int:
    """Return how many bytes both trainers together may take, as the server is set."""
    return bytes_set(TRAINER_LIMIT_VARIABLE, int(DEFAULT_SHARE * available_memory()))


def data_limits() -> dict[str, int]:
    """Return what is left of it for data and runs, by the name of the trainer's role."""
    free = trainer_limit() - sum(role.own_bytes + role.fit_bytes for role in ROLES.values())
    small = max(LEAST_BYTES, int(SMALL_SHARE * free))
    return {SMALL.name: small, LARGE.name: max(LEAST_BYTES, free - small)}


def available_memory() -> int:
    """Return the memory of the machine, or of the container if that is less, in bytes."""
    sizes = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in _CONTAINER_FILES:
        with suppress(OSError, ValueError):  # no such file, or "max"
            sizes.append(int(Path(file).read_text()))
    return min(sizes)
