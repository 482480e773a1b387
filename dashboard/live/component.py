"""The live view as a Streamlit component: a loader that imports our own served modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import streamlit as st

from dashboard.controls.declared import AXIS_CHOICES, CONTROLS, PICTURE_CHOICES
from dashboard.controls.hidden import is_hidden
from dashboard.controls.keep_going import goes_on_from, hold, start_anew, take_keep_going
from dashboard.controls.knobs import live_knobs
from dashboard.controls.live import take_changes, take_live_knob, take_start
from dashboard.live.held_data import HeldData
from dashboard.live.routes import path_prefix
from dashboard.live.served_component import served_component
from dashboard.live.server import live_server
from dashboard.live.visitors import Visitor
from dashboard.pins.pin import Pins
from dashboard.pins.session import (
    actions_done,
    current_pins,
    data_of_pins,
    pin_if_asked,
    take_actions,
)
from dashboard.pins.told import compared, pins_told
from dashboard.presets import Preset
from dashboard.problem_spec import SentData
from dashboard.settings import ModelSettings
from linreg_core import ConfigError, LinregError

_KEY = "live_view"
_CHOICES: Final = {**PICTURE_CHOICES, **AXIS_CHOICES}
DATA_ARE_ELSEWHERE = "The data of this run are not here: choose its columns, or load its file."
_VISITOR, _REFUSAL = "_visitor", "_refusal_of_start"

mount_live_view = served_component(
    "linreg_live",
    '<div class="linreg-live" style="min-height: 640px"></div>',
    ".linreg-live",
    "createView",
)


def visitor() -> Visitor:
    """Return this session's visitor."""
    if _VISITOR not in st.session_state:
        st.session_state[_VISITOR] = live_server().visitors.new()
    found: Visitor = st.session_state[_VISITOR]
    return found


def set_page_to(settings: ModelSettings) -> str:
    """Make the run of `settings` the page's; what its former one has under way ends.

    Return why there is no such run; "" where there is.
    """
    try:
        live_server().show(visitor(), settings)
    except LinregError as error:
        return str(error)
    return ""


def live_view(
    settings: ModelSettings,
    preset: Preset | None = None,
    on_picked: Callable[[dict[str, Any]], None] | None = None,
    on_go_on: Callable[[], None] | None = None,
    tells_end: bool = False,
    held: HeldData | None = None,
    **extra: Any,
) -> None:
    """Show the run of `settings`: the browser fetches it, plays it and keeps its pictures.

    `on_picked` is called with the point that was clicked; None: points can't be. `on_go_on` is
    called where the view's verdict has a button, and it was pressed. `tells_end` says whether the
    end of the run has the script run again. `held` are the page's data, where they are a person's
    own. `extra` is what else the view is told (see
    `static/view.js`).
    """
    refusal = set_page_to(settings) or st.session_state.pop(_REFUSAL, "")
    settings = pin_if_asked(settings)
    pins = current_pins()
    missing = _hold_pins(pins, held)
    data: dict[str, Any] = {
        "runs": visitor().runs(base_path()),
        "tellsEnd": tells_end,
        "refusal": refusal,
        **view_assets(),
        "residuals": settings.residuals,
        "lossAxes": settings.loss_axes,
        "pictures": {place: getattr(settings, name) for place, name in _CHOICES.items()},
        "knobs": [knob for knob in live_knobs(settings) if not is_hidden(knob["name"])],
        "keepGoing": settings.keep_going,
        "goOnFrom": goes_on_from(settings),
        "published": _published(preset),
        "pickable": on_picked is not None,
        "pins": pins_told(pins, missing),
        "compared": compared(settings, pins),
        "pinActionsDone": actions_done(),
        **extra,
    }
    mount_live_view(
        key=_KEY,
        data=data,
        on_knob_change=lambda: _take_knob(settings),
        on_hold_change=lambda: hold(st.session_state[_KEY].hold),
        on_keep_going_change=lambda: take_keep_going(st.session_state[_KEY].keep_going),
        on_picture_change=_take_picture,
        on_pins_change=lambda: take_actions(st.session_state[_KEY].pins),
        on_start_change=lambda: _take_start(settings),
        on_picked_change=lambda: _take_pick(on_picked),
        on_cure_change=_take_cure,
        on_go_on_change=on_go_on or (lambda: None),
        on_ended_change=lambda: None,  # the rerun is all that is wanted: the result is here
    )


def view_assets() -> dict[str, str]:
    """Return where the browser finds what draws the view."""
    assets = live_server().assets
    return {
        "module": address_of(assets.view_path),
        "style": address_of(assets.style_path),
        "plotly": address_of(assets.plotly_path),
    }


def _hold_pins(pins: Pins, held: HeldData | None) -> dict[int, str]:
    """Keep the pinned runs; return why some can't be shown, by slot."""
    here, missing = data_of_pins(held), {}
    specs = {pin.slot: pin.settings.run_spec for pin in pins.pins}
    for slot, spec in specs.items():
        data = spec.problem.data
        if isinstance(data, SentData) and data not in here:
            missing[slot] = DATA_ARE_ELSEWHERE
    shown = {slot: spec for slot, spec in specs.items() if slot not in missing}
    return missing | live_server().pin(visitor(), shown)


def _take_knob(settings: ModelSettings) -> None:
    """A number was dragged in the live view: the sidebar and the link follow."""
    taken = st.session_state[_KEY].knob
    if isinstance(taken, Mapping):
        hold(taken.get("hold"))
        take_live_knob(settings, taken.get("name"), taken.get("text"))


def _take_picture() -> None:
    """Another picture, or another axis, was chosen in the live view: the link follows."""
    taken = st.session_state[_KEY].picture
    name = _CHOICES.get(str(taken.get("place"))) if isinstance(taken, Mapping) else None
    if name is not None:
        with suppress(ConfigError):
            st.session_state[name] = CONTROLS[name].parse(str(taken.get("picture")))


def _take_start(settings: ModelSettings) -> None:
    """A start was chosen in the live view: its controls and the link follow, or we say why not."""
    taken = st.session_state[_KEY].start
    if isinstance(taken, Mapping) and (refusal := take_start(settings, taken)):
        st.session_state[_REFUSAL] = refusal


def _take_cure() -> None:
    """The doctor's button was pressed: the controls are set to what it said."""
    taken = st.session_state[_KEY].cure
    if isinstance(taken, Mapping):
        take_changes(taken.get("changes"))
        start_anew()


def _take_pick(on_picked: Callable[[dict[str, Any]], None] | None) -> None:
    picked = st.session_state[_KEY].picked
    if on_picked is not None and isinstance(picked, Mapping):
        on_picked(dict(picked))


def address_of(asset: str) -> str:
    """Return the address of an asset, by its path."""
    return f"{base_path()}/live/assets/{asset}"


def served_files(module: str, style: str) -> dict[str, str]:
    """Return where the browser finds a component's module and its style sheet, by their paths."""
    path_of = live_server().assets.path_of
    return {"module": address_of(path_of(module)), "style": address_of(path_of(style))}


def base_path() -> str:
    """Return what the paths of all our routes begin with."""
    return path_prefix(str(st.get_option("server.baseUrlPath") or ""))


def _published(preset: Preset | None) -> dict[str, Any] | None:
    if preset is None or not preset.published:
        return None
    rows = [
        {
            "label": row.label,
            "value": row.value,
            "quantity": row.quantity,
            "epoch": row.epoch,
            "decimals": row.decimals,
        }
        for row in preset.published
    ]
    return {"title": preset.title, "note": preset.published_note, "rows": rows}
