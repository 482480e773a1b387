"""A file that could not be read: why, how it begins, and what a person can say of it."""

from __future__ import annotations

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.own_data.arriving import read_again
from dashboard.own_data.options_form import options_form
from dashboard.own_data.source import File, refused, turn, turn_over

_HEAD_PIXELS, _LINES_IN_SIGHT = 300, 10


def refused_view(can_be_left: bool) -> None:
    """Draw the last file, where it was refused.

    `can_be_left` tells that there is a table beside it: that one stays on screen.
    """
    file = refused()
    if file is None:
        return
    st.error(markdown_text(file.refusal.message), icon=":material/error:")
    if file.can_be_told:
        with st.container(border=True, key="refused"):
            left, right = st.columns([1, 1], gap="medium")
            with left:
                show_head(file)
            with right:
                options_form(file, "refused_reading", read_again)
                if can_be_left:
                    key = f"leave_file_{turn()}"
                    st.button("Leave this file", type="tertiary", on_click=turn_over, key=key)


def show_head(file: File) -> None:
    """Show the first lines as they stand."""
    if not file.found.head:
        return
    st.caption(f"How {markdown_text(file.file_name, most=60)} begins:")
    width = len(str(file.found.head[-1][0]))
    lines = "\n".join(f"{number:>{width}}  {text}" for number, text in file.found.head)
    is_short = len(file.found.head) <= _LINES_IN_SIGHT
    st.code(lines, language=None, height="content" if is_short else _HEAD_PIXELS)
