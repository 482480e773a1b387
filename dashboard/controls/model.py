"""The part of the sidebar that every page shares: coordinates, split, model, solver, pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.address import apply_whole
from dashboard.controls import declared
from dashboard.controls.control import CUSTOM_INIT, Choice, Control, Place, Use
from dashboard.controls.declared import CONTROLS
from dashboard.controls.hidden import are_hidden, hidden_names, is_hidden, show_all
from dashboard.controls.learning_rate import learning_rate, suit_rate
from dashboard.controls.widgets import draw_control, drawer, give_way, rungs
from dashboard.history import has_step, step_back
from dashboard.settings import AnySettings, ModelSettings
from linreg_core import LOSSES, SOLVERS

_NOTHING: Mapping[str, Callable[[], None]] = MappingProxyType({})


def take_back_place() -> DeltaGenerator:
    """Where `take_back_controls` stand: on top, drawn when all others are."""
    return st.container(horizontal=True, gap="small", key="take_back")


def take_back_controls(
    place: DeltaGenerator,
    kind: type[AnySettings],
    reset: Callable[[], None],
    reset_help: str,
    set_to: Callable[[AnySettings], None] = apply_whole,
) -> None:
    """Draw undo and reset, in one line, and the way back to controls that a link has hidden.

    `place` is that of `take_back_place`. `reset` sets the page to its defaults (a callback's work).
    `reset_help` is which defaults these are. `set_to` sets the page to what it was before.
    """
    with place:
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            key="undo",
            disabled=not has_step(kind),
            on_click=lambda: set_to(step_back(kind)),
            help="Takes back the last change.",
        )
        st.button(
            "Reset to defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            key="reset",
            on_click=reset,
            help=f"{reset_help} Undo takes it back.",
        )
        if hidden_names():
            st.button(
                "Show all controls",
                icon=":material/visibility:",
                type="tertiary",
                key="show_all",
                on_click=show_all,
                help="The link that you came by hides some of them.",
            )


def split_controls(
    settings: AnySettings, on_standardize: Callable[[], None] = suit_rate
) -> AnySettings:
    """Draw Standardise and the test split."""
    return _drawn(settings, Place.SPLIT, {declared.STANDARDIZE.name: on_standardize})


def seed_controls(settings: AnySettings) -> AnySettings:
    """Draw the seed and which rows the test takes."""
    return _drawn(settings, Place.SEED)


def seed_names() -> list[str]:
    """Return what `seed_controls` draw."""
    return [name for name, control in CONTROLS.items() if control.place is Place.SEED]


def model_controls(
    settings: AnySettings, below_solver: Callable[[], None] | None = None
) -> AnySettings:
    """Draw solver, loss and only the knobs that this solver uses.

    `below_solver` draws what stands there.
    """
    if not are_hidden([*_used(settings, Place.MODEL), *_used(settings, Place.DETAILS)]):
        st.subheader("Model and solver", divider="gray")
    settings = _drawn(settings, Place.MODEL, below_solver=below_solver)
    with drawer("Start, order and precision", _used(settings, Place.DETAILS)):
        return _drawn(settings, Place.DETAILS)


def picture_controls(settings: AnySettings) -> AnySettings:
    """Draw what the pictures show beside the run; what the view's own menus chose is taken over."""
    if not are_hidden(_used(settings, Place.PICTURES)):
        st.subheader("Pictures", divider="gray")
    settings = _drawn(settings, Place.PICTURES)
    chosen = {name: st.session_state[name] for name, c in CONTROLS.items() if c.use is Use.VIEW}
    return replace(settings, **chosen)


def _drawn(
    settings: AnySettings,
    place: Place,
    on_change: Mapping[str, Callable[[], None]] = _NOTHING,
    below_solver: Callable[[], None] | None = None,
) -> AnySettings:
    """Draw the controls of one place that the solver and the start drawn so far use."""
    for name, control in CONTROLS.items():
        if control.place is place and settings.uses(control):
            value = _value(control, settings, on_change.get(name))
            if value != getattr(settings, name):
                settings = replace(settings, **{name: value})
            if control is declared.SOLVER and below_solver:
                below_solver()
    return settings


def _used(settings: ModelSettings, place: Place) -> list[str]:
    """Return the controls of one place that this solver and this start use."""
    each = (control for control in CONTROLS.values() if control.place is place)
    return [control.name for control in each if settings.uses(control)]


def _value(control: Control, settings: ModelSettings, on_change: Callable[[], None] | None) -> Any:
    if control is declared.LEARNING_RATE:
        return learning_rate()
    if control is declared.BATCH_SIZE:
        return _batch_size(settings)
    if isinstance(control, Choice) and not control.is_row:
        return draw_control(control, _offered(control, settings))
    return (
        draw_control(control) if on_change is None else draw_control(control, on_change=on_change)
    )


def _offered(control: Choice, settings: ModelSettings) -> list[str]:
    """Return the options that go with the other settings."""
    if control is declared.LOSS:
        solver = SOLVERS[settings.solver]
        return [name for name in control.options if solver.can_minimize(LOSSES[name])]
    if control is declared.INIT and settings.n_features > 1:
        return [name for name in control.options if name != CUSTOM_INIT]
    return list(control.options)


def _batch_size(settings: ModelSettings) -> int | None:
    control, n_train = declared.BATCH_SIZE, settings.n_train
    give_way(control.name, [None, *range(1, n_train)], None)
    if is_hidden(control.name):
        return st.session_state[control.name]  # type: ignore[no-any-return]
    current = st.session_state[control.name]
    size: int | None = rungs(control, sorted({*control.rungs_for(n_train), current} - {None}))
    return size
