"""The play page under Streamlit's AppTest: links, presets, and what a link says wrongly."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dashboard.presets import FIRST_PRESET, PRESETS, T1, T4, Preset
from tests.dashboard.pages import (
    data_of,
    follow,
    moved,
    opened,
    play_settings_of,
    query_of,
    quiet,
    run_of,
    toasts_of,
    widgets_of,
)

# --- Opening -----------------------------------------------------------------------------------


def test_the_front_page_shows_a_run() -> None:
    page = opened()
    data = data_of(page)
    assert re.fullmatch(r"/live/[\w.-]+\?visitor=[\w-]{22,}&slot=0", run_of(page))
    assert data["refusal"] == ""
    assert data["module"].endswith("/view.js") and data["plotly"].endswith("/plotly.min.js")
    assert play_settings_of(page) == FIRST_PRESET.settings
    assert toasts_of(page) == ""


def test_equal_settings_have_one_run_and_every_session_a_visitor_of_its_own() -> None:
    (run, visitor), (same, other) = (run_of(opened()).split("?") for _ in range(2))
    assert run == same and visitor != other


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_presets_link_sets_the_page(preset: Preset) -> None:
    page = opened(preset.settings.query())
    assert play_settings_of(page) == preset.settings
    assert toasts_of(page) == ""
    assert preset.story in [caption.value for caption in page.caption]
    published = data_of(page)["published"]
    assert [row["value"] for row in published["rows"]] == [row.value for row in preset.published]


def test_a_link_is_followed_though_a_control_was_just_moved() -> None:
    page = opened(T4.settings.query())
    widgets_of(page)["n_epochs"].set_value(500)
    assert play_settings_of(follow(page, T1.settings)) == T1.settings


def test_an_address_that_lags_behind_controls_takes_nothing_back() -> None:
    page = opened(T4.settings.query())
    lagging = query_of(page)
    page = moved(page, "n_epochs", 500)
    page.query_params.clear()
    for name, value in lagging.items():
        page.query_params[name] = value
    page = moved(page, "learning_rate", 0.2)
    assert play_settings_of(page) == replace(T4.settings, n_epochs=500, learning_rate=0.2)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_is_one_click_on_the_page(preset: Preset) -> None:
    links = {
        link.proto.label.strip("*"): link.proto.query_string for link in opened().get("page_link")
    }
    page = opened(dict(pair.split("=") for pair in links[preset.title].split("&")))
    assert play_settings_of(page) == preset.settings


def test_a_link_followed_within_the_page_sets_it() -> None:
    page = opened()
    before = run_of(page)
    follow(page, T1.settings)
    assert play_settings_of(page) == T1.settings
    assert run_of(page) != before


# --- Links that say what cannot be -------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"learning_rate": "nan"}, "learning_rate"),
        ({"learning_rate": "<script>alert(1)</script>"}, "learning_rate"),
        ({"n_epochs": "9" * 5_000}, "n_epochs"),
        ({"n_epochs": "x" * 10_000}, "n_epochs"),
        ({"seed": "-1"}, "seed"),
        ({"noise": "🏠"}, "noise"),
        ({"dataset": "../../etc/passwd"}, "dataset"),
        ({"batch_size": "101"}, "batch_size"),
        ({"updates_per_epoch": "0"}, "updates_per_epoch"),
        ({"solver": "closed_form", "loss": "l1"}, "loss"),
        ({"dataset": "correlated", "init": "custom"}, "init"),
        ({"solver": "momentum", "momentum": "0.999"}, "momentum"),
        ({"weight_decay": "5"}, "weight_decay"),
        ({"engine": "numpy"}, "engine"),
    ],
)
def test_a_bad_link_says_so_and_the_page_goes_on(query: dict[str, str], name: str) -> None:
    page = opened({"v": "1", **query})
    assert f"`{name}`" in toasts_of(page)
    assert len(page.toast) == 1
    fixed = play_settings_of(page)
    fixed.config().check_fits(fixed.problem_spec.build())
    assert toasts_of(quiet(page.run())) == ""  # said once
    assert play_settings_of(page) == fixed


def test_another_versions_link_says_so() -> None:
    page = opened({**T1.settings.query(), "v": "2"})
    assert "another version" in toasts_of(page)
    assert play_settings_of(page) == T1.settings


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("learning_rate", "1e-12"),
        ("learning_rate", "0.0123456"),
        ("n_epochs", "77"),
        ("batch_size", "13"),
        ("updates_per_epoch", "7"),
        ("n_samples", "77"),
        ("n_samples", "2"),
        ("noise", "0.123456"),
        ("slope", "33.33"),
        ("test_fraction", "0.33"),
        ("seed", "4294967295"),
        ("weight_decay", "0.015"),
    ],
)
def test_a_value_between_the_rungs_stays(name: str, text: str) -> None:
    """A link made by hand may say any value that a run can have."""
    page = opened({"v": "1", name: text})
    assert toasts_of(page) == ""
    assert float(query_of(page)[name]) == float(text)


@pytest.mark.parametrize("name", ["noise", "n_samples", "learning_rate", "residuals"])
def test_a_link_of_one_name_is_one_of_ours(name: str) -> None:
    value = {"noise": "0.5", "n_samples": "50", "learning_rate": "0.5", "residuals": "squares"}
    assert query_of(opened({name: value[name]}))[name] == value[name]


def test_somebody_elses_parameters_show_the_first_page() -> None:
    page = opened({"utm_source": "mail"})
    assert play_settings_of(page) == FIRST_PRESET.settings
    assert toasts_of(page) == ""
