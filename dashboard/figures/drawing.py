"""The parts that pictures are made of: a frame with its axes, lines, a trend."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.theme import MARGIN, Theme, template
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report

MOST_NAME: Final = 28
"""Characters of a column's name on an axis: what fits beside a phone's picture."""
_LARGE = 1e4
_PART_OF_RANGE = 0.01
_MOST_TREND_POINTS = 1_000
_LEAST_TREND_POINTS = 10
_TREND_SPAN, _TREND_ROUNDS, _TREND_STEP = 2 / 3, 3, 0.01  # R's lowess
_NOTE_ROOM = 18


def frame(theme: Theme, x_title: str, y_title: str, note: str = "") -> go.Figure:
    """Return an empty picture; the titles are plotly text already, `note` stands under it."""
    figure = go.Figure(layout={"template": template(theme)})
    figure.update_layout(xaxis_title_text=x_title, yaxis_title_text=y_title)
    if note:
        figure.update_layout(margin_b=MARGIN["b"] + _NOTE_ROOM)
        figure.add_annotation(
            text=note,
            xref="paper",
            yref="paper",
            x=1,
            y=0,
            xanchor="right",
            yanchor="top",
            yshift=-MARGIN["b"] + 4,
            showarrow=False,
            font={"size": 11},
        )
    return figure


def tell_exact(figure: go.Figure, report: Report) -> FloatArray:
    """Write across a picture that every residual is 0; return the ends (2,) of its axis for them.

    The axis spans 1 % of the target's range to either side, where the target has one.
    """
    figure.add_annotation(
        text="every residual is 0",
        xref="paper",
        yref="paper",
        x=0.98,
        y=0.95,
        xanchor="right",
        showarrow=False,
        font={"size": 13},
    )
    y = report.problem.y_train * _PART_OF_RANGE
    return np.array([-1.0, 1.0]) * (float(y.max() - y.min()) or 1.0)


def fit_ticks(figure: go.Figure, x: FloatArray, y: FloatArray) -> None:
    """Write large numbers along an axis as 20k and 3M; smaller ones stand as they are."""
    for update, values in ((figure.update_xaxes, x), (figure.update_yaxes, y)):
        finite = values[np.isfinite(values)]
        if np.abs(finite).max(initial=0) >= _LARGE:
            update(exponentformat="SI")


def axis_name(text: str, most: int = MOST_NAME) -> str:
    """Return a column's name as an axis shows it."""
    return plotly_text(text, most)


def line_trace(
    name: str, x: Any, y: Any, color: str, dash: str = "solid", width: float = 2
) -> go.Scatter:
    """Return a line that does not answer the pointer: the points behind it do."""
    return go.Scatter(
        name=name,
        x=x,
        y=y,
        mode="lines",
        line={"color": color, "dash": dash, "width": width},
        hoverinfo="skip",
    )


def level(figure: go.Figure, y: float, theme: Theme) -> None:
    """Draw the horizontal line that the points should lie around."""
    figure.add_hline(y=y, line={"color": theme.text, "dash": "dot", "width": 1.2})


def trend(theme: Theme, x: FloatArray, y: FloatArray) -> list[go.Scatter]:
    """Return a smooth trend through points, [] where they are too few to have one.

    Locally weighted regression as in R's `lowess`. Source: Cleveland (1979), Robust locally
    weighted regression and smoothing scatterplots.
    """
    from statsmodels.nonparametric.smoothers_lowess import lowess

    finite = np.isfinite(x) & np.isfinite(y)
    step = -(-int(finite.sum()) // _MOST_TREND_POINTS) or 1
    x, y = x[finite][::step], y[finite][::step]
    if len(np.unique(x)) < _LEAST_TREND_POINTS:
        return []
    with np.errstate(all="ignore"):
        smooth = lowess(
            y, x, frac=_TREND_SPAN, it=_TREND_ROUNDS, delta=_TREND_STEP * float(np.ptp(x))
        )
    smooth = smooth[np.isfinite(smooth[:, 1])]
    return [line_trace("trend", smooth[:, 0], smooth[:, 1], theme.learned, width=2.5)]
