"""The play page under Streamlit's AppTest: its controls, and the run that they name."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from dashboard.links import read_query
from dashboard.presets import FIRST_PRESET, T1, T4
from dashboard.settings import CONFIG_FIELDS, make_settings
from linreg_core import DATASETS, LOSSES, SOLVERS
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

ALWAYS = {"dataset", "standardize", "test_fraction", "seed", "split", "solver", "loss", "init"}
ALWAYS |= {"dtype", "fit_intercept", "residuals"}
DESCENT = {"learning_rate", "learning_rate_exact", "n_epochs", "batch_size", "sampling"}
DESCENT |= {"updates_per_epoch", "engine"}
OF_SOME = {"momentum", "weight_decay", "l1", "init_weight", "init_bias"}


# --- Moving a control --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("learning_rate", 0.2, "0.2"),
        ("learning_rate_exact", 0.123, None),
        ("n_epochs", 200, "200"),
        ("batch_size", 16, "16"),
        ("noise", 0.5, "0.5"),
        ("n_samples", 50, "50"),
        ("slope", -2.0, "-2"),
        ("intercept", 1.5, "1.5"),
        ("test_fraction", 0.2, "0.2"),
        ("seed", 7, "7"),
        ("split", "sequential", "sequential"),
        ("solver", "adam", "adam"),
        ("loss", "l1", "l1"),
        ("init", "zeros", "zeros"),
        ("sampling", "replacement", "replacement"),
        ("updates_per_epoch", 10, "10"),
        ("weight_decay", 0.1, "0.1"),
        ("l1", 0.1, "0.1"),
        ("dtype", "float32", "float32"),
        ("engine", "torch", "torch"),
    ],
)
def test_a_moved_control_makes_another_run_and_another_link(
    key: str, value: Any, text: str | None
) -> None:
    page = opened()
    before = run_of(page)
    moved(page, key, value)
    assert run_of(page) != before
    if text is not None:
        assert query_of(page)[key] == text
        expected = {**FIRST_PRESET.settings.query(), key: text}
        if text == "adam":
            del expected["l1"]  # it has no use for one
        assert query_of(page) == expected
    again = run_of(page)
    assert run_of(quiet(page.run())) == again
    assert play_settings_of(opened(query_of(page))) == play_settings_of(page)


def test_another_look_is_not_another_run() -> None:
    page = opened()
    before = run_of(page)
    moved(page, "residuals", "squares")
    assert run_of(page) == before
    assert data_of(page)["residuals"] == query_of(page)["residuals"] == "squares"


@pytest.mark.parametrize(("axes", "unit"), [("linear", "updates"), ("log-x", "seconds")])
def test_the_axes_of_the_loss_come_from_the_link(axes: str, unit: str) -> None:
    query = {**FIRST_PRESET.settings.query(), "loss_axes": axes, "loss_x": unit}
    page = opened(query)
    assert query_of(page) == query
    assert data_of(page)["pictures"] == {
        "fit": "default",
        "weights": "default",
        "loss": unit,
        "axes": axes,
    }


def test_moving_there_and_back_is_the_same_link_and_the_same_run() -> None:
    page = opened()
    before, run = query_of(page), run_of(page)
    moved(moved(page, "learning_rate", 0.5), "learning_rate", 0.1)
    assert query_of(page) == before and run_of(page) == run


def test_the_exact_rate_and_the_slider_are_one() -> None:
    page = moved(opened(), "learning_rate_exact", 0.123)
    assert query_of(page)["learning_rate"] == "0.123"
    widgets = widgets_of(page)
    assert widgets["learning_rate"].value == widgets["learning_rate_exact"].value == 0.123
    moved(page, "learning_rate", 0.5)
    assert widgets_of(page)["learning_rate_exact"].value == 0.5


@pytest.mark.parametrize("value", [0.0, 1e12])
def test_an_exact_rate_at_its_bounds_breaks_nothing(value: float) -> None:
    page = moved(opened(), "learning_rate_exact", value)
    assert query_of(page)["learning_rate"] == ("0.1" if value == 0 else "1000000000000")


def test_fewer_rows_than_the_batch_make_a_full_batch() -> None:
    page = moved(moved(opened(), "batch_size", 64), "n_samples", 50)
    assert query_of(page)["batch_size"] == "full"


@pytest.mark.parametrize("solver", SOLVERS)
def test_only_the_knobs_that_the_solver_uses_are_shown(solver: str) -> None:
    page = moved(opened(), "solver", solver)
    used, shown = set(SOLVERS[solver].knobs), set(widgets_of(page))
    assert shown >= ALWAYS | {knob.name for knob in DATASETS["line"].knobs}
    assert shown & DESCENT == (DESCENT if "learning_rate" in used else set())
    assert shown & OF_SOME == used & OF_SOME
    losses = widgets_of(page)["loss"].proto.options
    assert len(losses) == sum(
        "learning_rate" in used or loss.is_squared for loss in LOSSES.values()
    )


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_control_has_a_tip(solver: str) -> None:
    page = opened(make_settings("line", solver=solver, init="custom").query())
    shown = {**widgets_of(page), **{button.key: button for button in page.sidebar.button}}
    assert {"init_weight", "undo", "reset"} <= set(shown)
    assert [key for key, widget in shown.items() if not widget.proto.help.endswith(".")] == []


def test_a_loss_that_closed_form_cannot_have_gives_way() -> None:
    page = moved(moved(opened(), "loss", "l1"), "solver", "closed_form")
    assert play_settings_of(page).config().loss == "mse"


def test_a_knob_keeps_its_value_while_its_solver_is_away() -> None:
    page = moved(moved(opened(), "solver", "momentum"), "momentum", 0.5)
    moved(moved(page, "solver", "adam"), "solver", "momentum")
    assert query_of(page)["momentum"] == "0.5"


@pytest.mark.parametrize(
    ("show", "move", "hide"),
    [
        (("solver", "momentum"), ("momentum", 0.5), ("solver", "adam")),
        (("solver", "adamw"), ("weight_decay", 0.25), ("solver", "closed_form")),
        (("init", "custom"), ("init_weight", -0.5), ("init", "zeros")),
    ],
)
def test_a_link_brings_hidden_controls_back_as_they_were_left(
    show: tuple[str, Any], move: tuple[str, Any], hide: tuple[str, Any]
) -> None:
    page = opened()
    for key, value in (show, move, hide):
        moved(page, key, value)
    assert move[0] not in widgets_of(page)
    copied = moved(opened(query_of(page)), *show)
    assert widgets_of(copied)[move[0]].value == move[1]


@pytest.mark.parametrize(
    ("show", "move", "hide"),
    [
        (("solver", "momentum"), ("momentum", 0.5), ("solver", "adam")),
        (("init", "custom"), ("init_weight", -0.5), ("init", "zeros")),
        (("seed", 1), ("learning_rate", 0.5), ("solver", "closed_form")),
    ],
)
def test_a_link_is_followed_though_a_moved_knob_is_hidden(
    show: tuple[str, Any], move: tuple[str, Any], hide: tuple[str, Any]
) -> None:
    page = opened()
    for key, value in (show, move, hide, ("noise", 0.2)):
        moved(page, key, value)
    follow(page, T1.settings)
    assert play_settings_of(page) == T1.settings


def test_a_given_start_has_two_fields() -> None:
    page = moved(opened(), "init", "custom")
    assert {"init_weight", "init_bias"} <= set(widgets_of(page))
    moved(page, "init_weight", -0.25)
    assert query_of(page)["init_weight"] == "-0.25"


# --- Data sets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_comes_with_its_own_knobs_and_can_be_trained(name: str) -> None:
    page = opened()
    if name != FIRST_PRESET.settings.dataset:
        moved(page, "dataset", name)
    settings, widgets = play_settings_of(page), widgets_of(page)
    assert dict(settings.knobs) == {knob.name: knob.default for knob in DATASETS[name].knobs}
    assert {knob.name for knob in DATASETS[name].knobs} <= set(widgets)
    strangers = {knob.name for record in DATASETS.values() for knob in record.knobs}
    assert not (strangers - set(dict(settings.knobs))) & set(widgets)
    settings.config().check_fits(settings.problem_spec.build())


@pytest.mark.parametrize("name", DATASETS)
def test_every_solver_on_every_data_set_has_a_link(name: str) -> None:
    for solver in SOLVERS:
        asked = make_settings(name, solver=solver)
        settings, notices = read_query(asked.query())
        assert (settings, notices) == (asked, [])
        config = settings.config()
        unset = {field for field in CONFIG_FIELDS if getattr(config, field) is None}
        assert unset <= {"batch_size", "updates_per_epoch"}


@pytest.mark.parametrize(
    ("name", "solver"), [*zip(DATASETS, itertools.cycle(SOLVERS), strict=False)]
)
def test_every_data_set_makes_a_page_with_another_solver(name: str, solver: str) -> None:
    settings = play_settings_of(opened(make_settings(name, solver=solver).query()))
    assert (settings.dataset, settings.solver) == (name, solver)


def test_a_way_through_all_data_sets_leaves_no_trace_of_the_last_one() -> None:
    page = opened()
    for name in (*DATASETS, FIRST_PRESET.settings.dataset):
        if widgets_of(page)["dataset"].value != name:
            moved(page, "dataset", name)
    assert play_settings_of(page).problem_spec == FIRST_PRESET.settings.problem_spec


# --- Standardising -----------------------------------------------------------------------------


def test_the_remedy_is_one_button() -> None:
    page = opened(T1.settings.query())
    assert T1.remedy is not None
    (button,) = (each for each in page.button if each.key == "remedy")
    assert button.label == T1.remedy_label
    before = run_of(page)
    quiet(button.click().run())
    assert play_settings_of(page) == T1.remedy
    assert run_of(page) != before
    widgets = widgets_of(page)
    assert (widgets["standardize"].value, widgets["learning_rate"].value) == (True, 1e-3)
    assert T1.remedy_story in [caption.value for caption in page.caption]
    assert not [each for each in page.button if each.key == "remedy"]


def test_standardising_swaps_the_rate_there_and_back_and_says_so() -> None:
    page = moved(opened(T1.settings.query()), "standardize", True)
    assert play_settings_of(page) == T1.remedy
    assert "0.000001 → 0.001" in toasts_of(page)
    moved(page, "standardize", False)
    assert play_settings_of(page) == T1.settings
    assert "0.001 → 0.000001" in toasts_of(page)


def test_a_rate_that_suits_standardised_columns_stays() -> None:
    page = moved(opened(T4.settings.query()), "standardize", True)
    assert play_settings_of(page) == replace(T4.settings, standardize=True)
    assert toasts_of(page) == ""
