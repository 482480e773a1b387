"""What the page says of all stored rows: that they are read, and what is told of a sample."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.numbers import count
from dashboard.own_data.all_rows import (
    all_rows_label,
    all_rows_reading,
    is_a_sample,
    learn_all_rows,
    learn_sample,
)
from dashboard.own_data.declared import LEARN_ALL_ROWS
from dashboard.own_data.on_screen import OnScreen
from table_reader.wording import counted

_LOOK_SECONDS: Final = 0.5


def tell_all_rows_reading() -> None:
    """Say how far the reading of all rows has come, where one is on its way."""
    if all_rows_reading() is not None:
        st.fragment(_progress, run_every=_LOOK_SECONDS)()


def _progress() -> None:
    reading = all_rows_reading()
    if reading is None:
        st.rerun()  # the page has been waiting for this
    with st.container(
        horizontal=True, vertical_alignment="center", width="content", key="all_rows_reading"
    ):
        st.markdown(f"Reading all rows: {100 * reading.part:.0f} %", width="content")
        if st.button("Stop", key="stop_all_rows", on_click=learn_sample, type="tertiary"):
            st.rerun()


def offer_all_rows(shown: OnScreen) -> None:
    """Draw the button that turns from the sample to all rows, where there are more."""
    is_wanted = st.session_state.get(LEARN_ALL_ROWS.name)
    if shown.chosen.all_rows is None and not is_wanted and is_a_sample(shown.source):
        st.button(
            all_rows_label(shown.source),
            key="learn_all_rows",
            icon=":material/database:",
            on_click=learn_all_rows,
            help=LEARN_ALL_ROWS.help,
        )


def draw_sample_head(shown: OnScreen) -> None:
    """Draw what stands between the figures of all rows and what is told of the sample."""
    rows = count(len(shown.chosen.recipe.rows))
    all_rows = counted(shown.source.n_stored or 0, "row")
    st.divider()
    st.markdown(f"**A fair sample: {rows} of {all_rows}**")
    st.caption(
        "What needs single rows is told of the sample, to which least squares was fitted by itself."
    )
