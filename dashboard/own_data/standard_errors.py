"""The report's standard errors: chosen beside its coefficients, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.controls.widgets import KEPT, select_box
from dashboard.escaping import markdown_text
from dashboard.links import ERROR_NAMES
from dashboard.own_data.choices import choices_of
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.declared import LAGS, STANDARD_ERRORS
from dashboard.own_data.settings import TableSettings
from linreg_core.arrays import IntArray
from linreg_core.inference import CLASSICAL, Covariance, Finding, FitFigures
from linreg_core.inference.covariance import CLUSTER, NEWEY_WEST, usual_lags
from linreg_core.inference.findings import LOOK
from linreg_core.inference.spread import LEVERAGE_POWER
from linreg_core.tables import cluster_codes
from table_reader import Table

STREAMED_ERRORS: Final = (CLASSICAL.kind, *LEVERAGE_POWER)
"""The kinds that can be had of rows which stay where they are stored."""
_PROPOSED: Final = "HC3"
_CHOOSE: Final = "Choose a column"
_CLUSTERS_HELP: Final = (
    "Rows with the same value here belong together: people of one school, days of one firm. Their "
    "residuals may be alike."
)
_UNEVEN: Final = (
    "The residuals scatter unevenly (scale-location, below), so classical standard errors can be "
    "too small."
)


def with_chosen_errors(settings: TableSettings) -> TableSettings:
    """Return settings with the standard errors that are chosen in the report."""
    values = {name: st.session_state[name] for name in ERROR_NAMES}
    return replace(settings, **values)


def are_errors_new(settings: TableSettings) -> bool:
    """Whether others have been chosen than the page was drawn with."""
    return any(st.session_state.get(name, old) != old for name, old in settings.errors.items())


def covariance_of(settings: TableSettings, table: Table, rows: IntArray) -> Covariance:
    """Return what the standard errors of a report on these rows of a table are based on."""
    kind = settings.standard_errors
    if kind == NEWEY_WEST:
        return Covariance(kind, lags=settings.lags)
    if kind != CLUSTER:
        return Covariance(kind)
    if not settings.clusters:
        return CLASSICAL  # until a column is chosen
    codes = cluster_codes(table, settings.clusters, rows)
    return Covariance(kind, codes, name=settings.clusters)


def draw_choice(report: FitFigures, chosen: Chosen) -> None:
    """Draw the menu of standard errors, and what the chosen kind has to know."""
    kind = select_box(
        STANDARD_ERRORS.label,
        _kinds(chosen),
        STANDARD_ERRORS.name,
        STANDARD_ERRORS.help,
        STANDARD_ERRORS.options,
        width=240,
    )
    if kind == CLUSTER:
        target = chosen.recipe.selection.target
        offered = [name for name in choices_of(chosen.table).clusters if name != target]
        label = "Clusters"
        select_box(label, ["", *offered], "clusters", _CLUSTERS_HELP, {"": _CHOOSE}, width=200)
    if kind == NEWEY_WEST:
        st.number_input(
            LAGS.label,
            int(LAGS.minimum),
            int(LAGS.maximum),
            None,
            key=LAGS.name,
            help=LAGS.help,
            placeholder=str(usual_lags(report.n_samples)),
            persist_state=KEPT,
            width=140,
        )


def _kinds(chosen: Chosen) -> list[str]:
    """Return the kinds that can be had: of stored rows those that need no order or clusters."""
    every = STANDARD_ERRORS.options
    return [kind for kind in every if chosen.all_rows is None or kind in STREAMED_ERRORS]


def draw_meaning(report: FitFigures, findings: Sequence[Finding], settings: TableSettings) -> None:
    """Draw one line on standard errors that are not classical, or the proposal to have others.

    `findings` are those of the rows, or of a sample of them.
    """
    if not report.covariance.is_classical:
        st.caption(markdown_text(report.errors_meaning))
    elif settings.standard_errors == CLUSTER and not settings.clusters:
        st.caption("Standard errors are classical until a column of clusters is chosen.")
    elif settings.standard_errors == STANDARD_ERRORS.default and _is_uneven(report, findings):
        with st.container(horizontal=True, vertical_alignment="center", key="uneven"):
            st.caption(f":material/visibility: {_UNEVEN}", width="content")
            label = f"Use {_PROPOSED}"
            st.button(
                label,
                key="use_robust",
                type="tertiary",
                icon=":material/check:",
                on_click=_use,
                args=(_PROPOSED,),
            )


def _is_uneven(report: FitFigures, findings: Sequence[Finding]) -> bool:
    """Whether it was found that the scatter deserves a look."""
    found = (each for each in findings if each.name == "scale_location")
    return report.f is not None and any(each.verdict == LOOK for each in found)


def _use(kind: str) -> None:
    """Choose these standard errors (a callback's work)."""
    st.session_state[STANDARD_ERRORS.name] = kind
