"""The strip with its zones, and what is said of a run: before it, while it plays, and after."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from dashboard.presets import T1, T4
from dashboard.settings import make_settings
from linreg_core import fit, stable_learning_rate
from tests.browser.live import SCRIPT_HAS_ENDED, Live
from tests.browser.test_access import PHONE, SCREEN, check, findings

LINE = make_settings("line", n_epochs=200)
DIVERGED = make_settings("line", learning_rate=5.0, n_epochs=100)
MEASURED = make_settings("line", solver="adam", loss="huber", n_epochs=100)


def handle(live: Live) -> Locator:
    return live.page.locator(".ll-knob-slider")


def value(live: Live) -> str:
    """What stands beside the strip."""
    return live.page.inner_text(".ll-knob-value").replace("\u2212", "-")


def wait_until_set(live: Live, former: int, rate: str) -> None:
    live.wait_for_query("learning_rate", rate)
    live.wait_for_run(former)
    live.page.wait_for_selector(SCRIPT_HAS_ENDED)
    assert float(value(live)) == float(rate)
    number = handle(live).get_attribute("aria-valuetext") or ""
    assert float(number.split(",")[0].replace("\u2212", "-")) == float(rate)


def test_marks_set_the_rate_and_say_what_it_does(live: Live) -> None:
    live.open(LINE.link()).to_end()
    zones = live.page.locator(".ll-zone")
    expect(zones).to_have_text(["too slow", "good", "oscillates", "diverges"])
    limit = stable_learning_rate(LINE.problem_spec.build(), LINE.config())
    mark = live.page.locator(".ll-mark-limit")
    told = float(mark.inner_text().removeprefix("limit ").replace("\u2212", "-"))
    assert limit is not None and limit * 0.99 <= told <= limit
    former = live.n_runs
    mark.click()
    wait_until_set(live, former, f"{told:g}")
    assert live.data["status"] != "diverged"
    former = live.n_runs
    live.page.locator(".ll-mark-best").click()
    best = live.page.locator(".ll-mark-best").inner_text().removeprefix("best ")
    wait_until_set(live, former, best)
    expect(handle(live)).to_have_attribute("aria-valuetext", re.compile(", good$"))


def test_keys_move_the_handle(live: Live) -> None:
    live.open(LINE.link()).to_end()
    for key, expected in (("ArrowRight", "0.2"), ("PageDown", "0.02"), ("ArrowLeft", "0.01")):
        former = live.n_runs
        handle(live).press(key)
        wait_until_set(live, former, expected)


def test_zones_follow_the_data_and_the_solver(live: Live) -> None:
    live.open(LINE.link()).to_end()
    limit = live.page.locator(".ll-mark-limit").inner_text()
    live.move("Learning rate")
    assert live.page.locator(".ll-mark-limit").inner_text() == limit
    live.choose("solver", "SGD with momentum")
    expect(live.page.locator(".ll-mark-limit")).not_to_have_text(limit)
    menu = live.page.get_by_label("What the slider sets")
    menu.select_option("Noise")
    expect(live.page.locator(".ll-zone")).to_have_count(0)
    expect(live.page.locator(".ll-source")).to_be_hidden()
    menu.select_option("Learning rate")
    expect(live.page.locator(".ll-zone")).not_to_have_count(0)


def test_where_zones_come_from_is_a_click_away(live: Live) -> None:
    live.open(MEASURED.link()).to_end()
    source = live.page.locator(".ll-source")
    expect(source).to_have_text(re.compile("^measured"))
    source.click()
    explanation = live.page.locator(".ll-zones-explained")
    expect(explanation).to_contain_text("quick runs measured it")
    check(live.page, (SCREEN, "light"), (PHONE, "dark"))
    live.page.keyboard.press("Escape")
    expect(explanation).to_be_hidden()


def test_the_doctor_says_why_and_cures(live: Live) -> None:
    live.open(DIVERGED.link()).to_end()
    expect(live.note).to_have_text(re.compile("limit"))
    button = live.page.locator(".ll-go-on")
    expect(button).to_be_visible()
    check(live.page, (SCREEN, "dark"), (PHONE, "light"), (SCREEN, "light"))
    former = live.n_runs
    button.click()
    live.wait_for_run(former)
    assert live.data["status"] != "diverged"
    expect(button).to_be_hidden()
    goal = fit(LINE.problem_spec.build(), LINE.config()).reference.weights[0]
    assert live.line[0] == pytest.approx(goal, rel=0.05)
    live.page.get_by_role("button", name="Undo").click()
    live.wait_for_query("learning_rate", "5")


def test_a_preset_with_a_remedy_has_one_button(live: Live) -> None:
    live.open(T1.settings.link()).to_end()
    expect(live.page.locator(".st-key-remedy button")).to_be_visible()
    expect(live.note).to_contain_text("because sq_footage is about 1,200")
    expect(live.page.locator(".ll-go-on")).to_be_hidden()


def test_a_sentence_at_each_milestone(live: Live) -> None:
    live.open(T4.settings.link()).to_end()
    live.page.keyboard.press("Home")
    expect(live.note).to_have_text("")
    live.page.keyboard.press("k")
    expect(live.note).to_have_text(re.compile(r"^Epoch \d+: "))
    assert live.note.get_attribute("aria-live") == "polite"
    live.seek(200)  # before it is within 1 % of its goal
    expect(live.note).to_have_text(re.compile(r"^Epoch \d+: 99 % of the way down"))
    expect(live.page.locator(".ll-loss .ll-described")).to_contain_text("Epoch ")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_strip_fits_the_page(live: Live, width: int) -> None:
    live.page.set_viewport_size({"width": width, "height": 800})
    live.open(LINE.link()).to_end()
    expect(live.page.locator(".ll-mark")).to_have_count(2)
    assert not findings(live.page)
    (track,) = live.boxes(".ll-track")
    for box in live.boxes(".ll-zone, .ll-mark, .ll-knob-slider"):
        assert box["x"] >= track["x"] - 1
        assert box["x"] + box["width"] <= track["x"] + track["width"] + 1
    best, limit = live.boxes(".ll-mark")
    assert best["x"] + best["width"] <= limit["x"] + 1
