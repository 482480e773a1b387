"""Normal Q-Q: are the residuals spread as the normal distribution spreads them?"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import frame, line_trace
from dashboard.figures.marking import named_points
from dashboard.figures.points import RowName, training_points
from dashboard.figures.sample import MOST_POINTS, Sample, every_named_row, sample_training_rows
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Report


def normal_qq(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return standardised residuals against normal quantiles, with the line of a perfect match."""
    order = report.diagnostics.order
    residuals = report.diagnostics.standardized_residuals
    quantiles = np.full(len(order), np.nan)
    quantiles[order] = report.diagnostics.normal_quantiles
    finite = order[np.isfinite(residuals[order])]
    sample = _sample(report, quantiles, finite)
    figure = frame(theme, "normal quantile", "standardised residual", sample.note)
    values = "normal quantile %{x:.3~f}<br>standardised residual %{y:.3~f}"
    x, y = quantiles[sample.rows], residuals[sample.rows]
    figure.add_trace(training_points(report, theme, sample, x, y, row_name, values))
    if len(finite):
        ends = quantiles[finite[[0, -1]]]
        figure.add_trace(
            line_trace("normal distribution", ends, ends, theme.reference, dash="dash")
        )
    about = (normal_qq.__name__, "residual_histogram")
    figure.add_traces(named_points(report, about, theme, quantiles, residuals, row_name))
    return figure


def _sample(report: Report, quantiles: FloatArray, finite: IntArray) -> Sample:
    """Return the rows to draw: of too many, those at evenly spaced quantiles.

    A sample by chance would lose the ends, and the ends are what this picture is about.
    """
    if report.problem.n_train <= MOST_POINTS or not len(finite):
        return sample_training_rows(report)
    sorted_quantiles = quantiles[finite]
    named = every_named_row(report)
    wanted = np.linspace(sorted_quantiles[0], sorted_quantiles[-1], MOST_POINTS - len(named))
    at = np.minimum(np.searchsorted(sorted_quantiles, wanted), len(finite) - 1)
    rows = np.unique(np.concatenate([named, finite[at]]))
    return Sample(rows, rows, report.problem.n_train)
