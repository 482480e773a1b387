"""The sweep page in a browser: a map fills in, follows a slider, opens runs, and can be stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from dashboard.settings import make_settings
from dashboard.sweep.settings import sweep_settings
from tests.browser.live import Live

_VIEW = ".linreg-sweep"
_SMALL = sweep_settings(
    make_settings("line", {"n_samples": 40}, n_epochs=60, init="randn"),
    sweep_y="seed",
    sweep_x_steps=8,
    sweep_y_steps=4,
)
_LONG = sweep_settings(
    make_settings("line", {"n_samples": 100}, n_epochs=100_000, solver="adam", batch_size=1),
    sweep_y="seed",
    sweep_x_from=1e-6,
    sweep_x_to=1e-4,
    sweep_x_steps=32,
)


def test_a_map_fills_follows_opens_and_stops(guest: Callable[..., Live]) -> None:
    live = guest()
    page = live.page
    page.goto(f"{live.address}/sweep{_SMALL.link()}")
    view = page.locator(_VIEW)
    expect(view).to_have_attribute("data-state", "complete")
    expect(view).to_have_attribute("data-cells", "32")
    expect(page.locator(".sw-said")).to_contain_text("32 runs trained in")
    expect(page.locator(".sw-legend")).to_contain_text("theory's limit")
    expect(page.locator(".sw-stop")).to_be_hidden()

    surface = page.locator(".sw-surface")
    surface.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    line = page.locator(".sw-line")
    expect(line).to_contain_text("seed 1: final loss")
    beside = page.locator(".sw-beside")
    expect(beside).to_have_attribute("data-status", "finished")
    expect(beside.locator(".ll-chart")).to_have_count(2)
    cell = _SMALL.sweep_spec()
    href = parse_qs(urlsplit(page.locator(".sw-open").get_attribute("href") or "").query)
    assert href["seed"] == ["1"]
    assert float(href["learning_rate"][0]) == cell.x.values[2]

    box = surface.bounding_box()
    assert box
    left, y = box["x"] + 0.3 * box["width"], box["y"] + 0.1 * box["height"]
    page.mouse.move(left, y)
    page.mouse.down()
    page.mouse.move(left + 0.2 * box["width"], y, steps=6)
    page.mouse.up()
    expect(page.locator(".sw-name")).to_contain_text("seed 3")

    maps = int(view.get_attribute("data-maps") or 0)
    live.slider("Noise").press("ArrowRight")
    live.wait_for_query("noise", "0.11")
    expect(view).to_have_attribute("data-state", "complete")
    assert int(view.get_attribute("data-maps") or 0) == maps + 1  # trained once, not twice

    page.get_by_role("button", name="Table").click()
    rows = page.locator("dialog.ll-table tbody tr")
    expect(rows).to_have_count(4)
    page.keyboard.press("Escape")

    page.locator(".sw-open").click()
    page.wait_for_selector(".linreg-live[data-runs]")
    assert live.query["noise"] == "0.11"
    assert "sweep_x" not in live.query

    page.goto(f"{live.address}/sweep{_LONG.link()}")
    anyway = page.get_by_role("button", name="Train it anyway")
    expect(view).to_have_attribute("data-state", "waiting")
    expect(page.get_by_role("button", name=re.compile(r"Train \d"))).to_be_visible()
    anyway.click()
    stop = page.get_by_role("button", name="Stop")
    expect(page.locator(".sw-bar")).to_be_visible()
    stop.click()
    expect(view).to_have_attribute("data-state", "stopped")
    expect(page.locator(".sw-said")).to_contain_text("Stopped after")
    expect(page.locator(".sw-bar")).to_be_hidden()
