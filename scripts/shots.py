"""Makes the pictures of the README and the docs from the running app: `make shots`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.pages import browsing
from benchmarks.server import Server, running_server
from dashboard.own_data.settings import TABLE_DEFAULTS
from dashboard.pins.link import pins_text
from dashboard.pins.pin import Pin, Pins
from dashboard.presets import T1, T3, T4
from dashboard.sweep.settings import sweep_settings
from scripts.room_shots import take_room

LONGLEY = replace(TABLE_DEFAULTS, table="longley", n_epochs=1000)
_PINS = Pins(
    tuple(
        Pin(f"SGD {rate:g}", replace(T4.settings, learning_rate=rate), color)
        for color, rate in enumerate((0.5, 0.02, 0.005))
    ),
    baseline=0,
)
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SHOTS = (
    # name, link, colour scheme, width, height
    ("play-light", T4.settings.link(), "light", 1280, 800),
    ("condos-raw", T1.settings.link(), "light", 1280, 800),
    ("condos-standardised", T1.remedy.link() if T1.remedy else "", "dark", 1280, 800),
    ("weights-dark", T3.settings.link(), "dark", 1280, 1000),
    ("data-light", "data" + LONGLEY.link(), "light", 1280, 1080),
    ("phone", T4.settings.link(), "light", 390, 844),
    ("pins-light", replace(T4.settings, pins=pins_text(_PINS)).link(), "light", 1280, 1180),
)


def main() -> None:
    """Writes every picture to docs/pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_server() as server, browsing() as context:
        assert context.browser is not None
        for shot in SHOTS:
            _take(context.browser, server, *shot)
        _take_map(context.browser, server)
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


def _take_map(browser: Browser, server: Server) -> None:
    """Takes the sweep page with the run of one cell beside its map."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"http://{server.address}/sweep{sweep_settings(T4.settings).link()}")
    page.wait_for_selector(".linreg-sweep[data-state=complete]", timeout=60_000)
    page.locator(".sw-surface").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector(".sw-beside[data-status=finished], .sw-beside[data-status=converged]")
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / "sweep-light.png")
    page.close()


if __name__ == "__main__":
    main()
