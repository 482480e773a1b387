"""The rooms of this process, one service per process: the store, who listens, and what is held."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from dashboard.live.held_data import HeldData
from dashboard.live.server import LiveServer, live_server
from dashboard.room.browser_state import told_by
from dashboard.room.class_runs import Turnstile
from dashboard.room.codes import read_code
from dashboard.room.errors import NoSuchRoom
from dashboard.room.hub import Hub
from dashboard.room.rate_limit import RateLimit
from dashboard.room.rooms import Rooms
from dashboard.store.database import shared_store
from dashboard.watch.watches import Watches, watch_server

GUESSES_A_MINUTE = 60
"""Unknown codes from one address; then nobody new comes in from there until the minute is over."""
RUNS_A_SECOND = 40
"""Runs and previews that one person may ask for."""
CHANGES_A_SECOND = 20
"""What a presenter, or a participant, may change."""
_TIDY_SECONDS = 600.0
_log = logging.getLogger(__name__)


class RoomServer:
    """What a process needs to serve rooms. Nothing is written before somebody asks for a room."""

    def __init__(
        self, live: LiveServer, rooms: Rooms | None = None, watches: Watches | None = None
    ) -> None:
        self.live = live
        self.rooms = rooms or Rooms(shared_store())
        self.hub = Hub(self.rooms, told_by(live.addresses), watches)
        self.guesses = RateLimit(GUESSES_A_MINUTE, 60.0)
        self.runs = RateLimit(RUNS_A_SECOND, 1.0)
        self.changes = RateLimit(CHANGES_A_SECOND, 1.0)
        self.under_way = Turnstile()
        self._held: dict[str, HeldData] = {}
        live.is_shared = self._is_shared

    def keep(self, code: str, held: HeldData) -> None:
        """Keep a presenter's own data, in memory alone, for as long as their room is open."""
        self._held[read_code(code)] = held

    def _is_shared(self, data: object) -> bool:
        """Whether a presenter shares these data with a room that is open."""
        return any(held.spec == data for held in tuple(self._held.values()))

    def let_go(self, code: str) -> None:
        """Keep a room's data no longer."""
        self._held.pop(read_code(code), None)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Look after rooms that are over, and send everybody away at the end."""
        tidying = asyncio.create_task(self._tidy())
        self.live.at_end.append(self.hub.send_away)
        try:
            yield
        finally:
            tidying.cancel()
            self.hub.close()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(_TIDY_SECONDS)
            await self.tidy()

    async def tidy(self) -> None:
        """End rooms whose day is over, delete those of yesterday, and let go of their data."""
        try:
            await self.hub.ask(self.rooms.end_old)
            for code in tuple(self._held):
                if await self._is_over(code):
                    self.let_go(code)
        except Exception:
            _log.exception("Old rooms could not be looked after; they will be the next time")

    async def _is_over(self, code: str) -> bool:
        try:
            state = await self.hub.ask(self.rooms.state, code)
        except NoSuchRoom:
            return True
        return bool(state.body["hasEnded"])


@functools.cache
def room_server() -> RoomServer:
    """Return this process's rooms."""
    return RoomServer(live_server(), watches=watch_server().watches)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Start and end all that the pages need: trainers, and rooms."""
    async with live_server().lifespan(app) as state, room_server().lifespan():
        yield state
