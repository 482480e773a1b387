"""Rooms over real servers: two that share a room, and one of them that is killed.

Servers take long to start, so that they are two for all tests; what kills one comes last.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.kills import class_with_kills
from benchmarks.participant import (
    LINE,
    Database,
    Listener,
    Participant,
    hang_up,
    new_database,
    until,
)
from benchmarks.server import Server, cold_server, lasting_port, wait_until_healthy
from dashboard.live.addresses import KEY_VARIABLE
from linreg_core.theory.sweeps import sweep

PATIENCE_SECONDS = 180


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with new_database() as database:
        yield database


@pytest.fixture(scope="module")
def servers(database: Database) -> Iterator[tuple[Server, Server]]:
    """Two servers with one key and one database."""
    environment = database.environment | {KEY_VARIABLE: "a key that both share"}
    with cold_server(environment, lasting_port()) as first, cold_server(environment) as second:
        for server in (first, second):
            wait_until_healthy(server)
        yield first, second
        for server in (first, second):
            assert not server.faults(), server.log.read_text(errors="replace")


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), PATIENCE_SECONDS))


def test_a_run_at_one_server_is_a_dot_at_the_other(
    servers: tuple[Server, Server], database: Database
) -> None:
    room = database.open_room()

    async def scenario() -> None:
        ann = Participant(servers[0].port, room.code)
        presenter = Listener(servers[1].port, room.code, room.key)
        assert await ann.join() == 200
        presenter.listen()
        await until(lambda: presenter.heard.states)
        run = await ann.set_rate(0.3)
        key = (ann.id, str(run.run_id))
        await until(lambda: key in presenter.heard.dots)
        ann.port = servers[1].port  # another network, say
        assert await ann.join() == 200
        again = await ann.set_rate(0.3)
        assert again.run_id == run.run_id
        database.rooms.reveal(room.code, True)  # as a third server would
        await until(lambda: presenter.heard.boards)
        assert len(presenter.heard.dots) == 1 and len(presenter.heard.dots[key]) == 1
        hang_up([presenter])

    play(scenario)
    head, *lines = database.rooms.csv_rows(room.code)
    expected = sweep(LINE.problem_spec.build(), [_with_rate(0.3)])
    assert len(lines) == 1
    assert float(lines[0][head.index("final_loss")]) == pytest.approx(expected.final_loss[0])


def _with_rate(rate: float) -> Any:
    return replace(LINE, learning_rate=rate).config()


def test_a_server_that_is_killed_loses_nobody_and_no_dot(
    servers: tuple[Server, Server], database: Database
) -> None:
    playing = class_with_kills(database, 1, 3, play_seconds=(0.5, 1.5), running=servers[0])
    measured = {row.what: row.measured for row in asyncio.run(asyncio.wait_for(playing, 300))}
    assert servers[0].process.returncode == -signal.SIGKILL
    assert measured["people in the room"] == "3"
    assert measured["the same runs"] == "True" and measured["dots told twice"] == "0"
    assert measured["the database"] == "ok"
