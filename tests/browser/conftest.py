"""A server and a browser for all tests here, their visitors, and what none of them may see.

To load the page takes six seconds, to follow a link in it one: a `visitor` has been here for a
while, and each test sends them to a link of its own. A `guest` loads the page anew, where another
guest may have been, for tests that leave files, toasts or other pages behind. A `newcomer` has an
empty browser, which is closed behind them, for tests of what only they see, or of rooms and clocks.

Server and browser end with the package: while playwright is there, no other test can start an
event loop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    expect,
    sync_playwright,
)

from benchmarks.pages import ARGUMENTS, browser_path
from benchmarks.participant import Database, new_database
from benchmarks.server import Server, running_server
from dashboard.byte_settings import MEGABYTE
from dashboard.live.shared_runs import DEFAULT_BYTES, KEPT_VARIABLE
from dashboard.own_data.stored_names import SOURCES_VARIABLE
from tests.browser.data_page import DataPage
from tests.browser.live import WATCH, Live

PATIENCE_MS = 120_000
FAILURES = Path(__file__).parent / "failures"
# The first is Chromium without what draws windows: the same pages take a fifth less processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SCREEN = {"width": 1280, "height": 800}
NOTHING = "(?!)"  # as a pattern
# Pages are left before what V8 optimises for them pays: a fifth of a load's processor time.
_WITHOUT_OPTIMISING = ("--js-flags=--no-opt --no-maglev",)
_HERE = ("127.0.0.1", "localhost")
# What a page takes on at any time: whoever wants another screen needs no browser of their own.
_OF_A_PAGE = ("viewport", "color_scheme", "reduced_motion")
_REPORT = pytest.StashKey[pytest.TestReport]()


@dataclass
class Watch:
    """What must not happen on any page. A test that provokes an error allows it by a pattern."""

    allowed: str = NOTHING
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._note)
        context.on("dialog", self._note_dialog)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", lambda request: self._note_address(request.url))

    def check(self) -> None:
        """Fails if anything has happened that was not allowed, and forgets it: others follow."""
        errors = [text for text in self.errors if not re.search(self.allowed, text)]
        strangers = list(self.strangers)
        self.errors.clear()
        self.strangers.clear()
        self.allowed = NOTHING
        assert not errors, f"The page reported {errors}"
        assert not strangers, f"The page asked for {strangers}"

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
def database() -> Iterator[Database]:
    """What the server's rooms are kept in: tests look into them, and do what presenters do."""
    with new_database() as database:
        yield database


@pytest.fixture(scope="package")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that the server has named "Stored line": 20,000 rows about score = 3 + 2 hours."""
    rng, n_rows = np.random.default_rng(0), 20_000
    hours = rng.uniform(0.0, 10.0, n_rows)
    frame = pd.DataFrame({"hours": hours, "score": 3.0 + 2.0 * hours + rng.normal(size=n_rows)})
    path = tmp_path_factory.mktemp("stored") / "line.parquet"
    frame.to_parquet(path, row_group_size=2_000)
    return path


@pytest.fixture(scope="package")
def server(database: Database, stored: Path) -> Iterator[Server]:
    """The dashboard as people run it, in a process of its own. Its log must name no error."""
    kept = {KEPT_VARIABLE: str(DEFAULT_BYTES / MEGABYTE)}
    named = {SOURCES_VARIABLE: f"Stored line={stored}"}
    with running_server(kept | named | database.environment) as server:
        yield server
        assert not server.faults(), server.log.read_text(errors="replace")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(
            executable_path=_executable(), args=[*ARGUMENTS, *_WITHOUT_OPTIMISING]
        )
        yield browser
        browser.close()


def _executable() -> str:
    found = browser_path(NAMES)
    if found is None:
        pytest.fail(
            "These tests need Chromium: install it, or name its executable in CHROMIUM. "
            f"None of {', '.join(NAMES)} is on the PATH.",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="package")
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="package")
def arrive(browser: Browser, server: Server, watch: Watch) -> Callable[..., Live]:
    """Makes a visitor in a fresh context; keyword arguments are the context's."""

    def make(**options: Any) -> Live:
        context = browser.new_context(**{"viewport": SCREEN, **options})
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(path=WATCH)
        watch.follow(context)
        return Live(context.new_page(), f"http://{server.address}")

    return make


@pytest.fixture(scope="package")
def regulars() -> dict[str, Live]:
    """Visitors who stay from test to test, by their contexts' options."""
    return {}


@pytest.fixture
def visitor(
    arrive: Callable[..., Live], regulars: dict[str, Live], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Live]]:
    """Finds a visitor with these options of a context, who may have seen other links before.

    One whom a failing test leaves behind is sent home.
    """
    found: list[str] = []

    def find(**options: Any) -> Live:
        who = _of_whom(options)
        if who not in regulars:
            regulars[who] = arrive(**options)
        _look_as(regulars[who].page, options)
        found.append(who)
        return regulars[who]

    yield find
    for who in found:
        regulars[who].page.evaluate("0")  # what it has reported is here before its answer
    if _has_failed(request):
        _see_off([regulars.pop(who) for who in found], request)


def _of_whom(options: dict[str, Any]) -> str:
    """What tells whose context suits these options."""
    return repr(sorted((name, options[name]) for name in options if name not in _OF_A_PAGE))


def _look_as(page: Page, options: dict[str, Any]) -> None:
    page.set_viewport_size(options.get("viewport", SCREEN))
    page.emulate_media(
        color_scheme=options.get("color_scheme", "light"),
        reduced_motion=options.get("reduced_motion", "no-preference"),
        forced_colors="none",
        media="screen",
    )
    page.mouse.move(0, 0)


@pytest.fixture
def newcomer(
    arrive: Callable[..., Live], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Live]]:
    """Makes visitors who are here for the first time; keyword arguments are their contexts'."""
    newcomers: list[Live] = []

    def make(**options: Any) -> Live:
        newcomers.append(arrive(**options))
        return newcomers[-1]

    yield make
    _see_off(newcomers, request)


def _see_off(visitors: list[Live], request: pytest.FixtureRequest) -> None:
    for number, visitor in enumerate(visitors):
        if _has_failed(request):
            _picture(visitor, f"{request.node.name}-{number}")
        visitor.page.context.close()


def _has_failed(request: pytest.FixtureRequest) -> bool:
    report = request.node.stash.get(_REPORT, None)
    return report is None or report.failed


@pytest.fixture
def live(visitor: Callable[..., Live]) -> Live:
    """A visitor at a 1280 x 800 screen."""
    return visitor()


@pytest.fixture(scope="package")
def vacant() -> dict[str, list[Page]]:
    """Pages that guests have left, by their contexts' options."""
    return {}


@pytest.fixture
def guest(
    arrive: Callable[..., Live],
    server: Server,
    vacant: dict[str, list[Page]],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Live]]:
    """Makes visitors with a session of their own, whose browsers have loaded our files before.

    For the most part it is these that a newcomer's visit costs.
    """
    found: list[tuple[str, Live]] = []

    def make(**options: Any) -> Live:
        who = _of_whom(options)
        if pages := vacant.get(who):
            live = Live(pages.pop(), f"http://{server.address}", is_new=True)
            _made_like_new(live.page)
            _look_as(live.page, options)
        else:
            live = arrive(**options)
        found.append((who, live))
        return live

    yield make
    if _has_failed(request):
        return _see_off([live for _, live in found], request)
    for who, live in found:
        for page in set(live.page.context.pages) - {live.page}:
            page.close()
        vacant.setdefault(who, []).append(live.page)


def _made_like_new(page: Page) -> None:
    """Takes away what the last guest has left in a page."""
    page.unroute_all()
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.context.clear_cookies()


@pytest.fixture
def data(guest: Callable[..., Live]) -> DataPage:
    """A guest who is about to open the page for own data."""
    live = guest()
    return DataPage(live.page, live.address)


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Watch) -> Iterator[None]:
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
