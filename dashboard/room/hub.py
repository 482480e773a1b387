"""The rooms of a process, by their codes.

Rooms are in the store, where any process may change them. For each room that somebody here listens
to there is one `Channel`, however many listen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from dashboard.room.channel import Channel, Dress, Services
from dashboard.room.codes import read_code
from dashboard.room.rooms import Rooms
from dashboard.watch.watches import Watches

_N_THREADS = 4
_T = TypeVar("_T")


class Hub:
    """Finds a room's channel, and asks the store in threads. Event loop only."""

    def __init__(self, rooms: Rooms, dress: Dress = dict, watches: Watches | None = None) -> None:
        self.rooms = rooms
        self._services = Services(rooms, dress, self.ask, watches or Watches())
        self._channels: dict[str, asyncio.Task[Channel]] = {}
        self._threads = ThreadPoolExecutor(_N_THREADS, "rooms")

    async def ask(self, ask: Callable[..., _T], *args: Any, **named: Any) -> _T:
        """Return what the store answers, which takes a thread: it may wait for its disk."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(ask, *args, **named))

    async def channel(self, code: str) -> Channel:
        """Return the room of that code.

        Raises NoSuchRoom.
        """
        code = read_code(code)
        opening = self._channels.get(code)
        if opening is None or _is_of_no_use(opening):
            self._channels = {c: o for c, o in self._channels.items() if not _is_of_no_use(o)}
            opening = self._channels[code] = asyncio.create_task(self._opened(code))
        channel = await asyncio.shield(opening)
        channel.is_used()
        return channel

    async def _opened(self, code: str) -> Channel:
        channel = Channel(code, self._services)
        await channel.open()
        return channel

    def send_away(self) -> None:
        """End everybody's stream; they come back for the rest."""
        for opening in self._channels.values():
            opening.cancel()
            if opening.done() and not _is_of_no_use(opening):
                opening.result().close()
        self._channels.clear()

    def close(self) -> None:
        """Send everybody away, for good."""
        self.send_away()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _is_of_no_use(opening: asyncio.Task[Channel]) -> bool:
    """Whether there was no such room, or it is forgotten, or deleted."""
    if not opening.done():
        return False
    return opening.cancelled() or opening.exception() is not None or opening.result().is_closed
