"""Histogram of residuals: does a row lie further off than chance explains?"""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.inference.findings import LOOK, SIGNIFICANT, Evidence, Finding, Topic
from linreg_core.inference.values import p_text, sentence, signed

_TOPIC: Final = Topic(
    "residual_histogram",
    "Histogram of residuals",
    "Look for bars far from the others: the rest should form one hump around 0.",
)
_TEST: Final = "Bonferroni outlier test"
_FAR: Final = 3.0
"""Studentised residuals beyond this are counted: about 1 in 370 of normal ones is."""
_ROWS_NAMED: Final = 5


def find_outliers(evidence: Evidence) -> Finding:
    """Return what the histogram of residuals shows."""
    if evidence.silence:
        return _TOPIC.silent(evidence.silence, _TEST)
    studentized = evidence.diagnostics.studentized
    sizes = np.nan_to_num(np.abs(studentized), nan=0.0)
    first = int(np.argmax(sizes))
    p, most = outlier_p(float(sizes[first]), evidence), float(studentized[first])
    far = int(np.count_nonzero(sizes > _FAR))  # rows of the table, however often they stand
    name = evidence.rows_text([first])
    said = f"studentised residual {signed(most)}, Bonferroni {p_text(p)}"
    if p >= SIGNIFICANT:
        found = f"No row is out of line: the furthest is {name} ({said})."
        return _TOPIC.finding(found, _TEST, most, p)
    side = "above" if most > 0 else "below"
    found = f"{sentence(name)} lies further {side} the fit than chance explains ({said})"
    if far > 1:
        found += f"; {far:,} rows lie beyond {_FAR:g} standard deviations"
    rows = np.argsort(-sizes, kind="stable")[: min(far, _ROWS_NAMED)]
    return _TOPIC.finding(f"{found}.", _TEST, most, p, LOOK, evidence.positions(rows))


def outlier_p(size: float, evidence: Evidence) -> float:
    """Return the two-sided p value of the largest of n studentised residuals (Bonferroni)."""
    from scipy import special

    tail = float(special.stdtr(evidence.fit.df_residual - 1, -size))
    return min(1.0, 2.0 * evidence.fit.n_samples * tail)
