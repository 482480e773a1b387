"""Predicting: values typed in, each with its 95 % prediction interval."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.escaping import markdown_text, one_line
from dashboard.numbers import alike, number
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.fits import figures_of
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.second_view import second_file
from dashboard.own_data.source import turn
from dashboard.own_data.state import of_table
from dashboard.own_data.target_units import draw_how
from linreg_core.inference import FitFigures, how_brought_back, in_target_units
from linreg_core.tables import CATEGORY, DATE, YES_NO, PreparedColumn

if TYPE_CHECKING:
    from pandas import DataFrame

_COLUMNS = 4  # fields side by side
_SECOND, _READING = of_table("second_file"), of_table("second_file_on_its_way")
_SHOWN_PROBLEMS = 5


def draw_predictions(shown: OnScreen) -> None:
    """Draw the fields, the prediction, and the place for a second file."""
    report = figures_of(shown)
    errors = "" if report.covariance.is_classical else f", {report.errors_in_words} standard errors"
    rows = "the training rows" if shown.chosen.all_rows is None else "all stored training rows"
    st.caption(markdown_text(f"From the least-squares fit of {rows}{errors}."))
    how = draw_how(shown.chosen.recipe.selection)
    _typed(report, shown.chosen, how)
    st.divider()
    second_file(report, shown)


def _typed(report: FitFigures, chosen: Chosen, how: str) -> None:
    import pandas as pd
    from pandas.api.types import is_integer_dtype

    columns = chosen.recipe.columns
    cells = [cell for _ in range(0, len(columns), _COLUMNS) for cell in st.columns(_COLUMNS)]
    values = {}
    for number_, (cell, column) in enumerate(zip(cells, columns, strict=False)):
        with cell:
            is_whole = is_integer_dtype(chosen.table.frame[column.name])
            key = f"predict_{turn()}_{number_}_{column.name}"
            values[column.name] = [_field(column, key, is_whole)]
    _say(report, chosen, pd.DataFrame(values), how)


def _field(column: PreparedColumn, key: str, is_whole: bool) -> Any:
    """Draw a field that starts at the column's typical value."""
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
    """Return a hundredth of the column's range, rounded to a power of ten."""
    span = column.maximum - column.minimum
    return 10.0 ** math.floor(math.log10(span / 50)) if 0 < span < math.inf else 1.0


def _range(column: PreparedColumn) -> str:
    return f"The training rows have {number(column.minimum)} to {number(column.maximum)}."


def _say(report: FitFigures, chosen: Chosen, frame: DataFrame, how: str) -> None:
    encoded = chosen.recipe.encode(frame)
    if encoded.problems:
        st.warning(markdown_text(encoded.problems[0]), icon=":material/rule:")
        return
    predicted_there = report.predict(encoded.X)
    predictions = in_target_units(predicted_there, how)
    target = chosen.recipe.selection.target
    mean, low, high = (float(a[0]) for a in (predictions.mean, predictions.low, predictions.high))
    predicted, from_, to = alike((mean, low, high))
    st.metric(f"Predicted {markdown_text(target, most=60)}", predicted)
    st.markdown(f"95 % prediction interval: **{from_}** to **{to}**")
    if back := how_brought_back(predicted_there, how):
        st.caption(markdown_text(back))
    if predictions.is_extrapolation[0]:
        why = markdown_text(f"Extrapolation: {predictions.reasons[0]}.")
        st.warning(why, icon=":material/open_in_full:")
