"""Everything that can be taken away: predictions, coefficients, the model, a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.exports import (
    coefficients_csv,
    coefficients_json,
    html_report,
    predictions_csv,
    safe_filename,
)
from dashboard.exports.csv_file import CsvDialect
from dashboard.exports.html_report import REPORT_TERMS
from dashboard.live.server import live_server
from dashboard.numbers import equation
from dashboard.own_data.fits import compared_report, result_of
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.target_units import draw_how, how_chosen
from linreg_core import Params, Status
from linreg_core.inference import Report

_LEAST_SQUARES, _LEARNED = "Least squares", "As learned"


@dataclass(frozen=True)
class Download:
    """One file: it is made when its button is pressed."""

    label: str
    what: str
    suffix: str
    media_type: str
    make: Callable[[], bytes]


def draw_downloads(shown: OnScreen) -> None:
    """Draw the choice between the two fits, the equation, and a button for each file."""
    report = compared_report(shown)
    params = _chosen_params(report)
    draw_how(shown.chosen.recipe.selection)
    dataset = report.problem.dataset
    bias = params.bias if shown.settings.fit_intercept else None
    st.code(
        equation(
            dataset.target_name, dataset.feature_names, params.weights.tolist(), bias, REPORT_TERMS
        ),
        language=None,
        wrap_lines=True,
    )
    for download in _downloads(shown, report, params):
        button, text = st.columns([1, 2], vertical_alignment="center")
        button.download_button(
            download.label,
            download.make,
            safe_filename(shown.chosen.table.name, download.suffix),
            download.media_type,
            key=f"download{download.suffix}",
            on_click="ignore",
            icon=":material/download:",
            width="stretch",
        )
        text.caption(download.what)
    st.caption("This page's address keeps the columns and every setting, but not your file.")


def _chosen_params(report: Report) -> Params:
    """Return the fit that is taken away."""
    result = result_of()
    learned = result.params if result and result.status is not Status.DIVERGED else None
    choices = [_LEAST_SQUARES] + ([_LEARNED] if learned is not None else [])
    choice = st.radio("Which fit?", choices, horizontal=True, key="take_away_fit")
    return learned if choice == _LEARNED and learned is not None else report.params


def _downloads(shown: OnScreen, report: Report, params: Params) -> tuple[Download, ...]:
    settings, chosen, table = shown.settings, shown.chosen, shown.chosen.table
    how = how_chosen()
    return (
        Download(
            "Report (HTML)",
            "Every number and picture of the report in one file for any browser, also offline.",
            "-report.html",
            "text/html",
            lambda: html_report(
                report,
                chosen.prepared(),
                shown.source.file_name,
                table,
                settings.config(),
                result_of(),
            ),
        ),
        Download(
            "Predictions and residuals (CSV)",
            "Your table with each row's prediction, residual and 95 % prediction interval.",
            "-predictions.csv",
            "text/csv",
            lambda: predictions_csv(table, chosen.prepared(), report, params, how),
        ),
        Download(
            "Coefficients (CSV)",
            "The table of coefficients in full precision, in the dialect of your file.",
            "-coefficients.csv",
            "text/csv",
            lambda: coefficients_csv(report, CsvDialect.like(table.options)),
        ),
        Download(
            "Coefficients (JSON)",
            "The same for programs, together with the goodness of fit.",
            "-coefficients.json",
            "application/json",
            lambda: coefficients_json(report),
        ),
        Download(
            "Model for PyTorch (state_dict)",
            "Weights and bias in your columns' own units, for an nn.Linear of float64.",
            "-model.pt",
            "application/octet-stream",
            lambda: live_server().trainers.state_dict(params, settings.fit_intercept),
        ),
    )
