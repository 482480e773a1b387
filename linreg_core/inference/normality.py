"""Normal Q-Q: are the residuals distributed like a bell curve?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.findings import FINE, LOOK, SIGNIFICANT, Evidence, Finding, Topic
from linreg_core.inference.values import p_text, signed

_TOPIC: Final = Topic(
    "normal_qq",
    "Normal Q-Q",
    "Look for points that leave the diagonal: on it, the residuals are normally distributed.",
)
SHAPIRO_WILK: Final = "Shapiro-Wilk test"
JARQUE_BERA: Final = "Jarque-Bera test"
MOST_SHAPIRO_ROWS: Final = 5000
"""Up to here Shapiro and Wilk's test, which is the sharper one; its p values end there."""
SAME: Final = 1e-12
"""Residuals that differ by less than this part of their size differ by rounding."""
SKEWED: Final = 0.5
"""Skewness from which on a distribution is visibly lopsided."""
HEAVY: Final = 1.0
"""Excess kurtosis from which on tails are visibly heavy (or light, below its negative)."""


@dataclass(frozen=True)
class Shape:
    """A test of normality, with the (population) skewness and excess kurtosis behind it."""

    test: str
    statistic: float
    p: float
    skewness: float
    kurtosis: float


def find_normality(evidence: Evidence) -> Finding:
    """Return what the normal Q-Q picture shows."""
    standardized = evidence.diagnostics.standardized_residuals
    name = SHAPIRO_WILK if evidence.fit.n_samples <= MOST_SHAPIRO_ROWS else JARQUE_BERA
    if evidence.silence:
        return _TOPIC.silent(evidence.silence, name)
    standardized = evidence.fit.repeated(standardized)
    shape = normality_test(standardized)
    if shape is None:
        return _TOPIC.silent("All residuals are the same.", name)
    said = f"{shape.test.removesuffix(' test')} {p_text(shape.p)}"
    words = _shape_words(shape)
    if shape.p >= SIGNIFICANT:
        found, verdict = f"The residuals look normal ({said}).", FINE
    elif not words:
        found, verdict = f"The residuals are not quite normal ({said}), but nearly so.", FINE
    else:
        found, verdict = (
            f"The residuals are not normal ({said}): {words}, which makes prediction intervals "
            f"rough.",
            LOOK,
        )
    return _TOPIC.finding(found, shape.test, shape.statistic, shape.p, verdict)


def normality_test(standardized: FloatArray) -> Shape | None:
    """Return Shapiro and Wilk's test up to 5,000 residuals, Jarque and Bera's beyond.

    JB = n / 6 (skewness^2 + excess kurtosis^2 / 4), chi-squared with 2 degrees of freedom. None
    where the residuals are all the same. Source: Shapiro and Wilk (1965); Jarque and Bera (1980).
    """
    values = standardized[~np.isnan(standardized)]
    if np.ptp(values) <= SAME * np.abs(values).max():
        return None
    skewness, kurtosis = _moments(values)
    if len(values) <= MOST_SHAPIRO_ROWS:
        from scipy import stats

        result = stats.shapiro(values)
        return Shape(
            SHAPIRO_WILK, float(result.statistic), float(result.pvalue), skewness, kurtosis
        )
    from scipy import special

    statistic = len(values) / 6 * (skewness**2 + kurtosis**2 / 4)
    return Shape(JARQUE_BERA, statistic, float(special.chdtrc(2, statistic)), skewness, kurtosis)


def _moments(values: FloatArray) -> tuple[float, float]:
    centred = values - values.mean()
    squares = np.square(centred)
    variance = float(squares.mean())
    skewness = float(centred @ squares) / len(values) / variance**1.5
    return skewness, float(squares @ squares) / len(values) / variance**2 - 3.0


def _shape_words(shape: Shape) -> str:
    words = []
    if abs(shape.skewness) >= SKEWED:
        side = "above" if shape.skewness > 0 else "below"
        words.append(f"the long tail lies {side} the line (skewness {signed(shape.skewness)})")
    if shape.kurtosis >= HEAVY:
        words.append(f"large ones are too frequent (excess kurtosis {signed(shape.kurtosis)})")
    elif shape.kurtosis <= -HEAVY:
        words.append(f"the tails are too short (excess kurtosis {signed(shape.kurtosis)})")
    return " and ".join(words)
