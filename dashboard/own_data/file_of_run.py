"""The file that a saved run was made with: told until it is here."""

from __future__ import annotations

from typing import Final, NamedTuple

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.own_data.settings import TableSettings
from dashboard.problem_spec import SentData

_FILE: Final = "_file_of_run"
_MOST_NAME = 80


class FileOfRun(NamedTuple):
    """A file's name, what the page is set to with it, and the fingerprint of its chosen columns."""

    name: str
    settings: TableSettings
    fingerprint: str


def wait_for_file(file: FileOfRun | None) -> None:
    """Take note which file the run that was opened needs; None: it needs none."""
    st.session_state[_FILE] = file


def file_of_run() -> FileOfRun | None:
    """Return the file that is waited for."""
    found: FileOfRun | None = st.session_state.get(_FILE)
    return found


def tell_file_of_run(data: SentData, file_name: str) -> None:
    """Say so where the saved run that was opened was made with other data than these."""
    file = file_of_run()
    if file is None or data.fingerprint == file.fingerprint:
        st.session_state.pop(_FILE, None)
        return
    wanted, here = (markdown_text(name, most=_MOST_NAME) for name in (file.name, file_name))
    text = f"The run that you opened was made with **{wanted}**. "
    if file.name == file_name:
        text += "This file has the same name, and other numbers or columns are in use."
    else:
        text += f"Drop that file under **Other data** to see it: this is **{here}**."
    with st.container(horizontal=True, vertical_alignment="center", key="file_of_run"):
        st.info(text, icon=":material/draft:")
        st.button("Not needed", type="tertiary", key="no_file_of_run", on_click=_forget)


def _forget() -> None:
    st.session_state.pop(_FILE, None)
