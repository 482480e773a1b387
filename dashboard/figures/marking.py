"""The rows that findings name, marked in a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.figures.labels import NOWHERE, padded, sides_of_labels
from dashboard.figures.points import RowName
from dashboard.figures.sample import named_rows
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report

_ROOM = 0.1

Ends = tuple[float, float]


def named_points(
    report: Report,
    about: Sequence[str],
    theme: Theme,
    x: FloatArray,
    y: FloatArray,
    row_name: RowName,
    axes: tuple[Ends, Ends] | None = None,
) -> list[go.Scatter]:
    """Return the rows that the findings `about` name, ringed and labelled; [] where they don't.

    `x` and `y` belong to all training rows; `axes` are the picture's ranges, else their own.
    """
    findings = [each for each in report.findings if each.name in about]
    at = named_rows(report, tuple(dict.fromkeys(row for each in findings for row in each.rows)))
    at = at[np.isfinite(x[at]) & np.isfinite(y[at])]
    if not len(at):
        return []
    x_ends, y_ends = axes or (_ends(x), _ends(y))
    positions = report.problem.train_rows[at].tolist()
    labels = [plotly_text(f"row {row_name(position)}", 20) for position in positions]
    sides = sides_of_labels(_parts_of(x[at], x_ends), _parts_of(y[at], y_ends), labels)
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
            text=[padded(label, side) for label, side in zip(labels, sides, strict=True)],
            textposition=[side or NOWHERE for side in sides],
            textfont={"color": theme.mark, "size": 11},
            hoverinfo="skip",
        )
    ]


def _ends(values: FloatArray) -> Ends:
    """Return the ends of an axis that plotly makes for values, about."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = (high / 2 - low / 2) * _ROOM  # halves: a range may be beyond the largest float
    return low - room, high + room


def _parts_of(values: FloatArray, ends: Ends) -> FloatArray:
    """Return values as parts of an axis, 0 to 1."""
    low, high = ends
    size = high / 2 - low / 2
    return np.asarray((values / 2 - low / 2) / size if size > 0 else values * 0 + 0.5)
