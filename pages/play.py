"""The front page: choose data and hyperparameters, watch the line learn."""

import streamlit as st

from dashboard.address import apply
from dashboard.controls.play import read_settings
from dashboard.live.component import live_view
from dashboard.pins.link import pins_text
from dashboard.pins.session import current_pins
from dashboard.presets import FIRST_PRESET, PRESETS, preset_of
from dashboard.race.dialog import race_button, race_dialog, race_started
from dashboard.room.starting import ROOM_HELP, start_room
from dashboard.share.checking import checked_proof
from dashboard.share.dialog import share_button, share_dialog
from dashboard.share.is_open import share_is_open
from dashboard.share.shared import Shared
from linreg_core import DATASETS

settings = read_settings(FIRST_PRESET.settings, race_button)
preset = preset_of(settings)
head = st.container(horizontal=True, vertical_alignment="center", gap="small", key="presets")
story = st.container(horizontal=True, vertical_alignment="center", gap="small", key="story")
# Before what stands above it, so that the run starts while that is drawn.
has_remedy = bool(preset and preset.remedy and settings.run_key == preset.settings.run_key)
check = checked_proof(settings)
live_view(
    settings,
    preset,
    tells_end=share_is_open() or (check is not None and check.is_pending),
    dataName=DATASETS[settings.dataset].label,
    hasRemedy=has_remedy,
    race=race_started(),
)

pinned = {"pins": text} if (text := pins_text(current_pins())) else {}  # they stay
head.markdown("**Linreg Live**", width="content")
for each in PRESETS:
    label = f"**{each.title}**" if each is preset else each.title
    head.page_link("pages/play.py", label=label, query_params=each.query | pinned)
head.space("stretch")
with head:
    share_button()
is_asked_for = head.button(
    "Start a room", icon=":material/groups:", type="tertiary", key="room", help=ROOM_HELP
)

summary = preset.story_for(settings) if preset else DATASETS[settings.dataset].summary
story.caption(check.line if check else summary)
if has_remedy and preset:
    story.button(
        preset.remedy_label,
        type="primary",
        key="remedy",
        width="stretch",
        on_click=apply,
        args=(preset.remedy,),
    )
if is_asked_for:
    start_room(settings)
share_dialog(Shared(settings))
race_dialog(settings)
