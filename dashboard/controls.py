"""The play page's sidebar: widgets -> `Settings`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard.address import apply, current_settings, follow_link, remember
from dashboard.links import read_query
from dashboard.model_controls import (
    model_controls,
    picture_controls,
    seed_controls,
    split_controls,
    take_back_controls,
)
from dashboard.settings import Settings
from dashboard.starts import start_of, started
from dashboard.widgets import COUNT_LADDER, KEPT, ladder
from linreg_core import DATASETS
from linreg_core.datasets import Knob

_RESET_HELP = "Sets every control to what this data set starts with."


def read_settings(first: Settings) -> Settings:
    """Draws the sidebar and returns what it is set to, in step with the link in both directions.

    Args:
        first: what a visitor without a link sees.
    """
    current = follow_link(first, read_query)
    with st.sidebar:
        top = st.container()
        settings = picture_controls(model_controls(_data_controls(current)))
    remember(settings)
    with top:  # last, when it is known whether anything has changed
        take_back_controls(Settings, _reset, _RESET_HELP)
    return settings


def _data_controls(settings: Settings) -> Settings:
    st.subheader("Data", divider="gray")
    dataset = st.selectbox(
        "Data set",
        list(DATASETS),
        key="dataset",
        format_func=lambda name: DATASETS[name].label,
        on_change=_start_dataset,
        help="Generated or bundled. Each has controls of its own, and settings that suit it.",
        persist_state=KEPT,
    )
    record = DATASETS[dataset]
    main, more = _split_knobs(record.knobs)
    knobs = {knob.name: _knob(knob) for knob in main}
    settings = split_controls(replace(settings, dataset=dataset))
    with st.expander("Seed and more"):
        settings = seed_controls(settings)
        knobs |= {knob.name: _knob(knob) for knob in more}
    ordered = tuple((knob.name, knobs[knob.name]) for knob in record.knobs)
    return replace(settings, knobs=ordered)


def _split_knobs(knobs: Sequence[Knob]) -> tuple[list[Knob], list[Knob]]:
    """The knobs that stand in sight, and the rest."""
    main = [knob for knob in knobs if knob.name in ("noise", "n_samples", "n_features")]
    return main, [knob for knob in knobs if knob not in main]


def _knob(knob: Knob) -> float | int:
    if knob.kind == "int":
        rungs = [n for n in COUNT_LADDER if knob.minimum <= n <= knob.maximum]
        return int(ladder(knob.label, knob.name, rungs, "{:,}".format, knob.help))
    return float(
        st.slider(
            knob.label,
            float(knob.minimum),
            float(knob.maximum),
            step=float(knob.step),
            key=knob.name,
            help=knob.help,
            persist_state=KEPT,
        )
    )


def _start_dataset() -> None:
    """A newly chosen data set starts with its own settings; the solver stays."""
    apply(started(st.session_state["dataset"], current_settings(Settings)))


def _reset() -> None:
    apply(start_of(st.session_state["dataset"]))
