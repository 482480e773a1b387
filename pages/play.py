"""The front page: choose data and hyperparameters, watch the line learn."""

import streamlit as st

from dashboard import controls
from dashboard.live.component import live_view
from dashboard.presets import FIRST, PRESETS, preset_of
from linreg_core import DATASETS

settings = controls.read_settings(FIRST.settings)
preset = preset_of(settings)

with st.container(horizontal=True, gap="small", key="presets"):
    for each in PRESETS:
        label = f"**{each.title}**" if each is preset else each.title
        st.page_link("pages/play.py", label=label, query_params=each.settings.query())

with st.container(
    horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="story"
):
    story = preset.story_for(settings) if preset else DATASETS[settings.dataset].summary
    st.caption(story, width="stretch")
    if preset and preset.remedy and settings.run_key == preset.settings.run_key:
        st.button(
            preset.remedy_label,
            type="primary",
            key="remedy",
            on_click=controls.apply,
            args=(preset.remedy,),
        )

live_view(settings, preset)
