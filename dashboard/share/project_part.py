"""The run as a thing to keep: saved for this browser, or as a file that any server opens."""

from __future__ import annotations

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.library.on_screen_run import own_file
from dashboard.library.save_form import run_fields, save_button
from dashboard.numbers import count
from dashboard.project.project import PROJECT_SUFFIX
from dashboard.project.taking import project_of, take_project
from dashboard.share.download import file_button
from dashboard.share.shared import Shared

_TURN = "_project_turn"


def draw_project(shared: Shared) -> None:
    """Draw the fields that name a run, what keeps it, and the way back."""
    name, note = run_fields(shared)
    save_button(shared)
    with_table, result = _table_choice(shared), shared.result
    what = "Settings, pins, result and notes in one file. Drop it on any page to have it all back."
    file_button(
        "Project file",
        what,
        lambda: project_of(shared, result, name, note, with_table),
        shared.file_name(PROJECT_SUFFIX),
        "application/zip",
    )
    with st.expander("Open a project file", icon=":material/folder_open:"):
        _uploader()


def _table_choice(shared: Shared) -> bool:
    """Ask whether a person's own table goes into the file."""
    file = own_file(shared)
    if file is None or shared.on_screen is None:
        return False
    n_rows = count(len(shared.on_screen.source.table.frame))
    return st.checkbox(
        f"With my table, {markdown_text(file)} ({n_rows} rows)",
        key="project_with_table",
        help="Without it, whoever opens the project needs the file as well.",
    )


def _uploader() -> None:
    key = f"project_upload_{st.session_state.get(_TURN, 0)}"
    upload = st.file_uploader("Project file", type=["zip"], key=key, label_visibility="collapsed")
    if upload is not None:
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
        refusal = take_project(upload, key)
        st.warning(markdown_text(refusal), icon=":material/draft:")
