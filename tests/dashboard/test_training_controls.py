"""Schedule, warm-up and stopping on the page: what the run gets of them, what is refused."""

from __future__ import annotations

from dashboard.links import overridden
from dashboard.presets import T4
from tests.dashboard.pages import data_of, moved, opened, play_settings_of, query_of, widgets_of

NAMES = {"schedule", "warmup_epochs", "stop_when_converged"}


def test_a_moved_schedule_is_in_the_address_and_in_the_run() -> None:
    page = moved(opened(T4.query), "schedule", "cosine")
    page = moved(page, "warmup_epochs", 20)
    page = moved(page, "stop_when_converged", True)
    assert query_of(page)["schedule"] == "cosine" and query_of(page)["warmup_epochs"] == "20"
    config = play_settings_of(page).config()
    assert (config.schedule, config.warmup_epochs) == ("cosine", 20)
    assert config.stop_when_converged


def test_the_closed_form_has_no_use_for_them() -> None:
    page = moved(opened(T4.query), "solver", "closed_form")
    assert not NAMES & set(widgets_of(page))
    assert data_of(page)["refusal"] == ""


def test_a_warm_up_as_long_as_the_run_gets_the_cores_sentence() -> None:
    page = moved(opened(T4.query), "warmup_epochs", 1000)
    assert data_of(page)["refusal"] == "`warmup_epochs` must be < `n_epochs`, 1000. Got 1000."
    page = moved(page, "n_epochs", 2000)
    assert data_of(page)["refusal"] == ""


def test_a_query_may_set_them_too() -> None:
    spec = overridden(T4.settings.run_spec, {"schedule": "step", "warmup_epochs": "3"})
    assert (spec.config.schedule, spec.config.warmup_epochs) == ("step", 3)
