"""The map of many runs: two settings along its sides, and what comes of each pair of values."""

import streamlit as st

from dashboard.presets import FIRST_PRESET
from dashboard.sweep.component import opened_run, sweep_view
from dashboard.sweep.controls import read_sweep_settings

if (query := opened_run()) is not None:
    st.switch_page("pages/play.py", query_params=query)
sweep_view(read_sweep_settings(FIRST_PRESET.settings))
