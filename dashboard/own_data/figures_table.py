"""A table of figures on the page: what they are of to the left, the figures to the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

UNSCROLLED_ROWS: Final = 40
SCROLLED_HEIGHT: Final = 500  # of a table with more rows


def draw_figures_table(
    rows: Sequence[Mapping[str, str]],
    key: str,
    most_rows: int = UNSCROLLED_ROWS,
    height: int = SCROLLED_HEIGHT,
    has_long_names: bool = False,
) -> None:
    """Draw rows of text, names in the first column; more than `most_rows` of them are scrolled.

    Long names are cut, or they would push out the figures.
    """
    columns = {name: st.column_config.TextColumn(alignment="right") for name in rows[0]}
    columns[next(iter(columns))] = st.column_config.TextColumn(
        width="medium" if has_long_names else None
    )
    st.dataframe(
        list(rows),
        hide_index=True,
        column_config=columns,
        height="auto" if len(rows) <= most_rows else height,
        key=key,
    )
