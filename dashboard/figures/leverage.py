"""Standardised residuals against leverage: which rows pull the fit towards themselves?"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import frame, level, line_trace
from dashboard.figures.marking import named_points
from dashboard.figures.points import RowName, training_points
from dashboard.figures.sample import sample_training_rows
from dashboard.numbers import number
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report

COOKS_DISTANCES = ((0.5, "dash"), (1.0, "dot"))
"""The contours drawn: from 0.5 a row deserves a look, from 1 it is usually influential."""
_N_CONTOUR = 120
_ROOM = 1.1
_LEAST_TOP = 2.5


def leverage(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return standardised residual against leverage, with contours of Cook's distance.

    On the contour of D the residual is sqrt(D p (1 - h) / h), where h is the leverage and p the
    number of coefficients. Source: Cook (1977), Detection of influential observation in linear
    regression.
    """
    h, residuals = report.diagnostics.leverage, report.diagnostics.standardized_residuals
    sample = sample_training_rows(report)
    figure = frame(theme, "leverage", "standardised residual", sample.note)
    x, y = h[sample.rows], residuals[sample.rows]
    values = "leverage %{x:.3~g}<br>standardised residual %{y:.3~f}<br>%{hovertext}"
    points = training_points(report, theme, sample, x, y, row_name, values)
    distances = report.diagnostics.cooks_distance[sample.rows].tolist()
    points.hovertext = [f"Cook's distance {number(distance, 3)}" for distance in distances]
    figure.add_trace(points)
    level(figure, 0, theme)
    right, top = _ends(h, residuals)
    for distance, dash in COOKS_DISTANCES:
        h_in, height = _contour(report, distance, right)
        if height[-1] < top:  # else it is out of sight
            x, y = (
                np.concatenate([h_in, [np.nan], h_in]),
                np.concatenate([height, [np.nan], -height]),
            )
            figure.add_trace(
                line_trace(f"Cook's D = {distance:g}", x, y, theme.mark, dash, width=1.4)
            )
    axes = ((0.0, right), (-top, top))
    figure.add_traces(named_points(report, ["leverage"], theme, h, residuals, row_name, axes))
    figure.update_layout(xaxis_range=[0, right], yaxis_range=[-top, top])
    return figure


def _ends(h: FloatArray, residuals: FloatArray) -> tuple[float, float]:
    """Return the largest leverage and standardised residual that the picture shows."""
    sizes = np.abs(residuals[np.isfinite(residuals)])
    return min(float(h.max()) * _ROOM, 1.0), max(float(sizes.max(initial=0)), _LEAST_TOP) * _ROOM


def _contour(report: Report, distance: float, right: float) -> tuple[FloatArray, FloatArray]:
    """Return leverages and the residuals that have this Cook's distance at each."""
    h = np.linspace(right / _N_CONTOUR, right, _N_CONTOUR)
    n_coefficients = report.n_samples - report.df_residual
    return h, np.sqrt(distance * n_coefficients * (1 - h) / h)
