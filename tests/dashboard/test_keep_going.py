"""Keep going: a change goes on from the epoch on screen, and the settings hold it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.controls.keep_going import _HOLD, _Moment
from dashboard.links import overridden, read_query
from dashboard.live.changes import change_marks, solvers_text
from dashboard.live.zones import knob_zones
from dashboard.presets import T4
from dashboard.settings import Settings, make_settings
from dashboard.until import Until, changed_config, parse_until, until_of, until_text
from linreg_core import ConfigError, TrainConfig, diagnose, fit
from linreg_core.changes import CHANGEABLE
from tests.dashboard.pages import (
    data_of,
    follow,
    moved,
    opened,
    play_settings_of,
    quiet,
    toasts_of,
)

GOING = replace(T4.settings, keep_going=True)
UNTIL: Until = (
    (20, (("learning_rate", 0.1),)),
    (60, (("momentum", 0.5), ("batch_size", None))),
    (90, (("learning_rate", 1e-7), ("solver", "sgd"))),
)


def held(page: AppTest, epoch: int, *, is_over: bool = False) -> AppTest:
    """The browser has told what is on screen."""
    run = play_settings_of(page).run_spec.id
    page.session_state[_HOLD] = _Moment(epoch, run, is_over)
    return page


def test_what_was_set_before_and_the_runs_changes_are_one() -> None:
    last = TrainConfig("momentum", learning_rate=0.3, momentum=0.8, batch_size=4)
    config = changed_config(last, UNTIL)
    assert (config.solver, config.learning_rate, config.momentum) == ("sgd", 0.1, 0.5)
    assert config.at(20).learning_rate == 0.1 and config.at(21).learning_rate == 1e-7
    assert replace(config.at(100), changes=()) == last
    assert until_of(config) == UNTIL


def test_a_link_carries_it() -> None:
    assert parse_until(until_text(UNTIL)) == UNTIL
    settings = replace(GOING, until=UNTIL, batch_size=4)
    assert read_query(settings.query()) == (settings, [])
    assert "until" not in T4.settings.query() and "keep_going" not in T4.settings.query()


BAD = (
    "x",
    "5",
    "5:",
    "5:momentum",
    "5:momentum=2",
    "5:momentum=nan",
    "0:momentum=0.5",
    "9:loss=l1",
    "5:momentum=0.5;5:momentum=0.6",
    "5:solver=closed_form",
    "9" * 5000 + ":momentum=0.5",
    ";".join(f"{k}:momentum=0.5" for k in range(1, 30)),
    "🏠",
    "<script>:momentum=0.5",
)


@pytest.mark.parametrize("text", BAD)
def test_a_bad_one_falls_back_and_says_so(text: str) -> None:
    settings, notices = read_query({"v": "1", "until": text})
    assert settings == make_settings("line")
    (notice,) = notices
    assert notice.startswith("`until` must be epochs and what was set until then")
    assert len(notice) < 300


def test_changes_behind_the_end_are_left_out() -> None:
    settings = replace(GOING, until=UNTIL, n_epochs=60)
    linked, notices = read_query(settings.query())
    assert linked.until == UNTIL[:1]
    assert len(notices) == 1 and "`until`" in notices[0]


def test_a_change_goes_on_from_the_epoch_on_screen() -> None:
    page = moved(held(opened(GOING.query()), 20), "learning_rate", 0.2)
    settings = play_settings_of(page)
    assert (settings.learning_rate, settings.until) == (0.2, ((20, (("learning_rate", 0.1),)),))
    assert settings.config() == T4.settings.config().changed_after(20, learning_rate=0.2)
    assert data_of(page)["goOnFrom"] == 20
    page = moved(held(page, 300), "solver", "adam")
    settings = play_settings_of(page)
    assert settings.until[1] == (300, (("solver", "sgd"),))
    assert settings.config().changes[1] == (300, (("solver", "adam"),))


def test_from_an_earlier_epoch_later_changes_are_left_out() -> None:
    page = moved(held(opened(GOING.query()), 200), "learning_rate", 0.2)
    page = moved(held(page, 100), "batch_size", 8)
    settings = play_settings_of(page)
    assert settings.until == ((100, (("learning_rate", 0.1), ("batch_size", None))),)
    page = moved(held(page, 0), "batch_size", 16)
    assert play_settings_of(page) == replace(GOING, learning_rate=0.2, batch_size=16)
    assert data_of(page)["goOnFrom"] is None


def test_the_browsers_address_and_the_page_name_one_run() -> None:
    """What the view asks for at once, with `at` in its query, is what the page is then set to."""
    spec = GOING.run_spec
    asked = overridden(spec, {"learning_rate": "0.2", "at": "20"})
    page = moved(held(opened(GOING.query()), 20), "learning_rate", 0.2)
    assert asked.id == play_settings_of(page).run_spec.id
    again = overridden(asked, {"batch_size": "8", "at": "10"})
    page = moved(held(page, 10), "batch_size", 8)
    assert again.id == play_settings_of(page).run_spec.id


@pytest.mark.parametrize("at", ["-1", "x", "", "9" * 50, "1.5", "1000"])
def test_a_bad_epoch_is_refused(at: str) -> None:
    with pytest.raises(ConfigError, match="`at` must be an epoch|before the last epoch"):
        overridden(GOING.run_spec, {"learning_rate": "0.2", "at": at})


def test_at_the_end_it_starts_anew_and_says_so() -> None:
    page = moved(held(opened(GOING.query()), 1000, is_over=True), "learning_rate", 0.2)
    assert play_settings_of(page) == replace(GOING, learning_rate=0.2)
    assert "The run was over at epoch 1,000, so this one starts anew." in toasts_of(page)


def test_more_epochs_go_on_from_the_end() -> None:
    page = moved(held(opened(GOING.query()), 1000, is_over=True), "n_epochs", 2000)
    assert data_of(page)["goOnFrom"] == 1000
    assert play_settings_of(page) == replace(GOING, n_epochs=2000)


@pytest.mark.parametrize(
    ("key", "value"), [("noise", 0.5), ("loss", "l1"), ("seed", 4), ("init", "zeros")]
)
def test_what_can_not_change_on_the_way_starts_anew_with_the_same_changes(
    key: str, value: Any
) -> None:
    page = moved(held(opened(GOING.query()), 20), "learning_rate", 0.2)
    page = moved(held(page, 50), key, value)
    assert play_settings_of(page).until == ((20, (("learning_rate", 0.1),)),)
    assert data_of(page)["goOnFrom"] is None


def test_standardising_starts_without_changes() -> None:
    page = moved(held(opened(GOING.query()), 20), "learning_rate", 0.2)
    assert play_settings_of(moved(held(page, 50), "standardize", True)).until == ()


def test_a_moment_of_another_run_is_none() -> None:
    page = opened(GOING.query())
    page.session_state[_HOLD] = _Moment(20, "another run", False)
    assert play_settings_of(moved(page, "learning_rate", 0.2)).until == ()


def test_off_nothing_goes_on() -> None:
    page = moved(held(opened(T4.query), 20), "learning_rate", 0.2)
    assert play_settings_of(page).until == ()


def test_undo_takes_a_change_back() -> None:
    page = moved(held(opened(GOING.query()), 20), "learning_rate", 0.2)
    page = quiet(page.sidebar.button(key="undo").click().run())
    assert play_settings_of(page) == GOING


def test_a_preset_has_no_changes() -> None:
    page = moved(held(opened(GOING.query()), 20), "learning_rate", 0.2)
    assert play_settings_of(follow(page, T4.settings)) == T4.settings


def test_too_many_changes_get_the_cores_sentence() -> None:
    until = tuple((k, (("learning_rate", 0.1 + k / 100),)) for k in range(1, 21))
    page = moved(held(opened(replace(GOING, until=until).query()), 50), "learning_rate", 0.2)
    assert data_of(page)["refusal"] == "`changes` must be at most 20. Got 21."


def test_the_closed_form_ignores_changes() -> None:
    page = moved(held(opened(GOING.query()), 20), "learning_rate", 0.2)
    page = moved(held(page, 50), "solver", "closed_form")
    assert data_of(page)["refusal"] == ""


def test_marks_say_what_was_set() -> None:
    last = TrainConfig("momentum", learning_rate=0.3, momentum=0.8, batch_size=4)
    config = changed_config(last, UNTIL)
    assert change_marks(config) == [
        {"epoch": 20, "label": "rate 1e−7"},
        {"epoch": 60, "label": "momentum 0.8, batch 4"},
        {"epoch": 90, "label": "rate 0.3, SGD with momentum"},
    ]
    assert solvers_text(config, 80) == "SGD"
    assert solvers_text(config, 100) == "SGD, then SGD with momentum"


def test_the_view_and_the_core_agree_on_what_may_change() -> None:
    from tests.conftest import ROOT

    text = (ROOT / "dashboard/live/static/keep_going.js").read_text()
    line = next(line for line in text.splitlines() if line.startswith("export const CHANGEABLE"))
    assert all(f'"{name}"' in line for name in CHANGEABLE)
    assert line.count('"') == 2 * len(CHANGEABLE)
    assert isinstance(GOING, Settings)


def test_a_changed_run_has_the_zones_and_the_doctor_of_its_last_settings() -> None:
    settings = replace(GOING, n_epochs=200, learning_rate=3.0, until=UNTIL[:1])
    problem, config = settings.problem_spec.build(), settings.config()
    plain = replace(settings, until=()).config()
    assert knob_zones(problem, config) == knob_zones(problem, plain)
    found = diagnose(fit(problem, config))
    assert found.kind == "diverged" and "3" in found.sentence
    assert all("changes" not in cure.changes for cure in found.cures)
