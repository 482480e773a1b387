"""Controls are declared once: pages, addresses and data sets' knobs say what the records say."""

from __future__ import annotations

from dataclasses import fields

import pytest
import streamlit as st

from dashboard.controls.control import Control, Number, Place, Use, number_of
from dashboard.controls.declared import CONTROLS
from dashboard.controls.knobs import live_knobs
from dashboard.controls.live import take_changes, take_live_knob
from dashboard.settings import ModelSettings, make_settings, spelled
from linreg_core import DATASETS, SOLVERS, ConfigError, TrainConfig
from linreg_core.solvers import SolverKnobs
from tests.dashboard.pages import opened, widgets_of

NUMBERS = [control for control in CONTROLS.values() if isinstance(control, Number)]
KNOBS = [number_of(knob) for source in DATASETS.values() for knob in source.knobs]
IDS = [f"{source.name}-{knob.name}" for source in DATASETS.values() for knob in source.knobs]


def test_settings_are_the_controls() -> None:
    assert {field.name: field.default for field in fields(ModelSettings)} == {
        name: control.default for name, control in CONTROLS.items()
    }


def test_every_knob_of_a_solver_is_a_hyperparameter_with_a_control() -> None:
    assert set(SolverKnobs._fields) <= {field.name for field in fields(TrainConfig)}
    for solver in SOLVERS.values():
        assert set(solver.knobs) <= set(SolverKnobs._fields)
        for name in solver.knobs:
            assert CONTROLS[name].is_used(solver, init="zeros")
    used = {name for solver in SOLVERS.values() for name in solver.knobs}
    assert used == set(SolverKnobs._fields)
    assert used >= {name for name, control in CONTROLS.items() if control.use is Use.KNOB}


@pytest.mark.parametrize("number", [*NUMBERS, *KNOBS], ids=[*(n.name for n in NUMBERS), *IDS])
def test_whatever_a_slider_offers_can_be_linked(number: Number) -> None:
    assert number.default is None or number.minimum <= number.default <= number.maximum
    offered = [*number.rungs_for(n_train=100), number.default, number.minimum, number.maximum]
    for value in offered:
        if value or number.name != "learning_rate":  # which is above its minimum, 0
            assert number.parse(spelled(number.name, value)) == value
    for beyond in (number.minimum - 1, 1e13):
        with pytest.raises(ConfigError, match=number.name):
            number.parse(spelled(number.name, beyond))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("momentum", 0.9, "momentum 0.9"),
        ("learning_rate", 2e-7, "learning rate 2e−7"),
        ("n_epochs", 50_000, "50,000 epochs"),
        ("batch_size", 16, "batch size 16"),
        ("batch_size", None, "full batches"),
        ("updates_per_epoch", None, "one pass an epoch"),
        ("weight_decay", 0.0, "no weight decay"),
        ("weight_decay", 0.25, "weight decay 0.25"),
        ("l1", 0.25, "L1 penalty 0.25"),
        ("standardize", True, "standardised columns"),
        ("fit_intercept", False, "intercept off"),
        ("solver", "momentum", SOLVERS["momentum"].label),
    ],
)
def test_a_sentence_says_what_a_control_is_set_to(name: str, value: object, words: str) -> None:
    assert CONTROLS[name].said(value) == words


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_a_sentence_can_say_every_control(control: Control) -> None:
    assert control.said(control.default)


@pytest.mark.parametrize("solver", ["nesterov", "closed_form"])
def test_the_page_says_what_the_records_say(solver: str) -> None:
    init = "custom"
    settings = make_settings("outliers", solver=solver, init=init)
    page = opened(settings.query())
    widgets = widgets_of(page)
    knobs = {knob.name: number_of(knob) for knob in DATASETS["outliers"].knobs}
    declared = {**CONTROLS, **knobs}
    shown = {name for name, c in CONTROLS.items() if c.is_used(SOLVERS[solver], init)} | set(knobs)
    assert shown == set(widgets) - {"dataset", "learning_rate_exact"}
    for name in shown:
        control, widget = declared[name], widgets[name]
        assert (widget.label, widget.proto.help) == (control.label, control.help), name
        if isinstance(control, Number) and not control.rungs:
            assert (widget.min, widget.max) == (control.minimum, control.maximum), name
    for place in Place:
        each = [name for name, control in declared.items() if control.place is place]
        order = [w.key for w in _in_order(page) if w.key in each]
        if place is not Place.DATA:  # what is turned first stands in sight, the rest further down
            assert order == [name for name in each if name in shown], place


def _in_order(page: object) -> list[object]:
    """The sidebar's widgets as they stand, one below the other."""
    return [element for element in page.sidebar if getattr(element, "key", None)]  # type: ignore[attr-defined]


def numbers_on_the_live_slider(**values: object) -> dict[str, dict[str, object]]:
    settings = make_settings(str(values.pop("dataset", "line")), **values)  # type: ignore[arg-type]
    return {knob["name"]: knob for knob in live_knobs(settings)}


def test_the_live_slider_can_be_put_on_every_number_in_sight() -> None:
    numbers = numbers_on_the_live_slider(solver="momentum", batch_size=8)
    assert {"learning_rate", "n_epochs", "batch_size", "momentum", "noise", "slope"} <= set(numbers)
    assert numbers["batch_size"]["value"] == 8 and numbers["batch_size"]["word"] == "full"
    assert "momentum" not in numbers_on_the_live_slider(solver="sgd")
    assert set(numbers_on_the_live_slider(solver="closed_form")) == {
        knob.name for knob in DATASETS["line"].knobs
    }
    assert not numbers_on_the_live_slider(dataset="condos", solver="closed_form")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("learning_rate", "0.05", {"learning_rate": 0.05}),
        ("n_epochs", "200", {"n_epochs": 200}),
        ("batch_size", "16", {"batch_size": 16}),
        ("batch_size", "full", {"batch_size": None}),
        ("noise", "0.3", {"noise": 0.3}),
        ("n_samples", "50", {"n_samples": 50}),
        ("solver", "adam", {}),
        ("nothing", "1", {}),
        (None, "1", {}),
        ("n_epochs", 7, {}),
        ("n_epochs", "many", {}),
        ("learning_rate", "-1", {}),
        ("noise", "1e99", {}),
    ],
)
def test_what_the_live_slider_says_sets_its_control(
    name: object, text: object, expected: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    take_live_knob(make_settings("line"), name, text)
    assert state == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"standardize": "true", "learning_rate": "0.1"},
            {"standardize": True, "learning_rate": 0.1},
        ),
        ({"solver": "adam", "batch_size": "full"}, {"solver": "adam", "batch_size": None}),
        ({"n_epochs": "many", "momentum": "0.5"}, {"momentum": 0.5}),
        ({"learning_rate": 0.1, "password": "x", "solver": "magic"}, {}),
        ("learning_rate=0.1", {}),
        (None, {}),
    ],
)
def test_what_the_doctor_says_sets_the_controls(
    changes: object, expected: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    take_changes(changes)
    assert state == expected
