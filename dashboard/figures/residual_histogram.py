"""The residuals' histogram: are they spread like a bell?"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import fit_ticks, frame, line_trace, tell_exact
from dashboard.figures.points import RowName
from dashboard.numbers import number
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report
from table_reader.wording import counted

_FEWEST_BINS, _MOST_BINS = 6, 60
_N_CURVE = 121
_FEW_ROWS = 7
_BAR_OF_ZEROS = 0.1


def residual_histogram(report: Report, theme: Theme, row_name: RowName = str) -> go.Figure:
    """Return how many training rows have which residual, all rows counted, and the normal curve.

    The curve has mean 0 and the residuals' own (population) standard deviation, their RMSE.
    """
    residuals = report.diagnostics.residuals
    figure = frame(theme, "residual", "training rows")
    if residuals.any():
        edges = ends = _edges(residuals)
    else:
        ends = tell_exact(figure, report)
        figure.update_xaxes(range=ends)
        edges = ends * _BAR_OF_ZEROS
    counts, _ = np.histogram(residuals, edges)
    figure.add_trace(_bars(theme, edges, counts.tolist()))
    deviation = report.rmse or 0.0
    if deviation > 0:
        figure.add_trace(_normal_curve(theme, edges, len(residuals), deviation))
    fit_ticks(figure, ends, counts)
    figure.update_layout(bargap=0, yaxis_rangemode="tozero")
    if counts.max() < _FEW_ROWS:
        figure.update_yaxes(dtick=1)
    return figure


def _edges(residuals: FloatArray) -> FloatArray:
    """Return the bins' edges: Freedman and Diaconis' width, within bounds."""
    low, high = float(residuals.min()), float(residuals.max())
    if not low < high:
        return low + np.array([-0.5, 0.5])
    lower, upper = np.percentile(residuals, [25, 75])
    width = 2 * (upper - lower) / len(residuals) ** (1 / 3)
    wanted = (high - low) / width if width > 0 else _MOST_BINS
    n_bins = int(np.clip(np.ceil(wanted), _FEWEST_BINS, _MOST_BINS))
    return np.asarray(np.linspace(low, high, n_bins + 1))


def _bars(theme: Theme, edges: FloatArray, counts: list[int]) -> go.Bar:
    ends = [number(edge) for edge in edges.tolist()]
    return go.Bar(
        name="training rows",
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=np.diff(edges),
        marker={
            "color": theme.faded(theme.data, 0.55),
            "line": {"color": theme.background, "width": 1},
        },
        hovertext=[
            f"{low} to {high}: {counted(n, 'row')}"
            for low, high, n in zip(ends[:-1], ends[1:], counts, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _normal_curve(theme: Theme, edges: FloatArray, n_rows: int, deviation: float) -> go.Scatter:
    x = np.linspace(edges[0], edges[-1], _N_CURVE)
    density = np.exp(-0.5 * (x / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))
    y = n_rows * float(edges[1] - edges[0]) * density
    return line_trace("normal distribution", x, y, theme.reference, dash="dash")
