"""The pins of a session's page: in its state, in its address, and with the data that they need."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from dashboard.address import apply, current_settings, remember
from dashboard.controls.declared import KEEP_GOING, PINS
from dashboard.escaping import markdown_text
from dashboard.live.held_data import HeldData
from dashboard.pins.link import pins_from, pins_text
from dashboard.pins.names import name_for
from dashboard.pins.pin import Pin, Pins
from dashboard.problem_spec import SentData
from dashboard.settings import AnySettings, ModelSettings
from linreg_core import ConfigError, LinregError

MOST_HELD_CELLS: Final = 2_000_000
"""Rows times features that a session holds for pins alone; the page's own data come on top."""
_READ: Final = "_pins_read"
_IS_ASKED_FOR: Final = "_pin_is_asked_for"
_DONE: Final = "_pin_actions_done"
_HELD: Final = "_pinned_data"


def current_pins() -> Pins:
    """Return the pins of the page that is open."""
    key = (st.session_state.get(PINS.name, PINS.default), type(current_settings(ModelSettings)))
    if st.session_state.get(_READ, (None, None))[0] != key:
        try:
            pins = pins_from(*key)
        except ConfigError:
            pins = Pins()
        st.session_state[_READ] = (key, pins)
    found: Pins = st.session_state[_READ][1]
    return found


def set_pins(pins: Pins) -> None:
    """Pin these (a callback's work: the script that follows says so in the address)."""
    st.session_state[PINS.name] = pins_text(pins)


def take_actions(told: object) -> None:
    """Do what was done to pins in the view (a callback's work); nonsense is ignored.

    The view tells all that it has not seen the end of yet, each with a number that rises: of quick
    clicks only the last message may come.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("actions"), list):
        return
    view, former = str(told.get("view")), actions_done()
    done = former["number"] if former and former["view"] == view else 0
    for action in told["actions"]:
        number = action.get("number") if isinstance(action, Mapping) else None
        if isinstance(number, int) and number > done:
            done = number
            _do(action)
    st.session_state[_DONE] = {"view": view, "number": done}


def actions_done() -> dict[str, Any] | None:
    """Return which view's actions are done, and up to which number."""
    found: dict[str, Any] | None = st.session_state.get(_DONE)
    return found


def pin_if_asked(settings: AnySettings) -> AnySettings:
    """Pin the run of `settings`, which is in front, where somebody has asked for it.

    Return the settings with what is pinned.
    """
    if not st.session_state.pop(_IS_ASKED_FOR, False):
        return settings
    pins = current_pins()
    try:
        set_pins(pins.with_run(settings, name_for(settings, pins.pins)))
    except LinregError as error:
        st.toast(markdown_text(error), icon=":material/keep_off:")
        return settings
    text = st.session_state[PINS.name]
    remember(replace(current_settings(type(settings)), pins=text))
    return replace(settings, pins=text)


def data_of_pins(front: HeldData | None) -> dict[SentData, HeldData]:
    """Return the data of a person's own that the page has: its `front` ones, and its pins'.

    What no pin needs any more is let go of, and what would be too much.
    """
    former: dict[SentData, HeldData] = st.session_state.get(_HELD, {})
    if front is not None:
        former = {front.spec: front} | former
    needed = {pin.settings.data for pin in current_pins().pins}
    kept, n_cells = {}, 0
    for spec, held in former.items():
        n_cells += 0 if held is front else math.prod((spec.n_samples, spec.n_features))
        if spec in needed and n_cells <= MOST_HELD_CELLS:
            kept[spec] = held
    st.session_state[_HELD] = kept
    return kept if front is None else kept | {front.spec: front}


def keep_for_pins(held: HeldData) -> None:
    """Keep data for as long as a pin needs them."""
    st.session_state[_HELD] = {**st.session_state.get(_HELD, {}), held.spec: held}


def _do(action: Mapping[str, Any]) -> None:
    pins, what = current_pins(), action.get("what")
    if what == "pin":
        st.session_state[_IS_ASKED_FOR] = True
    elif what == "clear":
        set_pins(Pins())
    else:
        slots = [pin.slot for pin in pins.pins]
        if action.get("slot") in slots:
            _do_to(pins, slots.index(action["slot"]), what, action)


def _do_to(pins: Pins, position: int, what: object, action: Mapping[str, Any]) -> None:
    if what == "remove":
        set_pins(pins.without(position))
    elif what == "rename":
        set_pins(pins.renamed(position, str(action.get("name", ""))))
    elif what == "baseline":
        is_it = pins.baseline == position
        set_pins(replace(pins, baseline=None if is_it else position))
    elif what == "open":
        _open(pins.pins[position])


def _open(pin: Pin) -> None:
    """Set the page to a pinned run; how its pictures are drawn stays."""
    former = current_settings(ModelSettings)
    kept = {KEEP_GOING.name: former.keep_going, **former.pictures}
    apply(replace(pin.settings, **kept))
