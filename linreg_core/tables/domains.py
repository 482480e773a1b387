"""Which numbers a logarithm and a square root can take."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import BoolArray

NEEDS: Final = {"log": "above 0", "sqrt": "of 0 or more"}
OUTSIDE: Final = {"log": "0 or less", "sqrt": "below 0"}
"""What is said of the numbers that a transform takes, and of the others."""


def cannot_take(transform: str, values: NDArray[Any]) -> BoolArray:
    """Return for each value (n,) whether it has no such transform; nan counts as having one.

    >>> cannot_take("log", np.array([0.0, 1.0])).tolist()
    [True, False]
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(values <= 0 if transform == "log" else values < 0)
