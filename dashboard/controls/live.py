"""What people set in the live view itself: controls and link follow."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from dashboard.controls.control import CUSTOM_INIT
from dashboard.controls.declared import CONTROLS, INIT, INIT_BIAS, INIT_WEIGHT
from dashboard.controls.hidden import is_hidden
from dashboard.controls.knobs import numbers_in_sight
from dashboard.settings import ModelSettings
from linreg_core import ConfigError


def take_live_knob(settings: ModelSettings, name: object, text: object) -> None:
    """Set a control to what the address spells so (a callback's work); nonsense is ignored."""
    control = numbers_in_sight(settings).get(str(name))
    if control is None or is_hidden(control.name) or not isinstance(text, str):
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
