"""The sweep page under Streamlit's AppTest: its grid, its link, and its ways to and from Play."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard.presets import T4
from dashboard.sweep.settings import SweepSettings, read_sweep_query, sweep_settings
from tests.dashboard.pages import at_page, components_of, moved, opened, query_of, quiet, toasts_of

PAGE, PLAY = "pages/sweep.py", "pages/play.py"


def told(page: AppTest) -> dict[str, Any]:
    """What the map's view is given."""
    return next(given for given in components_of(page) if "map" in given)


def settings_of(page: AppTest) -> SweepSettings:
    settings, notices = read_sweep_query(query_of(page))
    assert notices == []
    return settings


def chosen(page: AppTest, key: str, value: Any) -> AppTest:
    """The page after one of the controls above the map was set."""
    boxes = [*page.main.selectbox, *page.main.number_input]
    return quiet(next(box for box in boxes if box.key == key).set_value(value).run())


def test_play_and_sweep_keep_what_they_share() -> None:
    page = moved(opened(), "noise", 0.5)
    page = quiet(at_page(page, PAGE))
    assert settings_of(page) == sweep_settings(replace(T4.settings, knobs=settings_of(page).knobs))
    assert query_of(page)["noise"] == "0.5"
    data = told(page)
    assert data["refusal"] == ""
    assert data["tooLong"] is None
    assert (data["map"]["x"]["name"], data["map"]["y"]["name"]) == ("learning_rate", "batch_size")
    assert data["map"]["y"]["texts"][-1] == data["map"]["y"]["spelled"][-1] == "full"
    assert {"noise", "learning_rate"} & {knob["name"] for knob in data["knobs"]} == {"noise"}
    assert data["play"]["query"]["noise"] == "0.5"
    page = chosen(page, "sweep_y", "noise")
    page = chosen(chosen(page, "sweep_x_steps", 5), "sweep_y_to", 2.0)
    assert len(told(page)["map"]["x"]["values"]) == 5
    assert told(page)["map"]["y"]["values"][-1] == 2.0
    page = chosen(page, "sweep_y", "seed")
    assert settings_of(page).sweep_y_to is None  # a range is about one axis
    page = moved(page, "n_epochs", 200)
    page = quiet(at_page(page, PLAY))
    assert query_of(page)["n_epochs"] == "200"
    assert "sweep_x" not in query_of(page)
    page = quiet(at_page(page, PAGE))
    assert (settings_of(page).sweep_y, settings_of(page).sweep_x_steps) == ("seed", 5)


def test_axes_give_way_and_what_takes_long_is_not_offered_to_be_trained() -> None:
    link = sweep_settings(T4.settings, sweep_y="noise", sweep_x_steps=64, sweep_seeds=16)
    page = quiet(opened(link.query(), PAGE))
    assert settings_of(page) == link
    page = moved(page, "dataset", "condos")
    assert settings_of(page).sweep_y != "noise"
    page = quiet(opened(replace(link, solver="lbfgs", n_epochs=1_000).query(), PAGE))
    data = told(page)
    assert "would take about" in data["tooLong"]["text"]
    assert data["tooLong"]["coarser"]["sweep_seeds"] == 1
    bad = {"sweep_x": "noise", "sweep_y": "noise", "sweep_seeds": "5"}
    page = opened(T4.settings.query() | bad, PAGE)
    assert "sweep_seeds" in toasts_of(quiet(page))
    assert settings_of(page).sweep_x != settings_of(page).sweep_y
