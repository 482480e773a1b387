"""Rows of the data set as the points of a picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.figures.sample import Sample
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Report

RowName = Callable[[int], str]
"""The number or name by which people know a row of the data set, e.g. "17" for line 17."""

_FEW_POINTS = 400
_LEAST_WRITTEN, _MOST_WRITTEN = 1e-3, 1e9


def training_points(
    report: Report,
    theme: Theme,
    sample: Sample,
    x: FloatArray,
    y: FloatArray,
    row_name: RowName,
    values: str,
) -> go.Scatter:
    """Return the sampled training rows as points; `x` and `y` belong to `sample.rows`."""
    positions = report.problem.train_rows[sample.rows]
    return rows_as_points(theme, x, y, positions, row_name, values, "training rows")


def test_points(
    report: Report,
    theme: Theme,
    sample: Sample,
    x: FloatArray,
    y: FloatArray,
    row_name: RowName,
    values: str,
) -> list[go.Scatter]:
    """Return the sampled test rows as hollow points, [] where there are none."""
    if not len(sample.rows):
        return []
    positions = report.problem.test_rows[sample.rows]
    return [rows_as_points(theme, x, y, positions, row_name, values, "test rows", is_test=True)]


def rows_as_points(
    theme: Theme,
    x: FloatArray,
    y: FloatArray,
    positions: IntArray,
    row_name: RowName,
    values: str,
    name: str,
    is_test: bool = False,
) -> go.Scatter:
    """Return rows as points that tell their row; `customdata` is the data set's position.

    `values` is a hover template; %{x} and %{y} in it get a format that suits their size.
    """
    is_crowd = len(x) > _FEW_POINTS
    for axis, shown in (("x", x), ("y", y)):
        values = values.replace(f"%{{{axis}}}", f"%{{{axis}:{_number_format(shown)}}}")
    color = theme.test if is_test else theme.data
    return go.Scatter(
        name=name,
        x=x,
        y=y,
        mode="markers",
        marker={
            "color": color,
            "size": 4 if is_crowd else 6,
            "opacity": 0.6 if is_crowd else 0.85,
            "symbol": "circle-open" if is_test else "circle",
            "line": {"width": (1 if is_crowd else 1.4) if is_test else 0, "color": color},
        },
        text=[plotly_text(f"Row {row_name(position)}") for position in positions.tolist()],
        customdata=positions,
        hovertemplate=f"<b>%{{text}}</b><br>{values}<extra></extra>",
    )


def _number_format(values: FloatArray) -> str:
    """Return d3's format for six digits, without an exponent where there are no huge zeros."""
    largest = np.abs(values[np.isfinite(values)]).max(initial=0)
    return ",.6~r" if _LEAST_WRITTEN <= largest < _MOST_WRITTEN else ".6~g"
