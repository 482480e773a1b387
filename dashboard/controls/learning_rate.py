"""The learning rate's control: a ladder, an exact field, and what suits which columns."""

from __future__ import annotations

import contextlib

import streamlit as st

from dashboard.controls.declared import LEARNING_RATE
from dashboard.controls.hidden import is_hidden
from dashboard.controls.widgets import KEPT, draw_control
from dashboard.numbers import plain_number
from linreg_core import ConfigError, TrainConfig

_RAW_RATE = "_raw_learning_rate"
_EXACT_RATE = "learning_rate_exact"
_WORKABLE = 20  # a rate this many times off the usual one is of no use on standardised columns


def set_learning_rate(rate: object) -> None:
    """Set the learning rate (a callback's work). What no run could have is ignored."""
    with contextlib.suppress(ConfigError):
        st.session_state["learning_rate"] = TrainConfig(learning_rate=rate).learning_rate  # type: ignore[arg-type]


def learning_rate() -> float:
    """Draw the slider and the exact field beside it."""
    if is_hidden(LEARNING_RATE.name):
        return float(st.session_state[LEARNING_RATE.name])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="rate"):
        rate = float(draw_control(LEARNING_RATE))
        st.session_state[_EXACT_RATE] = rate
        st.number_input(
            "Exact learning rate",
            min_value=LEARNING_RATE.minimum,
            max_value=LEARNING_RATE.maximum,
            key=_EXACT_RATE,
            format="%.6g",
            label_visibility="collapsed",
            help="Any learning rate, also one that the slider has not.",
            persist_state=KEPT,
            on_change=_take_exact_rate,
        )
    return rate


def usual_rate(batch_size: int | None) -> float:
    """Return a learning rate that suits standardised columns: smaller steps see fewer rows each."""
    return 0.1 if batch_size is None else 0.001 if batch_size == 1 else 0.01


def suit_rate(is_remembered: bool = True) -> None:
    """Swap the learning rate, and say so: standardised columns want another than raw ones.

    `is_remembered` says whether the raw columns' rate comes back when they do.
    """
    rate, usual = st.session_state["learning_rate"], usual_rate(st.session_state["batch_size"])
    if st.session_state["standardize"]:
        if usual / _WORKABLE <= rate <= usual * _WORKABLE:
            return
        if is_remembered:
            st.session_state[_RAW_RATE] = rate
        new, why = usual, "suits standardised columns"
    else:
        new, why = st.session_state.pop(_RAW_RATE, rate), "is back for the raw columns"
    if new != rate:
        st.session_state["learning_rate"] = new
        st.toast(f"Learning rate {plain_number(rate)} → {plain_number(new)}, which {why}.")


def forget_raw_rate() -> None:
    """Let no former rate come back: it was set anew."""
    st.session_state.pop(_RAW_RATE, None)


def _take_exact_rate() -> None:
    set_learning_rate(st.session_state[_EXACT_RATE])
