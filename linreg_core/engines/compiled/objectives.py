"""Losses and their gradients, compiled: from the rows themselves, and from their second moments.

Nothing here allocates in a loop or shares anything: memory to work in is passed in.
"""

from __future__ import annotations

import numpy as np

from linreg_core.engines.compiled.decorators import part_of_loop
from linreg_core.engines.compiled.registries import row_loss, row_slope
from linreg_core.engines.compiled.values import NARROW_FEATURES, TILE_ROWS, TOGETHER


@part_of_loop
def quadratic_gradient(quadratic, params, gradient):
    """Put the gradient at `params` into `gradient` and return the loss."""
    anchor, slope, mean, scatter = (
        quadratic.anchor,
        quadratic.slope,
        quadratic.mean,
        quadratic.scatter,
    )
    n_features, half = len(mean), quadratic.curvature / 2
    offset = params[n_features] - anchor[n_features]
    loss = quadratic.loss + slope[n_features] * offset
    for j in range(n_features):
        offset += mean[j] * (params[j] - anchor[j])
    for j in range(n_features):
        bent = 0.0
        for k in range(n_features):
            bent += scatter[j, k] * (params[k] - anchor[k])
        loss += (params[j] - anchor[j]) * (slope[j] + half * bent)
        gradient[j] = slope[j] + quadratic.curvature * (bent + mean[j] * offset)
    gradient[n_features] = slope[n_features] + quadratic.curvature * offset
    return loss + half * offset * offset


@part_of_loop
def _fill(rows, order, start, count, tile):
    """Put `count` rows from place `start` of `order` into `tile`: X's columns, then y.

    An empty `order` is the order of the file.
    """
    n_features = rows.X.shape[1]
    is_ordered = len(order) == 0
    for j in range(n_features):
        for i in range(count):
            tile[j, i] = rows.X[start + i if is_ordered else order[start + i], j]
    for i in range(count):
        tile[n_features, i] = rows.y[start + i if is_ordered else order[start + i]]
    if rows.is_raw:
        for j in range(n_features):
            for i in range(count):
                tile[j, i] = (tile[j, i] - rows.x_mean[j]) * rows.x_inverse[j]
        for i in range(count):
            tile[n_features, i] = (tile[n_features, i] - rows.y_mean) * rows.y_inverse


@part_of_loop
def _tile_residuals(tile, count, params):
    """Put prediction - y of the rows in `tile` into its last row."""
    n_features = len(params) - 1
    residual = tile[n_features + 1]
    for i in range(count):
        residual[i] = params[0] * tile[0, i]
    for j in range(1, n_features):
        for i in range(count):
            residual[i] += params[j] * tile[j, i]
    for i in range(count):
        residual[i] = residual[i] + params[n_features] - tile[n_features, i]


@part_of_loop
def _weighted_slopes(rows, order, start, count, share, loss, slopes):
    """Put the slopes of weighted rows in the place of their residuals; return their loss."""
    total, is_ordered = 0.0, len(order) == 0
    for i in range(count):
        v = rows.v[start + i if is_ordered else order[start + i]]
        residual = slopes[i] * rows.y_scale
        total += v * row_loss(loss, residual)
        slopes[i] = row_slope(loss, residual) * (share * v)
    return total


@part_of_loop
def tile_gradient(rows, order, start, count, share, loss, params, tile, gradient):
    """Add the gradient of `count` rows, all in one tile, and return their loss."""
    n_features, total = len(params) - 1, 0.0
    _fill(rows, order, start, count, tile)
    _tile_residuals(tile, count, params)
    slopes = tile[n_features + 1]
    if len(rows.v) > 0:
        total = _weighted_slopes(rows, order, start, count, share, loss, slopes)
    else:
        for i in range(count):
            residual = slopes[i] * rows.y_scale
            total += row_loss(loss, residual)
            slopes[i] = row_slope(loss, residual) * share
    for j in range(n_features):
        slope = gradient[j]
        for i in range(count):
            slope += tile[j, i] * slopes[i]
        gradient[j] = slope
    for i in range(count):
        gradient[n_features] += slopes[i]
    return total


@part_of_loop
def _load(rows, i, row):
    """Put row i of X into `row` in training coordinates and return its y there."""
    for j in range(len(row)):
        row[j] = (rows.X[i, j] - rows.x_mean[j]) * rows.x_inverse[j]
    return row.dtype.type((rows.y[i] - rows.y_mean) * rows.y_inverse)


@part_of_loop
def _weight(v, i):
    """Return the weight of row i."""
    return v[i] if len(v) > 0 else 1.0


@part_of_loop
def _add_row(X, i, y, v, y_scale, share, loss, params, gradient):
    """Add the gradient of row i of X, which is at hand now and weighs v; return its loss."""
    n_features = len(params) - 1
    residual = params[n_features] - y
    for j in range(n_features):
        residual += params[j] * X[i, j]
    error = residual * y_scale
    slope = gradient.dtype.type(row_slope(loss, error) * (share * v))
    for j in range(n_features):
        gradient[j] += slope * X[i, j]
    gradient[n_features] += slope
    return v * row_loss(loss, error)


@part_of_loop
def _add_four_rows(X, y, v, four, y_scale, share, loss, params, gradient):
    """Do the same for four rows, which are fetched from memory side by side."""
    n_features, (i0, i1, i2, i3) = len(params) - 1, four
    bias, number = params[n_features], gradient.dtype.type
    r0, r1 = bias - number(y[i0]), bias - number(y[i1])
    r2, r3 = bias - number(y[i2]), bias - number(y[i3])
    for j in range(n_features):
        r0 += params[j] * X[i0, j]
        r1 += params[j] * X[i1, j]
        r2 += params[j] * X[i2, j]
        r3 += params[j] * X[i3, j]
    e0, e1, e2, e3 = r0 * y_scale, r1 * y_scale, r2 * y_scale, r3 * y_scale
    v0, v1, v2, v3 = _weight(v, i0), _weight(v, i1), _weight(v, i2), _weight(v, i3)
    s0 = number(row_slope(loss, e0) * (share * v0))
    s1 = number(row_slope(loss, e1) * (share * v1))
    s2 = number(row_slope(loss, e2) * (share * v2))
    s3 = number(row_slope(loss, e3) * (share * v3))
    for j in range(n_features):
        gradient[j] += s0 * X[i0, j] + s1 * X[i1, j] + s2 * X[i2, j] + s3 * X[i3, j]
    gradient[n_features] += s0 + s1 + s2 + s3
    first, second = v0 * row_loss(loss, e0), v1 * row_loss(loss, e1)
    return first + second + v2 * row_loss(loss, e2) + v3 * row_loss(loss, e3)


@part_of_loop
def _row_at(order, place):
    return place if len(order) == 0 else order[place]


@part_of_loop
def _row_by_row_gradient(rows, order, start, count, share, loss, params, tile, gradient):
    """Do the same, a row or four at a time."""
    total, place, stop = 0.0, start, start + count
    X, y, v, y_scale = rows.X, rows.y, rows.v, rows.y_scale
    while not rows.is_raw and place + TOGETHER <= stop:
        four = (
            _row_at(order, place),
            _row_at(order, place + 1),
            _row_at(order, place + 2),
            _row_at(order, place + 3),
        )
        total += _add_four_rows(X, y, v, four, y_scale, share, loss, params, gradient)
        place += TOGETHER
    for rest in range(place, stop):
        i = _row_at(order, rest)
        if rows.is_raw:
            target = _load(rows, i, tile[0])
            w = _weight(v, i)
            total += _add_row(tile, 0, target, w, y_scale, share, loss, params, gradient)
        else:
            target = gradient.dtype.type(y[i])
            w = _weight(v, i)
            total += _add_row(X, i, target, w, y_scale, share, loss, params, gradient)
    return total


@part_of_loop
def rows_gradient(rows, order, start, stop, loss, params, work, gradient):
    """Put the gradient over places start ... stop of `order` into `gradient`; return the loss.

    Tiles are added up in float64, whatever the precision of the params is.
    """
    tile, sums, total, share = work.tile, work.sums, 0.0, 1 / (stop - start)
    for j in range(len(sums)):
        sums[j] = 0
    for first in range(start, stop, TILE_ROWS):
        count = min(TILE_ROWS, stop - first)
        for j in range(len(gradient)):
            gradient[j] = 0
        if rows.X.shape[1] <= NARROW_FEATURES:
            total += tile_gradient(rows, order, first, count, share, loss, params, tile, gradient)
        else:
            total += _row_by_row_gradient(
                rows, order, first, count, share, loss, params, tile, gradient
            )
        for j in range(len(sums)):
            sums[j] += gradient[j]
    for j in range(len(gradient)):
        gradient[j] = sums[j]
    gradient[len(gradient) - 1] *= rows.constant
    return total / rows.y_scale / (stop - start)


@part_of_loop
def slope_norm(gradient, params, decay_share, knobs):
    """Return the Euclidean norm of what an update goes by, in float64.

    That is the gradient, with `decay_share` of the weight decay times the params, and with l1 the
    generalised gradient: see `linreg_core.solvers.proximal`.
    """
    total, rate = 0.0, np.float64(knobs.learning_rate)
    decay, l1 = np.float64(knobs.weight_decay * decay_share), np.float64(knobs.l1)
    if decay > 0 or l1 > 0:
        for j in range(len(gradient)):
            value = np.float64(gradient[j]) + decay * params[j]
            if l1 > 0 and j < len(gradient) - 1:
                reached = params[j] - rate * value
                if -rate * l1 <= reached <= rate * l1:
                    value = params[j] / rate
                else:
                    value += l1 if reached > 0 else -l1
            total += value * value
    else:
        for value in gradient:
            total += np.float64(value) * value
    return np.sqrt(total)


@part_of_loop
def _tiled_losses(rows, order, loss, params, tile, losses):
    n_features = rows.X.shape[1]
    for first in range(0, len(rows.y), tile.shape[1]):
        count = min(tile.shape[1], len(rows.y) - first)
        _fill(rows, order, first, count, tile)
        for k in range(len(params)):
            _tile_residuals(tile, count, params[k])
            total = 0.0
            if len(rows.v) > 0:
                for i in range(count):
                    value = row_loss(loss, tile[n_features + 1, i] * rows.y_scale)
                    total += rows.v[first + i] * value
            else:
                for i in range(count):
                    total += row_loss(loss, tile[n_features + 1, i] * rows.y_scale)
            losses[k] += total


@part_of_loop
def _add_losses(X, i, y, v, y_scale, loss, params, losses):
    """Add the losses of row i of X, which stays at hand, at one of `params` after the other.

    Several in one loop would be rounded differently: where a block ends would show.
    """
    n_features = X.shape[1]
    for k in range(len(params)):
        residual = params[k, n_features] - y
        for j in range(n_features):
            residual += params[k, j] * X[i, j]
        losses[k] += v * row_loss(loss, residual * y_scale)


@part_of_loop
def _row_by_row_losses(rows, loss, params, tile, losses):
    for i in range(len(rows.y)):
        if rows.is_raw:
            y = _load(rows, i, tile[0])
            _add_losses(tile, 0, y, _weight(rows.v, i), rows.y_scale, loss, params, losses)
        else:
            y = tile.dtype.type(rows.y[i])
            _add_losses(rows.X, i, y, _weight(rows.v, i), rows.y_scale, loss, params, losses)


@part_of_loop
def rows_losses(rows, order, loss, params, tile, losses):
    """Put the mean loss of all rows at each of `params` (k, n_features + 1) into `losses` (k,)."""
    for k in range(len(losses)):
        losses[k] = 0
    if rows.X.shape[1] <= NARROW_FEATURES:
        _tiled_losses(rows, order, loss, params, tile, losses)
    else:
        _row_by_row_losses(rows, loss, params, tile, losses)
    for k in range(len(losses)):
        losses[k] = losses[k] / rows.y_scale / len(rows.y)


@part_of_loop
def quadratic_losses(quadratic, params, gradient, losses):
    """Put the loss at each of `params` (k, n_features + 1) into `losses` (k,)."""
    for k in range(len(params)):
        losses[k] = quadratic_gradient(quadratic, params[k], gradient)
