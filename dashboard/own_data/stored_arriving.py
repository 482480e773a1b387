"""Stored rows on their way to the page: waiting for a sample, and showing it."""

from __future__ import annotations

import streamlit as st

from dashboard.address import apply
from dashboard.escaping import markdown_text
from dashboard.own_data.arriving import is_reading
from dashboard.own_data.messages import Refusal, StoredSample
from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings
from dashboard.own_data.source import OWN, Loaded, Refused, keep_stored, loaded, turn_over
from dashboard.own_data.state import columns_have_changed, forget_steps
from dashboard.own_data.stored_names import named_sources, source_of_table
from dashboard.own_data.stored_reading import StoredReading, stored_samples
from linreg_core import DataError

_READING = "_stored_reading"
_LOOK_SECONDS = 0.1


def follow_stored(settings: TableSettings) -> None:
    """Wait for the sample of the stored rows that the page is set to, where it is not here yet.

    To be called before any control is drawn: these are set anew.
    """
    name = source_of_table(settings.table)
    if name is None or is_reading() or loaded(settings.table) is not None:
        st.session_state.pop(_READING, None)
        return
    if name not in named_sources():  # any more
        _leave()
        st.rerun()
    reading = _reading(name)
    _wait(reading)
    st.session_state.pop(_READING, None)
    try:
        _show(reading.sample(), settings, name)
    except DataError as error:
        _leave(Refused(Refusal.of(error), name))
    st.rerun()


def _reading(name: str) -> StoredReading:
    """Return the session's reading of that name, which goes on over its scripts."""
    reading: StoredReading | None = st.session_state.get(_READING)
    if reading is None or reading.name != name:
        reading = stored_samples().reading(name, named_sources()[name])
        st.session_state[_READING] = reading
    return reading


def _wait(reading: StoredReading) -> None:
    """Wait until it has ended, in sight of the visitor, who can stop it."""
    place = st.empty()
    if reading.is_there(_LOOK_SECONDS):
        return
    label = f"Drawing a fair sample of {markdown_text(reading.name)}"
    with place.container():
        bar = st.progress(reading.part, label)
        st.button("Stop", key="stop_stored", on_click=_leave)
        while not reading.is_there(_LOOK_SECONDS):
            bar.progress(reading.part, label)
    place.empty()


def _show(sample: StoredSample, settings: TableSettings, name: str) -> None:
    n_stored, digest = sample.n_rows, sample.digest
    keep_stored(Loaded(sample.table, name, settings.table, n_stored=n_stored, digest=digest))
    forget_steps()
    apply(settings)
    if not settings.target:
        columns_have_changed()


def _leave(refused: Refused | None = None) -> None:
    """Turn to the visitor's own table, or to the start (a callback's work)."""
    st.session_state.pop(_READING, None)
    turn_over(refused)
    own = loaded(OWN)
    apply(own.left if own is not None and own.left is not None else TABLE_DEFAULTS)
