"""On how many digits gradient descent and least squares agree."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from linreg_core.inference.coefficients import Coefficient
    from linreg_core.types import Params

MOST_DIGITS: Final = 16.0
"""A float64 has no more."""


def agreeing_digits(learned: float, estimate: float) -> float:
    """Return -log10(|learned - estimate| / |estimate|), between 0 and 16.

    Where the estimate is 0 only 0 agrees with it, on all digits; inf and nan never agree.

    >>> round(agreeing_digits(1.001, 1.0), 3), agreeing_digits(2.0, 2.0), agreeing_digits(5.0, 1.0)
    (3.0, 16.0, 0.0)
    """
    if learned == estimate and math.isfinite(estimate):
        return MOST_DIGITS
    if estimate == 0 or not (math.isfinite(learned) and math.isfinite(estimate)):
        return 0.0
    difference = abs(learned - estimate) / abs(estimate)
    return min(MOST_DIGITS, max(0.0, -math.log10(difference))) if difference else MOST_DIGITS


def beside(
    coefficients: tuple[Coefficient, ...], learned: Params | None
) -> tuple[Coefficient, ...]:
    """Return the coefficients with the learned values beside them, or with none."""
    if learned is None:
        return tuple(replace(row, learned=None, digits=None) for row in coefficients)
    weights = iter(learned.weights.tolist())
    return tuple(
        _beside(row, learned.bias if row.is_intercept else next(weights)) for row in coefficients
    )


def _beside(row: Coefficient, learned: float) -> Coefficient:
    digits = agreeing_digits(learned, row.estimate) if row.is_determined else None
    return replace(row, learned=learned, digits=digits)
