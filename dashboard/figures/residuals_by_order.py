"""Residuals in the order of their rows: do they come in waves, or drift?"""

from __future__ import annotations

from typing import Final

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import (
    axis_name,
    fit_ticks,
    frame,
    level,
    line_trace,
    tell_exact,
    trend,
)
from dashboard.figures.marking import named_points
from dashboard.figures.points import RowName, training_points
from dashboard.figures.sample import sample_training_rows
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report

_MOST_JOINED: Final = 200
"""Rows that a thin line joins: among more it would only hide them."""
_DAY: Final = 86_400_000.0
"""In milliseconds, which plotly counts dates in."""


def residuals_by_order(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return y - fitted of the training rows in units of y, by their place or their date."""
    residuals, x = report.diagnostics.residuals, _places(report)
    sample = sample_training_rows(report)
    figure = frame(theme, _title(report), "residual", sample.note)
    values = "residual %{y}"
    at, y = x[sample.rows], residuals[sample.rows]
    if len(at) <= _MOST_JOINED:
        order = np.argsort(at, kind="stable")
        color = theme.faded(theme.data, 0.45)
        figure.add_trace(line_trace("in order", at[order], y[order], color, width=1))
    figure.add_trace(training_points(report, theme, sample, at, y, row_name, values))
    level(figure, 0, theme)
    if not residuals.any():
        ends = tell_exact(figure, report)
        figure.update_yaxes(range=ends)
        fit_ticks(figure, np.empty(0), ends)
    else:
        fit_ticks(figure, np.empty(0), residuals)
        figure.add_traces(trend(theme, x[sample.drawn], residuals[sample.drawn]))
        about = (residuals_by_order.__name__, "residual_histogram")
        figure.add_traces(named_points(report, about, theme, x, residuals, row_name))
    if report.order is not None:
        figure.update_xaxes(type="date")
    return figure


def _places(report: Report) -> FloatArray:
    """Return where each training row stands: its date, or its place among the training rows."""
    if report.order is None:
        return np.arange(1.0, report.n_samples + 1.0)
    return np.asarray(report.order.days[report.problem.train_rows] * _DAY)


def _title(report: Report) -> str:
    return axis_name(report.order.name) if report.order else "training row, as the file has them"
