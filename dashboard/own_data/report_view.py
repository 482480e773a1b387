"""The report: how good the fit is, each coefficient with its uncertainty, and what to look at."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from dashboard.escaping import markdown_text, one_line
from dashboard.numbers import MINUS, count, number, p_value, whole_digits
from dashboard.own_data.all_rows_view import draw_sample_head, offer_all_rows
from dashboard.own_data.by_term_view import draw_by_term
from dashboard.own_data.compare_view import draw_compare_models
from dashboard.own_data.effects_view import draw_effects
from dashboard.own_data.figures_table import draw_figures_table
from dashboard.own_data.fits import compared_figures, report_of, result_of
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.penalty_view import draw_penalties
from dashboard.own_data.report_pictures import draw_pictures
from dashboard.own_data.rows_view import draw_rows
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.standard_errors import are_errors_new, draw_choice, draw_meaning
from linreg_core import LOSSES, SOLVERS, Status
from linreg_core.inference import Coefficient, Finding, FitFigures, Report
from table_reader.wording import counted

_ON_ITS_WAY = "…"
_LONG_NAME = 30
_MANY_DIGITS = 4


def draw_report(shown: OnScreen) -> None:
    """Draw the report of the least-squares fit."""
    if are_errors_new(shown.settings):
        st.rerun()  # all of the page: the address and the step back know them, too
    chosen, is_of_table = shown.chosen, shown.chosen.all_rows is None
    with st.spinner("Working out the report", show_time=False):
        report = report_of(shown)
    figures = compared_figures(shown)
    how = [] if chosen.all_rows is None else [chosen.all_rows.fit.on_path]
    notes = [note for note in figures.notes if note not in how]
    if doubts := [markdown_text(note) for note in (*chosen.recipe.warnings, *notes)]:
        st.info("  \n".join(doubts), icon=":material/info:")
    with st.container(horizontal=True, gap="large", key="goodness"):
        for label, value, help in _goodness(figures):
            st.metric(label, value, help=help, width="content")
    for note in (_sizes(figures), *how, *chosen.recipe.notes):
        st.caption(markdown_text(note))
    _coefficients(figures, report.findings, shown)
    offer_all_rows(shown)
    draw_by_term(figures)
    if is_of_table:
        draw_compare_models(report, shown)
    else:
        draw_sample_head(shown)
    draw_penalties(report)
    draw_effects(report, chosen)
    draw_rows(report, chosen)
    draw_pictures(report, chosen)


def _goodness(report: FitFigures) -> list[tuple[str, str, str]]:
    """Return label, value and meaning of the figures that people ask for first."""
    unit = markdown_text(report.problem.dataset.target_name, most=24)
    rows = report if isinstance(report, Report) else None  # where they are at hand
    figures = [
        (
            "R²",
            _share(report.r_squared),
            "The share of the target's variance that the fit explains.",
        )
    ]
    if rows is not None:
        text = f"R² on rows that the fit has not seen, each of {rows.n_folds} parts in turn."
        figures.append(("Cross-validated R²", _share(rows.cv_r_squared), text))
    if report.test_r_squared is not None:
        text = "R² on the test rows, which the fit has not seen."
        figures.append(("Test R²", _share(report.test_r_squared), text))
    text = "R², lowered for the number of features."
    figures.append(("Adjusted R²", _share(report.adjusted_r_squared), text))
    text = f"Root mean squared residual, in units of {unit}."
    figures.append(("RMSE", number(report.rmse), text))
    if rows is not None:
        text = f"Mean absolute residual, in units of {unit}."
        figures.append(("MAE", number(rows.mae), text))
    return figures


def _share(value: float | None) -> str:
    """Return an R², with as many decimals as its neighbours."""
    return number(value) if value is None else f"{value:.4f}".replace("-", MINUS)


def _sizes(report: FitFigures) -> str:
    """Return one line on the figures that come after those."""
    parts = [
        counted(report.n_samples, "training row"),
        f"{counted(report.df_residual, 'degree')} of freedom",
    ]
    if report.f is not None:
        errors = "" if report.covariance.is_classical else f", {report.errors_in_words}"
        parts.append(f"F = {number(report.f)} (p {p_value(report.f_p)}{errors})")
    if report.residual_standard_error is not None:
        parts.append(f"residual standard error {number(report.residual_standard_error)}")
    if report.aic is not None:
        parts.append(f"AIC {number(report.aic)}, BIC {number(report.bic)}")
    return ", ".join(parts) + "."


def _coefficients(report: FitFigures, findings: Sequence[Finding], shown: OnScreen) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="coefficients_head"):
        units = _units(shown.settings)
        st.markdown(f"**Coefficients**, in {units}", width="stretch")
        draw_choice(report, shown.chosen)
    rows = [_row(coefficient, report) for coefficient in report.coefficients]
    is_long = any(len(row["Column"]) > _LONG_NAME for row in rows)
    draw_figures_table(rows, "coefficients", has_long_names=is_long)
    draw_meaning(report, findings, shown.settings)
    st.caption(_agreement(report, shown.settings))


def _units(settings: TableSettings) -> str:
    """Return in which units coefficients are."""
    return (
        "units of the terms as the formula has them"
        if settings.formula
        else "the columns' own units"
    )


def _row(coefficient: Coefficient, report: FitFigures) -> dict[str, str]:
    row = {
        "Column": one_line(coefficient.name),
        "Least squares": number(coefficient.estimate, 6),
        "Standard error": number(coefficient.standard_error),
        "t": number(coefficient.t),
        "p": p_value(coefficient.p).removeprefix("= "),
        "95 % from": number(coefficient.low, 5),
        "to": number(coefficient.high, 5),
        "VIF": number(coefficient.vif, 3),
    }
    is_here = report.learned is not None
    row["Learned"] = number(coefficient.learned, 6) if is_here else _ON_ITS_WAY
    row["Digits agreed"] = whole_digits(coefficient.digits) if is_here else _ON_ITS_WAY
    return row


def _agreement(report: FitFigures, settings: TableSettings) -> str:
    """Return how near the run has come to least squares."""
    result = result_of()
    if result is None:
        return "The run is still training: what it learns appears here once it has ended."
    if result.status is Status.DIVERGED:
        return f"The run diverged at epoch {count(result.epoch)}: it has no coefficients."
    digits = [c.digits for c in report.coefficients if c.digits is not None]
    if not digits:
        return (
            "The columns determine one another: only what they say together is certain, so no "
            "coefficient is compared."
        )
    fewest = math.floor(min(digits))
    if fewest < 1:
        found = "Some learned coefficients are more than 10 % off least squares"
    else:
        at_least = f"at least {counted(fewest, 'digit')}"
        found = f"The learned coefficients agree with least squares to {at_least}"
    if len(digits) < len(report.coefficients):
        found += "; columns that determine one another are not compared"
    return f"{found}.{_advice(fewest, settings)}"


def _advice(fewest: int, settings: TableSettings) -> str:
    """Return what brings the two nearer, if anything: another loss has another best line."""
    if not LOSSES[settings.loss].is_squared:
        return " They need not agree: only a squared loss leads to least squares."
    if settings.weight_decay and "weight_decay" in SOLVERS[settings.solver].knobs:
        return " They need not agree: weight decay leads away from least squares."
    if settings.l1 and "l1" in SOLVERS[settings.solver].knobs:
        return " They need not agree: the L1 penalty leads away from least squares."
    is_iterative = SOLVERS[settings.solver].is_iterative
    if fewest >= _MANY_DIGITS or not is_iterative or settings.batch_size is not None:
        return ""
    return " More epochs bring them nearer."
