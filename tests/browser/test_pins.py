"""Pinned runs: from the key to ghosts, table, link and back, in one visit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import Page, expect

from dashboard.pins.link import pins_from
from dashboard.settings import Settings
from tests.browser.live import LINE, LOSS, Live

CHIP, NAME = ".ll-pin", ".ll-pin-name"
FAST, ADAM = replace(LINE, learning_rate=0.2), replace(LINE, solver="adam", n_epochs=2000)
COLORS = [(0, 101, 159), (159, 93, 130), (27, 27, 27)]
"""Of the first pins, on a light page: see `ghosts.js`."""


def names_of(live: Live) -> list[str]:
    return live.page.locator(f"{NAME} span").all_inner_texts()


def pin(live: Live, key: str, n_after: int) -> None:
    live.page.keyboard.press(key)
    expect(live.page.locator(CHIP)).to_have_count(n_after)


def rows_of(page: Page) -> dict[str, list[str]]:
    """The table's rows by their names."""
    rows: dict[str, list[str]] = page.eval_on_selector_all(
        ".ll-pins-table tbody tr",
        "(rows) => Object.fromEntries(rows.map((row) => [row.dataset.row,"
        " [...row.cells].slice(1).map((cell) => cell.firstChild.textContent)]))",
    )
    return rows


def test_pins_stay_from_the_key_to_the_link_and_back(visitor: Callable[..., Live]) -> None:
    live = visitor().open(LINE.link()).to_end()
    expect(live.page.locator(CHIP)).to_have_count(0)
    expect(live.page.locator(".ll-pins-table")).to_be_hidden()
    pin(live, "p", 1)
    pin(live, "P", 1)  # the same run again
    expect(live.page.locator(".ll-pin-flash")).to_have_count(1)
    live.move("Learning rate", "ArrowRight")
    live.page.locator(".ll-pin-it").click()
    expect(live.page.locator(CHIP)).to_have_count(2)
    live.choose("solver", "Adam")
    pin(live, "p", 3)
    assert names_of(live) == ["SGD 0.1", "SGD 0.2", "Adam 0.2"]
    assert live.query["solver"] == "adam"

    live.move("Noise", "ArrowRight").seek(60).wait_until_settled()
    assert live.data["ghosts"] == "1:60 2:60 3:60", "all on one playhead"
    n_pixels = [live.n_pixels(LOSS, color) for color in COLORS]
    assert min(n_pixels) > 3, n_pixels
    live.to_end()
    rows = rows_of(live.page)
    assert list(rows)[:3] == ["noise", "solver", "learning_rate"], "what differs comes first"
    assert rows["learning_rate"] == ["0.2", "0.1", "0.2", "0.2"]
    with live.page.expect_download() as download:
        live.page.click(".ll-pins-menu")
        live.page.get_by_role("menuitem", name="Save the table as CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        saved = {row["run"]: row for row in csv.DictReader(file)}
    assert [*saved] == ["On screen", *names_of(live)]
    assert saved["SGD 0.1"]["baseline"] == "true"

    second = live.page.locator(NAME).nth(1)
    second.focus()
    live.page.keyboard.press("r")
    live.page.keyboard.type("<b>fast</b>, k")
    live.page.keyboard.press("Enter")
    expect(second).to_have_text("<b>fast</b>, k")
    second.focus()
    live.page.keyboard.press("b")
    expect(second).to_have_attribute("aria-pressed", "true")
    live.page.locator(NAME).first.focus()
    live.page.keyboard.press("Delete")
    expect(live.page.locator(CHIP)).to_have_count(2)

    link = live.page.url
    pins = pins_from(live.query["pins"], Settings)
    assert [pin.name for pin in pins.pins] == ["<b>fast</b>, k", "Adam 0.2"]
    assert [pin.color for pin in pins.pins] == [1, 2] and pins.baseline == 0
    live.page.goto(link)
    live.to_end()
    assert names_of(live) == ["<b>fast</b>, k", "Adam 0.2"]
    live.wait_for("live.ghosts.split(' ').length === 2")

    former = live.n_runs
    live.page.locator(NAME).first.focus()
    live.page.keyboard.press("o")
    live.wait_for_run(former)
    assert live.query["solver"] == "sgd" and "pins" in live.query
    live.page.click(".ll-pins-menu")
    live.page.get_by_role("menuitem", name="Remove all").click()
    expect(live.page.locator(CHIP)).to_have_count(0)
    assert "pins" not in live.query
