"""A room served in the test's own process: its presenter and people, as their browsers speak."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette

from dashboard.room.room_server import RoomServer
from dashboard.room.rooms import Rooms
from dashboard.room.routes import room_routes
from dashboard.run_spec import RunSpec
from dashboard.settings import make_settings
from dashboard.store.database import Store
from dashboard.watch.watches import Watches
from tests.dashboard.serving import Answer, LocalServer, ask, until
from tests.dashboard.streams import received

LINE = make_settings("line", {"n_samples": 20, "noise": 0.3}, n_epochs=200)


class Classroom:
    """A room and a server for it. Use it in one event loop, and close it."""

    def __init__(
        self,
        live: LocalServer,
        folder: Path,
        free: tuple[str, ...] = ("learning_rate",),
        watches: Watches | None = None,
    ) -> None:
        self.live = live
        self.store = Store(f"sqlite:///{folder / 'rooms.sqlite'}")
        self.store.migrate()
        self.server = RoomServer(live, Rooms(self.store), watches)
        self.app = Starlette(routes=room_routes(self.server, ""))
        made = self.server.rooms.create(LINE.run_spec, free)
        self.code, self.key = made.code, made.key

    async def post(self, path: str, token: str = "", **body: Any) -> Answer:
        """What one who has a token, or a key, posts."""
        return await ask(
            self.app, f"/room/{self.code}/{path}", "POST", signed(token), json.dumps(body).encode()
        )

    async def get(self, path: str, token: str = "", **query: Any) -> Answer:
        """What one who has a token, or a key, gets."""
        question = f"?{urlencode(query)}" if query else ""
        return await ask(self.app, f"/room/{self.code}/{path}{question}", headers=signed(token))

    async def present(self, do: str, **body: Any) -> Answer:
        return await self.post("present", self.key, do=do, **body)

    async def join(self, name: str = "ann") -> str:
        """Joins somebody; returns the token."""
        token = token_for(name)
        answer = await self.post("people", token)
        assert answer.status == 200, answer.body
        return token

    async def run(self, token: str, task: int = 1, tab: str = "tab", **query: Any) -> Answer:
        visitor = token_for(token[:10] + tab)
        return await self.get("run", token, task=task, visitor=visitor, slot=0, **query)

    async def dots(self, token: str = "") -> list[dict[str, Any]]:
        """The dots that a person, or the presenter, is told."""
        answer = await self.get("changes", token or self.key, after=0)
        return [c["body"] for c in json.loads(answer.body)["changes"] if c["kind"] == "dot"]

    @asynccontextmanager
    async def listening(self, token: str, after: int = 0) -> AsyncIterator[Heard]:
        """One who hears the room's events for the length of a block."""
        heard = Heard()
        task = asyncio.ensure_future(self._listen(token, after, heard))
        await until(lambda: heard.changes or heard.is_over)
        yield heard
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _listen(self, token: str, after: int, heard: Heard) -> None:
        async def send(message: Any) -> None:
            heard.take(message.get("body", b""))

        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            return {}

        scope = {
            "type": "http",
            "method": "GET",
            "path": f"/room/{self.code}/events",
            "query_string": f"after={after}".encode(),
            "headers": [(b"authorization", f"Bearer {token}".encode())],
            "client": ("127.0.0.1", 50_000),
        }
        await self.app(scope, receive, send)
        heard.is_over = True

    def close(self) -> None:
        self.server.hub.close()
        self.store.dispose()


@dataclass
class Heard:
    """What came of a stream of events."""

    changes: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    is_over: bool = False
    _pending: str = ""

    def take(self, data: bytes) -> None:
        self._pending += data.decode()
        while "\n\n" in self._pending:
            event, _, self._pending = self._pending.partition("\n\n")
            fields = dict(line.split(": ", 1) for line in event.split("\n") if line[:1] != ":")
            if "event" in fields:
                self.changes.append(
                    (int(fields["id"]), fields["event"], json.loads(fields["data"]))
                )

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [body for _, each, body in self.changes if each == kind]


def signed(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def token_for(name: str) -> str:
    """A token as a browser draws one, but the same for the same name."""
    return (name + "-" * 30)[:30]


def end_of(answer: Answer) -> dict[str, Any]:
    """How the run that came ended."""
    return received(answer.body).the("end").fields


def spec_with(**values: Any) -> RunSpec:
    return make_settings("line", {"n_samples": 20, "noise": 0.3}, **values).run_spec
