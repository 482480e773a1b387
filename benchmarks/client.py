"""A visitor without a browser: the page's websocket, its widgets, and the runs that it is shown.

It says what a browser says: the address that it has last been given, the state of its sliders,
lists, toggles and number fields, and the hashes of the messages that it keeps.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from benchmarks.server import HOST, Server
from benchmarks.stream import Fetched, fetch_run
from benchmarks.widgets import moved, widget_state

RATES = ("0.05", "0.1", "0.2", "0.5")  # rungs of the learning rate at which a line is learned
_PLACEHOLDER = "PLACEHOLDER_AUTH_TOKEN"
_ANSWER_SECONDS = 30


@dataclass(frozen=True)
class Event:
    """Something that the page learned: "started", "run" (its path) or "finished" (its code)."""

    kind: str
    value: str
    at: float


@dataclass(frozen=True)
class Move:
    """A control's change and what it led to; clocks are `time.perf_counter`."""

    sent_at: float
    started_at: float
    shown_at: float
    finished_at: float
    fetched: Fetched


class Visitor:
    """One open page. Make one with `visiting`."""

    def __init__(self, port: int, socket: ClientConnection, query: str, page: str = "") -> None:
        self.port = port
        self.query, self._page = query, page
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self._socket = socket
        self._states: dict[str, WidgetState] = {}
        self._kept: dict[str, ForwardMsg] = {}
        self._looks: set[str] = set()  # fragments that the page runs again by itself
        self.run_path = self.run_id = ""
        self.command = ""  # that the page gives to send a run to it

    async def arrive(self) -> str:
        """Runs the page for the first time; the path of the run that it shows."""
        await self.rerun()
        await self.next_event("finished")
        return self.run_path

    async def rerun(self, key: str | None = None, value: Any = None) -> float:
        """Asks for the page again, with one widget moved; returns the clock when it was sent."""
        if key is not None:
            state = self._state(key)
            self._states[state.id] = moved(state, value)
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self._page
        message.rerun_script.widget_states.widgets.extend(self._states.values())
        message.rerun_script.cached_message_hashes.extend(self._kept)
        data = message.SerializeToString()
        sent_at = time.perf_counter()
        await self._socket.send(data)
        return sent_at

    async def look(self) -> None:
        """Asks once for what the page runs again by itself, as browsers do every few seconds."""
        for fragment in self._looks:
            message = BackMsg()
            message.rerun_script.query_string = self.query
            message.rerun_script.page_name = self._page
            message.rerun_script.widget_states.widgets.extend(self._states.values())
            message.rerun_script.fragment_id = fragment
            message.rerun_script.is_auto_rerun = True
            await self._socket.send(message.SerializeToString())

    async def move(self, key: str, value: Any) -> Move:
        """Moves a slider and fetches its run at once, as the live view does.

        Once more where the page is set to another run in the end.
        """
        fetching = asyncio.create_task(fetch_run(self.port, f"{self.run_path}&{key}={value}"))
        sent_at = await self.rerun(key, value)
        started = await self.next_event("started")
        shown = await self.next_event("run")
        finished = await self.next_event("finished")
        fetched = await fetching
        if fetched.run_id != self.run_id:
            fetched = await fetch_run(self.port, shown.value)
        return Move(sent_at, started.at, shown.at, finished.at, fetched)

    async def next_event(self, kind: str) -> Event:
        """The next event of this kind; those before it are dropped.

        Raises:
            TimeoutError: it did not come.
        """
        async with asyncio.timeout(_ANSWER_SECONDS):
            while (event := await self.events.get()).kind != kind:
                pass
        return event

    async def listen(self) -> None:
        """Takes in what the page sends until the connection ends."""
        with suppress(ConnectionClosed):
            async for data in self._socket:
                message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
                self._take(self._resolved(message))

    def _resolved(self, message: ForwardMsg) -> ForwardMsg:
        """The message itself, or the kept one that it refers to."""
        if message.WhichOneof("type") == "ref_hash":
            return self._kept[message.ref_hash]
        if message.metadata.cacheable:
            self._kept[message.hash] = message
        return message

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._looks = {message.auto_rerun.fragment_id}
        elif kind == "new_session":
            self._note("started", "")
        elif kind == "script_finished":
            self._note("finished", str(message.script_finished))
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._take_element(message.delta.new_element)

    def _take_element(self, element: Any) -> None:
        if element.WhichOneof("type") == "bidi_component":
            told = json.loads(element.bidi_component.json)
            self.command = told.get("command", self.command)
            if "command" in told:
                return
            run = told["runs"][0]
            path = str(run["url"])
            if path != self.run_path:
                self.run_path, self.run_id = path, str(run["id"])
                self._note("run", path)
            return
        widget_id = getattr(getattr(element, element.WhichOneof("type")), "id", "")
        state = widget_state(element, self._states.get(widget_id))
        if state is not None:
            self._states[state.id] = state

    def _state(self, key: str) -> WidgetState:
        for state in self._states.values():
            if state.id.endswith(f"-{key}"):
                return state
        raise LookupError(f"The page has no widget {key!r}. It has {sorted(self._states)}.")

    def _note(self, kind: str, value: str) -> None:
        self.events.put_nowait(Event(kind, value, time.perf_counter()))


@asynccontextmanager
async def visiting(server: Server, link: str = "", page: str = "") -> AsyncIterator[Visitor]:
    """A page that has been opened by `link` and has had its first run; "" is the first one."""
    async with connect(
        f"ws://{HOST}:{server.port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit"), Subprotocol(_PLACEHOLDER)],
        compression=None,
        max_size=None,
    ) as socket:
        visitor = Visitor(server.port, socket, link.lstrip("?"), page)
        listening = asyncio.create_task(visitor.listen())
        try:
            await visitor.arrive()
            yield visitor
        finally:
            listening.cancel()
