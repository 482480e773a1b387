"""A visitor's data are gone from the server's memory soon after the visitor has gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from benchmarks.processes import memory_megabytes
from benchmarks.server import Server, running_server
from tests.browser.conftest import PATIENCE_MS, Watch
from tests.browser.data_page import DataPage

SESSION_SECONDS = 1  # that a closed page's session is kept
MOST_SECONDS = 120.0
MEGABYTES = 17  # of so many cells that the web server keeps no copy of their data
KEPT_PART = 0.3  # of what the data took: allocators keep some


@pytest.fixture
def forgetful() -> Iterator[Server]:
    """A server that drops a session as soon as its page is closed."""
    with running_server(
        {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(SESSION_SECONDS)}
    ) as server:
        yield server
        assert not server.faults(), server.log.read_text(errors="replace")


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
        return memory_megabytes(server.pid)


def memory_once_below(most: float, server: Server) -> float:
    """The memory in MB, as soon as there is no more than `most` of it."""
    deadline = time.monotonic() + MOST_SECONDS
    while (memory := memory_megabytes(server.pid)) > most:
        assert time.monotonic() < deadline, f"{memory:.0f} MB, {most:.0f} at most"
        time.sleep(1)
    return memory


def test_data_are_gone_with_their_visitor(
    browser: Browser, forgetful: Server, watch: Watch, tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(large_bytes())
    # The first one also starts and loads what such a file needs.
    shown = learn_and_leave(browser, forgetful, watch, file)
    before = memory_once_below(shown - MEGABYTES, forgetful)
    shown = learn_and_leave(browser, forgetful, watch, file)
    assert shown - before > MEGABYTES
    memory_once_below(before + KEPT_PART * (shown - before), forgetful)
