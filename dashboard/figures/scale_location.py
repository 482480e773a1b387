"""Scale-location: do the residuals spread evenly over all fitted values?"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import axis_name, fit_ticks, frame, trend
from dashboard.figures.marking import named_points
from dashboard.figures.points import RowName, training_points
from dashboard.figures.sample import sample_training_rows
from dashboard.theme import Theme
from linreg_core.inference import Report


def scale_location(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return sqrt(|standardised residual|) against fitted, with its trend."""
    target = axis_name(report.problem.dataset.target_name)
    fitted = report.diagnostics.fitted
    spread = np.sqrt(np.abs(report.diagnostics.standardized_residuals))
    sample = sample_training_rows(report)
    figure = frame(theme, f"fitted {target}", "√|standardised residual|", sample.note)
    values = "fitted %{x}<br>√|standardised residual| %{y:.3~f}"
    x, y = fitted[sample.rows], spread[sample.rows]
    figure.add_trace(training_points(report, theme, sample, x, y, row_name, values))
    figure.add_traces(trend(theme, fitted[sample.drawn], spread[sample.drawn]))
    figure.add_traces(named_points(report, ["scale_location"], theme, fitted, spread, row_name))
    fit_ticks(figure, fitted, spread)
    figure.update_yaxes(rangemode="tozero")
    return figure
