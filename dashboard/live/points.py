"""Which rows of the data pictures show: every one, or a fair sample where there are many."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linreg_core import Problem
from linreg_core.arrays import FloatArray

MAX_POINTS = 5_000
MAX_POINTS_SEVERAL = 2_000  # of several features: all of them move, and 5,000 cost half the frames
MAX_POINTS_WIDE = 400  # of a wide run, whose every key frame carries a prediction for each
_SEED = 0


class ShownPoints(NamedTuple):
    """Rows in rising order, (k,), which are test rows, and X and y of them.

    They are positions in the data set, or among the rows that it says pictures are to show.
    """

    rows: NDArray[np.intp]
    is_test: NDArray[np.bool_]
    X: FloatArray
    y: FloatArray


def shown_points(problem: Problem, most: int) -> ShownPoints:
    """Return at most `most` rows, each as likely as every other; chosen once per problem."""
    return problem.memo.get(("shown_points", most), lambda: _choose(problem, most))


def _choose(problem: Problem, most: int) -> ShownPoints:
    dataset, test_rows = problem.dataset, problem.test_rows
    X, y = dataset.X, dataset.y
    if dataset.shown is not None:
        X, y, test_rows = dataset.shown.X, dataset.shown.y, test_rows[:0]
    rows = np.arange(len(y))
    if len(y) > most:
        generator = np.random.default_rng(_SEED)
        rows = np.sort(generator.choice(len(y), most, replace=False))
        X, y = X[rows], y[rows]
    return ShownPoints(rows, np.isin(rows, test_rows), X, y)
