"""The fields that name a run, and the button that saves it for this browser."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.controls.widgets import KEPT
from dashboard.escaping import markdown_text
from dashboard.library.browser import browser_token
from dashboard.library.kept import MOST_NAME, MOST_NOTE, KeptRun
from dashboard.library.library import shared_library
from dashboard.library.on_screen_run import kept_from, proposed_name
from dashboard.share.shared import Shared
from linreg_core import LinregError

NAME: Final = "keep_name"
NOTE: Final = "keep_note"
_FAILED, _SAVED = "_save_failed", "_saved_as"


def run_fields(shared: Shared) -> tuple[str, str]:
    """Draw the fields for a name and a note; return what is in them."""
    name = st.text_input(
        "Name",
        key=NAME,
        placeholder=proposed_name(shared),
        max_chars=MOST_NAME,
        persist_state=KEPT,
    )
    note = st.text_area("Notes", key=NOTE, max_chars=MOST_NOTE, height=80, persist_state=KEPT)
    return name or "", note or ""


def fill_fields(kept: KeptRun) -> None:
    """Set the fields to a run that is opened (before they are drawn)."""
    st.session_state[NAME], st.session_state[NOTE] = kept.name, kept.note


def save_button(shared: Shared) -> None:
    """Draw the button that saves; where that has failed it says why, and tries again."""
    try:
        token = browser_token()
    except LinregError as error:
        st.caption(markdown_text(error))
        return
    failed = st.session_state.get(_FAILED)
    if failed:
        st.warning(markdown_text(failed), icon=":material/cloud_off:")
    st.button(
        "Try again" if failed else "Save for this browser",
        key="save_run",
        icon=":material/bookmark_add:",
        disabled=token is None,
        help="Settings and results, on this server; this browser keeps the key to them.",
        on_click=_save,
        args=(token or "", shared),
    )
    if (saved := st.session_state.pop(_SAVED, None)) is not None:
        st.caption(f"Saved as **{markdown_text(saved)}**: you find it under **Saved**.")


def _save(token: str, shared: Shared) -> None:
    """Save the run on screen (a callback's work: the fields tell what was typed last).

    It draws nothing: of the dialog, a callback's elements would take the place of the page.
    """
    name, note = (str(st.session_state.get(key) or "") for key in (NAME, NOTE))
    st.session_state.pop(_FAILED, None)
    try:
        kept = kept_from(shared, shared.result, name, note)
        shared_library().save(token, kept)
    except LinregError as error:
        st.session_state[_FAILED] = str(error)
        return
    st.session_state[_SAVED] = kept.name
