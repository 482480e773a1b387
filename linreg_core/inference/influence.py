"""Leverage: does the fit hang on single rows?"""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.inference.diagnostics import FULL_LEVERAGE
from linreg_core.inference.findings import LOOK, Evidence, Finding, Picture
from linreg_core.inference.values import sentence

PICTURE: Final = Picture(
    "leverage",
    "Leverage",
    "Look for points far to the right and far from 0: alone, they can turn the fit.",
)
TEST: Final = "Cook's distance"
DECISIVE: Final = 1.0
"""A row with a larger Cook's distance decides about the fit. Source: Cook and Weisberg (1982)."""
NOTABLE: Final = 0.5
"""From here on a row has a say in the fit; smaller distances hardly move it."""
FEW_ROWS: Final = 50
"""With fewer rows some row reaches NOTABLE by chance (every second time with 12 rows and 2
features), so that only DECISIVE deserves a look."""
UNUSUAL: Final = 4.0
"""Rows with more than this over n stand out among the others: the picture names them."""
ROWS_NAMED: Final = 3


def find_influence(evidence: Evidence) -> Finding:
    """Return what the leverage picture shows."""
    if evidence.fit.is_exact:
        return PICTURE.finding("The fit is exact: leaving out a row would not change it.", TEST)
    if evidence.fit.df_residual < 1:
        return PICTURE.finding("Every row is needed to determine the coefficients.", TEST)
    if evidence.fit.n_parameters < 1:
        return PICTURE.finding("No coefficient is estimated that a row could influence.", TEST)
    alone = np.flatnonzero(evidence.diagnostics.leverage > FULL_LEVERAGE)
    if len(alone):
        return _alone(evidence, alone)
    distances = evidence.diagnostics.cooks_distance
    rows, most = most_influential(evidence), float(np.nanmax(distances))
    least = DECISIVE if len(distances) < FEW_ROWS else NOTABLE
    if most >= least:
        return _notable(evidence, rows[distances[rows] >= least], most)
    found = (
        f"No row decides about the fit: the most influential is "
        f"{evidence.rows_text(rows[:1])} (Cook's distance {most:.2g})."
    )
    return PICTURE.finding(found, TEST, most, rows=evidence.positions(rows))


def most_influential(evidence: Evidence) -> IntArray:
    """Return the training rows with the largest distances above 4 / n, at least one, at most 3."""
    distances = np.nan_to_num(evidence.diagnostics.cooks_distance, nan=-1.0)
    count = min(ROWS_NAMED, len(distances))
    rows = np.argpartition(distances, len(distances) - count)[len(distances) - count :]
    rows = rows[np.argsort(-distances[rows], kind="stable")]
    unusual = int(np.count_nonzero(distances[rows] > UNUSUAL / len(distances)))
    return np.asarray(rows[: max(1, unusual)])


def _notable(evidence: Evidence, rows: IntArray, most: float) -> Finding:
    verb = "decides" if most >= DECISIVE else "has much to say"
    many = "decide" if most >= DECISIVE else "have much to say"
    found = (
        f"{sentence(evidence.rows_text(rows))} {verb if len(rows) == 1 else many} about the fit "
        f"(Cook's distance {most:.2g}): compare it with a fit without "
        f"{'it' if len(rows) == 1 else 'them'}."
    )
    return PICTURE.finding(found, TEST, most, None, LOOK, evidence.positions(rows))


def _alone(evidence: Evidence, rows: IntArray) -> Finding:
    if len(rows) == 1:
        rest = "alone determines a coefficient (leverage 1): no other row can confirm it."
    else:
        rest = "each determine a coefficient alone (leverage 1): no other row can confirm them."
    found = f"{sentence(evidence.rows_text(rows))} {rest}"
    return PICTURE.finding(found, TEST, None, None, LOOK, evidence.positions(rows[:ROWS_NAMED]))
