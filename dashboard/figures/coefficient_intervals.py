"""The coefficients with their 95 % intervals: which features matter, and how surely?"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.figures.drawing import axis_name, fit_ticks, frame
from dashboard.figures.interval_rows import MOST_ROW_LABEL, interval_marks, name_rows
from dashboard.figures.points import RowName
from dashboard.numbers import count
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray, column_deviations, column_scales
from linreg_core.inference import Coefficient, FitFigures
from linreg_core.problem import Problem

MOST_COEFFICIENTS = 30

Scaled = tuple[Coefficient, float]  # and what one step of its feature is


def coefficient_intervals(report: FitFigures, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return each feature's coefficient with its 95 % interval, the first feature on top.

    Several features are told per standard deviation of each over the training rows (population,
    by their weights if they have any), so that they can be compared: by so much does the prediction
    change. One feature keeps its own units. Of many features the largest coefficients are shown.
    """
    shown = _shown(report)
    n_all = report.n_features
    note = "" if len(shown) == n_all else f"{len(shown)} of {count(n_all)} coefficients"
    figure = frame(theme, _x_title(report), "", note)
    figure.add_vline(x=0, line={"color": theme.text, "dash": "dot", "width": 1.2})
    figure.add_traces([_estimates(theme, shown, _interval(report)), *_learned(theme, shown)])
    ends = np.array([each.low or 0.0 for each, _ in shown]) * [scale for _, scale in shown]
    fit_ticks(figure, ends, np.zeros(1))
    name_rows(figure, [each.name for each, _ in shown])
    figure.update_layout(margin_b=figure.layout.template.layout.margin.b + 18)
    return figure


def has_intervals(report: FitFigures) -> bool:
    """Return whether any feature's coefficient has an interval to draw."""
    return any(each.low is not None for each in report.coefficients if not each.is_intercept)


def _shown(report: FitFigures) -> list[Scaled]:
    """Return the coefficients that have an interval, the largest where they are many."""
    features = [each for each in report.coefficients if not each.is_intercept]
    scales = _scales(report.problem) if len(features) > 1 else np.ones(1)
    every = [
        (each, scale)
        for each, scale in zip(features, scales.tolist(), strict=True)
        if each.low is not None
    ]
    sizes = [abs(each.estimate) * scale for each, scale in every]
    largest = np.argsort(sizes, kind="stable")[::-1][:MOST_COEFFICIENTS]
    return [every[i] for i in sorted(largest.tolist())]


def _scales(problem: Problem) -> FloatArray:
    v = problem.v_train
    return column_scales(problem.X_train) if v is None else column_deviations(problem.X_train, v)


def _x_title(report: FitFigures) -> str:
    dataset = report.problem.dataset
    step = (
        "standard deviation of the feature"
        if report.n_features > 1
        else f"unit of {axis_name(dataset.feature_names[0], MOST_ROW_LABEL)}"
    )
    return f"change of {axis_name(dataset.target_name, MOST_ROW_LABEL)}<br>per {step}"


def _interval(report: FitFigures) -> str:
    """Return what the intervals are, and by which standard errors where these are not classical."""
    errors = plotly_text(report.errors_in_words, 40)
    return "95 % interval" if report.covariance.is_classical else f"95 % interval ({errors})"


def _estimates(theme: Theme, shown: list[Scaled], interval: str) -> go.Scatter:
    x = np.array([each.estimate * scale for each, scale in shown])
    low = np.array([(each.low or 0.0) * scale for each, scale in shown])
    high = np.array([(each.high or 0.0) * scale for each, scale in shown])
    names = [each.name for each, _ in shown]
    return interval_marks(theme, f"least squares with {interval}", names, x, low, high)


def _learned(theme: Theme, shown: list[Scaled]) -> list[go.Scatter]:
    """Return what a run learned, [] where it did not run or did not arrive."""
    values = [None if each.learned is None else each.learned * scale for each, scale in shown]
    if not any(value is not None and np.isfinite(value) for value in values):
        return []
    return [
        go.Scatter(
            name="learned",
            x=values,
            y=list(range(len(shown))),
            mode="markers",
            marker={
                "symbol": "diamond-open",
                "size": 11,
                "color": theme.learned,
                "line": {"width": 2},
            },
            hovertemplate="learned %{x:.5~g}<extra></extra>",
        )
    ]
