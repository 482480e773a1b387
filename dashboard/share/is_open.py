"""Whether the Share dialog is open: its parts may close it when they lead elsewhere."""

from __future__ import annotations

from typing import Final

import streamlit as st

IS_OPEN: Final = "_share_is_open"


def share_is_open() -> bool:
    """Whether it is: the end of the run on screen is then told, since its parts wait for that."""
    return bool(st.session_state.get(IS_OPEN))


def close_share() -> None:
    """Close the dialog, with the next run of the script."""
    st.session_state[IS_OPEN] = False
