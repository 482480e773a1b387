"""A button for a file that is made when it is pressed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def file_button(
    label: str, what: str, make: Callable[[], bytes], file_name: str, media_type: str
) -> None:
    """Draw a button, with what the file is for beside it."""
    button, text = st.columns([1, 2], vertical_alignment="center")
    button.download_button(
        label,
        make,
        file_name,
        media_type,
        key=f"share_{label}",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
    text.caption(what)
