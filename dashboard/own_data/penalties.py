"""The ridge and lasso paths of the model on screen, made once, and the runs that they propose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import streamlit as st

from dashboard.address import apply, current_settings
from dashboard.controls.declared import L1, WEIGHT_DECAY
from dashboard.controls.learning_rate import usual_rate
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.state import columns_have_changed, of_table
from linreg_core import SOLVERS, Problem
from linreg_core.inference import Report
from linreg_core.memory import memory_for
from linreg_core.regularised import PenaltyPath, lasso_path, ridge_path

PATHS: Final = {"lasso": lasso_path, "ridge": ridge_path}
_MADE: Final = of_table("penalty_paths")
_PENALTIES: Final = {"ridge": WEIGHT_DECAY, "lasso": L1}
"""The control that a path's penalty is."""
_FIRST_SOLVER: Final = "sgd"
"""What trains with a penalty where the chosen solver cannot."""


@dataclass(frozen=True, eq=False)
class _Made:
    """The paths of a report's problem, by their kind, in standardised coordinates."""

    report: Report
    problem: Problem
    paths: dict[str, PenaltyPath] = field(default_factory=dict)


def path_of(report: Report, kind: str) -> PenaltyPath:
    """Return the path of a report's training rows, made once.

    Penalties act in standardised coordinates, whatever the run has. Raises DataError when there is
    no path of these data.
    """
    made: _Made | None = st.session_state.get(_MADE)
    if made is None or made.report.problem is not report.problem:
        problem = report.problem.with_standardize(True)
        st.session_state[_MADE] = made = _Made(report, problem)
    if kind not in made.paths:
        with memory_for(made.problem.X_train.shape):
            made.paths[kind] = PATHS[kind](made.problem)
    return made.paths[kind]


def paths_made(report: Report) -> tuple[PenaltyPath, ...]:
    """Return the paths of a report that somebody has looked at."""
    made: _Made | None = st.session_state.get(_MADE)
    if made is None or made.report.problem is not report.problem:
        return ()
    return tuple(made.paths.values())


def largest_trained(kind: str) -> float:
    """Return the largest penalty of this kind that a run on this page can have."""
    return _PENALTIES[kind].maximum


def settings_with(settings: TableSettings, kind: str, penalty: float) -> TableSettings:
    """Return settings whose run goes to the path's model: whole batches of standardised rows."""
    name, rate = _PENALTIES[kind].name, settings.learning_rate
    solver = SOLVERS[settings.solver]
    reaches = solver.adds_penalty if kind == "ridge" else name in solver.knobs
    values: dict[str, Any] = {each.name: 0.0 for each in _PENALTIES.values()} | {name: penalty}
    return replace(
        settings,
        standardize=True,
        loss="mse",
        solver=settings.solver if reaches else _FIRST_SOLVER,
        learning_rate=rate if settings.standardize else usual_rate(None),
        batch_size=None,
        updates_per_epoch=None,
        schedule="constant",
        warmup_epochs=0,
        until=(),
        **values,
    )


def train_with(kind: str, penalty: float) -> None:
    """Set the page to the run that learns a path's model (a callback's work)."""
    apply(settings_with(current_settings(TableSettings), kind, penalty))
    columns_have_changed()  # a rate that is not stable gives way
