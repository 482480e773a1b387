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
    """Return the data of one feature with the least-squares line and its 95 % prediction band.

    What a run learned is drawn beside it, test rows are hollow.
    """
    problem = report.problem
    feature = axis_name(problem.dataset.feature_names[0])
    target = axis_name(problem.dataset.target_name)
    train, test = sample_both(report)
    note = shown_of(len(train.rows) + len(test.rows), problem.n_train + problem.n_test)
    figure = frame(theme, feature, target, note)
    grid = _grid(problem.dataset.X[:, 0])
    figure.add_traces(_band(report, theme, grid))
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


def _band(report: Report, theme: Theme, grid: FloatArray) -> list[go.Scatter]:
    """Return the prediction interval over `grid` as one filled trace, [] where there is none."""
    if not has_band(report):
        return []
    expected = report.predict(grid[:, None])
    if not np.isfinite(expected.low).all():
        return []
    return [
        go.Scatter(
            name="95 % of new rows",
            x=np.concatenate([grid, grid[::-1]]),
            y=np.concatenate([expected.low, expected.high[::-1]]),
            mode="lines",
            fill="toself",
            fillcolor=theme.faded(theme.reference, 0.13),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
    ]


def _lines(report: Report, theme: Theme, ends: FloatArray) -> list[go.Scatter]:
    """Return least squares' line and, where it arrived anywhere, the learned one."""
    y = report.params.predict(ends[:, None])
    lines = [line_trace("least squares", ends, y, theme.reference, dash="dash")]
    if report.learned is not None:
        y = report.learned.predict(ends[:, None])
        if np.isfinite(y).all():
            lines.insert(0, line_trace("learned", ends, y, theme.learned, width=3))
    return lines
