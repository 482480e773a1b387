"""The landscape of the loss in the page, and the choice of a start in it by click and by key."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from dashboard.presets import T1, T4
from dashboard.settings import make_settings
from tests.browser.live import BIAS, LIGHT, WEIGHTS, Live
from tests.browser.test_access import PHONE, SCREEN, check

_LINE = make_settings("line", {"intercept": 0.5}, n_epochs=200)
_RAVINE = T1.settings
_SEVERAL = make_settings("many_weights", {"n_features": 4, "n_samples": 80}, n_epochs=60)
_START = "button[aria-label='Choose the start']"
_HUGE = "?dataset=line&slope=1&intercept=0&n_epochs=10&init=custom&init_weight=990000&init_bias=0"


def test_a_click_starts_a_run_from_there(live: Live) -> None:
    live.open(_LINE.link()).to_end()
    former = live.n_runs
    live.click_place(WEIGHTS, 0.4, 0.2)
    live.wait_for_run(former)
    assert live.query["init"] == "custom"
    assert float(live.query["init_weight"]) == pytest.approx(0.4, abs=0.02)
    assert float(live.query["init_bias"]) == pytest.approx(0.2, abs=0.02)
    live.page.keyboard.press("Home")
    live.wait_for("live.epoch === '0'")
    assert live.line[0] == pytest.approx(0.4, abs=0.02)
    assert live.n_pixels(WEIGHTS, LIGHT["learned"]) > 20


def test_a_start_is_also_chosen_by_keys(live: Live) -> None:
    live.open(_LINE.link()).to_end()
    former = live.n_runs
    button = live.page.locator(_START)
    button.focus()
    live.page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    status = live.page.locator(".ll-weights [role=status]")
    expect(status).to_have_text("weight 0, bias 0")
    check(live.page, (PHONE, "dark"), (SCREEN, "light"))
    epoch = live.epoch
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        live.page.keyboard.press(key)
    expect(status).not_to_have_text("weight 0, bias 0")
    assert live.epoch == epoch  # arrows move the cross, not the run
    live.page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    live.page.keyboard.press("Enter")
    live.page.keyboard.press("Shift+ArrowRight")
    told = status.text_content() or ""
    live.page.keyboard.press("Enter")
    live.wait_for_run(former)
    weight = re.match(r"weight ([\d.]+), bias", told)
    assert weight and float(live.query["init_weight"]) == pytest.approx(float(weight[1]), rel=1e-3)
    assert float(live.query["init_bias"]) == pytest.approx(0.0, abs=1e-9)


def test_a_start_out_of_bounds_is_refused_and_the_run_stays(live: Live) -> None:
    live.open(_HUGE).to_end()
    former, query = live.n_runs, live.query
    x = live.ranges(WEIGHTS)[0]
    live.page.locator(_START).focus()
    live.page.keyboard.press("Enter")
    for _ in range(80):
        live.page.keyboard.press("Shift+ArrowRight")
    assert x[1] > 1e6  # the picture reaches beyond what is allowed
    live.page.keyboard.press("Enter")
    expect(live.note).to_contain_text("init_weight must be between -1e+06 and 1e+06")
    assert live.n_runs == former and live.query == query


def test_standardising_turns_the_ravine_into_a_bowl(live: Live) -> None:
    live.open(_RAVINE.link()).to_end()
    words = live.plot(WEIGHTS).locator(".annotation-text")
    expect(words).to_contain_text(re.compile(r"a ravine, [\d,]+ times as long as wide"))
    live.page.get_by_role("button", name="Standardise the feature").click()
    expect(words).to_have_text("a round bowl")
    expect(live.plot(WEIGHTS).locator(".xtitle")).to_have_text("weight, standardised")


def test_the_single_weight_is_one_click_away(live: Live) -> None:
    live.open(T4.settings.link()).to_end()
    for name, words in (("weights", "true weight"), ("landscape", "weight")):
        live.page.select_option(".ll-weights select.ll-menu", name)
        expect(live.plot(WEIGHTS).locator(".xtitle")).to_have_text(words)
    expect(live.page.locator(_START)).to_be_attached()
    live.page.select_option(".ll-weights select.ll-menu", "estimate")
    expect(live.page.locator(_START)).to_be_hidden()
    assert live.plot(BIAS).is_visible()


def test_several_features_have_a_plane_and_say_how_far_it_is(live: Live) -> None:
    live.open(_SEVERAL.link() + "&weights_picture=landscape").to_end()
    figure = live.page.locator(".ll-weights")
    expect(figure.locator(".xtitle")).to_have_text("along the flattest direction")
    expect(figure.locator("p.ll-described")).to_contain_text("off this plane")
    expect(live.page.locator(_START)).to_have_count(0)


def test_a_finger_starts_a_run_too(visitor: Callable[..., Live]) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    live = visitor(**phone).open(_LINE.link()).to_end()
    former = live.n_runs
    live.wait_until_settled()
    live.plot(WEIGHTS).tap()
    live.wait_for_run(former)
    assert live.query["init"] == "custom"
