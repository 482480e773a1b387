"""Marks with their 95 % intervals below one another, each in a row with its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.numbers import number
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray

MOST_ROW_LABEL: Final = 18
"""Characters of a row's name."""
_ROW_HEIGHT, _HEAD = 26, 120
_LABEL_ROOM, _LETTER_WIDTH = 18, 7


def interval_marks(
    theme: Theme,
    name: str,
    names: Sequence[str],
    middle: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> go.Scatter:
    """Return a mark a row at `middle` (n,), with its interval from `low` to `high` (n,)."""
    numbers = zip(middle.tolist(), low.tolist(), high.tolist(), strict=True)
    return go.Scatter(
        name=name,
        x=middle,
        y=list(range(len(names))),
        mode="markers",
        marker={"color": theme.reference, "size": 8},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": high - middle,
            "arrayminus": middle - low,
            "color": theme.reference,
            "thickness": 2,
            "width": 5,
        },
        text=[plotly_text(each, 60) for each in names],
        hovertext=[interval_in_words(*each) for each in numbers],
        hovertemplate="<b>%{text}</b><br>%{hovertext}<extra></extra>",
    )


def interval_in_words(middle: float, low: float, high: float) -> str:
    """Return what stands at a mark under the pointer."""
    return f"{number(middle, 5)}, 95 % interval {number(low)} to {number(high)}"


def name_rows(figure: go.Figure, names: Sequence[str]) -> None:
    """Name the rows, the first on top, and give them their room."""
    labels = [plotly_text(name, MOST_ROW_LABEL) for name in names]
    longest = min(max(map(len, names), default=0), MOST_ROW_LABEL)
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=labels, showgrid=False)
    figure.update_layout(
        yaxis_range=[len(names) - 0.4, -0.6],
        height=_HEAD + _ROW_HEIGHT * max(len(names), 2),
        margin_l=_LABEL_ROOM + _LETTER_WIDTH * longest,
    )
