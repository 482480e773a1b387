"""Since when a run is near for good: a loss that dips or spikes says nothing."""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray

WINDOW: Final = 5
"""Losses of which all but one must be near: one that dips or spikes says nothing."""


def first_lasting(near: BoolArray) -> int | None:
    """Return the first place that is near, as its window is but for one; None without any.

    >>> first_lasting(np.array([False, True, False, False, False, True, True, True]))
    5
    """
    if not near.any():
        return None
    first = int(near.argmax())
    if near[first : first + WINDOW].all():  # most often: a convolution takes ten times as long
        return first
    padded = np.append(near, np.full(WINDOW - 1, near[-1]))
    counts = np.convolve(padded, np.ones(WINDOW), mode="valid")
    lasting = np.flatnonzero(near & (counts > WINDOW - 1.5))
    return int(lasting[0]) if len(lasting) else None
