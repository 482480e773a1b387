"""The front page: choose data and hyperparameters, watch the line learn."""

import streamlit as st

from dashboard.address import apply
from dashboard.controls.play import read_settings
from dashboard.live.component import live_view
from dashboard.presets import FIRST_PRESET, PRESETS, preset_of
from linreg_core import DATASETS

settings = read_settings(FIRST_PRESET.settings)
preset = preset_of(settings)
head = st.container(gap=None)
# Before the head, so that the run starts while the head is drawn.
live_view(settings, preset, dataName=DATASETS[settings.dataset].label)

with head, st.container(horizontal=True, vertical_alignment="center", gap="small", key="presets"):
    st.markdown("**Linreg Live**", width="content")
    for each in PRESETS:
        state = "on" if each is preset else "off"
        with st.container(width="content", key=f"preset_{each.name}_{state}"):
            st.page_link("pages/play.py", label=each.title, query_params=each.settings.query())

with head, st.container(key="story"):
    text, button = st.columns([4, 1], gap="small", vertical_alignment="center")
text.caption(preset.story_for(settings) if preset else DATASETS[settings.dataset].summary)
if preset and preset.remedy and settings.run_key == preset.settings.run_key:
    button.button(
        preset.remedy_label,
        type="primary",
        key="remedy",
        width="stretch",
        on_click=apply,
        args=(preset.remedy,),
    )
