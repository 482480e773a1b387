"""Residuals against fitted values: is there a bend that a straight line can't follow?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.findings import LOOK, SIGNIFICANT, Evidence, Finding, Topic
from linreg_core.inference.fit import Fit
from linreg_core.inference.values import p_text

_TOPIC: Final = Topic(
    "residuals_against_fitted",
    "Residuals against fitted values",
    "Look for a bend: the residuals should lie around 0 at every fitted value.",
)
_TEST: Final = "Ramsey RESET"
POWERS: Final = (2, 3)
BENT_SHARE: Final = 0.03
"""A bend is worth a look when it explains at least this part of the residual variance."""
_NEW_PART: Final = 1e-8
"""A power of the fitted values is tested when this part of its square is new."""


@dataclass(frozen=True)
class Bend:
    """Ramsey's test, and how much of the residual variance the powers would explain."""

    f: float
    p: float
    share: float


def find_curvature(evidence: Evidence) -> Finding:
    """Return what the residuals against the fitted values show."""
    if evidence.silence:
        return _TOPIC.silent(evidence.silence, _TEST)
    bend = reset_test(evidence.fit)
    if bend is None:
        found = "The features take so few values that no bend could show."
        return _TOPIC.silent(found, _TEST)
    said, share = f"{_TEST} {p_text(bend.p)}", _percent(bend.share)
    if bend.p >= SIGNIFICANT:
        found = f"No bend shows ({said})."
    elif bend.share < BENT_SHARE:
        found = f"There is a bend ({said}), but a slight one: {share} of the residual variance."
    else:
        found = (
            f"The residuals bend ({said}): a curve would explain {share} of their variance; "
            f"try a squared or a logarithmic column."
        )
        return _TOPIC.finding(found, _TEST, bend.f, bend.p, LOOK)
    return _TOPIC.finding(found, _TEST, bend.f, bend.p)


def reset_test(fit: Fit) -> Bend | None:
    """Return the F test of adding the squared and cubed fitted values to the features.

    With V the powers and M = I - Q Q', the residuals' sum of squares falls by
    e'V (V'M V)^-1 V'e. None where the powers add nothing new, or too few rows are left.
    Source: Ramsey (1969), Tests for specification errors in classical linear least-squares
    regression analysis.
    """
    spread = math.sqrt((fit.tss - fit.ssr) / fit.total_weight) if fit.tss > fit.ssr else 0.0
    if spread == 0.0:
        return None
    inside, squares, slope = _moments(fit, spread)
    new = squares - inside.T @ inside
    explained, n_new = _explained(new, np.diag(squares), slope)
    df = fit.df_residual - n_new
    if n_new == 0 or df < 1:
        return None
    from scipy import special

    explained = min(explained, fit.ssr)
    left = fit.ssr - explained
    f = (explained / n_new) / (left / df) if left > 0 else math.inf
    return Bend(f, float(special.fdtrc(n_new, df, f)), explained / fit.ssr)


def _moments(fit: Fit, spread: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return Q'V, V'V and V'e for the powers V (n, 2) of the fitted values over their spread."""
    size = len(POWERS)
    inside, squares = np.zeros((fit.n_parameters, size)), np.zeros((size, size))
    slope = np.zeros(size)
    for rows, Q, fitted in fit.parts():
        V = np.column_stack([(fitted / spread) ** power for power in POWERS])
        if fit.roots is not None:
            V *= fit.roots[rows, np.newaxis]
        counted = fit.counted(V, rows)
        inside += Q.T @ counted
        squares += V.T @ counted
        slope += counted.T @ fit.residuals[rows]
    return inside, squares, slope


def _explained(new: FloatArray, sizes: FloatArray, slope: FloatArray) -> tuple[float, int]:
    """Return slope' new^-1 slope over the powers that are not determined by what is there."""
    total, count = 0.0, 0
    for column in range(len(slope)):
        size = new[column, column]
        if not size > _NEW_PART * sizes[column]:
            continue
        total += float(slope[column] ** 2 / size)
        count += 1
        share = new[column] / size
        slope = slope - share * slope[column]
        new = new - np.outer(share, new[column])
    return total, count


def _percent(share: float) -> str:
    if share > 0.99:
        return "practically all"
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"
