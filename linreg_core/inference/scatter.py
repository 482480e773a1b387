"""Scale-location: do the residuals scatter alike at small and at large predictions?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.findings import FINE, LOOK, SIGNIFICANT, Evidence, Finding, Topic
from linreg_core.inference.values import p_text

_TOPIC: Final = Topic(
    "scale_location",
    "Scale-location",
    "Look for a slope or a hump: the points should scatter alike from left to right.",
)
BREUSCH_PAGAN: Final = "Breusch-Pagan test"
WHITE: Final = "White test"
UNEVEN_RATIO: Final = 1.5
"""A scatter is worth a look when one third's is at least this many times another's."""
_NEW_PART: Final = 1e-8


@dataclass(frozen=True)
class Scatter:
    """A test of constant variance, and the spread of the lower, middle and upper third."""

    test: str
    statistic: float
    p: float
    thirds: tuple[float, float, float]


def find_scatter(evidence: Evidence) -> Finding:
    """Return what the scale-location picture shows."""
    if evidence.silence:
        return _TOPIC.silent(evidence.silence, BREUSCH_PAGAN)
    fit, standardized = evidence.fit, evidence.diagnostics.standardized_residuals
    fitted, residuals = fit.repeated(evidence.diagnostics.fitted), fit.repeated(fit.residuals)
    thirds = spread_in_thirds(fitted, fit.repeated(standardized))
    tests = variance_tests(fitted, residuals)
    if not tests or thirds is None:
        found = "The fitted values are too few to compare the scatter at different ones."
        return _TOPIC.silent(found, BREUSCH_PAGAN)
    # White's test sees humps too, but is asked only where the simpler one finds nothing.
    chosen = next((test for test in tests if test[2] < SIGNIFICANT), tests[0])
    scatter = Scatter(*chosen, thirds)
    found, verdict = _words(scatter)
    return _TOPIC.finding(found, scatter.test, scatter.statistic, scatter.p, verdict)


def variance_tests(fitted: FloatArray, residuals: FloatArray) -> list[tuple[str, float, float]]:
    """Return (name, statistic, p) of Breusch-Pagan's and of White's test, where they apply.

    Both are n R2 of the squared residuals regressed on 1 and the fitted values v (1 degree of
    freedom), White's special form on v^2 too (2 degrees). Source: Koenker (1981), A note on
    studentizing a test for heteroscedasticity; Wooldridge, Introductory econometrics, 8.3.
    """
    from scipy import special

    squares = np.square(residuals)
    squares -= squares.mean()
    total = float(squares @ squares)
    v = _standardised(fitted)
    tests: list[tuple[str, float, float]] = []
    if total == 0.0 or v is None:
        return tests
    linear = float(v @ squares) ** 2 / len(v)
    explained, bent = linear, _bent(v)
    tests.append((BREUSCH_PAGAN, len(v) * explained / total, 1))
    if bent is not None:
        explained += float(bent @ squares) ** 2 / float(bent @ bent)
        tests.append((WHITE, len(v) * explained / total, 2))
    return [(name, lm, float(special.chdtrc(df, lm))) for name, lm, df in tests]


def spread_in_thirds(
    fitted: FloatArray, standardized: FloatArray
) -> tuple[float, float, float] | None:
    """Return the root mean square residual among the lowest, middle and highest predictions."""
    cuts = (len(fitted) // 3, len(fitted) - 1 - len(fitted) // 3)
    low, high = np.partition(fitted, cuts)[list(cuts)]
    if not low < high:
        return None
    parts = (fitted <= low, (low < fitted) & (fitted < high), fitted >= high)
    first, middle, last = (_root_mean_square(standardized[part]) for part in parts)
    return None if math.isnan(first + last) else (first, middle, last)


def _root_mean_square(values: FloatArray) -> float:
    values = values[~np.isnan(values)]
    return math.sqrt(float(values @ values) / len(values)) if len(values) else math.nan


def _standardised(values: FloatArray) -> FloatArray | None:
    """Return values with mean 0 and mean square 1, None where they are all the same."""
    largest = float(np.abs(values).max())
    if largest == 0.0:
        return None
    values = values / largest
    values -= values.mean()
    size = math.sqrt(float(values @ values) / len(values))
    return None if size < _NEW_PART else values / size


def _bent(v: FloatArray) -> FloatArray | None:
    """Return what is new in v^2 beside 1 and v, None where it is nothing (two values of v)."""
    squares = np.square(v)
    squares -= 1.0
    size = float(squares @ squares)
    squares -= v * (float(v @ squares) / len(v))
    return squares if float(squares @ squares) > _NEW_PART * max(size, len(v)) else None


def _words(scatter: Scatter) -> tuple[str, str]:
    said = f"{scatter.test.removesuffix(' test')} {p_text(scatter.p)}"
    low, middle, high = scatter.thirds
    if scatter.p >= SIGNIFICANT:
        return f"The scatter is about the same everywhere ({said}).", FINE
    if scatter.test == BREUSCH_PAGAN and high >= UNEVEN_RATIO * low:
        return (
            f"The scatter grows with the prediction ({said}; {_times(high, low)} as wide in the "
            f"upper third as in the lower): intervals are too narrow for large values.",
            LOOK,
        )
    if scatter.test == BREUSCH_PAGAN and low >= UNEVEN_RATIO * high:
        return (
            f"The scatter shrinks as the prediction grows ({said}; {_times(low, high)} as wide "
            f"in the lower third as in the upper): intervals are too narrow for small values.",
            LOOK,
        )
    ends = math.sqrt((low**2 + high**2) / 2)
    if middle >= UNEVEN_RATIO * ends:
        return f"The scatter is widest at medium predictions ({said}).", LOOK
    if ends >= UNEVEN_RATIO * middle:
        return f"The scatter is narrowest at medium predictions ({said}).", LOOK
    return f"The scatter varies with the prediction ({said}), but only a little.", FINE


def _times(wide: float, narrow: float) -> str:
    return f"{wide / narrow:.1f} times" if narrow > 0 else "many times"
