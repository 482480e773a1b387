"""The page of saved runs: what this browser has, and the last run on screen to add to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard.address import leave_page
from dashboard.escaping import markdown_text
from dashboard.library.browser import TOKEN, browser_token
from dashboard.library.kept import KeptRun
from dashboard.library.library import Listed, shared_library
from dashboard.library.opening import open_kept
from dashboard.library.save_form import run_fields, save_button
from dashboard.live.component import served_files
from dashboard.live.served_component import served_component
from dashboard.own_data.on_screen import on_screen
from dashboard.own_data.settings import TableSettings
from dashboard.settings import ModelSettings
from dashboard.share.shared import Shared
from linreg_core import LinregError

_KEY = "saved_runs"
_DELETED, _TO_OPEN, _REFUSAL = "_deleted_run", "_run_to_open", "_library_refusal"

# What is left of the sidebar of the page that one comes from: this one has none.
_STYLE: Final = """<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none; }
</style>"""

_mount = served_component(
    "linreg_saved",
    '<div class="linreg-saved" style="min-height: 10rem"></div>',
    ".linreg-saved",
    "createSaved",
)


def saved_view() -> None:
    """Draw the page."""
    last = leave_page()
    st.html(_STYLE)
    st.subheader("Saved runs")
    if (refusal := st.session_state.pop(_REFUSAL, "")) != "":
        st.toast(markdown_text(refusal), icon=":material/cloud_off:", duration="long")
    try:
        _open_what_was_asked_for()
        _draw(last)
    except LinregError as error:
        st.warning(markdown_text(error), icon=":material/cloud_off:")
        st.button("Try again", key="list_again", icon=":material/refresh:")


def _draw(last: ModelSettings | None) -> None:
    token = browser_token()
    if token is None:
        return  # it is on its way, and has this script run again
    runs = shared_library().listed(token)
    st.caption(
        "Saved for this browser: settings and results, not your data. "
        "Another browser, or this one with its storage emptied, does not see them."
    )
    _save_last(last)
    if runs or _DELETED in st.session_state:
        _list(runs)
    else:
        st.markdown("Nothing is saved yet. **Share → Project** on the page of a run saves it.")


def _save_last(last: ModelSettings | None) -> None:
    """Offer to save the run that was on screen before this page."""
    shown = on_screen() if isinstance(last, TableSettings) else None
    if last is None or (isinstance(last, TableSettings) and shown is None):
        return
    shared = Shared(shown.settings, shown) if shown else Shared(last)
    with st.expander("Save the run that was on screen", icon=":material/bookmark_add:"):
        run_fields(shared)
        save_button(shared)


def _list(runs: list[Listed]) -> None:
    deleted: KeptRun | None = st.session_state.get(_DELETED)
    data: dict[str, Any] = {
        **served_files("library/static/saved.js", "library/static/saved.css"),
        "runs": [_told(run) for run in runs],
        "deleted": deleted.name if deleted else "",
    }
    _mount(key=_KEY, data=data, on_action_change=_take_action)


def _told(run: Listed) -> dict[str, Any]:
    return {
        "id": run.id,
        "name": run.name,
        "about": run.about,
        "file": run.file_name,
        "loss": run.final_loss,
        "at": run.saved_at,
    }


def _take_action() -> None:
    """Something was done in the list (a callback's work)."""
    told, token = st.session_state[_KEY].action, st.session_state.get(TOKEN)
    if not isinstance(told, Mapping) or not token:
        return
    try:
        _do(token, str(told.get("do")), told.get("id"), told.get("name"))
    except LinregError as error:
        st.session_state[_REFUSAL] = str(error)


def _do(token: str, what: str, id: object, name: object) -> None:
    library = shared_library()
    deleted = st.session_state.get(_DELETED)
    if what == "restore" and deleted is not None:
        library.restore(token, deleted)
        del st.session_state[_DELETED]
    elif not isinstance(id, int):
        return
    elif what == "open":
        st.session_state[_TO_OPEN] = id
    elif what == "rename":
        library.rename(token, id, str(name))
    elif what == "delete":
        st.session_state[_DELETED] = library.delete(token, id)


def _open_what_was_asked_for() -> None:
    id, token = st.session_state.pop(_TO_OPEN, None), st.session_state.get(TOKEN)
    if id is None or not token:
        return
    kept = shared_library().find(token, id)
    st.session_state.pop(_DELETED, None)
    open_kept(kept)
