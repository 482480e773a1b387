"""The two answers that a page has to give: least squares with its report, and what was learned."""

from __future__ import annotations

import streamlit as st

from dashboard.live.component import visitor
from dashboard.live.result import RunResult
from dashboard.own_data.choices import choices_of
from dashboard.own_data.chosen import Chosen, problem_of
from dashboard.own_data.date_order import date_order
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.session_memory import check_memory
from dashboard.own_data.standard_errors import covariance_of
from dashboard.own_data.state import of_table
from linreg_core.inference import FitFigures, Report, report
from linreg_core.memory import memory_for

_REPORT, _WITH_ERRORS = of_table("report"), of_table("report_with_errors")


def row_name(chosen: Chosen, position: int) -> str:
    """Return the number that the file gives to a row of the data set."""
    return str(chosen.table.row_number(int(chosen.recipe.rows[position])))


def result_of() -> RunResult | None:
    """Return what gradient descent has found, once the run that the page shows is over."""
    return visitor().result


def report_of(shown: OnScreen) -> Report:
    """Return the report on least squares with the chosen standard errors, made once.

    Raises DataError when no training row is left, or they need too much memory.
    """
    classical, errors = _classical(shown), shown.settings.errors
    former = st.session_state.get(_WITH_ERRORS)
    if former is None or former[0] is not classical or former[1] != errors:
        chosen = shown.chosen
        covariance = covariance_of(shown.settings, chosen.table, chosen.recipe.rows)
        made = classical
        if not covariance.is_classical:
            made = classical.with_covariance(covariance, lambda at: row_name(chosen, at))
        st.session_state[_WITH_ERRORS] = former = (classical, errors, made)
    found: Report = former[2]
    return found


def _classical(shown: OnScreen) -> Report:
    """Return the report with classical errors, made once for all runs on the same rows.

    Raises DataError when no training row is left, or they need too much memory.
    """
    settings, chosen = shown.settings, shown.chosen
    key, former = settings.problem_spec, st.session_state.get(_REPORT)
    if former is None or former[0] != key:
        if chosen.is_large:
            check_memory(choices_of(chosen.table), settings, has_report=True)
        problem = problem_of(settings, chosen)
        with memory_for(problem.dataset.X.shape):
            made = report(
                problem,
                row_name=lambda position: row_name(chosen, position),
                order=date_order(chosen.table, chosen.recipe.rows),
            )
        st.session_state[_REPORT] = former = (key, made)
    found: Report = former[1]
    return found


def figures_of(shown: OnScreen) -> FitFigures:
    """Return the figures of least squares on all rows that are learned.

    Where these are the table's, that is its report. Raises DataError when no training row is left,
    or they need too much memory.
    """
    all_rows = shown.chosen.all_rows
    return report_of(shown) if all_rows is None else all_rows.fit


def compared_figures(shown: OnScreen) -> FitFigures:
    """Return these figures with what gradient descent has learned beside them, once it is known."""
    figures, result = figures_of(shown), result_of()
    return figures.compared_with(result.params) if result else figures
