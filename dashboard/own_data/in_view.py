"""What is made once somebody comes near it on the page: until then its place is kept."""

from __future__ import annotations

import streamlit as st

from dashboard.live.component import served_files
from dashboard.live.served_component import served_component
from dashboard.own_data.state import of_table

_mount = served_component(
    "linreg_in_view",
    '<div class="in-view" style="min-height: 24rem"></div>',
    ".in-view",
    "createInView",
)


def has_been_seen(name: str, label: str, busy: str) -> bool:
    """Return whether somebody has come near this place since the table is in use.

    Where nobody has, draw a button in it that says `label`, and `busy` once they come: it presses
    itself then, and the fragment that it stands in runs again.
    """
    if st.session_state.get(of_table(name)):
        return True
    _mount(
        key=f"in_view_{name}",
        data={
            **served_files("live/static/in_view.js", "live/static/take_away.css"),
            "label": label,
            "busy": busy,
        },
        on_seen_change=lambda: note_seen(name),
    )
    return False


def note_seen(name: str) -> None:
    """Note that somebody has come near a place."""
    st.session_state[of_table(name)] = True
