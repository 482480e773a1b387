"""The table as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.numbers import count
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.reading_component import preview

if TYPE_CHECKING:
    from pandas import Series

_SHOWN_ROWS = 1_000


def draw_table(shown: OnScreen) -> None:
    """Draw the first rows, each with its number in the file."""
    table = shown.chosen.table
    preview(shown.source)
    n_rows = len(table.frame)
    head = table.frame.head(_SHOWN_ROWS)
    head.index = [table.row_number(position) for position in range(len(head))]
    head.index.name = "row"
    if n_rows > _SHOWN_ROWS:
        st.caption(f"The first {count(_SHOWN_ROWS)} of {count(n_rows)} rows.")
    days = {
        str(name): st.column_config.DateColumn() for name in head if _has_whole_days(head[name])
    }
    st.dataframe(head, key="table", column_config=days)


def _has_whole_days(values: Series[Any]) -> bool:
    """Whether a column holds dates without a time of day."""
    if values.dtype.kind != "M":
        return False
    return bool((values.dropna() == values.dropna().dt.normalize()).all())
