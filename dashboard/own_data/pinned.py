"""Finds the data of pins in the table that is open: a link brings pins, and names their data."""

from __future__ import annotations

import math

import streamlit as st

from dashboard.live.server import live_server
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.source import Loaded
from dashboard.own_data.state import of_table
from dashboard.pins.session import MOST_HELD_CELLS, current_pins, data_of_pins, keep_for_pins
from dashboard.problem_spec import SentData, fingerprint
from linreg_core import LinregError
from linreg_core.tables import prepare

_TRIED = of_table("pinned_data_tried")


def find_pinned_data(shown: OnScreen) -> None:
    """Prepare the columns of pins on this table whose data are not here; each is tried once."""
    here = data_of_pins(shown.chosen.held)
    tried: set[SentData] = st.session_state.setdefault(_TRIED, set())
    for pin in current_pins().pins:
        settings = pin.settings
        if isinstance(settings, TableSettings) and settings.data not in {*here, *tried}:
            tried.add(settings.data)
            _find(settings, shown.source)


def _find(settings: TableSettings, source: Loaded) -> None:
    is_small = math.prod((settings.n_samples, settings.n_features)) <= MOST_HELD_CELLS
    if settings.table != source.name or settings.asked != source.asked or not is_small:
        return
    try:
        dataset = prepare(source.table, settings.selection).dataset
    except LinregError:  # its columns are not in this table
        return
    if fingerprint(dataset) == settings.data.fingerprint:
        keep_for_pins(live_server().trainers.hold(dataset, lambda: dataset))
