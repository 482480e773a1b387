"""Starting a room: it trains what the page shows, and its page opens."""

from __future__ import annotations

import streamlit as st

from dashboard.controls.knobs import live_knobs
from dashboard.escaping import markdown_text
from dashboard.live.held_data import HeldData
from dashboard.room.component import keep_key
from dashboard.room.room_server import room_server
from dashboard.settings import ModelSettings
from linreg_core import LinregError

FREE_AT_FIRST = ("learning_rate", "batch_size")
"""What everybody may move in a new room, where the run's solver has a use for it."""
ROOM_HELP = "A class joins from its phones and trains what this page shows."
_PAGE = "pages/room.py"


def start_room(settings: ModelSettings, held: HeldData | None = None) -> None:
    """Make a room that trains `settings`, and go to its page; say why not, where it can't be.

    `held` are the presenter's own data, which the room keeps in memory for as long as it is open.
    """
    names = {knob["name"] for knob in live_knobs(settings)}
    free = [name for name in FREE_AT_FIRST if name in names]
    try:
        room = room_server().rooms.create(settings.run_spec, free)
    except LinregError as error:
        st.toast(markdown_text(str(error)), icon=":material/groups:", duration="long")
        return
    if held is not None:
        room_server().keep(room.code, held)
    keep_key(room.code, room.key)
    st.switch_page(_PAGE, query_params={"room": room.code})
