"""A room as a process knows it: one reader of its news, however many listen."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from dashboard.room.board import Board
from dashboard.room.errors import NoSuchRoom
from dashboard.room.listener import EVERYBODYS, Listener
from dashboard.room.people import Person
from dashboard.room.rooms import News, Rooms
from dashboard.room.shown_watch import ShownWatch
from dashboard.room.tasks import Task
from dashboard.room.told import RoomChange, RoomChanges
from dashboard.watch.watches import Watches

LOOK_SECONDS = 0.25
"""How often a room is looked at for what other processes have made."""
BOARD_SECONDS = 1.0
"""How often a board that is revealed is told again, at most."""
_LINGER_SECONDS = 60.0  # for which a room is looked at after the last who has asked for something
_MOST_KNOWN = 2_000  # people of a room whose tokens are remembered

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

Dress = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes of a room's state as it is stored what browsers are told."""


class Ask(Protocol):
    """Calls a function of the store, in a thread."""

    async def __call__(self, ask: Callable[..., _T], *args: Any) -> _T: ...


@dataclass(frozen=True)
class Services:
    """What a room needs of its process."""

    rooms: Rooms
    dress: Dress
    ask: Ask
    watches: Watches


def now() -> float:
    """The loop's clock, in seconds."""
    return asyncio.get_running_loop().time()


class Channel:
    """A room as this process knows it, and those who listen to it here. Event loop only."""

    def __init__(self, code: str, services: Services) -> None:
        self.code, self._services = code, services
        self.n = 0  # the last change that was told
        self._listeners: set[Listener] = set()
        self._wake = asyncio.Event()
        self._looking = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None
        self._state: RoomChange | None = None
        self._board: Board | None = None
        self._playhead: RoomChange | None = None
        self._playhead_n = 0
        self._shown = ShownWatch(services.watches)
        self._is_board_old = False
        self._board_at = -BOARD_SECONDS
        self._tasks: dict[int, Task] = {}
        self._people: dict[str, Person] = {}
        self._removed: set[int] = set()
        self._keys: set[str] = set()
        self._used_at = now()
        self.is_closed = False

    @property
    def is_wanted(self) -> bool:
        """Whether anybody listens, or has asked for something lately."""
        return bool(self._listeners) or now() - self._used_at < _LINGER_SECONDS

    def is_used(self) -> None:
        """Somebody asks for something."""
        self._used_at = now()

    @property
    def state(self) -> dict[str, Any]:
        """The newest state, as browsers are told it."""
        assert self._state is not None
        return self._state.body

    def wake(self) -> None:
        """This process has changed the room."""
        self._wake.set()

    async def open(self) -> None:
        """Read where the room stands.

        Raises NoSuchRoom.
        """
        news = await self._news()
        self.n = news.n
        await self._take_state(await self._ask(self._services.rooms.state))
        await self._tell_playhead(news)
        self._reading = asyncio.create_task(self._read())

    def close(self) -> None:
        """Send everybody away, and look no more."""
        self.is_closed = True
        if self._reading is not None:
            self._reading.cancel()
        self._shown.let_go()
        for listener in self._listeners:
            listener.close()

    async def person(self, token: str) -> Person | None:
        """Return who has this token, None where nobody of the room does."""
        if token not in self._people:
            found = await self._ask(self._services.rooms.person, token)
            if found is None:
                return None
            while len(self._people) >= _MOST_KNOWN:
                self._people.pop(next(iter(self._people)))
            self._people[token] = found
        person = self._people[token]
        is_removed = person.is_removed or person.id in self._removed
        return replace(person, is_removed=is_removed)

    async def is_presenter(self, key: str) -> bool:
        """Whether this is the presenter's key."""
        if key not in self._keys and await self._ask(self._services.rooms.is_presenter, key):
            self._keys = {key}
        return key in self._keys

    async def task(self, number: int) -> Task:
        """Return a task of the room.

        Raises NoSuchTask.
        """
        is_newest = number == self.state["task"]["number"]
        if number not in self._tasks or not is_newest:
            self._tasks = {number: await self._ask(self._services.rooms.task, number)}
        return self._tasks[number]

    def is_over(self, number: int) -> bool:
        """Whether no run of a task may begin any more."""
        task = self.state["task"]
        ends_at, is_closed = task["endsAt"], self.state["hasEnded"]
        return (
            is_closed
            or number != task["number"]
            or (ends_at is not None and time.time() >= ends_at)
        )

    async def listen(self, person_id: int | None, after: int) -> AsyncIterator[RoomChange]:
        """Return where the room stands, then what has happened since `after`, then what happens."""
        listener = Listener(person_id)
        self._listeners.add(listener)
        try:
            head = self.n
            for change in self.standing(person_id):
                yield change
            async for change in self.since(person_id, after, head):
                yield change
            while not listener.is_over:
                for change in await listener.take():
                    if change.n > head or change.kind in EVERYBODYS:
                        yield self._for(person_id, change)
        finally:
            self._listeners.discard(listener)

    def standing(self, person_id: int | None) -> list[RoomChange]:
        """Return state and, where there are any, board and playhead: the newest of each."""
        board = None if self._board is None else RoomChange(self.n, "board", {})
        found = [self._state, board, self._playhead]
        return [self._for(person_id, change) for change in found if change is not None]

    async def since(
        self, person_id: int | None, after: int, head: int
    ) -> AsyncIterator[RoomChange]:
        """Return persons and dots that came after `after`, up to `head`."""
        while True:
            page = await self.page(person_id, after)
            for change in page.changes:
                if change.kind != "room" and change.n <= head:
                    yield change
            if not page.more:
                return
            after = page.n

    async def page(self, person_id: int | None, after: int) -> RoomChanges:
        """Return a page of what came after `after`, as it is stored."""
        return await self._ask(self._services.rooms.changes, after, person_id)

    async def _read(self) -> None:
        """Look for news until nobody has asked for them for a while."""
        while self.is_wanted:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self.look()
            except NoSuchRoom:  # it was deleted
                return self.close()
            except Exception:
                _log.exception("A room's news could not be read; they will be asked for again")
                await asyncio.sleep(LOOK_SECONDS)
        self.close()

    async def look(self) -> None:
        """Read what is new, and tell it."""
        async with self._looking:  # two who read the same news would tell them twice
            news = await self._news()
            if news.n > self.n:
                await self._tell_news()
            if news.playhead_n != self._playhead_n or self._shown.has_next:
                await self._tell_playhead(news)
            if self._is_board_old and now() - self._board_at >= BOARD_SECONDS:
                await self._tell_board()

    async def _news(self) -> News:
        found = await self._services.ask(self._services.rooms.news, [self.code])
        if self.code not in found:
            raise NoSuchRoom
        return found[self.code]

    async def _tell_news(self) -> None:
        page = await self.page(None, self.n)
        for change in page.changes:
            if change.kind == "room":
                await self._take_state(change)
            else:
                self._note(change)
                self._tell(change)
            self.n = max(self.n, change.n)
        self.n = max(self.n, page.n)
        if page.more:
            self.wake()

    def _note(self, change: RoomChange) -> None:
        if change.kind == "person":
            id = change.body["id"]
            self._people = {t: p for t, p in self._people.items() if p.id != id}
            if change.body["isRemoved"]:  # one who was read before may be noted after
                self._removed.add(id)
        self._is_board_old = self._is_board_old or self._board is not None

    async def _take_state(self, change: RoomChange) -> None:
        """The room's state is another one; with it, perhaps, a board is to be told or forgotten."""
        self._state = RoomChange(change.n, change.kind, self._services.dress(change.body))
        self._tell(self._state)
        if self.state["hasEnded"]:
            self._shown.let_go()
        if not self.state["isRevealed"]:
            self._board, self._is_board_old = None, False
        elif self._board is None or self._board.task != self.state["task"]["number"]:
            await self._tell_board()

    async def _tell_board(self) -> None:
        self._is_board_old, self._board_at = False, now()
        self._board = await self._ask(self._services.rooms.board, self.state["task"]["number"])
        self._tell(RoomChange(self.n, "board", {}))

    async def _tell_playhead(self, news: News) -> None:
        self._playhead_n = news.playhead_n
        body = await self._ask(self._services.rooms.playhead)
        if body is None or (told := self._shown.told(body, time.time())) is None:
            return
        self._playhead = RoomChange(self.n, "playhead", told)
        self._tell(self._playhead)

    def _tell(self, change: RoomChange) -> None:
        is_removal = change.kind == "person" and change.body["isRemoved"]
        for listener in tuple(self._listeners):
            if listener.hears(change):
                listener.tell(change)
            if is_removal and listener.person_id is not None and listener.is_of(change):
                listener.close()

    def _for(self, person_id: int | None, change: RoomChange) -> RoomChange:
        """Return a change as one person is told it now: a board says where they stand."""
        if change.kind == "room":  # a countdown goes by the server's clock
            return RoomChange(change.n, change.kind, {**change.body, "now": time.time()})
        if change.kind == "board" and self._board is not None:
            return RoomChange(change.n, change.kind, self._board.body(person_id))
        return change

    async def _ask(self, ask: Callable[..., _T], *args: Any) -> _T:
        return await self._services.ask(ask, self.code, *args)
