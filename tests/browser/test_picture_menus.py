"""The menus in pictures' titles: what they offer, and who remembers the choice."""

from __future__ import annotations

from playwright.sync_api import expect

from dashboard.presets import T3, T4
from dashboard.settings import make_settings
from tests.browser.live import Live
from tests.browser.test_access import PHONE, SCREEN, check, findings

SEVERAL = make_settings("many_weights", {"n_features": 3, "n_samples": 60}, n_epochs=50)
_AXIS_TITLE = ".ll-fit .xtitle"


def menu(live: Live, place: str) -> str:
    return f".ll-{place} select.ll-menu"


def test_a_place_offers_its_pictures_by_key_and_the_link_remembers(live: Live) -> None:
    live.open(T4.settings.link()).to_end()
    n_runs = live.n_runs
    assert "fit_picture" not in live.query
    live.page.locator(menu(live, "fit")).focus()
    live.page.keyboard.press("ArrowDown")
    live.wait_for_query("fit_picture", "predictions")
    expect(live.page.locator(_AXIS_TITLE)).to_have_text("actual y")
    assert live.n_runs == n_runs and live.data["state"] == "paused"  # no run of its own
    assert not findings(live.page)
    live.move("Learning rate")  # another run, the same picture
    expect(live.page.locator(_AXIS_TITLE)).to_have_text("actual y")
    link = "?" + live.page.url.partition("?")[2]
    live.open(T3.settings.link()).to_end()
    live.open(link).to_end()
    expect(live.page.locator(menu(live, "fit"))).to_have_value("predictions")
    expect(live.page.locator(_AXIS_TITLE)).to_have_text("actual y")
    live.page.select_option(menu(live, "fit"), "line")
    live.page.wait_for_function("!new URLSearchParams(location.search).has('fit_picture')")


def test_where_there_is_one_picture_there_is_no_menu(live: Live) -> None:
    live.open(T3.settings.link()).to_end()
    for place in ("fit", "bias"):
        expect(live.page.locator(menu(live, place))).to_be_hidden()
    expect(live.page.locator(".ll-fit .ll-title").first).to_have_text("Predicted against actual")


def test_a_choice_that_a_run_has_not_gives_way_and_comes_back(live: Live) -> None:
    live.open(SEVERAL.link() + "&fit_picture=line").to_end()
    expect(live.page.locator(_AXIS_TITLE)).to_have_text("actual y")
    assert live.query["fit_picture"] == "line"


def test_menus_read_on_a_phone_and_in_the_dark(live: Live) -> None:
    live.open(T4.settings.link()).to_end()
    check(live.page, (PHONE, "dark"), (SCREEN, "light"))
