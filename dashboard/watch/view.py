"""The live view of a watched run: what draws every other run, without what would set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard.controls.declared import AXIS_CHOICES, CONTROLS, PICTURE_CHOICES
from dashboard.live.component import base_path, mount_live_view, view_assets, visitor
from dashboard.live.visitors import FRONT, SLOT, VISITOR
from dashboard.watch.watched_run import WatchedRun
from dashboard.watch.watches import Watch

_KEY, _LOOK = "watch_view", "_watch_look"
_CHOICES: Final = {**PICTURE_CHOICES, **AXIS_CHOICES}
_AXES: Final = ("loss_axes", "residuals")


def watched_view(watch: Watch, run: WatchedRun) -> None:
    """Show a run as far as it has come, and all that comes."""
    look = st.session_state.setdefault(_LOOK, {})
    url = f"{base_path()}/{watch.run_path}?{VISITOR}={visitor().id}&{SLOT}={FRONT}"
    loss_axes, residuals = (CONTROLS[name].default for name in _AXES)
    data: dict[str, Any] = {
        **view_assets(),
        "isWatched": True,
        "runs": [{"url": url, "id": run.spec.id}],
        "tellsEnd": True,
        "residuals": residuals,
        "lossAxes": loss_axes,
        "pictures": {
            place: look.get(place, CONTROLS[name].default) for place, name in _CHOICES.items()
        },
        "knobs": [],
        "hasRemedy": True,
        "referenceName": "least squares",
        "dataName": run.head.title,
    }
    mount_live_view(
        key=_KEY,
        data=data,
        on_picture_change=_take_look,
        on_ended_change=lambda: None,  # the rerun is all that is wanted
        **{f"on_{name}_change": lambda: None for name in _UNUSED},
    )


_UNUSED: Final = ("knob", "hold", "keep_going", "pins", "start", "picked", "cure", "go_on")


def _take_look() -> None:
    """Another picture, or another axis, was chosen in the view."""
    taken = st.session_state[_KEY].picture
    place = str(taken.get("place")) if isinstance(taken, Mapping) else ""
    if place in _CHOICES:
        st.session_state[_LOOK][place] = str(taken.get("picture"))
