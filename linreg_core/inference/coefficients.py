"""A report's table of coefficients."""

from __future__ import annotations

from dataclasses import dataclass

INTERCEPT = "intercept"


@dataclass(frozen=True)
class Coefficient:
    """One row of the table, in units of the target per unit of the feature.

    `low` and `high` bound the 95 % confidence interval, `p` belongs to the two-sided test of 0,
    and `vif` is the variance inflation factor. `learned` is what gradient descent found, and
    `digits` the number of decimal digits on which it agrees with `estimate`. What cannot be
    known is None: everything but `estimate` (0 then) where the feature is superfluous.
    """

    name: str
    estimate: float
    standard_error: float | None = None
    t: float | None = None
    p: float | None = None
    low: float | None = None
    high: float | None = None
    vif: float | None = None
    learned: float | None = None
    digits: float | None = None
    is_intercept: bool = False
    is_estimated: bool = True
