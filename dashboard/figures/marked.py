"""The rows that a person has marked, ringed in a picture that was drawn without them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import plotly_text
from dashboard.figures.points import RowName
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Finding, Report

MARKED: Final = "marked rows"
_MOST_LABELS: Final = 6
"""More rows than this are ringed without their names, which would hide one another."""


def shows_rows(figure: go.Figure, rows: Collection[int]) -> bool:
    """Return whether a picture draws these rows (positions in the data set), or none at all."""
    positions = [trace.customdata for trace in figure.data if trace.customdata is not None]
    return not positions or set(rows) <= set(np.concatenate(positions).tolist())


def with_rows_named(report: Report, rows: Collection[int]) -> Report:
    """Return a report in whose pictures these rows are drawn, however many others there are."""
    asked = Finding(MARKED, MARKED, "", "", "", None, None, "unknown", tuple(rows))
    return replace(report, findings=(*report.findings, asked))


def row_of_point(point: Mapping[str, Any]) -> int | None:
    """Return the row that a clicked point stands for, None where it is none (a line, a mark)."""
    row = point.get("customdata")
    if isinstance(row, list | tuple):
        row = row[0] if row else None
    return int(row) if isinstance(row, int | float) else None


def with_marks(
    figure: go.Figure, rows: Collection[int], theme: Theme, row_name: RowName
) -> go.Figure:
    """Return a picture in which a click marks a row, with these rows ringed and named.

    What is not chosen stays as it is, names too: plotly would fade it.
    """
    shown = go.Figure(figure)
    for trace in figure.data:
        if trace.customdata is not None and rows:
            positions = np.asarray(trace.customdata)
            at = np.flatnonzero(np.isin(positions, list(rows)))
            x, y = np.asarray(trace.x)[at], np.asarray(trace.y)[at]
            shown.add_traces(_rings(x, y, positions[at], theme, row_name))
    for trace in shown.data:
        if trace.type == "scatter" and trace.mode and set(trace.mode.split("+")) - {"lines"}:
            _keep_as_it_is(trace)
    return shown


def _keep_as_it_is(trace: go.Scatter) -> None:
    opacity = 1.0 if trace.marker.opacity is None else trace.marker.opacity
    trace.update(selected_marker_opacity=opacity, unselected_marker_opacity=opacity)
    if trace.textfont.color is not None:
        color = trace.textfont.color
        trace.update(selected_textfont_color=color, unselected_textfont_color=color)


def with_marks_below(
    figure: go.Figure, report: Report, rows: Collection[int], theme: Theme, row_name: RowName
) -> go.Figure:
    """Return a histogram of residuals with these rows' own ones along its bottom."""
    shown, train_rows = go.Figure(figure), report.problem.train_rows
    at = np.flatnonzero(np.isin(train_rows, list(rows)))
    x = report.diagnostics.residuals[at]
    shown.add_traces(_rings(x, np.zeros(len(at)), train_rows[at], theme, row_name))
    return shown


def _rings(
    x: FloatArray, y: FloatArray, positions: IntArray, theme: Theme, row_name: RowName
) -> list[go.Scatter]:
    """Return a ring around each of these rows, [] where there are none; a click hits the row."""
    if not len(positions):
        return []
    names = [plotly_text(row_name(row), 20) for row in positions.tolist()]
    rings = go.Scatter(
        name=MARKED,
        x=x,
        y=y,
        mode="markers+text",
        marker={"symbol": "circle-open", "size": 15, "color": theme.learned, "line_width": 2.5},
        text=names if len(names) <= _MOST_LABELS else [""] * len(names),
        textposition="top center",
        textfont={"color": theme.text, "size": 11},
        customdata=positions,
        hovertext=[f"Row {name}, marked" for name in names],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    _keep_as_it_is(rings)
    return [rings]
