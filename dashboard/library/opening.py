"""Opening a run that was kept: its page is set to it, and says which file it needs."""

from __future__ import annotations

from typing import Never

import streamlit as st

from dashboard.library.kept import PAGES, KeptRun, needs_file
from dashboard.library.save_form import fill_fields
from dashboard.own_data.file_of_run import FileOfRun, wait_for_file
from dashboard.own_data.settings import read_table_query
from dashboard.own_data.source import OWN, loaded


def open_kept(kept: KeptRun, has_file: bool = False) -> Never:
    """Go to a run's page, set to it; this script ends here. `has_file`: its table comes along."""
    fill_fields(kept)
    file = None if has_file else file_needed(kept)
    wait_for_file(file)
    own = loaded(OWN)
    if file is not None and own is not None and own.file_name != file.name:
        st.switch_page(PAGES[kept.page])  # the table that is there keeps its own settings
    st.switch_page(PAGES[kept.page], query_params=dict(kept.settings))


def file_needed(kept: KeptRun) -> FileOfRun | None:
    """Return the file that a run can't be trained without; None: everybody has its data."""
    if not needs_file(kept):
        return None
    settings, _ = read_table_query(kept.settings)
    return FileOfRun(kept.file_name or "", settings, kept.fingerprint or "")
