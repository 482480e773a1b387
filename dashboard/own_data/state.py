"""What a session notes about the table in use: keys that go with it, and that columns are new."""

from __future__ import annotations

import streamlit as st

from dashboard import history
from dashboard.own_data.settings import TableSettings

_PREFIX = "_of_table_"
_COLUMNS_ARE_NEW = "_columns_are_new"


def of_table(name: str) -> str:
    """Return the key under which something made of the table in use is kept."""
    return f"{_PREFIX}{name}"


def forget_table() -> None:
    """Free what was made of the former table: reports, pictures, a second file."""
    for key in [key for key in st.session_state if str(key).startswith(_PREFIX)]:
        del st.session_state[key]


def forget_steps() -> None:
    """Take no change back from here on: another table has come."""
    history.forget(TableSettings)


def columns_have_changed() -> None:
    """Note that the columns are others than those that the learning rate was made for."""
    st.session_state[_COLUMNS_ARE_NEW] = True


def take_columns_are_new() -> bool:
    """Whether columns have changed since this was asked last."""
    return bool(st.session_state.pop(_COLUMNS_ARE_NEW, False))
