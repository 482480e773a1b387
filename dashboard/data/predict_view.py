"""Predicting: values typed in, or a second file, each with its 95 % prediction interval."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.data.chosen import Chosen
from dashboard.data.fits import report_of
from dashboard.data.progress import read_in_sight, take
from dashboard.data.settings import TableSettings
from dashboard.data.source import TYPES, Loaded
from dashboard.escaping import markdown_text, one_line
from dashboard.exports import new_predictions_csv, safe_filename
from dashboard.theme import count, number
from linreg_core.inference import Report
from linreg_core.tables import ReadOptions, Table
from linreg_core.tables.columns import PreparedColumn
from linreg_core.tables.kinds import CATEGORY, DATE, YES_NO

if TYPE_CHECKING:
    from pandas import DataFrame

_COLUMNS = 4  # fields side by side
_SECOND = "_second_table"
_SHOWN_PROBLEMS = 5
_SHOWN_ROWS = 1_000


def draw(settings: TableSettings, chosen: Chosen, _current: Loaded) -> None:
    """Draws the fields, the prediction, and the place for a second file."""
    report = report_of(settings, chosen)
    st.caption("From the least-squares fit of the training rows.")
    _typed(report, chosen)
    st.divider()
    _second_file(report, chosen)


def _typed(report: Report, chosen: Chosen) -> None:
    import pandas as pd
    from pandas.api.types import is_integer_dtype

    columns = chosen.columns
    cells = [cell for _ in range(0, len(columns), _COLUMNS) for cell in st.columns(_COLUMNS)]
    values = {}
    for number_, (cell, column) in enumerate(zip(cells, columns, strict=False)):
        with cell:
            is_whole = is_integer_dtype(chosen.table.frame[column.name])
            key = f"predict_{number_}_{column.name}"
            values[column.name] = [_field(column, key, is_whole)]
    _say(report, chosen, pd.DataFrame(values))


def _field(column: PreparedColumn, key: str, is_whole: bool) -> Any:
    """A field that starts at the column's typical value."""
    label = markdown_text(one_line(column.name, most=60))
    if column.kind in (CATEGORY, YES_NO):
        levels = column.levels if column.kind == CATEGORY else (True, False)
        start = levels.index(column.typical) if column.typical in levels else 0
        return st.selectbox(label, levels, index=start, key=key, format_func=_level)
    typical = float(column.typical)
    if column.kind == DATE and column.origin is not None:
        start_day = column.origin + timedelta(days=round(typical))
        return st.date_input(label, start_day, min_value=date.min, max_value=date.max, key=key)
    start_value = float(round(typical)) if is_whole else float(f"{typical:.4g}")
    step = max(1.0, _step(column)) if is_whole else _step(column)
    return st.number_input(
        label, value=start_value, step=step, format="%.8g", key=key, help=_range(column)
    )


def _level(level: object) -> str:
    return {True: "yes", False: "no"}[level] if isinstance(level, bool) else one_line(level)


def _step(column: PreparedColumn) -> float:
    """A hundredth of the column's range, rounded to a power of ten."""
    span = column.maximum - column.minimum
    return float(f"1e{f'{span / 50:e}'.split('e')[1]}") if span > 0 else 1.0


def _range(column: PreparedColumn) -> str:
    return f"The training rows have {number(column.minimum)} to {number(column.maximum)}."


def _say(report: Report, chosen: Chosen, frame: DataFrame) -> None:
    encoded = chosen.encode(frame)
    if encoded.problems:
        st.warning(markdown_text(encoded.problems[0]), icon=":material/rule:")
        return
    predictions = report.predict(encoded.X)
    target = report.problem.dataset.target_name
    mean, low, high = (float(a[0]) for a in (predictions.mean, predictions.low, predictions.high))
    st.metric(f"Predicted {markdown_text(one_line(target, most=60))}", number(mean, 6))
    st.markdown(f"95 % prediction interval: **{number(low, 5)}** to **{number(high, 5)}**")
    if predictions.is_extrapolation[0]:
        why = markdown_text(f"Extrapolation: {predictions.reasons[0]}.")
        st.warning(why, icon=":material/open_in_full:")


def _second_file(report: Report, chosen: Chosen) -> None:
    upload = st.file_uploader(
        "Predict every row of a second file",
        type=list(TYPES),
        key="second_file",
        help="It needs the same feature columns; where it has the target as well, residuals come "
        "with the predictions.",
    )
    if upload is not None:
        file = take(upload, "second_file")
        st.session_state[_SECOND] = read_in_sight(upload.name, file, ReadOptions())
    if (second := st.session_state.get(_SECOND)) is not None:
        _predict_all(report, chosen, second)


def _predict_all(report: Report, chosen: Chosen, table: Table) -> None:
    encoded = chosen.encode(table.frame)
    predictions = report.predict(encoded.X)
    problems = sorted(encoded.problems.items())
    n_rows, n_beyond = len(encoded.X), int(predictions.is_extrapolation.sum())
    st.markdown(f"**{count(n_rows - len(problems))} of {count(n_rows)} rows predicted.**")
    for position, why in problems[:_SHOWN_PROBLEMS]:
        st.caption(markdown_text(f"Row {table.row_number(position)}: {why}"))
    if len(problems) > _SHOWN_PROBLEMS:
        st.caption(f"And {count(len(problems) - _SHOWN_PROBLEMS)} more.")
    if n_beyond:
        rows = "row lies" if n_beyond == 1 else "rows lie"
        text = f"{count(n_beyond)} {rows} outside what the fit was trained on: the file marks them."
        st.warning(text, icon=":material/open_in_full:")
    data = new_predictions_csv(table, encoded, predictions)
    st.download_button(
        "Download the predictions (CSV)",
        data,
        safe_filename(table.name, "-predicted.csv"),
        "text/csv",
        key="download_second",
        on_click="ignore",
        icon=":material/download:",
    )
