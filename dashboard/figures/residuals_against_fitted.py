"""Residuals against fitted values: is the relation straight, and is something left in them?"""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.figures.drawing import axis_name, fit_ticks, frame, level, tell_exact, trend
from dashboard.figures.marking import named_points
from dashboard.figures.points import RowName, training_points
from dashboard.figures.sample import sample_training_rows
from dashboard.theme import Theme
from linreg_core.inference import Report


def residuals_against_fitted(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return y - fitted against fitted, of the training rows in units of y, with their trend."""
    target = axis_name(report.problem.dataset.target_name)
    fitted, residuals = report.diagnostics.fitted, report.diagnostics.residuals
    sample = sample_training_rows(report)
    figure = frame(theme, f"fitted {target}", "residual", sample.note)
    values = "fitted %{x}<br>residual %{y}"
    x, y = fitted[sample.rows], residuals[sample.rows]
    figure.add_trace(training_points(report, theme, sample, x, y, row_name, values))
    level(figure, 0, theme)
    if not residuals.any():
        ends = tell_exact(figure, report)
        figure.update_yaxes(range=ends)
        fit_ticks(figure, fitted, ends)
        return figure
    fit_ticks(figure, fitted, residuals)
    figure.add_traces(trend(theme, fitted[sample.drawn], residuals[sample.drawn]))
    about = (residuals_against_fitted.__name__, "residual_histogram")
    figure.add_traces(named_points(report, about, theme, fitted, residuals, row_name))
    return figure
