"""Everything that can be taken away: predictions, coefficients, the model, a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.escaping import one_line
from dashboard.exports import (
    OfAllRows,
    RowsAndColumns,
    coefficients_csv,
    coefficients_json,
    comparison_csv,
    diagnostics_csv,
    has_dfbetas,
    html_report,
    latex_file,
    methods_paragraph,
    pasted_html,
    pasted_text,
    path_csv,
    predictions_csv,
    printed_tables,
    safe_filename,
    word_file,
)
from dashboard.exports.csv_file import CsvDialect
from dashboard.exports.html_report import REPORT_TERMS
from dashboard.exports.printed_table import PrintedTable
from dashboard.live.result import RunResult
from dashboard.live.server import live_server
from dashboard.numbers import equation
from dashboard.own_data.fits import compared_figures, report_of, result_of
from dashboard.own_data.kept_models import kept_models, side_by_side
from dashboard.own_data.models_table import printed_models
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.paper_buttons import copy_button, print_button
from dashboard.own_data.penalties import paths_made
from dashboard.own_data.target_units import draw_how, how_chosen
from linreg_core import Params, Status
from linreg_core.inference import FitFigures, Report

_LEAST_SQUARES, _LEARNED = "Least squares", "As learned"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LATEX = "text/x-tex"


@dataclass(frozen=True)
class Download:
    """One file: it is made when its button is pressed, in a thread that knows no session."""

    label: str
    suffix: str
    media_type: str
    make: Callable[[], bytes]


def draw_downloads(shown: OnScreen) -> None:
    """Draw the choice between the two fits, the equation, and the files by what they are for.

    Of stored rows there is no file that needs each of them.
    """
    report = compared_figures(shown)
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
    _draw_report(shown, report)
    _draw_methods(shown, report)
    _draw_tables(shown, report)
    if isinstance(report, Report):
        _draw_data(shown, report, params)
    _draw_group(
        "Model",
        "Weights and bias in your columns' own units, for an nn.Linear of float64.",
        shown,
        _model(shown, params),
    )
    if shown.chosen.all_rows is None:
        st.caption("This page's address keeps the columns and every setting, but not your file.")


def _chosen_params(report: FitFigures) -> Params:
    """Return the fit that is taken away."""
    result = result_of()
    learned = result.params if result and result.status is not Status.DIVERGED else None
    choices = [_LEAST_SQUARES] + ([_LEARNED] if learned is not None else [])
    choice = st.radio("Which fit?", choices, horizontal=True, key="take_away_fit")
    return learned if choice == _LEARNED and learned is not None else report.params


def _draw_report(shown: OnScreen, report: FitFigures) -> None:
    of_table = report if isinstance(report, Report) else report_of(shown)
    make = partial(_report_file, shown, report, of_table, result_of())
    file = Download("Report (HTML)", "-report.html", "text/html", make)
    with _draw_group(
        "Report",
        "Every number and picture in one file for any browser, also offline, or on paper.",
        shown,
        file,
    ):
        print_button("Print or save as PDF", file.make, key="print_report")


def _draw_methods(shown: OnScreen, report: FitFigures) -> None:
    with st.expander("A paragraph for your methods section"):
        st.code(_methods(shown, report), language=None, wrap_lines=True)


def _draw_tables(shown: OnScreen, report: FitFigures) -> None:
    options = shown.chosen.table.options
    tables = _printed(shown, report)
    with _draw_group(
        "Tables",
        "Estimates, errors, tests, intervals and goodness of fit; all digits in CSV and JSON.",
        shown,
        Download("Tables (Word)", "-tables.docx", _WORD, lambda: word_file(tables)),
        Download("Tables (LaTeX)", "-tables.tex", _LATEX, lambda: latex_file(tables)),
        Download(
            "Coefficients (CSV)",
            "-coefficients.csv",
            "text/csv",
            lambda: coefficients_csv(report, CsvDialect.like(options)),
        ),
        Download(
            "Coefficients (JSON)",
            "-coefficients.json",
            "application/json",
            lambda: coefficients_json(report),
        ),
        *(_of_report(shown, report) if isinstance(report, Report) else ()),
    ):
        copy_button("Copy the tables", pasted_html(tables), pasted_text(tables), key="copy_tables")


def _printed(shown: OnScreen, report: FitFigures) -> tuple[PrintedTable, ...]:
    """Return the report's tables, and the models that are kept beside it."""
    tables = printed_tables(report)
    if not isinstance(report, Report) or not kept_models():
        return tables
    return (*tables, printed_models(side_by_side(report, shown)))


def _of_report(shown: OnScreen, report: Report) -> tuple[Download, ...]:
    """Return what needs the rows, or other models of them."""
    return (*_comparison(shown, report), *_paths(shown, report))


def _draw_data(shown: OnScreen, report: Report, params: Params) -> None:
    _draw_group(
        "Data",
        "Your table with each row's prediction, residual, 95 % prediction interval and influence; "
        f"of the training rows alone, all diagnostics{_also_dfbetas(report)}.",
        shown,
        _predictions(shown, report, params),
        _diagnostics(shown, report),
    )


def _predictions(shown: OnScreen, report: Report, params: Params) -> Download:
    chosen, how = shown.chosen, how_chosen()
    return Download(
        "Predictions and residuals (CSV)",
        "-predictions.csv",
        "text/csv",
        lambda: predictions_csv(chosen.table, chosen.prepared(), report, params, how),
    )


def _diagnostics(shown: OnScreen, report: Report) -> Download:
    chosen = shown.chosen
    return Download(
        "Diagnostics (CSV)",
        "-diagnostics.csv",
        "text/csv",
        lambda: diagnostics_csv(chosen.table, chosen.prepared(), report),
    )


def _also_dfbetas(report: Report) -> str:
    return ", with DFBETAS" if has_dfbetas(report) else ""


def _model(shown: OnScreen, params: Params) -> Download:
    return Download(
        "Model for PyTorch (state_dict)",
        "-model.pt",
        "application/octet-stream",
        lambda: live_server().trainers.state_dict(params, shown.settings.fit_intercept),
    )


def _draw_group(name: str, what: str, shown: OnScreen, *files: Download) -> DeltaGenerator:
    """Draw what files are for above a line of their buttons; more may follow in that line."""
    with st.container(gap="xxsmall"):
        st.markdown(f"**{name}**")
        st.caption(what)
        line = st.container(horizontal=True, key=f"take_away_{name.lower()}")
    which = "" if shown.chosen.all_rows is None else "-all-rows"
    for file in files:
        line.download_button(
            file.label,
            file.make,
            safe_filename(shown.chosen.table.name, f"{which}{file.suffix}"),
            file.media_type,
            key=f"download{file.suffix}",
            on_click="ignore",
            icon=":material/download:",
        )
    return line


def _report_file(
    shown: OnScreen, report: FitFigures, of_table: Report, result: RunResult | None
) -> bytes:
    chosen, of_all = shown.chosen, None
    if of_table is not report:
        of_all = OfAllRows(report, _rows_and_columns(shown, report))
    return html_report(
        of_table,
        chosen.prepared(),
        shown.source.file_name,
        chosen.table,
        shown.settings.config(),
        result,
        of_all=of_all,
    )


def _methods(shown: OnScreen, report: FitFigures) -> str:
    chosen, config = shown.chosen, shown.settings.config()
    counts = _rows_and_columns(shown, report)
    return one_line(methods_paragraph(report, chosen.recipe, counts, config, result_of()))


def _rows_and_columns(shown: OnScreen, report: FitFigures) -> RowsAndColumns:
    all_rows = shown.chosen.all_rows
    if all_rows is None:
        return RowsAndColumns.of(report.problem, len(shown.chosen.table.frame))
    n_stored, n_train = shown.source.n_stored or 0, all_rows.fit.n_rows
    return RowsAndColumns(n_stored, n_train, all_rows.n_test_rows, shown.settings.standardize)


def _comparison(shown: OnScreen, report: Report) -> tuple[Download, ...]:
    """Return the file on the models that are kept, if there are any."""
    if not kept_models():
        return ()
    dialect = CsvDialect.like(shown.chosen.table.options)
    models = [(each.name, each.figures, each.change) for each in side_by_side(report, shown)]
    make = partial(comparison_csv, models, dialect)
    return (Download("Models side by side (CSV)", "-models.csv", "text/csv", make),)


def _paths(shown: OnScreen, report: Report) -> tuple[Download, ...]:
    """Return a file for each path of penalties that was looked at."""
    dialect = CsvDialect.like(shown.chosen.table.options)
    return tuple(
        Download(
            f"{path.kind.capitalize()} path (CSV)",
            f"-{path.kind}.csv",
            "text/csv",
            partial(path_csv, path, dialect),
        )
        for path in paths_made(report)
    )
