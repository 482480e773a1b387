"""Makes the pictures of the README and the docs from the running app: `make shots`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.pages import browsing
from benchmarks.server import Server, running_server
from dashboard.own_data.settings import TABLE_DEFAULTS
from dashboard.presets import T1, T3, T4
from scripts.room_shots import take_room

LONGLEY = replace(TABLE_DEFAULTS, table="longley", n_epochs=1000)
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SHOTS = (
    # name, link, colour scheme, width, height
    ("play-light", T4.settings.link(), "light", 1280, 800),
    ("condos-raw", T1.settings.link(), "light", 1280, 800),
    ("condos-standardised", T1.remedy.link() if T1.remedy else "", "dark", 1280, 800),
    ("weights-dark", T3.settings.link(), "dark", 1280, 1000),
    ("data-light", "data" + LONGLEY.link(), "light", 1280, 1080),
    ("phone", T4.settings.link(), "light", 390, 844),
)


def main() -> None:
    """Writes every picture to docs/pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_server() as server, browsing() as context:
        assert context.browser is not None
        for shot in SHOTS:
            _take(context.browser, server, *shot)
        take_room(context.browser, server, FOLDER)


def _take(
    browser: Browser, server: Server, name: str, link: str, scheme: str, width: int, height: int
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(f"http://{server.address}/{link}")
    page.wait_for_selector(".linreg-live[data-state=paused][data-runs]", timeout=60_000)
    page.wait_for_timeout(500)  # for Streamlit's own fading of what is new
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
