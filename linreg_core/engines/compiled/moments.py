"""A squared loss from second moments: what an epoch costs then does not depend on the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import FloatArray, frozen
from linreg_core.engines.compiled.data import (
    ALL_ROWS,
    loop_weights,
    problem_rows,
    work_memory,
)
from linreg_core.engines.compiled.registries import loss_index
from linreg_core.engines.compiled.values import TILE_ROWS, TOGETHER, Quadratic, Rows
from linreg_core.losses import LOSSES

if TYPE_CHECKING:
    from linreg_core.engines.compiled.kernels import Kernels
    from linreg_core.problem import Problem

MOST_FEATURES: Final = 512
PASSES: Final = 3
"""What the moments of a few features cost, in passes over the rows."""
FEATURES_A_PASS: Final = 16
"""How many more features make them cost one more pass."""
NEARLY_EXACT: Final = 1e-4
"""Below this part of the target's variance, the anchor's loss is taken from the rows themselves."""
GUESSED_ROWS: Final = 1_024
"""Of about so many rows, evenly spaced, the means are taken that columns are shifted by."""
LEAST_ROWS: Final = 40_000
"""Rows whose reading is to be saved, all passes together, before moments pay."""
SMALLEST_SQUARE: Final = 1e-290
"""Smaller squares have lost digits, where they are not 0 at all."""

Quadratics = tuple[Quadratic | None, Quadratic | None]


def quadratics(kernels: Kernels, problem: Problem, loss: str, n_passes: int) -> Quadratics:
    """Return the loss on the training rows and on the test rows; None where rows serve better.

    That is: the loss is not squared, moments would cost more than the `n_passes` over the rows
    that they save, or they are out of a float's range; or there are no test rows. Computed once
    per problem.
    """
    n_features, curvature = problem.n_features, LOSSES[loss].curvature
    saved_passes = n_passes - PASSES - n_features // FEATURES_A_PASS
    pays = saved_passes * problem.n_train > LEAST_ROWS and problem.n_train > n_features
    if curvature is None or n_features > MOST_FEATURES or not pays:
        return None, None
    train, test = problem.memo.get("quadratics", lambda: _mean_squares(kernels, problem))
    return train and _times(train, curvature / 2), test and _times(test, curvature / 2)


def _times(quadratic: Quadratic, factor: float) -> Quadratic:
    return quadratic._replace(
        loss=factor * quadratic.loss,
        slope=factor * quadratic.slope,
        curvature=factor * quadratic.curvature,
    )


def _mean_squares(kernels: Kernels, problem: Problem) -> Quadratics:
    """Return the mean squared error on training and test rows, None where it is out of range."""
    with np.errstate(all="ignore"):
        train_part = (problem.X_train, problem.y_train, problem.v_train)
        means, scatter = _moments(kernels, problem, *train_part)
        if not np.isfinite(scatter).all():
            return None, None
        train, is_exact = _about_minimum(kernels, means, scatter, problem.fit_intercept)
        train_rows, test_rows = problem_rows(problem, "mse", "float64")
        if not is_exact:
            train = _measured(kernels, train, train_rows)
        if not problem.n_test:
            return train, None
        test_part = (problem.X_test, problem.y_test, problem.v_test)
        means, scatter = _moments(kernels, problem, *test_part)
        if not np.isfinite(scatter).all():
            return train, None
        test = train._replace(mean=means[:-1].copy(), scatter=scatter[:-1, :-1].copy())
        return train, _measured(kernels, test, test_rows)


def _moments(
    kernels: Kernels, problem: Problem, X: FloatArray, y: FloatArray, v: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return the means (n_features + 1,) and covariances of [X y] in training coordinates.

    Without an intercept the means count as 0 and nothing is centred. The covariances are not
    finite where squares overflow or are so small that they lose digits.
    """
    shift, offset, scatter = row_moments(kernels, X, y, v, problem.fit_intercept)
    means = shift + offset
    if not problem.standardize:
        return means, scatter
    scale = np.append(problem.x_scale, problem.y_scale)
    means -= np.append(problem.x_mean, problem.y_mean)
    return means / scale, scatter / np.outer(scale, scale)


def row_moments(
    kernels: Kernels,
    X: FloatArray,
    y: FloatArray,
    v: FloatArray | None = None,
    is_centred: bool = True,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shift and offset (n_features + 1,) of [X y]'s columns, and their covariances.

    The means are shift + offset: apart they have more digits than a float. `v` are the rows'
    weights over their mean. Not centred, the means count as 0. The covariances are not finite where
    squares overflow or are so small that they lose digits.
    """
    size = X.shape[1] + 1
    room = -(-size // TOGETHER) * TOGETHER
    tile, products = np.zeros((room + 1, TILE_ROWS)), np.zeros((room, room))
    offset, scatter = np.zeros(room), np.empty((size, size))
    shift = np.zeros(size)
    if is_centred:
        step = -(-len(y) // GUESSED_ROWS)
        shift = np.append(X[::step].mean(axis=0), y[::step].mean())
    X, y, means = frozen(X.view()), frozen(y.view()), shift.copy()
    kernels.moments(X, y, loop_weights(v), is_centred, tile, products, offset, means, scatter)
    squares = np.abs(scatter.diagonal())
    if ((squares > 0) & (squares < SMALLEST_SQUARE)).any():
        scatter[:] = np.nan
    return shift, offset[:size], scatter


def _about_minimum(
    kernels: Kernels, means: FloatArray, scatter: FloatArray, fit_intercept: bool
) -> tuple[Quadratic, bool]:
    """Return the mean squared error expanded about its minimum, and whether its loss is exact."""
    products, covariances, variance = scatter[:-1, :-1], scatter[:-1, -1], float(scatter[-1, -1])
    products, covariances = products.copy(), covariances.copy()
    weights = np.empty_like(covariances)
    kernels.solve(products, covariances, np.empty((4, len(weights))), weights)
    slope = 2 * (products @ weights - covariances)
    loss = variance + float(weights @ (slope / 2 - covariances))
    bias = means[-1] - means[:-1] @ weights if fit_intercept else 0.0
    quadratic = Quadratic(
        anchor=np.append(weights, bias),
        loss=loss,
        slope=np.append(slope, 0.0),
        mean=means[:-1].copy(),
        scatter=products,
        curvature=2.0,
    )
    return quadratic, loss > NEARLY_EXACT * variance


def _measured(kernels: Kernels, quadratic: Quadratic, rows: Rows) -> Quadratic:
    """Return it with the anchor's loss and slope as the rows tell them."""
    n_features = len(quadratic.mean)
    slope: Any = np.empty(n_features + 1)
    work = work_memory(n_features, "float64")
    loss = kernels.rows_gradient(
        rows, ALL_ROWS, 0, len(rows.y), loss_index("mse"), quadratic.anchor, work, slope
    )
    return quadratic._replace(loss=loss, slope=slope)
