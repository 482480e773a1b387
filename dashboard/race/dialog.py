"""Where a race starts: a small button below the solver, and the dialog that it opens."""

from __future__ import annotations

import time

import streamlit as st

from dashboard.controls.declared import SOLVER
from dashboard.controls.hidden import is_hidden
from dashboard.escaping import markdown_text
from dashboard.live.remote_run import TrainerFault
from dashboard.numbers import plain_number
from dashboard.pins.session import current_pins, set_pins
from dashboard.race.race import race, racers
from dashboard.settings import ModelSettings
from linreg_core import SOLVERS, LinregError
from table_reader.wording import counted

RACE_HELP = "Solvers side by side on these data, to see who is near the goal first."
_IS_OPEN, _STARTED = "_race_is_open", "_race_started"
_BEST, _SAME = "best", "same"


def race_button() -> None:
    """Draw the button; `race_dialog` draws what it opens, in a run of the whole script."""
    if is_hidden(SOLVER.name):
        return
    icon = ":material/sports_score:"
    if st.button("Race", icon=icon, type="tertiary", key="race", help=RACE_HELP):
        st.session_state[_IS_OPEN] = True


def race_dialog(settings: ModelSettings) -> None:
    """Draw the dialog over the page while it is open."""
    if st.session_state.get(_IS_OPEN):
        _dialog(settings)


def race_started() -> float:
    """Return which race was started last, for the view to play it from its start; 0 before any."""
    started: float = st.session_state.get(_STARTED, 0.0)
    return started


def _close() -> None:
    st.session_state[_IS_OPEN] = False


@st.dialog("Race", on_dismiss=_close)
def _dialog(settings: ModelSettings) -> None:
    names = racers(settings)
    chosen = st.pills(
        "Solvers",
        names,
        selection_mode="multi",
        default=names,
        format_func=lambda name: SOLVERS[name].label,
        key="race_solvers",
    )
    rates = {_BEST: "Each its best", _SAME: f"All {plain_number(settings.learning_rate)}"}
    rate = st.segmented_control(
        "Learning rate",
        list(rates),
        default=_BEST,
        required=True,
        format_func=rates.__getitem__,
        key="race_rates",
    )
    if n_pins := len(current_pins().pins):
        st.caption(f"It takes the place of {counted(n_pins, 'pinned run')}. Undo brings them back.")
    if st.button("Start", type="primary", key="race_start", disabled=len(chosen) < 2):
        _start(settings, [name for name in names if name in chosen], rate == _BEST)


def _start(settings: ModelSettings, solvers: list[str], at_best_rates: bool) -> None:
    """Pin the racers and close, or say why not."""
    try:
        with st.spinner("Looking for each solver's best rate", show_time=False):
            pins = race(settings, solvers, at_best_rates)
    except LinregError as error:
        st.warning(markdown_text(error), icon=":material/rule:")
        return
    except TrainerFault:
        st.warning("The rates were not found in time. Try again, or let all have the same one.")
        return
    set_pins(pins)
    st.session_state[_STARTED] = time.time()
    _close()
    st.rerun()
