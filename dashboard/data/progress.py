"""Reading an upload in sight of the visitor."""

from __future__ import annotations

import io

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.data.reading import read_upload
from linreg_core.tables import ReadOptions, Table

_BUSY = "Reading the file"


def read_in_sight(name: str, file: io.BytesIO, options: ReadOptions) -> Table:
    """The table of a file, with a bar that shows how far it has come.

    Raises:
        DataError: as `read_upload`.
    """
    bar = st.progress(0.0, text=_BUSY)
    try:
        return read_upload(name, file, options, lambda part: bar.progress(min(part, 1.0), _BUSY))
    finally:
        bar.empty()


def take(upload: UploadedFile, key: str) -> io.BytesIO:
    """An upload as a file that nobody else holds: Streamlit would keep it while the session lasts.

    Args:
        key: the widget's.
    """
    file = io.BytesIO(upload.getvalue())
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, upload.file_id)
    for held in (upload, st.session_state.get(key)):
        if isinstance(held, UploadedFile):
            held.close()
    return file
