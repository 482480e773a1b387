"""Ridge or lasso over penalties: each weight's way away from 0, and below it the error."""

from __future__ import annotations

from itertools import cycle
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.figures.drawing import fit_ticks, line_trace
from dashboard.numbers import number
from dashboard.theme import Theme, template
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.regularised import CrossValidation, PenaltyPath

MOST_NAMED: Final = 8
"""Weights whose lines have a colour and a name; those of others are grey."""
MOST_LINES: Final = 60
"""Lines that are drawn: of more weights the largest ones."""
PATH_HEIGHT: Final = 560
_LETTERS: Final = 13
_LABEL_GAP: Final = 0.055
"""Room that a name takes, as a part of the upper picture's height."""
_ROOM: Final = 1.06
_UPPER, _LOWER = (0.47, 1.0), (0.0, 0.38)
_TOP_OF_MARKS: Final = 1.0
_SIDE: Final = 0.015
_MOST_TICKS: Final = 5


def penalty_path(path: PenaltyPath, theme: Theme, at: int) -> go.Figure:
    """Return both pictures over one axis, the largest penalty on the left, with a line at `at`."""
    figure = go.Figure(layout={"template": template(theme)})
    figure.update_layout(
        height=PATH_HEIGHT,
        margin={"l": 62, "r": 96, "t": 24, "b": 48},
        showlegend=False,
        xaxis=_penalty_axis(path.penalties),
        yaxis={"domain": _UPPER, "title": "Weight, standardised"},
        yaxis2={"domain": _LOWER, "title": "RMSE on unseen rows", "anchor": "x"},
    )
    _add_weights(figure, path, theme)
    if path.validation is not None:
        _add_errors(figure, path, path.validation, theme)
        _mark_choices(figure, path, path.validation, theme)
    _add_upright(figure, float(path.penalties[at]), {"color": theme.text, "width": 1.6})
    return figure


def _penalty_axis(penalties: FloatArray) -> dict[str, Any]:
    """Return a logarithmic axis, the largest penalty on the left, with a tick at powers of ten."""
    ends = np.log10(penalties[[0, -1]])
    room = _SIDE * float(ends[0] - ends[1])
    tens = np.arange(np.floor(ends[0]), ends[1], -1.0)
    tens = tens[:: -(-len(tens) // _MOST_TICKS) or 1]
    ticks = (10.0**tens if len(tens) > 1 else penalties[[0, len(penalties) // 2, -1]]).tolist()
    return {
        "type": "log",
        "range": [float(ends[0]) + room, float(ends[1]) - room],
        "title": "Penalty",
        "anchor": "y2",
        "tickvals": ticks,
        "ticktext": [number(tick, 2) for tick in ticks],
    }


def lines_drawn(path: PenaltyPath) -> IntArray:
    """Return the features whose lines are drawn, those of the largest weights first."""
    sizes = np.abs(path.training_weights()).max(axis=0)
    return np.argsort(-sizes, kind="stable")[:MOST_LINES]


def _add_weights(figure: go.Figure, path: PenaltyPath, theme: Theme) -> None:
    weights, drawn = path.training_weights(), lines_drawn(path)
    names = path.problem.dataset.feature_names
    looks = _looks(theme)
    for feature in drawn[MOST_NAMED:]:
        name = plotly_text(names[feature])
        line = line_trace(name, path.penalties, weights[:, feature], theme.grid, width=1.2)
        figure.add_trace(line.update(line_color=theme.faded(theme.data, 0.45)))
    named = [int(feature) for feature in drawn[:MOST_NAMED]]
    for feature, (color, dash) in zip(named, looks, strict=False):
        line = line_trace(
            plotly_text(names[feature]), path.penalties, weights[:, feature], color, dash
        )
        figure.add_trace(line.update(hoverinfo=None, hovertemplate=_HOVER))
    shown = weights[:, drawn]
    low, high = min(float(shown.min()), 0.0), max(float(shown.max()), 0.0)
    room = (_ROOM - 1.0) * ((high - low) or 1.0)
    figure.update_layout(yaxis_range=[low - room, high + room])
    ends = weights[-1, named]
    places = spread_labels(ends, low - room / 2, high + room / 2, _LABEL_GAP * (high - low))
    for feature, place, (color, _) in zip(named, places, _looks(theme), strict=False):
        figure.add_annotation(
            text=plotly_text(names[feature], _LETTERS),
            x=1.0,
            xref="paper",
            xanchor="left",
            xshift=5,
            y=float(place),
            yref="y",
            showarrow=False,
            font={"size": 11, "color": color},
        )


_HOVER: Final = "%{fullData.name}<br>penalty %{x:.3g}: %{y:.4g}<extra></extra>"


def _looks(theme: Theme) -> list[tuple[str, str]]:
    """Return a colour and a dash for each line that has a name."""
    colors = cycle((theme.learned, theme.test, theme.reference, theme.truth))
    dashes = ["solid"] * 4 + ["dash"] * 4
    return list(zip(colors, dashes, strict=False))


def spread_labels(at: FloatArray, low: float, high: float, gap: float) -> FloatArray:
    """Return where labels (n,) stand that want to be `at`: in that order, `gap` apart, in bounds.

    >>> spread_labels(np.array([1.0, 1.1, 3.0]), 0.0, 4.0, 0.5).round(2).tolist()
    [1.0, 1.5, 3.0]
    """
    order = np.argsort(at, kind="stable")
    places, below = np.array(at, dtype=np.float64), -np.inf
    for label in order:
        places[label] = below = max(float(at[label]), below + gap, low)
    above = np.inf
    for label in order[::-1]:
        places[label] = above = min(float(places[label]), above - gap, high)
    return places


def _add_errors(
    figure: go.Figure, path: PenaltyPath, validation: CrossValidation, theme: Theme
) -> None:
    """Draw the errors as root mean squares, with the ends of mean squares' standard errors."""
    root = np.sqrt(validation.error)
    above = np.sqrt(validation.error + validation.standard_error)
    below = np.sqrt(np.maximum(validation.error - validation.standard_error, 0.0))
    figure.add_trace(
        go.Scatter(
            name="RMSE on unseen rows",
            x=path.penalties,
            y=root,
            error_y={
                "array": above - root,
                "arrayminus": root - below,
                "color": theme.faded(theme.data, 0.55),
                "thickness": 1,
                "width": 0,
            },
            mode="markers",
            marker={"size": 4, "color": theme.data},
            customdata=np.column_stack([below, above]),
            hovertemplate="penalty %{x:.3g}: %{y:.4g}<br>%{customdata[0]:.4g} to "
            "%{customdata[1]:.4g}<extra></extra>",
            yaxis="y2",
        )
    )
    fit_ticks(figure, np.zeros(1), above)


def _mark_choices(
    figure: go.Figure, path: PenaltyPath, validation: CrossValidation, theme: Theme
) -> None:
    """Mark the least error and the simplest model by dotted lines, whose names stand on top."""
    places = {validation.least: "least error", validation.simplest: "simplest"}
    if validation.least == validation.simplest:
        places = {validation.least: "least error"}
    sides = {validation.least: "left", validation.simplest: "right"}
    for at, name in places.items():
        penalty = float(path.penalties[at])
        _add_upright(figure, penalty, {"color": theme.text, "width": 1, "dash": "dot"})
        is_edge = at > 0.85 * len(path.penalties) or len(places) == 1
        figure.add_annotation(
            text=name,
            x=np.log10(penalty),
            xref="x",
            xanchor="right" if is_edge else sides[at],
            y=_TOP_OF_MARKS,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            font={"size": 11},
        )


def _add_upright(figure: go.Figure, penalty: float, line: dict[str, Any]) -> None:
    """Draw a line at a penalty through both pictures."""
    for low, high in (_UPPER, _LOWER):
        figure.add_shape(
            type="line",
            x0=penalty,
            x1=penalty,
            xref="x",
            y0=low,
            y1=high,
            yref="paper",
            line=line,
        )
