"""The sweep page's controls: the play page's in the sidebar, the grid's in a line above the map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from dashboard.address import apply, current_settings, follow_link, remember
from dashboard.controls.model import model_controls, take_back_controls, take_back_place
from dashboard.controls.play import data_controls
from dashboard.controls.widgets import KEPT, select_box
from dashboard.numbers import count, number
from dashboard.settings import Settings
from dashboard.starts import start_of, started
from dashboard.sweep.axes import AXES, axes_of, control_of
from dashboard.sweep.limits import MAX_STEPS, SEEDS_PER_CELL
from dashboard.sweep.settings import (
    COLOURS,
    SweepSettings,
    read_sweep_query,
    sweep_settings,
    usual_reach_of,
)

_RESET_HELP: Final = "Sets every control to what this data set starts with."
_SIDES: Final = {"x": "Across", "y": "Up"}
_PARTS: Final = ("from", "to", "steps")
_LABELS: Final = {name: axis.label for name, axis in AXES.items()}
_STEPS_HELP: Final = f"How many values, {MAX_STEPS} at most. Twice as many are twice as many runs."


def read_sweep_settings(first: Settings) -> SweepSettings:
    """Draw all controls and return what they are set to, in step with the link.

    `first` is what a visitor without a link sees.
    """
    current = follow_link(sweep_settings(first), read_sweep_query)
    with st.sidebar:
        top = take_back_place()
        settings = model_controls(data_controls(current, _start_dataset))
    settings = _grid_controls(replace(settings, until=()))
    remember(settings)
    take_back_controls(top, SweepSettings, _reset, _RESET_HELP)
    return settings


def set_grid(**values: Any) -> None:
    """Set some of the grid's controls (a callback's work)."""
    for name, value in values.items():
        st.session_state[name] = value


def _grid_controls(settings: SweepSettings) -> SweepSettings:
    settings = settings.suited()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="grid"):
        for side in _SIDES:
            with st.container(
                horizontal=True, vertical_alignment="bottom", gap="small", key=f"grid_{side}"
            ):
                settings = _axis_controls(settings, side)
        seeds = _choice("sweep_seeds", "Seeds per cell", {n: str(n) for n in SEEDS_PER_CELL})
        colours = {k: v for k, v in COLOURS.items() if k != "spread" or seeds > 1}
        colour = select_box("Colour", list(colours), "sweep_colour", _COLOUR_HELP, COLOURS)
    return replace(settings, sweep_seeds=seeds, sweep_colour=colour)


def _axis_controls(settings: SweepSettings, side: str) -> SweepSettings:
    other = settings.sweep_y if side == "x" else settings.sweep_x
    key = f"sweep_{side}"
    name = select_box(
        _SIDES[side],
        axes_of(settings, other),
        key,
        "Which setting changes from cell to cell.",
        _LABELS,
        on_change=_forget_reach,
        args=(side,),
    )
    unsaid: dict[str, Any] = dict.fromkeys(f"{key}_{part}" for part in _PARTS)
    settings = replace(settings, **{key: name}, **unsaid)
    if AXES[name].scale == "choice":
        return settings
    with st.popover("Range", help=f"From where to where {AXES[name].label.lower()} goes."):
        return replace(settings, **_reach_fields(settings, side))


def _reach_fields(settings: SweepSettings, side: str) -> dict[str, Any]:
    name = getattr(settings, f"sweep_{side}")
    usual, control = usual_reach_of(settings, side), control_of(name, settings)
    label = AXES[name].label
    values = {}
    ends = (("from", usual.start), ("to", usual.end))
    for part, at_rest in ends if AXES[name].scale != "whole" else ends[:1]:
        key = f"sweep_{side}_{part}"
        values[key] = st.number_input(
            f"{label} {part}",
            min_value=max(0.0, float(getattr(control, "minimum", 0.0))),
            max_value=float(getattr(control, "maximum", 1e12)),
            value=None,
            key=key,
            format="%.6g",
            placeholder=number(at_rest),
            persist_state=KEPT,
        )
    key = f"sweep_{side}_steps"
    values[key] = st.number_input(
        "Steps",
        min_value=1,
        max_value=MAX_STEPS,
        value=None,
        key=key,
        placeholder=count(usual.steps or 1),
        help=_STEPS_HELP,
        persist_state=KEPT,
    )
    return values


_COLOUR_HELP: Final = (
    "What a cell's colour says: the loss at the run's end, how soon it was within 1 % of the least "
    "one, or how far a cell's seeds are apart."
)


def _choice(key: str, label: str, options: dict[int, str]) -> int:
    return int(
        st.selectbox(
            label,
            list(options),
            key=key,
            format_func=lambda value: options[value],
            help="Runs of each cell, alike but for the seed; the cell shows their median.",
            persist_state=KEPT,
        )
        or SEEDS_PER_CELL[0]
    )


def _forget_reach(side: str) -> None:
    """Another setting has other values (a callback's work)."""
    set_grid(**dict.fromkeys(f"sweep_{side}_{part}" for part in _PARTS))


def _start_dataset() -> None:
    """Start a newly chosen data set with its own settings; the solver and the axes stay."""
    former = current_settings(SweepSettings)
    apply(_anew(started(st.session_state["dataset"], former), former))


def _reset() -> None:
    apply(sweep_settings(start_of(st.session_state["dataset"])).suited())


def _anew(settings: Settings, former: SweepSettings) -> SweepSettings:
    """Return settings with a former grid; its ranges were about other data."""
    return sweep_settings(
        settings,
        sweep_x=former.sweep_x,
        sweep_y=former.sweep_y,
        sweep_seeds=former.sweep_seeds,
        sweep_colour=former.sweep_colour,
    ).suited()
