"""A picture's data as tables: for the keyboard, for screen readers, and to read exactly."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from dashboard.escaping import one_line
from linreg_core.arrays import FloatArray


class TraceTable(NamedTuple):
    """What one trace shows: its name, and its columns by their titles."""

    name: str
    columns: dict[str, list[Any]]


def trace_tables(figure: go.Figure) -> list[TraceTable]:
    """Return a table for each trace of a picture but filled bands, whose middle is a line."""
    traces = [trace for trace in figure.data if not getattr(trace, "fill", None)]
    return [TraceTable(trace.name, dict(_columns(figure, trace))) for trace in traces]


def _columns(figure: go.Figure, trace: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield a trace's titles and values, without points that are nowhere.

    An axis of names, as that of coefficients, is told by the names of its points.
    """
    x, y = (np.asarray(values, dtype=np.float64) for values in (trace.x, trace.y))
    at = np.flatnonzero(np.isfinite(x) & np.isfinite(y)).tolist()
    x_title, y_title = (
        _text(axis.title.text) for axis in (figure.layout.xaxis, figure.layout.yaxis)
    )
    if trace.text is not None:
        yield "point", [_text(trace.text[i]) for i in at]
    is_of_dates = figure.layout.xaxis.type == "date"
    yield x_title, days_of(x[at]) if is_of_dates else x[at].tolist()
    if figure.layout.yaxis.ticktext is None:
        yield y_title if y_title != x_title else f"{y_title} (y)", y[at].tolist()
    if trace.hovertext is not None:
        yield "in words", [_text(trace.hovertext[i]) for i in at]


def days_of(milliseconds: FloatArray) -> list[str]:
    """Return plotly's numbers for dates as dates, with the time of day where they have one."""
    times = milliseconds.astype("datetime64[ms]")
    days = times.astype("datetime64[D]")
    return [str(each) for each in (days if (days == times).all() else times)]


def _text(shown: str) -> str:
    """Return plotly's text as it reads."""
    return one_line(html.unescape(shown.replace("<br>", " "))).strip()
