"""The page for people with a CSV: bring a table, watch it being learned, take the fit away."""

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard.address import follow_link
from dashboard.escaping import markdown_text
from dashboard.own_data import (
    arriving,
    file_view,
    live,
    source,
    stored_arriving,
    tabs,
)
from dashboard.own_data.controls import read_table_settings
from dashboard.own_data.doubts import doubts_box
from dashboard.own_data.file_of_run import tell_file_of_run
from dashboard.own_data.on_screen import OnScreen, on_screen, put_on_screen
from dashboard.own_data.reading_component import preview
from dashboard.own_data.settings import TABLE_DEFAULTS, read_table_query
from dashboard.pins.link import with_pins
from dashboard.race.dialog import race_dialog
from dashboard.room.starting import start_room
from dashboard.share.checking import checked_proof
from dashboard.share.dialog import share_dialog
from dashboard.share.shared import Shared

table_settings = follow_link(TABLE_DEFAULTS, with_pins(read_table_query))
arriving.follow_rows(table_settings)
arriving.follow_reading(table_settings)
arriving.finish_reading()
stored_arriving.follow_stored(table_settings)
current = source.loaded(table_settings.table)
if current is None:
    file_view.start_view(table_settings)
    st.stop()

place_of_line, place_of_proof = st.container(), st.container()
file_view.tell_openly(current)
table_settings = replace(table_settings, asked=current.asked)
table_settings, chosen, message = read_table_settings(table_settings, current)
in_sight = doubts_box(current, table_settings)
with place_of_line:
    room = None if chosen is None else partial(start_room, table_settings, chosen.held)
    is_all_learned = chosen is not None and chosen.all_rows is not None
    file_view.file_line(current, in_sight, room, is_all_learned)
if chosen is not None:
    tell_file_of_run(chosen.held.spec, current.file_name)
    put_on_screen(OnScreen(table_settings, chosen, current))
elif message:
    st.warning(markdown_text(message), icon=":material/rule:")
if (shown := on_screen()) is None or shown.source is not current:
    preview(current)
if shown is not None:  # columns of no use leave the run on screen as it is
    if shown.source is not current:
        st.caption(f"What follows is still about {markdown_text(shown.source.file_name)}.")
    live.view(shown, is_current=shown.source is current)
    if check := checked_proof(shown.settings):
        place_of_proof.caption(check.line)
    tabs.draw_tabs(shown)
    share_dialog(Shared(shown.settings, shown))
    race_dialog(shown.settings)
