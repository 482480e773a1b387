"""Few weighted rows that stand for many: the same means, the same sums of products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, frozen
from linreg_core.errors import DataError
from linreg_core.limits import FREQUENCY
from linreg_core.problem import Problem
from linreg_core.scale.row_triangle import RowTriangle
from linreg_core.types import Dataset, TermColumns

STAND_INS: Final = "stand-ins"


def stand_in_dataset(
    train: RowTriangle,
    test: RowTriangle | None = None,
    feature_names: Sequence[str] = (),
    target_name: str = "y",
    terms: tuple[TermColumns, ...] = (),
    target_transform: str = "identity",
    name: str = STAND_INS,
) -> Dataset:
    """Return rows with frequency weights that have the means and products of all rows.

    Whatever depends on the rows only by these comes out as from all rows, to rounding: full-batch
    training with a squared loss, least squares, its tests, theory. Minibatches and other losses do
    not (`TrainConfig.check_needs_no_rows`). There are at most 2 k + 1 of them for k columns of
    [X y], and never more than rows: the mean, and pairs that are as far above as below it. Those of
    `test` come after those of `train`; `stand_in_problem` tells them apart.

    Raises DataError when the triangles are not of the same columns.
    """
    parts = [_stand_ins(train)]
    if test is not None:
        if len(test.R) != len(train.R):
            raise DataError(
                f"Training and test rows must have the same columns. Got {len(train.R) - 1} and "
                f"{len(test.R) - 1}, the target among them."
            )
        parts.append(_stand_ins(test))
    rows = np.concatenate([rows for rows, _ in parts])
    return Dataset(
        name,
        frozen(np.ascontiguousarray(rows[:, :-1])),
        frozen(rows[:, -1].copy()),
        tuple(feature_names),
        target_name,
        weights=np.concatenate([counts for _, counts in parts]),
        weight_kind=FREQUENCY,
        terms=terms,
        target_transform=target_transform,
    )


def stand_in_problem(
    dataset: Dataset,
    test: RowTriangle | None = None,
    standardize: bool = False,
    fit_intercept: bool = True,
) -> Problem:
    """Return the problem of stand-ins, those of `test` (as they were made with) for the test."""
    n_test = 0 if test is None else n_stand_ins(test)
    return Problem.from_dataset(
        dataset,
        test_fraction=n_test / dataset.n_samples,
        split="sequential",
        standardize=standardize,
        fit_intercept=fit_intercept,
    )


def n_stand_ins(triangle: RowTriangle) -> int:
    """Return how many rows stand for those of a triangle."""
    return min(most_stand_ins(len(triangle.centred)), triangle.n_samples)


def most_stand_ins(n_columns: int) -> int:
    """Return how many rows stand for any number of rows, with the target's so many columns."""
    return 2 * n_columns + 1


def _stand_ins(triangle: RowTriangle) -> tuple[FloatArray, FloatArray]:
    """Return rows (m, k) in original units and how often each stands, (m,)."""
    n_rows, k = n_stand_ins(triangle), len(triangle.centred)
    if n_rows < most_stand_ins(k):
        steps, counts = _few(triangle.centred, n_rows), np.ones(n_rows)
    else:
        steps, counts = _pairs(triangle.centred, triangle.n_samples)
    at = triangle.coordinates
    return (steps + triangle.means) * at.scale + at.centre, counts


def _pairs(centred: FloatArray, n_samples: int) -> tuple[FloatArray, FloatArray]:
    """Return each row of the triangle and its opposite, and the mean for what is left.

    A pair that stands w times each is a row over the root of 2 w, so that its squares sum up to
    the row's. Counts are whole numbers, as even as can be.
    """
    k, half = len(centred), (n_samples - 1) // 2
    counts = half // k + (np.arange(k) < half % k).astype(np.float64)
    steps = centred / np.sqrt(2.0 * counts)[:, np.newaxis]
    rest = float(n_samples - 2 * half)
    return np.concatenate([steps, -steps, np.zeros((1, k))]), np.array([*counts, *counts, rest])


def _few(centred: FloatArray, n_rows: int) -> FloatArray:
    """Return n_rows rows about the mean with the triangle's products.

    They are an orthonormal basis of what sums up to 0, times the n_rows - 1 directions that so few
    rows can have.
    """
    _, sizes, directions = np.linalg.svd(centred)
    steps = (sizes[:, np.newaxis] * directions)[: n_rows - 1]
    steps[:, ~centred.any(axis=0)] = 0.0
    basis = np.linalg.qr(np.eye(n_rows) - 1.0 / n_rows)[0][:, : len(steps)]
    return np.asarray(basis @ steps)
