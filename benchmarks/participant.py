"""A participant of a room without a browser: joins, listens, and sets knobs, as its page does."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from benchmarks.server import HOST
from benchmarks.stream import Fetched, fetch_run
from dashboard.room.rooms import NewRoom, Rooms
from dashboard.settings import make_settings
from dashboard.store.database import DATABASE_VARIABLE, Store

LINE = make_settings("line", {"noise": 0.3}, n_epochs=1000)
_CONNECTIONS = 6  # as many as a browser opens to one server
_BACK_SECONDS = 0.3
_FULL = 429
_GZIPPED = b"\x1f\x8b"
_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Database:
    """A store that a server and this process share. `environment` is what the server is told."""

    rooms: Rooms
    environment: dict[str, str]

    def open_room(self) -> NewRoom:
        """Open a room, as a presenter's page does."""
        return self.rooms.create(LINE.run_spec, ["learning_rate"])


@contextmanager
def new_database(url: str | None = None) -> Iterator[Database]:
    """A store in a folder of its own, or at an address."""
    with TemporaryDirectory() as folder:
        url = url or f"sqlite:///{Path(folder) / 'rooms.sqlite'}"
        store = Store(url)
        store.migrate()
        try:
            yield Database(Rooms(store, max_people=1000), {DATABASE_VARIABLE: url})
        finally:
            store.dispose()


@dataclass
class Heard:
    """What the room's events have told, and when; clocks are `time.perf_counter`."""

    states: list[dict[str, Any]] = field(default_factory=list)
    boards: list[float] = field(default_factory=list)
    dots: dict[tuple[int, str], list[float]] = field(default_factory=dict)
    n_connections: int = 0
    last: int = 0
    connected_at: float = 0.0

    def take(self, n: int, kind: str, body: dict[str, Any]) -> None:
        self.last = max(self.last, n)
        if kind == "room":
            self.states.append(body)
        elif kind == "board":
            self.boards.append(time.perf_counter())
        elif kind == "dot":
            self.dots.setdefault((body["person"], body["run"]), []).append(time.perf_counter())


class Listener:
    """Hears a room's events, and comes back whenever the connection breaks."""

    def __init__(self, port: int, code: str, token: str) -> None:
        self.port, self.code, self.token = port, code, token
        self.heard = Heard()
        self.listening: asyncio.Task[None] | None = None

    def listen(self) -> None:
        self.listening = asyncio.create_task(self._listen())

    def hang_up(self) -> None:
        if self.listening is not None:
            self.listening.cancel()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}/{path}"

    async def _listen(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(None)) as session:
            while True:
                with suppress(aiohttp.ClientError, OSError):
                    await self._hear(session)
                await asyncio.sleep(_BACK_SECONDS)

    async def _hear(self, session: aiohttp.ClientSession) -> None:
        url = self.url(f"room/{self.code}/events?after={self.heard.last}")
        async with session.get(url, headers=self.headers) as answer:
            answer.raise_for_status()
            self.heard.n_connections += 1
            event: dict[str, str] = {}
            async for line in answer.content:
                name, _, text = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = text
                    continue
                if "event" in event:
                    self.heard.connected_at = time.perf_counter()
                    body = json.loads(event["data"])
                    self.heard.take(int(event["id"]), event["event"], body)
                event = {}


class Participant(Listener):
    """A person in a room."""

    def __init__(self, port: int, code: str) -> None:
        super().__init__(port, code, secrets.token_urlsafe(18))
        self.visitor = secrets.token_urlsafe(18)
        self.id = 0

    async def load_page(self) -> tuple[int, int]:
        """Loads the page with all that it names; returns files and compressed bytes."""
        connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
            page = await self._load(session, f"join/{self.code}")
            names = set(re.findall(r'(?:href|src)="([^"]*live/assets/[^"]+)"', _unpacked(page)))
            paths = [name.removeprefix("/") for name in sorted(names)]
            files = await asyncio.gather(*(self._load(session, path) for path in paths))
        return 1 + len(files), len(page) + sum(map(len, files))

    async def _load(self, session: aiohttp.ClientSession, path: str) -> bytes:
        async with session.get(self.url(path)) as answer:
            answer.raise_for_status()
            return await answer.read()

    async def join(self) -> int:
        """Joins the room; returns the status of the answer."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                self.url(f"room/{self.code}/people"), headers=self.headers, json={}
            ) as answer,
        ):
            if answer.status == 200:
                self.id = (await answer.json())["person"]["id"]
            return answer.status

    async def set_rate(self, learning_rate: float, task: int = 1) -> Fetched:
        """Sets the learning rate and waits for the run, for as long as there is no room for it."""
        query = f"task={task}&visitor={self.visitor}&slot=0&learning_rate={learning_rate!r}"
        path = f"/room/{self.code}/run?{query}"
        fetched = Fetched(time.perf_counter())
        while (await fetch_run(self.port, path, fetched, self.token)).status == _FULL:
            await asyncio.sleep(_BACK_SECONDS)
        return fetched


async def all_in(people: list[Participant]) -> list[int]:
    """Everybody joins and listens, some at a time; returns what they are answered."""
    statuses = []
    for first in range(0, len(people), 20):
        some = people[first : first + 20]
        statuses += await asyncio.gather(*(person.join() for person in some))
    for person, status in zip(people, statuses, strict=True):
        if status == 200:
            person.listen()
    return statuses


def hang_up(people: Sequence[Listener]) -> None:
    for person in people:
        person.hang_up()


async def until(condition: Callable[[], Any], may_fail: bool = False) -> None:
    deadline = time.perf_counter() + _WAIT_SECONDS
    while not condition():
        if time.perf_counter() > deadline:
            if may_fail:
                return
            raise TimeoutError("What was waited for has not come.")
        await asyncio.sleep(0.01)


def _unpacked(page: bytes) -> str:
    return (gzip.decompress(page) if page.startswith(_GZIPPED) else page).decode()
