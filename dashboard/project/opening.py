"""Opening a project: its table is read, its page is set to its run, and its notes are at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Never

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.library.kept import needs_file
from dashboard.library.opening import open_kept
from dashboard.own_data.arriving import bring_table
from dashboard.own_data.settings import read_table_query
from dashboard.project.project import Project
from dashboard.share.is_open import close_share
from table_reader import ReadOptions

_OPENED: Final = "_opened_project"
_READING = "reading"  # how the file was read whose table is here, which needs no reading


def open_project(project: Project) -> Never:
    """Go to a project's page, set to all that it holds; this script ends here."""
    kept = project.kept
    close_share()
    st.session_state[_OPENED] = kept.name
    if project.table is not None and needs_file(kept):
        query = {name: value for name, value in kept.settings.items() if name != _READING}
        settings = replace(read_table_query(query)[0], asked=ReadOptions())
        bring_table(kept.file_name or "table.parquet", project.table, settings)
        open_kept(replace(kept, settings=query), has_file=True)
    open_kept(kept)


def tell_what_was_opened() -> None:
    """Say, on the page that was gone to, that it shows a project."""
    name = st.session_state.pop(_OPENED, None)
    if name is not None:
        st.toast(f"Opened **{markdown_text(name)}**.", icon=":material/folder_open:")
