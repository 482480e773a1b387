"""A live server in this process, and a client that speaks to its routes without a network."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlencode

import pytest
from starlette.applications import Starlette

from dashboard.live.frames import read_frame
from dashboard.live.held_data import HeldData
from dashboard.live.remote_run import RemoteRun
from dashboard.live.roles import ROLES
from dashboard.live.routes import live_routes
from dashboard.live.server import LiveServer
from dashboard.live.service import LiveRun, TrainingService
from dashboard.live.trainer_main import Sender, Trainer
from dashboard.live.trainers import Trainers
from dashboard.live.visitors import Visitor, Visitors
from dashboard.run_spec import RunSpec
from dashboard.settings import ModelSettings, make_settings
from linreg_core import Problem, TrainConfig
from linreg_core.pauses import pause
from tests.conftest import ROOT
from tests.dashboard.streams import Received, received

PATIENCE_SECONDS = 120
SECRETS = (str(ROOT), "site-packages", "Traceback", ".py", "0x")


class LocalProcess:
    """A trainer in the test's own process, in the place of one behind pipes."""

    message = ""

    def __init__(self) -> None:
        self.trainer = Trainer()
        self.trainer.is_warm.set()
        self._senders: dict[RemoteRun, Sender] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def n_runs(self) -> int:
        return self.trainer.service.n_runs

    def want(self) -> None:
        """It is there."""

    def begin(
        self, spec: RunSpec, held: HeldData | None, on_end: Any, owner: str = ""
    ) -> RemoteRun:
        run = RemoteRun(self, 1, spec, held, on_end, owner)
        self._senders[run] = sender = Sender(self.trainer, cast(Any, Ear(run)), run.id)
        task = asyncio.create_task(sender.send(spec, owner))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    async def diagnosis(self, spec: RunSpec, held: HeldData | None) -> bytes:
        return await self.trainer.diagnosis(spec)

    def taken(self, run: RemoteRun, n_bytes: int) -> None:
        self._senders[run].taken(n_bytes)

    def give_up(self, run: RemoteRun) -> None:
        self._senders[run].cancel()

    def feed(self, run: RemoteRun, payload: bytes) -> None:
        self._senders[run].feed(payload)

    def forget(self, key: int) -> None:
        """It goes with the test."""


class Ear:
    """Where a sender writes, and its run hears."""

    def __init__(self, run: RemoteRun) -> None:
        self._run = run

    def write(self, frame: bytes) -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(frame)
        coroutine = read_frame(reader)
        with pytest.raises(StopIteration) as read:
            coroutine.send(None)
        _, kind, payload = read.value.value
        self._run.receive(kind, payload)


class LocalTrainers(Trainers):
    """Needs no start: it is on whichever loop a run begins."""

    def _begin(self, spec: RunSpec, owner: str) -> RemoteRun:
        self._loop = asyncio.get_running_loop()
        return super()._begin(spec, owner)


class LocalServer(LiveServer):
    """A live server that trains in the test's own process."""

    def __init__(self) -> None:
        super().__init__()
        self.process = LocalProcess()
        self.trainers = LocalTrainers()
        self.visitors = Visitors(self.trainers.cancel)
        self.trainers._processes = cast(Any, dict.fromkeys(ROLES, self.process))
        self.problems = self.process.trainer.problems
        self.service = self.process.trainer.service

    def stop(self) -> None:
        self.process.trainer.stop()


TINY = make_settings("line", {"n_samples": 20}, n_epochs=30)
ENDLESS = make_settings(
    "line", {"n_samples": 20}, n_epochs=1_000_000, learning_rate=1e-6, engine="torch"
)  # compiled, it would end


class Endless:
    """Work in the place of what takes long: it goes on until it is given up."""

    def __init__(self) -> None:
        self.is_under_way = threading.Event()

    def __call__(self, *_: Any) -> None:
        self.is_under_way.set()
        while True:
            pause()


@contextmanager
def no_collections() -> Iterator[None]:
    """A block in which only what nobody refers to is freed."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass(frozen=True)
class Answer:
    """What a request got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> str:
        return str(json.loads(self.body)["message"])


def within_patience(scenario: Coroutine[Any, Any, Any]) -> Any:
    """Runs a scenario on an event loop of its own; one that hangs fails."""
    return asyncio.run(asyncio.wait_for(scenario, PATIENCE_SECONDS))


async def until(condition: Callable[[], Any]) -> None:
    """Returns as soon as the condition holds, whichever thread makes it so."""
    while not condition():
        await asyncio.sleep(0.002)


async def read_all(run: LiveRun, service: TrainingService) -> Received:
    """Reads a run to its end, as its client does."""
    stream = b""
    async for chunk in run.chunks():
        stream += chunk
        service.taken(run, len(chunk))
    return received(stream)


async def read_first(run: LiveRun) -> None:
    """Reads a run's first bytes: it is under way then."""
    await anext(aiter(run.chunks()))


def streamed(problem: Problem, config: TrainConfig) -> Received:
    """A whole run as the training service streams it."""
    server = LocalServer()
    try:
        return within_patience(_streamed(server.service, problem, config))
    finally:
        server.stop()


async def _streamed(service: TrainingService, problem: Problem, config: TrainConfig) -> Received:
    return await read_all(service.submit(problem, config), service)


def submit(server: LocalServer, settings: ModelSettings, owner: str = "") -> LiveRun:
    """Starts the run of these settings. Event loop only."""
    return server.service.submit(settings.problem_spec.build(), settings.config(), owner)


def shown(server: LiveServer, settings: ModelSettings) -> Visitor:
    """A visitor whose page shows these settings."""
    visitor = server.visitors.new()
    server.show(visitor, settings)
    return visitor


def address_of(visitor: Visitor, slot: int = 0, **query: object) -> str:
    """Where the visitor's browser fetches the run that the page is set to."""
    values = {"visitor": visitor.id, "slot": slot, **query}
    return f"/live/{visitor.address}?{urlencode(values)}"


def app_of(server: LiveServer, base: str = "") -> Starlette:
    """The server's routes, below a base path."""
    return Starlette(routes=live_routes(server, base))


async def ask(
    app: Starlette,
    address: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """One request, read to its end."""
    parts: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        parts.append(message)

    await app(_scope(address, method, headers), _patient_client(body), send)
    answer = b"".join(part.get("body", b"") for part in parts)
    return Answer(parts[0]["status"], _headers(parts[0]), answer)


def got(server: LocalServer, address: str, method: str = "GET", base: str = "") -> Answer:
    """What one request gets, checked for what no answer may hold."""
    answer: Answer = within_patience(ask(app_of(server, base), address, method))
    if answer.status >= 400:
        assert not [secret for secret in SECRETS if secret in answer.body.decode()]
        assert len(answer.body) < 1_000
    return answer


@asynccontextmanager
async def asking(app: Starlette, address: str) -> AsyncIterator[Callable[[], None]]:
    """A request whose answer has begun; call what it gives to hang up."""
    begun, hung_up = asyncio.Event(), asyncio.Event()

    async def send(message: Any) -> None:
        begun.set()

    async def receive() -> dict[str, Any]:
        await hung_up.wait()
        return {"type": "http.disconnect"}

    task = asyncio.ensure_future(app(_scope(address, "GET"), receive, send))
    await begun.wait()
    yield hung_up.set
    await task


def _scope(address: str, method: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    given = [(name.encode(), text.encode()) for name, text in (headers or {}).items()]
    path, _, query = address.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"testserver"), (b"accept-encoding", b"gzip"), *given],
        "client": ("127.0.0.1", 50_000),
    }


def _patient_client(body: bytes = b"") -> Callable[[], Awaitable[dict[str, Any]]]:
    parts = [body]

    async def receive() -> dict[str, Any]:
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        await asyncio.Event().wait()
        return {}

    return receive


def _headers(start: dict[str, Any]) -> dict[str, str]:
    return {name.decode().lower(): value.decode() for name, value in start["headers"]}
