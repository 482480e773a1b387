"""A server and a browser for all tests here, a visitor of its own for each, and what none may see.

Both end with the package: while playwright is there, no other test can start an event loop.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    expect,
    sync_playwright,
)

from benchmarks.pages import ARGUMENTS
from benchmarks.server import Server, running_server
from tests.browser.data_page import DataPage
from tests.browser.live import WATCH, Live

PATIENCE_MS = 60_000
FAILURES = Path(__file__).parent / "failures"
NAMES = ("chromium", "chromium-browser", "google-chrome")
SCREEN = {"width": 1280, "height": 800}
_HERE = ("127.0.0.1", "localhost")
_REPORT = pytest.StashKey[pytest.TestReport]()


@dataclass
class Watch:
    """What must not happen on any page. A test that provokes an error allows it by a pattern."""

    allowed: str = "(?!)"  # matches nothing
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._note)
        context.on("dialog", self._note_dialog)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", lambda request: self._note_address(request.url))

    def check(self) -> None:
        errors = [text for text in self.errors if not re.search(self.allowed, text)]
        assert not errors, f"The page reported {errors}"
        assert not self.strangers, f"The page asked for {self.strangers}"

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_address(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.hostname not in _HERE:
            self.strangers.append(url)


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """The dashboard as people run it, in a process of its own. Its log must name no error."""
    with running_server() as server:
        yield server
        assert not server.faults(), server.log.read_text(errors="replace")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=_executable(), args=list(ARGUMENTS))
        yield browser
        browser.close()


def _executable() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(
            "These tests need Chromium: install it, or name its executable in CHROMIUM. "
            f"None of {', '.join(NAMES)} is on the PATH.",
            pytrace=False,
        )
    return found


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def visitor(
    browser: Browser, server: Server, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Live]]:
    """Makes visitors, each in a fresh context; keyword arguments are the context's."""
    visitors: list[Live] = []

    def make(**options: Any) -> Live:
        context = browser.new_context(**{"viewport": SCREEN, **options})
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(path=WATCH)
        watch.follow(context)
        visitors.append(Live(context.new_page(), f"http://{server.address}"))
        return visitors[-1]

    yield make
    for number, visitor in enumerate(visitors):
        if request.node.stash.get(_REPORT, None) is None or request.node.stash[_REPORT].failed:
            _picture(visitor, f"{request.node.name}-{number}")
        visitor.page.context.close()


@pytest.fixture
def live(visitor: Callable[..., Live]) -> Live:
    """A visitor at a 1280 x 800 screen."""
    return visitor()


@pytest.fixture
def data(visitor: Callable[..., Live], watch: Watch) -> DataPage:
    """A visitor who is about to open the page for own data."""
    live = visitor()
    return DataPage(live.page, live.address)


@pytest.fixture(autouse=True)
def nothing_amiss(visitor: Callable[..., Live], watch: Watch) -> Iterator[None]:
    """No error in any console, no request to anybody else."""
    yield
    watch.check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if call.when == "call":
        item.stash[_REPORT] = report
    return report


def _picture(visitor: Live, name: str) -> None:
    FAILURES.mkdir(exist_ok=True)
    file = FAILURES / f"{re.sub(r'[^A-Za-z0-9._-]+', '_', name)}.png"
    visitor.page.screenshot(path=file, timeout=PATIENCE_MS)
