"""The controls that a live slider can be put on: every number in sight."""

from __future__ import annotations

from typing import Any

from dashboard.controls.control import Number, Place, number_of
from dashboard.controls.declared import CONTROLS
from dashboard.problem_spec import GeneratedData
from dashboard.settings import ModelSettings
from linreg_core import DATASETS


def numbers_in_sight(settings: ModelSettings) -> dict[str, Number]:
    """Return the numbers that this solver uses and these data are made with, by their names."""
    numbers = [
        control
        for control in CONTROLS.values()
        if isinstance(control, Number) and control.place is Place.MODEL and settings.uses(control)
    ]
    if isinstance(settings.data, GeneratedData):
        numbers += map(number_of, DATASETS[settings.data.dataset].knobs)
    return {number.name: number for number in numbers}


def live_knobs(settings: ModelSettings) -> list[dict[str, Any]]:
    """Return what the view is told of each: see `Knob` in `static/knob.js`."""
    return [_described(control, settings) for control in numbers_in_sight(settings).values()]


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
