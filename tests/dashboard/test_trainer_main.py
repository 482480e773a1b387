"""What the trainer makes of the web server's frames."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dashboard.live import problems
from dashboard.live.frames import Kind, write_frame
from dashboard.live.trainer_main import Trainer, serve
from dashboard.settings import Settings, make_settings
from tests.dashboard.serving import (
    TINY,
    Endless,
    LocalServer,
    no_collections,
    until,
    within_patience,
)

LARGE = make_settings("many_weights", {"n_samples": 2_000, "n_features": 600})


class WebServer:
    """The other end of the trainer's pipes, which takes no notice of answers."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader()

    def say(self, *frames: tuple[int, Kind, bytes]) -> None:
        """Has frames arrive together."""
        for frame in frames:
            write_frame(self, *frame)  # type: ignore[arg-type]

    def write(self, data: bytes) -> None:
        self.reader.feed_data(data)


class Nowhere:
    def write(self, data: bytes) -> None:
        pass


@asynccontextmanager
async def serving(trainer: Trainer) -> AsyncIterator[WebServer]:
    """A trainer that carries out what the web server says for the length of a block."""
    trainer.is_warm.set()
    web = WebServer()
    task = asyncio.create_task(serve(trainer, web.reader, Nowhere()))  # type: ignore[arg-type]
    try:
        yield web
    finally:
        web.reader.feed_eof()
        await task


def start(run_id: int, settings: Settings) -> tuple[int, Kind, bytes]:
    return run_id, Kind.START, pickle.dumps((settings.run_spec, "somebody"))


def cancel(run_id: int) -> tuple[int, Kind, bytes]:
    return run_id, Kind.CANCEL, b""


def test_a_run_that_is_cancelled_in_the_same_breath_never_starts(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer: Any = server.process.trainer
    asked: list[Any] = []
    run = trainer.run
    monkeypatch.setattr(trainer, "run", lambda *wanted: asked.append(wanted) or run(*wanted))

    async def scenario() -> None:
        async with serving(trainer) as web:
            web.say(start(1, TINY), cancel(1), start(2, TINY))
            await until(lambda: asked and not server.service.n_runs)

    within_patience(scenario())
    assert len(asked) == 1


def test_a_run_that_is_cancelled_while_it_is_set_up_leaves_nothing_behind(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task keeps the error that ended it, and that what its functions had in their hands."""
    endless, cache = Endless(), server.problems
    cache._linger_seconds = cache._cache_bytes = 0
    monkeypatch.setattr(problems, "_set_up", endless)

    async def scenario() -> None:
        async with serving(server.process.trainer) as web:
            web.say(start(1, LARGE))
            await until(endless.is_under_way.is_set)
            assert cache.budget.taken > LARGE.problem_spec.n_bytes
            web.say(cancel(1))
            await until(lambda: cache.budget.taken == 0)

    with no_collections():
        within_patience(scenario())
