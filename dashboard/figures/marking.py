"""The rows that findings name, marked in a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.figures.points import RowName
from dashboard.figures.sample import named_rows
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report

_LABEL_WIDTH, _LABEL_HEIGHT = 0.35, 0.07
"""The room of a label, as a part of a phone's picture."""


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
    across, up = _parts_of_range(x)[at], _parts_of_range(y)[at]
    positions = report.problem.train_rows[at].tolist()
    labels = [plotly_text(f"row {row_name(position)}", 20) for position in positions]
    has_room = _have_room(across, up)
    is_doubtful = any(each.rows and each.verdict == "look" for each in findings)
    return [
        go.Scatter(
            name="rows to look at" if is_doubtful else "most influential",
            x=x[at],
            y=y[at],
            mode="markers+text",
            marker={
                "symbol": "diamond-open",
                "size": 12,
                "color": theme.mark,
                "line": {"width": 1.8},
            },
            text=[label if room else "" for label, room in zip(labels, has_room, strict=True)],
            textposition=["middle left" if part > 0.5 else "middle right" for part in across],
            textfont={"color": theme.mark, "size": 11},
            hoverinfo="skip",
        )
    ]


def _parts_of_range(values: FloatArray) -> FloatArray:
    """Return values as parts of their range, 0 to 1."""
    low, high = np.nanmin(values), np.nanmax(values)
    return np.asarray((values - low) / (high - low) if high > low else values * 0 + 0.5)


def _have_room(across: FloatArray, up: FloatArray) -> list[bool]:
    """Return which labels are written: the first, and those that lie on none before them."""
    written: list[int] = []
    for i in range(len(across)):
        beside = np.abs(across[written] - across[i]) < _LABEL_WIDTH
        level = np.abs(up[written] - up[i]) < _LABEL_HEIGHT
        if not (beside & level).any():
            written.append(i)
    return [i in written for i in range(len(across))]
