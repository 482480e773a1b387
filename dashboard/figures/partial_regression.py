"""What one feature adds to the others: the partial-regression (added-variable) picture."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import axis_name, fit_ticks, frame, line_trace
from dashboard.figures.points import RowName, training_points
from dashboard.figures.sample import sample_training_rows
from dashboard.theme import Theme
from linreg_core import ConfigError
from linreg_core.inference import Report
from linreg_core.numerics.partial_regression import partial_regression_of

_MOST_NAME = 20


def features_with_a_part(report: Report) -> tuple[str, ...]:
    """Return the features that are not constant and not a combination of others."""
    parts = partial_regression_of(report.problem)
    without = {*parts.follows, *parts.constant}
    names = report.problem.dataset.feature_names
    return tuple(name for i, name in enumerate(names) if i not in without)


def partial_regression(
    report: Report, theme: Theme, feature: str, row_name: RowName = str
) -> go.Figure:
    """Return the target against `feature`, each less what the other features say of it.

    The line through the points has the feature's coefficient for its slope.

    Raises ConfigError where no such picture exists. Source: Belsley, Kuh and Welsch (1980),
    Regression diagnostics, section 2.1.
    """
    names = report.problem.dataset.feature_names
    if feature not in features_with_a_part(report):
        raise ConfigError(
            f"`feature` must be one that other features do not determine. Got {feature!r}: "
            f"choose another one, or leave out a feature that it follows from."
        )
    j = names.index(feature)
    sample = sample_training_rows(report)
    x = partial_regression_of(report.problem).residuals(report.problem.X_train[sample.rows])[:, j]
    weight = float(report.params.weights[j])
    y = report.diagnostics.residuals[sample.rows] + weight * x
    name = axis_name(feature, _MOST_NAME)
    target = axis_name(report.problem.dataset.target_name, _MOST_NAME)
    figure = frame(theme, f"{name}, others taken out", f"{target}, others taken out", sample.note)
    values = f"{name} %{{x}}<br>{target} %{{y}}<br>both less what the others say"
    figure.add_trace(training_points(report, theme, sample, x, y, row_name, values))
    fit_ticks(figure, x, y)
    ends = np.array([x.min(), x.max()])
    figure.add_trace(line_trace("least squares", ends, weight * ends, theme.reference, dash="dash"))
    return figure
