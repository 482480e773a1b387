"""The ridge path and the lasso path of a problem, cross-validated without a look at its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from linreg_core.arrays import FloatArray, frozen, frozen_floats
from linreg_core.checks import broken
from linreg_core.errors import DataError
from linreg_core.limits import MAX_WEIGHT_DECAY
from linreg_core.regularised.folded_rows import FoldedRows, folded_rows
from linreg_core.regularised.homotopy import lasso_weights
from linreg_core.regularised.path import CrossValidation, PenaltyPath
from linreg_core.regularised.unit_moments import UnitMoments, Units, unit_pull
from table_reader.wording import counted, listed

if TYPE_CHECKING:
    from linreg_core.problem import Problem

N_PENALTIES: Final = 100
MOST_PATH_FEATURES: Final = 1_000
"""Paths of more features take minutes, and nobody can look at them."""
RIDGE_RANGE: Final = (1e2, 1e-5)
"""Half the penalties of ridge, in parts of the largest eigenvalue of the features' covariances."""
LASSO_RANGE: Final = (1e-4, 1e-2)
"""The smallest penalty of the lasso as a part of the largest: with more rows than features, and
with fewer."""

Solve = Callable[[UnitMoments], FloatArray]
"""The weights (k, n_features) of all penalties, in units."""


def ridge_path(problem: Problem, penalties: ArrayLike | None = None, seed: int = 0) -> PenaltyPath:
    """Return the minimisers of mean((X @ w + b - y)**2) + penalty / 2 * |w|**2.

    X, y, w and b are in the problem's training coordinates; the penalty is a run's `weight_decay`
    with the loss "mse". A run's decay acts on b as well, which changes nothing where training
    coordinates are standardised: b is 0 there, with and without it. Without `penalties` they are
    100 from one that leaves next to nothing of the weights down to one that hardly acts. All of
    them come from one eigendecomposition; folds are dealt with `seed`, as the report's.

    Raises ConfigError when a penalty is not > 0, DataError when the target or all features are
    constant, out of range, or more than 1,000.

    Source: Hoerl and Kennard (1970), Ridge regression.

    >>> from linreg_core import Dataset, Problem
    >>> line = Problem.from_dataset(Dataset("line", np.array([[-1.0], [1.0]]), [-1.0, 1.0]))
    >>> [round(weight, 9) for weight in ridge_path(line, [2.0, 6.0]).weights[:, 0].tolist()]
    [0.25, 0.5]
    """
    rows = _rows_of(problem, seed)
    ratio, moments = 1.0 / unit_pull(problem, rows.units), rows.moments()
    # A pull on squares does not scale with the target.
    ratio *= problem.y_scale / rows.units.y_size
    values, vectors = _eigen(moments, ratio)
    if penalties is None:
        top = min(2 * RIDGE_RANGE[0] * float(values.max()), MAX_WEIGHT_DECAY)
        penalties = _spaced(top, 2 * RIDGE_RANGE[1] * float(values.max()))
    chosen = checked_penalties(penalties)
    freedom = (values / (values + chosen[:, np.newaxis] / 2)).sum(axis=1)

    def solve(moments: UnitMoments) -> FloatArray:
        values, vectors = _eigen(moments, ratio)
        turned = (moments.slope * ratio) @ vectors
        return (turned / (values + chosen[:, np.newaxis] / 2)) @ vectors.T * ratio

    return _path("ridge", problem, rows, chosen, solve, freedom)


def lasso_path(problem: Problem, penalties: ArrayLike | None = None, seed: int = 0) -> PenaltyPath:
    """Return the minimisers of mean((X @ w + b - y)**2) + penalty * sum|w|.

    X, y, w and b are in the problem's training coordinates; the penalty is a run's `l1` with the
    loss "mse". Without `penalties` they are 100 from the smallest one that leaves all weights at 0
    down to a ten-thousandth of it (with fewer rows than features, a hundredth). Each fit starts at
    the one before; folds are dealt with `seed`, as the report's. Raises what `ridge_path` does.

    Source: Tibshirani (1996), Regression shrinkage and selection via the lasso.

    >>> from linreg_core import Dataset, Problem
    >>> line = Problem.from_dataset(Dataset("line", np.array([[-1.0], [1.0]]), [-1.0, 1.0]))
    >>> [round(weight, 9) for weight in lasso_path(line, [1.0, 2.0]).weights[:, 0].tolist()]
    [0.0, 0.5]
    """
    rows = _rows_of(problem, seed)
    pull, moments = unit_pull(problem, rows.units), rows.moments()
    if penalties is None:
        top = 2 * float((np.abs(moments.slope) / pull).max()) or 1.0
        penalties = _spaced(top, top * LASSO_RANGE[problem.n_train <= problem.n_features])
    chosen = checked_penalties(penalties)

    def solve(moments: UnitMoments) -> FloatArray:
        return lasso_weights(moments, pull, chosen)

    return _path("lasso", problem, rows, chosen, solve)


def checked_penalties(penalties: ArrayLike) -> FloatArray:
    """Return penalties (k,), the largest first. Raises ConfigError when they are not all > 0."""
    values = frozen_floats("penalties", penalties, 1)
    if not len(values) or not (np.isfinite(values) & (values > 0)).all():
        raise broken("penalties", "must be one finite number > 0 or more", values.tolist())
    return frozen(np.sort(values)[::-1].copy())


def _rows_of(problem: Problem, seed: int) -> FoldedRows:
    dataset = problem.dataset
    if problem.n_features > MOST_PATH_FEATURES:
        raise DataError(
            f"A path of penalties needs at most {MOST_PATH_FEATURES:,} features. Got "
            f"{problem.n_features:,}: choose fewer."
        )
    with np.errstate(all="ignore"):
        rows = problem.memo.get(("folded_rows", seed), lambda: folded_rows(problem, seed))
        moments = rows.moments()
    what = "varies" if problem.fit_intercept else "is not always 0"
    if not moments.variance > 0:
        raise DataError(
            f"Ridge and lasso need a target that {what}. {listed([dataset.target_name])} has one "
            f"value in all of {counted(problem.n_train, 'training row')}: use more rows or another "
            f"target."
        )
    if not (moments.gram.diagonal() > 0).any():
        raise DataError(
            f"Ridge and lasso need a column that {what}. Got {listed(dataset.feature_names)}, with "
            f"one value each in all of {counted(problem.n_train, 'training row')}: choose others."
        )
    return rows


def _spaced(largest: float, smallest: float) -> FloatArray:
    """Return penalties with equal ratios."""
    return np.geomspace(largest, smallest, N_PENALTIES)


def _eigen(moments: UnitMoments, ratio: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return eigenvalues and eigenvectors of the covariances in the coordinates of the penalty."""
    values, vectors = np.linalg.eigh(moments.gram * np.outer(ratio, ratio))
    return np.maximum(values, 0.0), vectors


def _path(
    kind: str,
    problem: Problem,
    rows: FoldedRows,
    penalties: FloatArray,
    solve: Solve,
    freedom: FloatArray | None = None,
) -> PenaltyPath:
    with np.errstate(all="ignore"):
        found = solve(rows.moments())
        weights, bias = rows.units.to_rows(found)
        validation = _validated(rows, solve)
        parts = zip(rows.factors, rows.totals, strict=True)
        no_bias = np.zeros(len(found))
        squares = sum(rows.mean_squares(part, 1.0, found, no_bias) for part, _ in parts)
    used = np.count_nonzero(found, axis=1).astype(np.float64)
    return PenaltyPath(
        kind=kind,
        problem=problem,
        penalties=penalties,
        weights=frozen(weights),
        bias=frozen(bias),
        degrees_of_freedom=frozen(used if freedom is None else freedom),
        train_loss=frozen(np.asarray(squares / rows.totals.sum())),
        variance=rows.moments().variance * rows.units.y_size**2,
        validation=validation,
        notes=tuple(_notes(problem, rows.units, validation)),
    )


def _validated(rows: FoldedRows, solve: Solve) -> CrossValidation | None:
    if len(rows.factors) < 2:
        return None
    errors = []
    for fold, moments in enumerate(rows.moments_without()):
        found = solve(moments)
        bias = moments.y_mean - found @ moments.x_mean
        total = float(rows.totals[fold])
        errors.append(rows.mean_squares(rows.factors[fold], total, found, bias))
    return CrossValidation.of_folds(np.array(errors), rows.totals)


def _notes(problem: Problem, units: Units, validation: CrossValidation | None) -> Iterator[str]:
    still = [
        name
        for name, column in zip(problem.dataset.feature_names, problem.X_train.T, strict=True)
        if column.max() == column.min() and (problem.fit_intercept or column[0] == 0)
    ]
    if still:
        yield f"{listed(still)} does not vary in the training rows: its weight is 0."
    if validation is None:
        yield "One training row cannot be cross-validated: no penalty is better than another."
