"""Residuals in the order of the rows: do neighbours resemble one another?"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.inference.findings import FINE, LOOK, SIGNIFICANT, Evidence, Finding, Topic
from linreg_core.inference.fit import Fit
from linreg_core.inference.row_order import sequence_of
from linreg_core.inference.values import p_text
from linreg_core.numerics.design import row_parts
from table_reader.wording import shown

_TOPIC: Final = Topic(
    "residuals_by_order",
    "Residuals in order",
    "Look for waves or a drift: from one row to the next, residuals should jump about 0 by chance.",
)
_TEST: Final = "Durbin-Watson"
ALIKE: Final = 0.5
"""A statistic is worth a look when it is at least this far from 2: neighbours then correlate by
about half of it, 0.25."""
_NO_PATTERN, _MOST = 2.0, 4.0
_FEW_COEFFICIENTS: Final = 0.02
"""Of the square root of n: so few move the mean by less than a hundredth of the deviation."""


def find_order(evidence: Evidence) -> Finding:
    """Return what the residuals show in the order of their rows."""
    statistic = evidence.diagnostics.durbin_watson
    if evidence.fit.counts is not None:
        found = "Frequency weights make several rows of one, which have no order."
        return _TOPIC.silent(found, _TEST)
    if evidence.silence or statistic is None:
        return _TOPIC.silent(evidence.silence or "Every residual is 0.", _TEST)
    sequence = sequence_of(evidence.fit.problem, evidence.order)
    if _is_sorted_by_target(evidence.fit, sequence):
        found = "The rows are sorted by the target, which alone makes neighbours alike."
        return _TOPIC.silent(found, _TEST)
    p = durbin_watson_p(evidence.fit, statistic, sequence)
    found, verdict = _words(statistic, p, evidence)
    return _TOPIC.finding(found, _TEST, statistic, p, verdict)


def durbin_watson_p(fit: Fit, statistic: float, sequence: IntArray | None = None) -> float:
    """Return the two-sided p value of independent normal errors, close to the exact one.

    A quarter of the statistic is taken to have the beta distribution with its own mean and
    variance. Source: Durbin and Watson (1951), Testing for serial correlation in least squares
    regression II, section 4.
    """
    from scipy import special

    mean, variance = (
        value / _MOST**power for power, value in enumerate(durbin_watson_moments(fit, sequence), 1)
    )
    size = mean * (1.0 - mean) / variance - 1.0
    a, b, at = mean * size, (1.0 - mean) * size, statistic / _MOST
    tail = min(float(special.betainc(a, b, at)), float(special.betainc(b, a, 1.0 - at)))
    return min(1.0, 2.0 * tail)


def durbin_watson_moments(fit: Fit, sequence: IntArray | None = None) -> tuple[float, float]:
    """Return the mean and variance of the Durbin-Watson statistic of independent errors.

    With D the differences of neighbours, A = D'D and M = I - Q Q' they follow from the traces of
    M A and (M A)^2. Where rows are so many that no coefficient matters to them, 2 and 4 / n.
    Source: Durbin and Watson (1950).
    """
    n_rows, df = fit.n_samples, fit.df_residual
    if fit.n_parameters <= _FEW_COEFFICIENTS * math.sqrt(n_rows):
        return 2.0, 4.0 / n_rows
    inside, bent = np.zeros((fit.n_parameters, fit.n_parameters)), 0.0
    for rows in row_parts(n_rows, fit.design.n_columns):
        first, last = max(rows.start - 1, 0), min(rows.stop + 1, n_rows)
        Q = fit.q(slice(first, last) if sequence is None else sequence[first:last])
        steps = np.diff(Q, axis=0)  # into each row, and out of the last one
        ends = (int(rows.start == 0), int(rows.stop == n_rows))
        steps = np.pad(steps, (ends, (0, 0)))
        inside += steps[:-1].T @ steps[:-1]
        bent += float(np.square(steps[:-1] - steps[1:]).sum())
    trace = 2.0 * (n_rows - 1) - float(np.trace(inside))
    squares = 6.0 * n_rows - 8.0 - 2.0 * bent + float(np.square(inside).sum())
    return trace / df, 2.0 * (df * squares - trace**2) / (df**2 * (df + 2.0))


def _is_sorted_by_target(fit: Fit, sequence: IntArray | None) -> bool:
    y = fit.problem.y_train if sequence is None else fit.problem.y_train[sequence]
    return bool((y[:-1] <= y[1:]).all() or (y[:-1] >= y[1:]).all())


def _words(statistic: float, p: float, evidence: Evidence) -> tuple[str, str]:
    by = f"by {shown(evidence.order.name)}" if evidence.order else "in the file"
    said, rows = f"{_TEST} {statistic:.2f}, {p_text(p)}", f"Rows that follow one another {by}"
    if p >= SIGNIFICANT:
        return f"{rows} say nothing of each other's residuals ({said}).", FINE
    if abs(statistic - _NO_PATTERN) < ALIKE:
        what = "a little alike" if statistic < _NO_PATTERN else "a little unlike"
        return f"{rows} are {what} in their residuals ({said}).", FINE
    if statistic > _NO_PATTERN:
        # Lists of people alternate by chance, or because two kinds were written down in turn.
        found = f"{rows} lie above and below the fit in turn ({said})"
        return f"{found}: the usual standard errors are rather too large.", _verdict(evidence)
    return (
        f"{rows} are alike in their residuals ({said}): the usual standard errors count them as "
        f"independent; where the order is that of time, those of Newey and West do not.",
        LOOK,
    )


def _verdict(evidence: Evidence) -> str:
    return LOOK if evidence.order else FINE
