"""Controls are declared once: pages, addresses and data sets' knobs say what the records say."""

from __future__ import annotations

from dataclasses import fields

import pytest

from dashboard.controls.control import Number, Place, Use, number_of
from dashboard.controls.declared import CONTROLS
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
