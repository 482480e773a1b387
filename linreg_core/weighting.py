"""Weights of rows: what they may be, and what they are relative to one another.

The loss of a set of rows is sum(w_i l_i) / sum(w_i). With v = w / mean(w) that is the mean of
v_i l_i, which is how everything here computes it: a minibatch's loss is that mean over its rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from linreg_core.arrays import FloatArray, frozen, frozen_floats
from linreg_core.errors import DataError
from linreg_core.limits import FREQUENCY, LARGEST_WEIGHT, SMALLEST_WEIGHT


def checked_weights(values: ArrayLike, kind: str, n_samples: int) -> FloatArray:
    """Return the weights of `n_samples` rows as the core keeps arrays.

    Raises DataError when there is not one for each row, or one is not > 0 and within a range that
    keeps all digits, or, of the kind "frequency", not whole.
    """
    weights = frozen_floats("weights", values, 1)
    if len(weights) != n_samples:
        raise DataError(
            f"`weights` must have one value for each of the {n_samples} rows. Got {len(weights)}."
        )
    is_fine = (weights >= SMALLEST_WEIGHT) & (weights <= LARGEST_WEIGHT)
    if not is_fine.all():
        row = int(np.argmin(is_fine))
        raise DataError(
            f"`weights` must be > 0, from {SMALLEST_WEIGHT:g} to {LARGEST_WEIGHT:g}. "
            f"Row {row} has {weights[row]}: leave it out, or measure weights in another unit."
        )
    if kind == FREQUENCY and (weights != np.round(weights)).any():
        row = int(np.argmax(weights != np.round(weights)))
        raise DataError(
            f"Frequency weights must be whole numbers. Row {row} has {weights[row]}: "
            f"use analytic weights."
        )
    return weights


def relative_weights(weights: FloatArray | None) -> FloatArray | None:
    """Return weights over their mean, read-only; None where all rows count alike.

    >>> relative_weights(np.array([1.0, 3.0]))
    array([0.5, 1.5])
    """
    if weights is None or not len(weights):
        return None
    return frozen(np.asarray(weights / np.mean(weights)))
