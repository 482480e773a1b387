"""A real browser with our probe in every page, and the bytes that its pages took."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.server import Server

_PROBE = Path(__file__).parent / "probe.js"
_SCREEN = {"width": 1280, "height": 800}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What people have comes first: figures are of that.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
_LIVE = ".linreg-live"
_LONGEST_MS = 60_000


def browser_path(names: Iterable[str] = _BROWSERS) -> str | None:
    """Return where the browser is: as `CHROMIUM` says, or the first of these names on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def browsing() -> Iterator[BrowserContext]:
    """A browser with an empty cache. `CHROMIUM` names its executable."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(ARGUMENTS))
        context = browser.new_context(viewport=_SCREEN)  # type: ignore[arg-type]
        context.set_default_timeout(_LONGEST_MS)
        context.add_init_script(path=_PROBE)
        yield context
        browser.close()


def open_page(context: BrowserContext, server: Server, link: str = "") -> Page:
    """A page that shows its first run."""
    page = context.new_page()
    page.goto(f"http://{server.address}/{link}")
    page.wait_for_selector(f"{_LIVE}[data-runs]")
    return page


def wait_until_played(page: Page) -> None:
    """Returns when training and playback are over."""
    page.wait_for_selector(f"{_LIVE}[data-state=paused]:not([data-status=running])")


def probed(page: Page) -> dict[str, Any]:
    """What the probe has noted so far."""
    noted: dict[str, Any] = page.evaluate("window.benchmarkProbe")
    return noted


def forget(page: Page) -> None:
    """Empties the probe's notes."""
    page.evaluate(
        "() => { const probe = window.benchmarkProbe;"
        " probe.sends.length = probe.fetches.length = 0;"
        " probe.draws.length = probe.frames.length = probe.scripts.length = 0;"
        " probe.keyAt = probe.moveAt = null; }"
    )


class Transfers:
    """Bytes that a page's responses took on the wire, headers included."""

    def __init__(self, page: Page) -> None:
        self._urls: dict[str, str] = {}
        self._bytes: dict[str, float] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._note_url)
        session.on("Network.loadingFinished", self._note_bytes)

    def kilobytes(self, part: str, without: str | None = None) -> float:
        """All responses whose address contains `part`, and not `without`."""
        counted = (
            self._bytes.get(request, 0.0)
            for request, url in self._urls.items()
            if part in url and (without is None or without not in url)
        )
        return sum(counted) / 1e3

    def _note_url(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["response"]["url"]
        if event["response"].get("fromDiskCache"):
            self._bytes[event["requestId"]] = 0.0

    def _note_bytes(self, event: dict[str, Any]) -> None:
        self._bytes.setdefault(event["requestId"], event["encodedDataLength"])
