"""One column, of which all terms are made: the data and the fitted curve, in the target's unit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import axis_name, fit_ticks, frame, line_trace
from dashboard.figures.fitted_line import has_band, interval_band
from dashboard.figures.points import RowName, test_points, training_points
from dashboard.figures.sample import sample_both, shown_of
from dashboard.theme import Theme
from linreg_core import Dataset, Params
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report, in_target_units

_N_GRID = 101


class _Over(NamedTuple):
    """The column: its name, its value in each row, and X at values `at` over its range."""

    column: str
    x: FloatArray
    at: FloatArray
    features: FloatArray


def has_fitted_curve(report: Report) -> bool:
    """Return whether all terms are of one column, and the fit over it is no straight line."""
    dataset = report.problem.dataset
    is_log = dataset.target_transform != "identity"
    return dataset.curve is not None or (is_log and dataset.n_features == 1)


def fitted_curve(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return the data over their one column with the least-squares curve and its two 95 % bands.

    The inner one is where the curve itself is expected, the outer one where new rows are. All
    is in the target's own unit; of a logarithm, curves are the median. What a run learned is
    drawn beside it, test rows are hollow.
    """
    problem, over = report.problem, _over(report.problem.dataset)
    column, target = axis_name(over.column), axis_name(problem.dataset.target_column)
    train, test = sample_both(report)
    note = shown_of(len(train.rows) + len(test.rows), problem.n_train + problem.n_test)
    figure = frame(theme, column, target, note)
    figure.add_traces(_bands(report, theme, over))
    values = f"{column} %{{x}}<br>{target} %{{y}}"
    x, y = over.x[problem.train_rows[train.rows]], _own_unit(report, problem.y_train[train.rows])
    figure.add_trace(training_points(report, theme, train, x, y, row_name, values))
    x, y = over.x[problem.test_rows[test.rows]], _own_unit(report, problem.y_test[test.rows])
    figure.add_traces(test_points(report, theme, test, x, y, row_name, values))
    figure.add_traces(_curves(report, theme, over))
    fit_ticks(figure, over.at, _own_unit(report, problem.dataset.y))
    return figure


def _over(dataset: Dataset) -> _Over:
    if dataset.curve is not None:
        curve = dataset.curve
        return _Over(curve.column, curve.x, curve.at, curve.features)
    x = dataset.X[:, 0]
    at = np.linspace(x.min(), x.max(), _N_GRID)
    return _Over(dataset.feature_names[0], x, at, at[:, None])


def _own_unit(report: Report, y: FloatArray) -> FloatArray:
    """Return values of y in the target's own unit."""
    if report.problem.dataset.target_transform == "identity":
        return y
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(y))


def _bands(report: Report, theme: Theme, over: _Over) -> list[go.Scatter]:
    if not has_band(report):
        return []
    expected = in_target_units(report.predict(over.features))
    bands = [
        ("95 % of new rows", expected.low, expected.high, 0.13),
        ("95 % for the curve", expected.confidence_low, expected.confidence_high, 0.22),
    ]
    return [
        interval_band(theme, over.at, name, low, high, opacity)
        for name, low, high, opacity in bands
        if np.isfinite(low).all() and np.isfinite(high).all()
    ]


def _curves(report: Report, theme: Theme, over: _Over) -> list[go.Scatter]:
    """Return least squares' curve and, where it arrived anywhere, the learned one."""
    which = "" if report.problem.dataset.target_transform == "identity" else ", median"

    def values(params: Params) -> FloatArray:
        with np.errstate(all="ignore"):
            return _own_unit(report, params.predict(over.features))

    y = values(report.params)
    curves = [line_trace(f"least squares{which}", over.at, y, theme.reference, dash="dash")]
    if report.learned is not None:
        y = values(report.learned)
        if np.isfinite(y).all():
            curves.insert(0, line_trace(f"learned{which}", over.at, y, theme.learned, width=3))
    return curves
