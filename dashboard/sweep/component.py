"""The map as a Streamlit component: it fetches its runs by itself over our routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard.controls.control import Choice, Number
from dashboard.controls.knobs import live_knobs
from dashboard.live.component import address_of, base_path, visitor
from dashboard.live.served_component import served_component
from dashboard.live.server import live_server
from dashboard.live.visitors import FRONT, N_SLOTS, SLOT, VISITOR
from dashboard.numbers import count, number
from dashboard.settings import Settings, spelled
from dashboard.sweep.axes import AXES, control_of
from dashboard.sweep.controls import set_grid
from dashboard.sweep.cost import (
    SweepTooLong,
    check_length,
    coarser,
    estimated_seconds,
    length_text,
    span_text,
)
from dashboard.sweep.limits import COARSER_SECONDS, LONGEST_SWEEP_SECONDS
from dashboard.sweep.settings import SweepSettings
from dashboard.sweep.spec import SweepAxis, SweepSpec
from linreg_core import LinregError

_KEY: Final = "sweep_view"
_OPENED: Final = "_opened_run"
_SLOT_OF_MAP: Final = N_SLOTS - 1  # beside the runs that a page holds

_mount = served_component(
    "linreg_sweep",
    '<div class="linreg-live linreg-sweep" style="min-height: 520px"></div>',
    ".linreg-sweep",
    "createSweep",
)


def sweep_view(settings: SweepSettings) -> None:
    """Show the map of `settings`: the browser fetches it, and the runs of cells that are opened."""
    assets = live_server().assets
    data: dict[str, Any] = {
        "module": address_of(assets.path_of("sweep/static/sweep.js")),
        "styles": [
            address_of(assets.style_path),
            address_of(assets.path_of("live/static/chart.css")),
            address_of(assets.path_of("sweep/static/sweep.css")),
        ],
        "colour": settings.sweep_colour,
        "refusal": "",
        "map": None,
    }
    try:
        data |= _told(settings)
    except LinregError as error:
        data["refusal"] = str(error)
    _mount(
        key=_KEY,
        data=data,
        on_open_change=_take_open,
        on_coarser_change=lambda: _take_coarser(data.get("tooLong")),
    )


def opened_run() -> dict[str, str] | None:
    """Return the link of the run that was just opened on the play page, if one was."""
    opened: dict[str, str] | None = st.session_state.pop(_OPENED, None)
    return opened


def _told(settings: SweepSettings) -> dict[str, Any]:
    """Return what the view is told of a map.

    Raises LinregError when there is none.
    """
    spec = settings.sweep_spec()
    address = live_server().addresses.sweep_address(spec)
    path, who = f"{base_path()}/sweep/{address}", f"{VISITOR}={visitor().id}"
    play = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    axes = (spec.x.name, spec.y.name)
    return {
        "map": {
            "id": spec.id,
            "url": f"{path}?{who}&{SLOT}={_SLOT_OF_MAP}",
            "run": f"{path}/run?{who}&{SLOT}={FRONT}",
            "x": _axis_told(spec.x, settings),
            "y": _axis_told(spec.y, settings),
            "nSeeds": spec.n_seeds,
        },
        "seconds": estimated_seconds(spec),
        "tooLong": _too_long(spec),
        "play": {"path": f"{base_path()}/", "query": Settings(**play).query()},
        "knobs": [knob for knob in live_knobs(settings) if knob["name"] not in axes],
        "seed": settings.seed,
    }


def _axis_told(axis: SweepAxis, settings: SweepSettings) -> dict[str, Any]:
    """Return an axis as `Axis` in `static/grid.js`: its values, as they read, and in links."""
    control = control_of(axis.name, settings)
    return {
        "name": axis.name,
        "label": control.label,
        "scale": AXES[axis.name].scale,
        "values": list(axis.values),
        "texts": [_text(control, value) for value in axis.values],
        "spelled": [spelled(axis.name, value) for value in axis.values],
    }


def _text(control: Number | Choice, value: Any) -> str:
    if isinstance(control, Choice):
        return control.options[value].partition(":")[0]
    if value is None:
        return control.word_for_none
    return count(value) if control.is_whole else number(value)


def _too_long(spec: SweepSpec) -> dict[str, Any] | None:
    """Return what is said of a map that nobody would wait for, and what is offered in its place."""
    try:
        check_length(spec, is_wanted=False)
    except SweepTooLong:
        seconds = estimated_seconds(spec)
        told: dict[str, Any] = {"text": length_text(spec, seconds), "coarser": None}
        told["mayBeWanted"] = seconds <= LONGEST_SWEEP_SECONDS
        if (offered := coarser(spec, COARSER_SECONDS)) is not None:
            n_columns, n_rows, n_seeds = offered.shape
            span = span_text(estimated_seconds(offered))
            told["coarser"] = {
                "label": f"Train {n_columns} \u00d7 {n_rows}: about {span}",
                "sweep_x_steps": n_columns,
                "sweep_y_steps": n_rows,
                "sweep_seeds": n_seeds,
            }
        return told
    return None


def _take_coarser(told: dict[str, Any] | None) -> None:
    """The coarser grid was chosen (a callback's work)."""
    offered = (told or {}).get("coarser")
    if offered:
        set_grid(**{name: value for name, value in offered.items() if name != "label"})


def _take_open() -> None:
    """A run is to be opened on the play page (a callback's work): the page's script goes there."""
    taken = st.session_state[_KEY].open
    query = taken.get("query") if isinstance(taken, Mapping) else None
    if isinstance(query, Mapping):
        st.session_state[_OPENED] = {str(name): str(text) for name, text in query.items()}
