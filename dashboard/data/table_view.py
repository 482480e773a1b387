"""The table as it was read."""

from __future__ import annotations

import streamlit as st

from dashboard.data.chosen import Chosen
from dashboard.data.settings import TableSettings
from dashboard.data.source import Loaded
from dashboard.theme import count

SHOWN_ROWS = 1_000


def draw(_settings: TableSettings, chosen: Chosen, _current: Loaded) -> None:
    """Draws the first rows, each with its number in the file."""
    table = chosen.table
    n_rows = len(table.frame)
    head = table.frame.head(SHOWN_ROWS)
    head.index = [table.row_number(position) for position in range(len(head))]
    head.index.name = "row"
    if n_rows > SHOWN_ROWS:
        st.caption(f"The first {count(SHOWN_ROWS)} of {count(n_rows)} rows.")
    st.dataframe(head, key="table")
