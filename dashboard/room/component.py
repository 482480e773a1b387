"""The presenter's page as a Streamlit component: it follows its room by itself over our routes.

So it goes on when the server was killed and the session is another: the browser has the room's key.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.live.component import base_path, served_files
from dashboard.live.served_component import served_component
from dashboard.room.tasks import TASKS

_KEYS = "_room_keys"  # of the rooms that this session has started, by code

_mount = served_component(
    "linreg_room",
    '<div class="linreg-room" style="min-height: 640px"></div>',
    ".linreg-room",
    "createPresenter",
)


def keep_key(code: str, key: str) -> None:
    """Remember, for this session's page, the key of the room that it has started."""
    st.session_state.setdefault(_KEYS, {})[code] = key


def presenter_view(code: str) -> None:
    """Show the presenter's side of a room, or where to join it; "" where the address names none."""
    data: dict[str, Any] = {
        "code": code,
        "key": st.session_state.get(_KEYS, {}).get(code),
        "base": base_path(),
        **served_files("room/static/present.js", "room/static/present.css"),
        "tasks": [
            {"kind": kind.name, "title": kind.title, "text": kind.text, "measure": kind.measure}
            for kind in TASKS.values()
        ],
    }
    _mount(key="room_view", data=data)
