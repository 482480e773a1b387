"""The controls that the live view's own slider can be put on: every number in sight."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from dashboard.controls.control import CUSTOM_INIT, Number, Place, number_of
from dashboard.controls.declared import CONTROLS, INIT, INIT_BIAS, INIT_WEIGHT
from dashboard.problem_spec import GeneratedData
from dashboard.settings import ModelSettings
from linreg_core import DATASETS, SOLVERS, ConfigError


def _numbers(settings: ModelSettings) -> dict[str, Number]:
    """Return the numbers that this solver uses and these data are made with, by their names."""
    solver = SOLVERS[settings.solver]
    numbers = [
        control
        for control in CONTROLS.values()
        if isinstance(control, Number)
        and control.place is Place.MODEL
        and control.is_used(solver, settings.init)
    ]
    if isinstance(settings.data, GeneratedData):
        numbers += map(number_of, DATASETS[settings.data.dataset].knobs)
    return {number.name: number for number in numbers}


def live_knobs(settings: ModelSettings) -> list[dict[str, Any]]:
    """Return what the view is told of each: see `Knob` in `static/knob.js`."""
    return [_described(control, settings) for control in _numbers(settings).values()]


def take_live_knob(settings: ModelSettings, name: object, text: object) -> None:
    """Set a control to what the address spells so (a callback's work); nonsense is ignored."""
    control = _numbers(settings).get(str(name))
    if control is None or not isinstance(text, str):
        return
    with suppress(ConfigError, ValueError, OverflowError):
        st.session_state[control.name] = control.parse(text)


def take_start(settings: ModelSettings, taken: Mapping[str, object]) -> str:
    """Set the start to what the view was told (a callback's work); return why not, or "".

    `taken` has a number for each of the controls of a given start.
    """
    if settings.n_features > 1:
        return ""
    try:
        values = {c.name: c.parse(str(taken.get(c.name))) for c in (INIT_WEIGHT, INIT_BIAS)}
    except ConfigError as error:
        return str(error)
    except (ValueError, OverflowError):
        return ""
    for name, value in {INIT.name: CUSTOM_INIT, **values}.items():
        st.session_state[name] = value
    return ""


def take_changes(changes: object) -> None:
    """Set controls to what the address spells so (a callback's work); nonsense is ignored."""
    if not isinstance(changes, Mapping):
        return
    for name, text in changes.items():
        control = CONTROLS.get(str(name))
        if control is None or not isinstance(text, str):
            continue
        with suppress(ConfigError, ValueError, OverflowError):
            st.session_state[control.name] = control.parse(text)


def _described(control: Number, settings: ModelSettings) -> dict[str, Any]:
    knobs = settings.data.knobs if isinstance(settings.data, GeneratedData) else ()
    known = dict(knobs)
    value = known[control.name] if control.name in known else getattr(settings, control.name)
    told = {
        "name": control.name,
        "label": control.label,
        "value": value,
        "isWhole": control.is_whole,
        "word": control.word_for_none,
        "isFine": control.is_fine,
    }
    if not control.rungs:
        return told | {
            "minimum": control.minimum,
            "maximum": control.maximum,
            "step": control.step,
        }
    rungs: list[float | None] = list(control.rungs_for(settings.n_train))
    return told | {"rungs": [*rungs, None] if control.word_for_none else rungs}
