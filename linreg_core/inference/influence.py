"""Leverage: does the fit hang on single rows?"""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.inference.diagnostics import FULL_LEVERAGE
from linreg_core.inference.findings import LOOK, Evidence, Finding, Topic
from linreg_core.inference.fit import Fit
from linreg_core.inference.values import sentence

_TOPIC: Final = Topic(
    "leverage",
    "Leverage",
    "Look for points far to the right and far from 0: alone, they can turn the fit.",
)
_TEST: Final = "Cook's distance"
DECISIVE: Final = 1.0
"""A row with a larger Cook's distance decides the fit. Source: Cook and Weisberg (1982)."""
NOTABLE: Final = 0.5
"""From here on a row has a say in the fit; smaller distances hardly move it."""
_FEW_ROWS: Final = 50
"""With fewer rows some row reaches NOTABLE by chance (every second time with 12 rows and 2
features), so that only DECISIVE deserves a look."""
UNUSUAL: Final = 4.0
"""Rows with more than this over n stand out among the others: the picture names them."""
_ROWS_NAMED: Final = 3


def find_influence(evidence: Evidence) -> Finding:
    """Return what the leverage picture shows."""
    why = _silence(evidence.fit)
    if why:
        return _TOPIC.silent(why, _TEST)
    alone = np.flatnonzero(evidence.diagnostics.leverage > FULL_LEVERAGE)
    if len(alone):
        return _alone(evidence, alone)
    distances = evidence.diagnostics.cooks_distance
    rows, most = most_influential(evidence), float(np.nanmax(distances))
    least = DECISIVE if evidence.fit.n_samples < _FEW_ROWS else NOTABLE
    if most >= least:
        return _notable(evidence, rows[distances[rows] >= least], most)
    found = (
        f"No single row decides the fit: the most influential is "
        f"{evidence.rows_text(rows[:1])} (Cook's distance {most:.2g})."
    )
    return _TOPIC.finding(found, _TEST, most, rows=evidence.positions(rows))


def _silence(fit: Fit) -> str | None:
    """Why no row's influence can be told, or None where it can."""
    if fit.df_residual < 1:
        return "Every row is needed to determine the coefficients."
    if fit.n_parameters < 1:
        return "No coefficient is estimated that a row could influence."
    return "The fit is exact: every residual is 0, so no row pulls at it." if fit.is_exact else None


def most_influential(evidence: Evidence) -> IntArray:
    """Return the training rows with the largest distances above 4 / n, at least one, at most 3."""
    distances = np.nan_to_num(evidence.diagnostics.cooks_distance, nan=-1.0)
    count = min(_ROWS_NAMED, len(distances))
    rows = np.argpartition(distances, len(distances) - count)[len(distances) - count :]
    rows = rows[np.argsort(-distances[rows], kind="stable")]
    unusual = int(np.count_nonzero(distances[rows] > UNUSUAL / evidence.fit.n_samples))
    return np.asarray(rows[: max(1, unusual)])


def _notable(evidence: Evidence, rows: IntArray, most: float) -> Finding:
    is_one = len(rows) == 1
    distance = f"Cook's distance {'' if is_one else 'up to '}{most:.2g}"
    if most >= DECISIVE:
        say = "decides the fit" if is_one else "decide the fit"
    else:
        say = "has much to say about the fit" if is_one else "have much to say about the fit"
    found = (
        f"{sentence(evidence.rows_text(rows))} {say} ({distance}): compare "
        f"with a fit without {'it' if is_one else 'them'}."
    )
    return _TOPIC.finding(found, _TEST, most, None, LOOK, evidence.positions(rows))


def _alone(evidence: Evidence, rows: IntArray) -> Finding:
    if len(rows) == 1:
        rest = "alone determines a coefficient (leverage 1): no other row can confirm it."
    else:
        rest = "each determine a coefficient alone (leverage 1): no other row can confirm them."
    found = f"{sentence(evidence.rows_text(rows))} {rest}"
    return _TOPIC.finding(found, _TEST, None, None, LOOK, evidence.positions(rows[:_ROWS_NAMED]))
