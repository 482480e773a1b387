"""One feature: the data, the fitted line, and where new observations are expected."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import axis_name, fit_ticks, frame, line_trace
from dashboard.figures.points import RowName, test_points, training_points
from dashboard.figures.sample import sample_both, shown_of
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report

_N_BAND = 101
_ROOM = 0.04


def fitted_line(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return the data of one feature with the least-squares line and its two 95 % bands.

    The inner one is where the line itself is expected, the outer one where new rows are. What
    a run learned is drawn beside it, test rows are hollow.
    """
    problem = report.problem
    feature = axis_name(problem.dataset.feature_names[0])
    target = axis_name(problem.dataset.target_name)
    train, test = sample_both(report)
    note = shown_of(len(train.rows) + len(test.rows), problem.n_train + problem.n_test)
    figure = frame(theme, feature, target, note)
    grid = _grid(problem.dataset.X[:, 0])
    figure.add_traces(_bands(report, theme, grid))
    values = f"{feature} %{{x}}<br>{target} %{{y}}"
    x, y = problem.X_train[train.rows, 0], problem.y_train[train.rows]
    figure.add_trace(training_points(report, theme, train, x, y, row_name, values))
    x, y = problem.X_test[test.rows, 0], problem.y_test[test.rows]
    figure.add_traces(test_points(report, theme, test, x, y, row_name, values))
    figure.add_traces(_lines(report, theme, grid[[0, -1]]))
    fit_ticks(figure, grid, problem.dataset.y)
    return figure


def has_band(report: Report) -> bool:
    """Return whether there is a prediction interval that has a width."""
    return bool(report.residual_standard_error)


def _grid(x: FloatArray) -> FloatArray:
    low, high = float(x.min()), float(x.max())
    room = (high - low) * _ROOM
    return np.asarray(np.linspace(low - room, high + room, _N_BAND))


def _bands(report: Report, theme: Theme, grid: FloatArray) -> list[go.Scatter]:
    """Return prediction and confidence interval over `grid`, [] where there are none."""
    if not has_band(report):
        return []
    expected = report.predict(grid[:, None])
    if not np.isfinite(expected.low).all():
        return []
    bands = [("95 % of new rows", expected.low, expected.high, 0.13)]
    low, high = expected.confidence_low, expected.confidence_high
    if np.isfinite(low).all():
        bands.append(("95 % for the line", low, high, 0.22))
    return [interval_band(theme, grid, *band) for band in bands]


def interval_band(
    theme: Theme, grid: FloatArray, name: str, low: FloatArray, high: FloatArray, opacity: float
) -> go.Scatter:
    """Return an interval over `grid` as one filled trace, named for tables alone."""
    return go.Scatter(
        name=name,
        x=np.concatenate([grid, grid[::-1]]),
        y=np.concatenate([low, high[::-1]]),
        mode="lines",
        fill="toself",
        fillcolor=theme.faded(theme.reference, opacity),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _lines(report: Report, theme: Theme, ends: FloatArray) -> list[go.Scatter]:
    """Return least squares' line and, where it arrived anywhere, the learned one."""
    y = report.params.predict(ends[:, None])
    lines = [line_trace("least squares", ends, y, theme.reference, dash="dash")]
    if report.learned is not None:
        y = report.learned.predict(ends[:, None])
        if np.isfinite(y).all():
            lines.insert(0, line_trace("learned", ends, y, theme.learned, width=3))
    return lines
