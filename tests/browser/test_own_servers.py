"""A server of these tests' own: one that forgets soon, whose trainer hangs, and that is killed.

A server takes long to start, so that it is one for all of them; what kills it comes last.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Route, expect

from benchmarks.participant import Database, new_database
from benchmarks.processes import child_running, is_running, own_megabytes
from benchmarks.server import (
    Server,
    cold_server,
    lasting_port,
    wait_until_healthy,
    wait_until_idle,
)
from dashboard.live.roles import SMALL
from dashboard.presets import T4
from tests.browser.conftest import PATIENCE_MS, Watch
from tests.browser.data_page import DataPage
from tests.browser.live import Live
from tests.browser.test_connection import RUNS
from tests.browser.test_join import LINE, LOST, Class, dots, opened

SESSION_SECONDS = 1  # that a closed page's session is kept
MOST_SECONDS = 120.0
REST_SECONDS = 8.0  # longer than from one look for expired sessions to the next
MEGABYTES = 17  # of so many cells that the web server keeps no copy of their data
KEPT_PART = 0.3  # of what the data took: allocators keep some


@pytest.fixture(scope="module")
def own_database() -> Iterator[Database]:
    with new_database() as database:
        yield database


@pytest.fixture(scope="module")
def own_server(own_database: Database) -> Iterator[Server]:
    """A server that drops a session as soon as its page is closed. Its log may name errors."""
    forgetful = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(SESSION_SECONDS)}
    with cold_server(own_database.environment | forgetful, lasting_port()) as server:
        wait_until_healthy(server)
        wait_until_idle(server)
        yield server


@contextmanager
def visiting(browser: Browser, server: Server, watch: Watch) -> Iterator[DataPage]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    watch.follow(context)
    yield DataPage(context.new_page(), f"http://{server.address}")
    context.close()


def large_bytes() -> bytes:
    """About 17 MB: 8 columns of numbers, the same 20,000 rows again and again."""
    X = np.random.default_rng(0).normal(size=(20_000, 7)).round(4)
    cells = np.column_stack([X, (X.sum(axis=1) + X[:, 0] ** 2).round(4)])
    rows = "\n".join(",".join(map(str, row)) for row in cells.tolist()) + "\n"
    n_times = round(MEGABYTES * 1e6 / len(rows))
    return ("x1,x2,x3,x4,x5,x6,x7,y\n" + n_times * rows).encode()


def learn_and_leave(browser: Browser, server: Server, watch: Watch, file: Path) -> float:
    """Has a visitor come with a file, and returns the memory while it is shown, in MB."""
    with visiting(browser, server, watch) as data:
        data.start().learn_large(file)
        return own_megabytes(server.pid)


def memory_at_rest(server: Server) -> float:
    """The memory in MB once it falls no more: what is left is dropped by and by."""
    lowest, since = float("inf"), time.monotonic()
    while time.monotonic() < since + REST_SECONDS:
        memory = own_megabytes(server.pid)
        if memory < lowest - 1:
            lowest, since = memory, time.monotonic()
        time.sleep(0.5)
    return lowest


def memory_once_below(most: float, server: Server) -> float:
    """The memory in MB, as soon as there is no more than `most` of it."""
    deadline = time.monotonic() + MOST_SECONDS
    while (memory := own_megabytes(server.pid)) > most:
        assert time.monotonic() < deadline, f"{memory:.0f} MB, {most:.0f} at most"
        time.sleep(1)
    return memory


def test_data_are_gone_with_their_visitor(
    browser: Browser, own_server: Server, watch: Watch, tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(large_bytes())
    # The first one also starts and loads what such a file needs.
    shown = learn_and_leave(browser, own_server, watch, file)
    memory_once_below(shown - MEGABYTES, own_server)
    before = memory_at_rest(own_server)
    shown = learn_and_leave(browser, own_server, watch, file)
    assert shown - before > MEGABYTES
    memory_once_below(before + KEPT_PART * (shown - before), own_server)
    assert not own_server.faults(), own_server.log.read_text(errors="replace")


def test_a_trainer_that_hangs_is_told_of_and_another_one_goes_on(
    own_server: Server, newcomer: Callable[..., Live], watch: Watch
) -> None:
    watch.allowed = "503 \\(Service Unavailable\\)"  # between the one trainer and the next
    live = newcomer()
    live.address = f"http://{own_server.address}"
    live.open(T4.settings.link()).to_end()
    equation = live.equation
    trainer = child_running("dashboard.live.trainer_main", own_server.pid, SMALL.name)

    def stop_trainer(route: Route) -> None:
        """Only now: it is given up some seconds later, however long the browser takes to ask."""
        os.kill(trainer, signal.SIGSTOP)
        route.continue_()

    live.page.route(RUNS, stop_trainer, times=1)
    live.slider("Noise").focus()
    live.page.keyboard.press("ArrowRight")
    expect(live.note).to_contain_text("The trainer does not answer")
    assert live.equation == equation
    live.wait_for_run(1)
    assert not is_running(trainer)
    assert live.equation != equation
    expect(live.note).not_to_contain_text("trainer")


def test_a_server_that_is_killed_is_missed_for_a_moment(
    own_server: Server, own_database: Database, browser: Browser, watch: Watch
) -> None:
    watch.allowed = LOST
    room = own_database.rooms.create(LINE.run_spec, ["learning_rate", "batch_size"], "Monday")
    with closing(browser.new_context()) as context:
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        person = opened(context, f"http://{own_server.address}/join/{room.code}")
        person.ready().set_rate("0.3").wait(dots="1")
        name = person.name
        own_server.process.kill()
        own_server.process.wait()
        person.wait(link="lost").set_rate("0.5")
        with cold_server(own_database.environment, own_server.port) as second:
            wait_until_healthy(second)
            back = time.monotonic()
            person.wait(link="live")
            assert time.monotonic() - back < 5
            person.wait(dots="2")
            assert person.name == name
    told = dots(Class(own_server, own_database), room)
    assert sorted(dot["settings"]["learning_rate"] for dot in told) == [0.3, 0.5]
