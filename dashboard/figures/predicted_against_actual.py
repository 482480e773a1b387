"""Predicted against actual target: how close does the fit come, on unseen rows too?"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import axis_name, fit_ticks, frame, line_trace
from dashboard.figures.points import RowName, test_points, training_points
from dashboard.figures.sample import sample_both, shown_of
from dashboard.theme import Theme
from linreg_core.inference import Report

_VALUES = "actual %{x}<br>predicted %{y}"


def predicted_against_actual(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return least squares' predictions against the actual target, test rows hollow."""
    problem, target = report.problem, axis_name(report.problem.dataset.target_name)
    train, test = sample_both(report)
    note = shown_of(len(train.rows) + len(test.rows), problem.n_train + problem.n_test)
    figure = frame(theme, f"actual {target}", f"predicted {target}", note)
    seen, unseen = problem.y_train[train.rows], problem.y_test[test.rows]
    fitted = report.diagnostics.fitted[train.rows]
    figure.add_trace(training_points(report, theme, train, seen, fitted, row_name, _VALUES))
    predicted = report.params.predict(problem.X_test[test.rows])
    figure.add_traces(test_points(report, theme, test, unseen, predicted, row_name, _VALUES))
    actual = np.concatenate([seen, unseen])
    ends = np.array([actual.min(), actual.max()])
    figure.add_trace(line_trace("perfect", ends, ends, theme.text, dash="dot", width=1.5))
    fit_ticks(figure, ends, ends)
    return figure
