"""Keep going: a change of what may change goes on from the epoch on screen.

The browser says which epoch that is (`hold`) before it says what has moved. Runs stay reproducible:
the settings hold the change, and the server trains the changed run from its start, which is the
same as before up to that epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import streamlit as st

from dashboard.address import current_settings
from dashboard.controls.declared import KEEP_GOING, N_EPOCHS, PINS, STANDARDIZE, UNTIL
from dashboard.numbers import count
from dashboard.settings import AnySettings, ModelSettings
from linreg_core import SOLVERS, ConfigError
from linreg_core.changes import CHANGEABLE

_HOLD: Final = "_held_moment"
_WENT_ON: Final = "_went_on"


class _Moment(NamedTuple):
    """Where the browser stands: an epoch of the run of that id, and whether it is the run's end."""

    epoch: int
    run: str
    is_over: bool


def hold(told: object) -> None:
    """Take note of the moment on screen (a callback's work); nonsense is ignored."""
    if not isinstance(told, Mapping):
        return
    epoch, run = told.get("epoch"), told.get("run")
    if isinstance(epoch, int) and not isinstance(epoch, bool) and isinstance(run, str):
        st.session_state[_HOLD] = _Moment(epoch, run, told.get("isOver") is True)


def take_keep_going(told: object) -> None:
    """Turn it on or off (a callback's work): off, the run starts anew without its changes."""
    is_on = isinstance(told, Mapping) and told.get("on") is True
    st.session_state[KEEP_GOING.name] = is_on
    if not is_on:
        st.session_state[UNTIL.name] = ()


def start_anew() -> None:
    """Let the next change start anew, without those on the way (a callback's work)."""
    st.session_state.pop(_HOLD, None)
    st.session_state[UNTIL.name] = ()


def going_on(settings: AnySettings) -> AnySettings:
    """Return what the page is set to, with the change that was just made as one on the way.

    Where nothing goes on, that is `settings`: it is off, or something else has moved too.
    """
    former = current_settings(type(settings))
    names = _moved(former, settings)
    moment = _moment_of(former)
    if STANDARDIZE.name in names:  # rates of other columns' sizes mean nothing here
        return replace(settings, until=())
    if not (former.keep_going and settings.keep_going) or moment is None or not names:
        return settings
    if names == {N_EPOCHS.name} and settings.schedule == "constant":
        return _noted(settings, moment.epoch)
    if not names <= set(CHANGEABLE) or not SOLVERS[settings.solver].is_iterative:
        return settings
    if moment.is_over and moment.epoch:
        st.toast(
            f"The run was over at epoch {count(moment.epoch)}, so this one starts anew. To go on, "
            "step back into a run, or give it more epochs."
        )
    if moment.is_over or moment.epoch < 1:
        return replace(settings, until=())
    now = former.config().at(moment.epoch)
    wanted = {name: getattr(settings, name) for name in CHANGEABLE}
    pairs = tuple((n, getattr(now, n)) for n in CHANGEABLE if wanted[n] != getattr(now, n))
    until = tuple(change for change in former.until if change[0] < moment.epoch)
    if pairs:
        until = (*until, (moment.epoch, pairs))
    return _noted(replace(settings, until=until), moment.epoch)


def goes_on_from(settings: ModelSettings) -> int | None:
    """Return the epoch from which the run of `settings` is played; None: from its start."""
    run_key, epoch = st.session_state.get(_WENT_ON, (None, None))
    return epoch if run_key == settings.run_key else None


def _noted(settings: AnySettings, epoch: int) -> AnySettings:
    st.session_state[_WENT_ON] = (settings.run_key, epoch)
    return settings


def _moment_of(former: ModelSettings) -> _Moment | None:
    """Return the moment on screen, where the run on screen is that of `former`."""
    moment: _Moment | None = st.session_state.get(_HOLD)
    try:
        return moment if moment is not None and moment.run == former.run_spec.id else None
    except (ConfigError, AssertionError):  # no run, or no columns yet
        return None


def _moved(former: ModelSettings, settings: ModelSettings) -> set[str]:
    """Return which settings of the run stand otherwise."""
    before, now = vars(former), vars(settings)
    names = (before.keys() | now.keys()) - {PINS.name}
    return {name for name in names if before.get(name) != now.get(name)}
