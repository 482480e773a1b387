"""The loss over a run's epochs: did gradient descent arrive?"""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import frame, line_trace
from dashboard.live.result import RunResult
from dashboard.theme import Theme

_FEW_DECADES, _MOST_TICKS = 2.3, 6


def loss_curve(result: RunResult, theme: Theme, loss_name: str = "loss") -> go.Figure:
    """Return the loss of the training and the test rows per epoch, as far as it was evaluated.

    The loss axis is logarithmic where every loss is positive.
    """
    figure = frame(theme, "epoch", loss_name)
    lines = (
        ("training loss", result.train_loss, theme.learned, "solid"),
        ("test loss", result.test_loss, theme.test, "dash"),
    )
    known = [np.zeros(0)]
    for name, losses, color, dash in lines:
        finite = np.isfinite(losses)
        if finite.any():
            known.append(losses[finite])
            curve = line_trace(name, result.epochs[finite], losses[finite], color, dash)
            figure.add_trace(curve.update(hoverinfo="all", hovertemplate=_hover(name)))
    losses = np.concatenate(known)
    if len(losses) and losses.min() > 0:
        n_decades = float(np.log10(losses.max()) - np.log10(losses.min()))
        tick = "D2" if n_decades < _FEW_DECADES else math.ceil(n_decades / _MOST_TICKS)
        figure.update_yaxes(type="log", dtick=tick, nticks=0)
    return figure


def _hover(name: str) -> str:
    return f"epoch %{{x}}<br>{name} %{{y:.5~g}}<extra></extra>"
