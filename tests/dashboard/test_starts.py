"""Every data set starts trainable, whatever came before; resetting and undoing lead back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.presets import FIRST_PRESET, PRESETS, T1, Preset
from dashboard.starts import start_of
from linreg_core import DATASETS, Status, fit
from tests.dashboard.pages import moved, opened, play_settings_of, quiet, widgets_of

NEAR = 0.02  # of the target's standard deviation


@pytest.mark.parametrize("name", DATASETS)
def test_a_start_ends_near_the_reference(name: str) -> None:
    settings = start_of(name)
    problem = settings.problem_spec.build()
    run = fit(problem, settings.config())
    assert run.status is not Status.DIVERGED
    assert run.reference is not None
    off = run.final.params.predict(problem.X_train) - run.reference.predict(problem.X_train)
    assert np.sqrt(np.mean(off**2)) < NEAR * np.std(problem.y_train)


def test_the_first_page_is_the_start_of_its_data() -> None:
    assert start_of(FIRST_PRESET.settings.dataset) == FIRST_PRESET.settings


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_data_set_inherits_nothing_from_a_tutorial(preset: Preset) -> None:
    page = opened(preset.settings.query())
    for name in ("outliers", "line"):
        if widgets_of(page)["dataset"].value != name:
            moved(page, "dataset", name)
            assert play_settings_of(page) == start_of(name)


def test_reset_and_undo() -> None:
    page = opened(T1.settings.query())
    _press(page, "reset")
    assert play_settings_of(page) == start_of("condos")
    _press(page, "undo")
    assert play_settings_of(page) == T1.settings
    (undo,) = (each for each in page.button if each.key == "undo")
    assert undo.disabled


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that undo goes by, which a test sets."""
    seconds = [100.0]
    monkeypatch.setattr("dashboard.history.monotonic", lambda: seconds[0])
    return seconds


def _moves(page: AppTest, clock: list[float], pause: float, key: str, *values: Any) -> None:
    for value in values:
        clock[0] += pause
        moved(page, key, value)


def test_undo_takes_back_a_gesture(clock: list[float]) -> None:
    page = opened()
    _moves(page, clock, 0.1, "noise", 0.2, 0.3, 0.4)  # keys, pressed one after the other
    _moves(page, clock, 0.1, "n_epochs", 500)
    _press(page, "undo")
    assert widgets_of(page)["noise"].value == 0.4
    _press(page, "undo")
    assert play_settings_of(page) == FIRST_PRESET.settings


def test_moves_with_a_pause_between_are_taken_back_one_by_one(clock: list[float]) -> None:
    page = opened()
    _moves(page, clock, 1.5, "noise", 0.2, 0.3)
    _press(page, "undo")
    assert widgets_of(page)["noise"].value == 0.2


def test_choices_from_a_menu_are_taken_back_one_by_one(clock: list[float]) -> None:
    page = opened()
    _moves(page, clock, 0.1, "solver", "momentum", "adam")
    _press(page, "undo")
    assert widgets_of(page)["solver"].value == "momentum"


def test_there_and_back_in_one_gesture_is_nothing_to_take_back(clock: list[float]) -> None:
    page = opened()
    _moves(page, clock, 0.1, "noise", 0.2, 0.1)
    (undo,) = (each for each in page.button if each.key == "undo")
    assert undo.disabled
    _moves(page, clock, 0.1, "noise", 0.3)
    _press(page, "undo")
    assert play_settings_of(page) == FIRST_PRESET.settings


def _press(page: AppTest, key: str) -> None:
    (button,) = (each for each in page.button if each.key == key)
    quiet(button.click().run())
