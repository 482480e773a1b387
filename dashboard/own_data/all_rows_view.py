"""Least squares on all stored rows, beside the report of the sample that is on screen."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.escaping import markdown_text, one_line
from dashboard.exports import coefficients_csv, safe_filename
from dashboard.numbers import count, number, p_value
from dashboard.own_data.figures_table import draw_figures_table
from dashboard.own_data.messages import AllRowsFit, AllRowsRequest
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.state import of_table
from dashboard.own_data.stored_names import named_sources
from dashboard.own_data.stored_reading import StoredReading, stored_samples
from linreg_core import DataError
from linreg_core.inference import CLASSICAL, Report
from linreg_core.inference.spread import LEVERAGE_POWER
from table_reader.wording import counted

_READING: Final = of_table("all_rows")
_LOOK_SECONDS: Final = 0.5


def draw_all_rows(report: Report, shown: OnScreen) -> None:
    """Draw the place for the fit of all rows, where what is on screen is a sample of them."""
    request = _request(shown)
    if request is None:
        return
    reading = _reading(request)
    is_going_on = reading is not None and not reading.is_there(0.0)
    every = _LOOK_SECONDS if is_going_on else None
    st.fragment(_draw, run_every=every)(report, shown, request, is_going_on)


def _request(shown: OnScreen) -> AllRowsRequest | None:
    """Return what is asked of all rows; None where the table has them all, or is no sample."""
    source, place = shown.source, named_sources().get(shown.source.file_name)
    if source.n_stored is None or source.n_stored <= len(source.table.frame) or place is None:
        return None
    errors = shown.settings.standard_errors
    kind = errors if errors in LEVERAGE_POWER else CLASSICAL.kind
    return AllRowsRequest(source.file_name, place, source.digest, shown.settings.selection, kind)


def _reading(request: AllRowsRequest) -> StoredReading | None:
    """Return the session's work on this; other work, of other columns, is let go."""
    asked, reading = st.session_state.get(_READING, (None, None))
    if asked != request:
        st.session_state.pop(_READING, None)
        return None
    found: StoredReading | None = reading
    return found


def _draw(report: Report, shown: OnScreen, request: AllRowsRequest, was_going_on: bool) -> None:
    fit = stored_samples().known_fit(request)
    reading = _reading(request)
    has_ended = fit is not None or reading is None or reading.is_there(0.0)
    if was_going_on == has_ended:
        st.rerun()  # the page looks here as long as something is on its way
    rows = counted(shown.source.n_stored or 0, "row")
    if fit is not None:
        _told(fit, report, rows, request.name)
    elif reading is None:
        _offer(request, rows)
    elif has_ended:
        _failed(reading)
        _offer(request, rows)
    else:
        st.progress(reading.part, f"Least squares on all {rows}")
        st.button("Stop", key="stop_all_rows", on_click=_stop)


def _offer(request: AllRowsRequest, rows: str) -> None:
    st.button(
        f"Fit all {rows}",
        key="fit_all_rows",
        icon=":material/database:",
        on_click=_start,
        args=(request,),
        help="Least squares on all rows that are stored, in a pass or two over them. All else on "
        "this page stays about the sample.",
    )


def _start(request: AllRowsRequest) -> None:
    st.session_state[_READING] = request, stored_samples().fitting(request)


def _stop() -> None:
    st.session_state.pop(_READING, None)


def _failed(reading: StoredReading) -> None:
    try:
        reading.fit()
    except DataError as error:
        st.warning(markdown_text(error), icon=":material/rule:")


def _told(fit: AllRowsFit, report: Report, rows: str, name: str) -> None:
    """Draw the numbers, each coefficient beside the sample's."""
    st.markdown(f"**Least squares on all {rows}**")
    samples = {each.name: each.estimate for each in report.coefficients}
    lines = [
        {
            "Column": one_line(each.name),
            "All rows": number(each.estimate, 6),
            "Standard error": number(each.standard_error),
            "t": number(each.t),
            "p": p_value(each.p).removeprefix("= "),
            "95 % from": number(each.low, 5),
            "to": number(each.high, 5),
            "Sample": number(samples.get(each.name), 6),
        }
        for each in fit.coefficients
    ]
    draw_figures_table(lines, "all_rows")
    st.download_button(
        "Coefficients of all rows (CSV)",
        lambda: coefficients_csv(fit),
        safe_filename(name, "-all-rows.csv"),
        "text/csv",
        key="download_all_rows",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
    for sentence in (*fit.warnings, _sizes(fit), *fit.notes, *fit.used):
        st.caption(markdown_text(sentence))


def _sizes(fit: AllRowsFit) -> str:
    """Return one line on the figures of the whole fit."""
    parts = [
        f"R² {number(fit.r_squared)}",
        f"adjusted {number(fit.adjusted_r_squared)}",
        f"RMSE {number(fit.rmse)}",
        f"residual standard error {number(fit.residual_standard_error)}",
    ]
    if fit.f is not None:
        parts.append(f"F = {number(fit.f)} (p {p_value(fit.f_p)})")
    if fit.aic is not None:
        parts.append(f"AIC {number(fit.aic)}, BIC {number(fit.bic)}")
    free = f"{count(fit.n_samples)} rows used, none kept for a test"
    return f"{', '.join(parts)}; {free}. Standard errors are {fit.errors_in_words}."
