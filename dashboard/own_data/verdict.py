"""Whether the run on screen has arrived at least squares, and the button that brings it there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from dashboard.controls.declared import CONTROLS, INIT, N_EPOCHS, SOLVER, STANDARDIZE, UNTIL
from dashboard.escaping import one_line
from dashboard.numbers import number
from dashboard.own_data.chosen import trained_problem
from dashboard.own_data.fits import compared_figures, result_of
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.state import of_table
from dashboard.settings import CONFIG_FIELDS
from linreg_core import SOLVERS, LinregError, Status
from linreg_core.arrival import Way, aims_at_least_squares, has_arrived, way_to_arrive
from linreg_core.inference import Coefficient, FitFigures
from table_reader.wording import counted

_WAY = of_table("way_to_arrive")
_NAME_LETTERS = 40


def verdict(shown: OnScreen) -> dict[str, str] | None:
    """Return what the view says of a run that has not arrived, and None of one that has.

    Nothing is said while it trains, where it aims at something else than least squares, and of
    large data, whose report is made only when somebody asks for it.
    """
    result = result_of()
    if result is None:
        return None
    config = shown.settings.config()
    if shown.chosen.is_large or not aims_at_least_squares(config):
        return None
    try:
        figures, problem = compared_figures(shown), trained_problem(shown.settings, shown.chosen)
    except LinregError:  # the report's own place says so
        return None
    if has_arrived(problem, result.params):
        return None
    way = way_to_arrive(problem, config)
    st.session_state[_WAY] = changes = _changes(shown.settings, way)
    is_diverged = result.status is Status.DIVERGED
    return {
        "status": "" if is_diverged else "Not there yet",
        "note": "" if is_diverged else _note(figures, result.epoch),
        "leader": "Least squares",
        "action": _action(changes),
    }


def take_way() -> None:
    """Set what makes the run arrive (a callback's work)."""
    for name, value in st.session_state.pop(_WAY, {}).items():
        st.session_state[name] = value


def _changes(settings: TableSettings, way: Way) -> dict[str, Any]:
    """Return the controls that the way sets otherwise; where it starts is never one."""
    if not SOLVERS[way.config.solver].is_iterative:
        until = {UNTIL.name: ()} if settings.until else {}
        return until | {SOLVER.name: way.config.solver}
    wanted = {name: getattr(way.config, name) for name in CONFIG_FIELDS if name != INIT.name}
    wanted |= {STANDARDIZE.name: way.standardize, UNTIL.name: ()}
    return {name: value for name, value in wanted.items() if value != getattr(settings, name)}


def _action(changes: dict[str, Any]) -> str:
    """Return what the button does, e.g. "Go on to 50,000 epochs"."""
    if not changes:  # as near as these numbers come
        return ""
    if set(changes) == {N_EPOCHS.name}:
        return f"Go on to {N_EPOCHS.said(changes[N_EPOCHS.name])}"
    solver = SOLVERS.get(changes.get(SOLVER.name, ""))
    if solver is not None and not solver.is_iterative:
        return f"Solve in one step ({solver.label.lower()})"
    *first, last = (c.said(changes[name]) for name, c in CONTROLS.items() if name in changes)
    return f"Train with {', '.join(first)} and {last}" if first else f"Train with {last}"


def _note(figures: FitFigures, epoch: int) -> str:
    """Return the coefficient that is furthest off, in its own standard errors where it has any."""
    worst = max(_compared(figures), key=_distance, default=None)
    after = f"After {counted(epoch, 'epoch')}"
    if worst is None:
        return f"{after} the predictions still differ from those of least squares."
    name = one_line(worst.name, most=_NAME_LETTERS)
    what = "intercept" if worst.is_intercept else f"coefficient of {name}"
    learned, estimate = number(worst.learned), number(worst.estimate)
    return f"{after} the {what} is {learned}; least squares has {estimate}."


def _compared(figures: FitFigures) -> Iterator[Coefficient]:
    return (c for c in figures.coefficients if c.is_determined and c.learned is not None)


def _distance(coefficient: Coefficient) -> float:
    scale = coefficient.standard_error or abs(coefficient.estimate) or 1.0
    return abs((coefficient.learned or 0.0) - coefficient.estimate) / scale
