"""Which rows cross-validation leaves out together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from linreg_core.arrays import IntArray

N_FOLDS: Final = 10


def n_folds(n_samples: int) -> int:
    """Return the number of folds: 10, or one for every row where there are fewer."""
    return min(N_FOLDS, n_samples)


def folds(n_samples: int, seed: int) -> Iterator[IntArray]:
    """Yield the rows of each fold, in their order: they are dealt in an order drawn with `seed`.

    >>> [rows.tolist() for rows in folds(3, seed=0)]
    [[2], [0], [1]]
    """
    count = n_folds(n_samples)
    order = np.random.default_rng(seed).permutation(n_samples)
    for k in range(count):
        yield np.sort(order[k::count])
