"""On how many digits gradient descent and least squares agree."""

from __future__ import annotations

import math
from typing import Final

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
