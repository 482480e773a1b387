"""The two answers that a page has to give: least squares with its report, and what was learned."""

from __future__ import annotations

import streamlit as st

from dashboard.data.chosen import Chosen, problem_of
from dashboard.data.settings import TableSettings
from dashboard.live.component import session_runs
from dashboard.live.result import RunResult
from linreg_core.inference import Report, report

_REPORT = "_report"


def row_name(chosen: Chosen, position: int) -> str:
    """The number that the file gives to a row of the data set."""
    return str(chosen.table.row_number(int(chosen.rows[position])))


def result_of() -> RunResult | None:
    """What gradient descent has found, once the run that the page shows is over."""
    return session_runs().result


def report_of(settings: TableSettings, chosen: Chosen) -> Report:
    """The report on least squares, with what was learned beside it where that is known.

    Raises:
        DataError: no training row is left.
    """
    result, key = result_of(), settings.problem_spec
    former = st.session_state.get(_REPORT)
    if former is None or former[0] != key or former[1] is not result:
        learned = result.params if result else None
        problem = problem_of(settings, chosen)
        made = report(problem, learned, lambda position: row_name(chosen, position))
        st.session_state[_REPORT] = former = (key, result, made)
    found: Report = former[2]
    return found
