"""The play page's sidebar: widgets -> `Settings`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from dashboard.address import apply, current_settings, follow_link, remember
from dashboard.controls.control import number_of
from dashboard.controls.declared import DATASET
from dashboard.controls.keep_going import going_on
from dashboard.controls.model import (
    model_controls,
    picture_controls,
    seed_controls,
    seed_names,
    split_controls,
    take_back_controls,
    take_back_place,
)
from dashboard.controls.widgets import draw_control, drawer
from dashboard.links import read_query
from dashboard.pins.link import with_pins
from dashboard.settings import Settings
from dashboard.starts import start_of, started
from linreg_core import DATASETS
from linreg_core.datasets import Knob

AnyPlaySettings = TypeVar("AnyPlaySettings", bound=Settings)
_RESET_HELP = "Sets every control to what this data set starts with."


def read_settings(first: Settings, below_solver: Callable[[], None] | None = None) -> Settings:
    """Draw the sidebar and return what it is set to, in step with the link in both directions.

    `first` is what a visitor without a link sees, `below_solver` draws what stands there.
    """
    current = follow_link(first, with_pins(read_query))
    with st.sidebar:
        top = take_back_place()
        settings = data_controls(current, _start_dataset)
        settings = going_on(picture_controls(model_controls(settings, below_solver)))
    remember(settings)
    # Last, when it is known whether anything has changed.
    take_back_controls(top, Settings, _reset, _RESET_HELP)
    return settings


def data_controls(settings: AnyPlaySettings, start: Callable[[], None]) -> AnyPlaySettings:
    """Draw data set, its own knobs, split and seed.

    `start` sets the page to what a newly chosen data set starts with (a callback's work).
    """
    st.subheader("Data", divider="gray")
    dataset = draw_control(DATASET, on_change=start)
    record = DATASETS[dataset]
    knobs = _drawn_knobs(knob for knob in record.knobs if knob.is_main)
    settings = split_controls(replace(settings, dataset=dataset))
    others = [knob for knob in record.knobs if not knob.is_main]
    with drawer("Seed and more", [*seed_names(), *(knob.name for knob in others)]):
        settings = seed_controls(settings)
        knobs |= _drawn_knobs(others)
    ordered = tuple((knob.name, knobs[knob.name]) for knob in record.knobs)
    return replace(settings, knobs=ordered)


def _drawn_knobs(knobs: Iterable[Knob]) -> dict[str, float | int]:
    return {knob.name: draw_control(number_of(knob)) for knob in knobs}


def _start_dataset() -> None:
    """Start a newly chosen data set with its own settings; the solver stays."""
    apply(started(st.session_state["dataset"], current_settings(Settings)))


def _reset() -> None:
    apply(start_of(st.session_state["dataset"]))
