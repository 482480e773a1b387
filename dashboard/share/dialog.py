"""The one button for all that can be taken from the page, and the dialog that it opens."""

from __future__ import annotations

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.share.is_open import IS_OPEN
from dashboard.share.parts import PARTS
from dashboard.share.shared import Shared
from linreg_core import LinregError

SHARE_HELP = "Take this run away: as a link, code, pictures or files."
_PART = "share_part"


def share_button() -> None:
    """Draw the button; `share_dialog` draws what it opens, in a run of the whole script."""
    is_pressed = st.button(
        "Share",
        icon=":material/ios_share:",
        type="tertiary",
        key="share",
        help=SHARE_HELP,
    )
    if is_pressed:
        st.session_state[IS_OPEN] = True
        st.rerun()


def share_dialog(shared: Shared) -> None:
    """Draw the dialog over the page while it is open: whatever has the script run leaves it so."""
    if st.session_state.get(IS_OPEN):
        _dialog(shared)


def _close() -> None:
    st.session_state[IS_OPEN] = False


@st.dialog("Share", width="medium", on_dismiss=_close)
def _dialog(shared: Shared) -> None:
    labels = [part.label for part in PARTS]
    st.session_state.setdefault(_PART, labels[0])
    chosen = st.segmented_control(
        "What to share", labels, key=_PART, required=True, label_visibility="collapsed"
    )
    for part in PARTS:
        if part.label == chosen:
            try:
                part.draw(shared)
            except LinregError as error:
                st.warning(markdown_text(error), icon=":material/rule:")
