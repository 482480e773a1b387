"""A file that could not be read: why, how it begins, and what a person can say of it."""

from __future__ import annotations

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.own_data.arriving import read_again
from dashboard.own_data.options_form import options_form
from dashboard.own_data.reading_component import first_lines
from dashboard.own_data.source import refused, turn, turn_over


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
                first_lines(file, "refused_lines")
            with right:
                options_form(file, "refused_reading", read_again)
                if can_be_left:
                    key = f"leave_file_{turn()}"
                    st.button("Leave this file", type="tertiary", on_click=turn_over, key=key)
