"""Losses of runs on few features, and what runs on one are compared with, compiled."""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.engines.compiled.decorators import loop, part_of_loop
from linreg_core.engines.compiled.objectives import quadratic_gradient, tile_gradient
from linreg_core.engines.compiled.registries import row_loss, row_slope
from linreg_core.engines.compiled.values import TILE_ROWS

FEW_TOGETHER: Final = 32
"""Rows of a minibatch up to which they are read where they are."""
SMALLEST_LINE_SQUARE: Final = 1e-290
"""Smaller squares have lost digits, where they are not 0 at all."""


@part_of_loop
def few_rows_slope(rows, order, start, stop, loss, params, gradient):
    """Do what `rows_slope` does for few rows of one feature, not worth gathering first.

    Sums are rounded otherwise, which a squared loss does not make more of.
    """
    total, slope, bias_slope, share = 0.0, 0.0, 0.0, 1 / (stop - start)
    for place in range(start, stop):
        i = place if len(order) == 0 else order[place]
        x = rows.X[i, 0]
        residual = (params[0] * x + params[1] - rows.y[i]) * rows.y_scale
        v = rows.v[i] if len(rows.v) > 0 else 1.0
        total += v * row_loss(loss, residual)
        change = row_slope(loss, residual) * (share * v)
        slope += change * x
        bias_slope += change
    gradient[0], gradient[1] = slope, bias_slope * rows.constant
    return total * share / rows.y_scale


@loop
def rows_slope(rows, order, start, stop, loss, params, tile, gradient):
    """Do what `rows_gradient` does, in float64 and for narrow rows."""
    total, share = 0.0, 1 / (stop - start)
    for j in range(len(gradient)):
        gradient[j] = 0
    for first in range(start, stop, TILE_ROWS):
        count = min(TILE_ROWS, stop - first)
        total += tile_gradient(rows, order, first, count, share, loss, params, tile, gradient)
    gradient[len(gradient) - 1] *= rows.constant
    return total / rows.y_scale / (stop - start)


@loop
def loss_and_slope(rows, order, quadratic, is_quadratic, loss, params, tile, gradient):
    """Put the gradient over all rows into `gradient`; return the loss."""
    if is_quadratic:
        return quadratic_gradient(quadratic, params, gradient)
    return rows_slope(rows, order, 0, len(rows.y), loss, params, tile, gradient)


@loop
def find_line(rows, order, loss, curvature, anchor, slope, facts, tile, params):
    """Put least squares' line into `anchor` and the loss's gradient there into `slope`.

    `loss` is (its number, that of the mean squared error, what brings it into original units). Put
    the losses of predicting the mean and of the line, the quadratic's at the anchor, and the mean
    and variance of x into `facts`. Return whether all is within a float's range. `params` (2,) is
    memory to work in. Without an intercept the means count as 0. Values are first taken from those
    of the first row, so that a constant has no variance at all.
    """
    x, y, n, x_mean, y_mean = rows.X, rows.y, len(rows.y), 0.0, 0.0
    x_about, y_about, is_weighted = 0.0, 0.0, len(rows.v) > 0
    for i in range(n):
        v = rows.v[i] if is_weighted else 1.0
        x_about += v * (x[i, 0] - x[0, 0]) / n
        y_about += v * (y[i] - y[0]) / n
    x_about, y_about = x[0, 0] + x_about, y[0] + y_about
    if rows.constant > 0:
        x_mean, y_mean = x_about, y_about
    xx, xy, yy = 0.0, 0.0, 0.0
    for i in range(n):
        v, dx, dy = rows.v[i] if is_weighted else 1.0, x[i, 0] - x_mean, y[i] - y_mean
        xx += v * dx * dx / n
        xy += v * dx * dy / n
        yy += v * dy * dy / n
    anchor[0] = xy / xx if xx > 0 else 0.0
    anchor[1] = y_mean - x_mean * anchor[0]
    facts[3], facts[4] = x_mean, xx
    params[0], params[1] = 0.0, y_about
    facts[0] = loss[2] * rows_slope(rows, order, 0, n, loss[0], params, tile, slope)
    facts[1] = loss[2] * rows_slope(rows, order, 0, n, loss[0], anchor, tile, slope)
    mean_square = rows_slope(rows, order, 0, n, loss[1], anchor, tile, slope)
    facts[2] = curvature / 2 * mean_square
    for j in range(2):
        slope[j] *= curvature / 2
    total = mean_square + facts[0] + facts[1] + anchor[0] + anchor[1]
    return np.isfinite(total) and _keeps_digits(xx) and _keeps_digits(yy)


@part_of_loop
def _keeps_digits(square):
    return square == 0 or square >= SMALLEST_LINE_SQUARE
