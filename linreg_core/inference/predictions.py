"""Predictions of a report's fit, with their intervals and a warning where they extrapolate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions for n rows, in units of y; every array is (n,).

    `low` and `high` bound the 95 % prediction interval, where a new observation is expected;
    `confidence_low` and `confidence_high` the 95 % confidence interval of the mean itself. They
    are nan where no standard error exists. `reasons` says why a row extrapolates, "" elsewhere.
    """

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    confidence_low: FloatArray
    confidence_high: FloatArray
    is_extrapolation: NDArray[np.bool_]
    reasons: tuple[str, ...]
