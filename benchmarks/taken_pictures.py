"""Sizes of the files that "Share, Pictures" makes, and how long each takes.

`python -m benchmarks.taken_pictures`: in one browser, of the tutorials' runs and a long one.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page

from benchmarks.pages import browsing
from benchmarks.server import running_server
from dashboard.byte_settings import MEGABYTE
from dashboard.live.shared_runs import DEFAULT_BYTES, KEPT_VARIABLE
from dashboard.presets import T3, T4
from dashboard.settings import Settings

_RUNS = {
    "tutorial 4: a line, 1,000 epochs": T4.settings,
    "the same, 100,000 epochs": replace(T4.settings, n_epochs=100_000, learning_rate=1e-4),
    "tutorial 3: 2,000 weights": T3.settings,
}
_FILES = (("Replay", "HTML"), ("Video", "MP4"), ("Video", "WebM"), ("GIF", "GIF"))


def main() -> None:
    """Measure each file of each run, and print a row for it."""
    print("| run | file | size | time |\n|---|---|---|---|")
    kept = {KEPT_VARIABLE: str(DEFAULT_BYTES / MEGABYTE)}
    with running_server(kept) as server, browsing() as context:
        for name, settings in _RUNS.items():
            page = context.new_page()
            _open(page, f"http://{server.address}", settings)
            for row, label in _FILES:
                size, seconds = _taken(page, row, label)
                print(f"| {name} | {label} | {size / 1000:,.0f} KB | {seconds:.1f} s |", flush=True)
            page.close()


def _open(page: Page, address: str, settings: Settings) -> None:
    """Open a run and, once it has ended, what it can be taken away as."""
    page.goto(f"{address}/?{urlencode(settings.link_values())}")
    page.wait_for_selector(".linreg-live[data-status]:not([data-status=running])")
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_test_id("stDialog").get_by_text("Pictures", exact=True).click()
    page.wait_for_selector(".lp[data-ready=true]")


def _taken(page: Page, row: str, label: str) -> tuple[int, float]:
    """Return how many bytes a file has, and after how many seconds it was there."""
    began = time.perf_counter()
    with page.expect_download() as download:
        buttons = page.locator(".lp").get_by_role("group", name=row, exact=True)
        buttons.get_by_role("button", name=label, exact=True).click()
    path = Path(download.value.path())
    return path.stat().st_size, time.perf_counter() - began


if __name__ == "__main__":
    main()
