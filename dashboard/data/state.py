"""Keys of the session's state that belong to one table: they go with it."""

from __future__ import annotations

import streamlit as st

from dashboard import history
from dashboard.data.settings import TableSettings

_PREFIX = "_of_table_"


def of_table(name: str) -> str:
    """The key under which something made of the table in use is kept."""
    return f"{_PREFIX}{name}"


def forget_table() -> None:
    """Frees what was made of the former table: reports, pictures, a second file."""
    for key in [key for key in st.session_state if str(key).startswith(_PREFIX)]:
        del st.session_state[key]
    history.forget(TableSettings)
