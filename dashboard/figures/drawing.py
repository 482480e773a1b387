"""The parts that pictures are made of: a frame with its axes, rows as points, lines, a trend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.figures.sample import Sample, named_rows
from dashboard.theme import MARGIN, Theme, template
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Report

RowName = Callable[[int], str]
"""The number or name by which people know a row of the data set, e.g. "17" for line 17."""

MOST_NAME: Final = 28
"""Characters of a column's name on an axis: what fits beside a phone's picture."""
_FEW_POINTS = 400
_LARGE = 1e4
_LEAST_WRITTEN, _MOST_WRITTEN = 1e-3, 1e9
_MOST_LABELS = 5
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


def fit_ticks(figure: go.Figure, x: FloatArray, y: FloatArray) -> None:
    """Write large numbers along an axis as 20k and 3M; smaller ones stand as they are."""
    for update, values in ((figure.update_xaxes, x), (figure.update_yaxes, y)):
        finite = values[np.isfinite(values)]
        if np.abs(finite).max(initial=0) >= _LARGE:
            update(exponentformat="SI")


def axis_name(text: str, most: int = MOST_NAME) -> str:
    """Return a column's name as an axis shows it."""
    return plotly_text(text, most)


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


def named_points(
    report: Report,
    about: Sequence[str],
    theme: Theme,
    x: FloatArray,
    y: FloatArray,
    row_name: RowName,
) -> list[go.Scatter]:
    """Return the rows that the findings `about` name, ringed and labelled; [] where they don't.

    `x` and `y` belong to all training rows.
    """
    findings = [each for each in report.findings if each.name in about]
    at = named_rows(report, tuple(dict.fromkeys(row for each in findings for row in each.rows)))
    at = at[np.isfinite(x[at]) & np.isfinite(y[at])]
    if not len(at):
        return []
    is_doubtful = any(each.rows and each.verdict == "look" for each in findings)
    middle = (np.nanmin(x) + np.nanmax(x)) / 2
    labels = [
        plotly_text(f"row {row_name(position)}", 20) if i < _MOST_LABELS else ""
        for i, position in enumerate(report.problem.train_rows[at].tolist())
    ]
    return [
        go.Scatter(
            name="rows to look at" if is_doubtful else "most influential rows",
            x=x[at],
            y=y[at],
            mode="markers+text",
            marker={
                "symbol": "diamond-open",
                "size": 12,
                "color": theme.mark,
                "line": {"width": 1.8},
            },
            text=labels,
            textposition=["middle left" if each > middle else "middle right" for each in x[at]],
            textfont={"color": theme.mark, "size": 11},
            hoverinfo="skip",
        )
    ]


def line(
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
    return [line("trend", smooth[:, 0], smooth[:, 1], theme.learned, width=2.5)]
