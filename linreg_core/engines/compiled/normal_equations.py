"""Second moments of a table, and least squares from them, compiled.

Not from BLAS: its threads wait for one another where other work has the processors.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.engines.compiled.decorators import loop, part_of_loop
from linreg_core.engines.compiled.values import TOGETHER

_SMALLEST_CURVATURE: Final = 1e-14
"""Directions that bend less, for columns of size 1, are not determined: rounding bends as much."""


@part_of_loop
def _add_products(tile, n_columns, count, products):
    """Add the products of the columns with one another: the lower triangle, four at a time."""
    for j in range(n_columns):
        for k in range(0, j + 1, TOGETHER):
            a = b = c = d = 0.0
            for i in range(count):
                value = tile[j, i]
                a += value * tile[k, i]
                b += value * tile[k + 1, i]
                c += value * tile[k + 2, i]
                d += value * tile[k + 3, i]
            products[j, k] += a
            products[j, k + 1] += b
            products[j, k + 2] += c
            products[j, k + 3] += d


@part_of_loop
def _add_weighted_products(tile, v, first, n_columns, count, weighted, products):
    """Do the same with rows of the weights v from `first` on; `weighted` is memory to work in.

    The inner loops stand here again on purpose: of one function that both call, with the column as
    an argument, the compiler makes code that takes a third longer on 60 features.
    """
    for j in range(n_columns):
        for i in range(count):
            weighted[i] = v[first + i] * tile[j, i]
        for k in range(0, j + 1, TOGETHER):
            a = b = c = d = 0.0
            for i in range(count):
                value = weighted[i]
                a += value * tile[k, i]
                b += value * tile[k + 1, i]
                c += value * tile[k + 2, i]
                d += value * tile[k + 3, i]
            products[j, k] += a
            products[j, k + 1] += b
            products[j, k + 2] += c
            products[j, k + 3] += d


@loop
def moments(X, y, v, is_centred, tile, products, sums, means, scatter):
    """Put the means of the columns of [X y] and their covariances into `means` and `scatter`.

    `v` are the rows' weights over their mean, empty where all count alike. `tile` has a row more
    than what is said below, for them.

    Both have the size n_features + 1. `means` come as guesses: columns are shifted by them before
    they are multiplied, and what they lack is left in `sums`. Not centred, the means count as 0,
    and have to come as zeros. The rest is memory to work in, zeros, for that size rounded up to a
    multiple of `TOGETHER`: `tile` (k, n), `products` (k, k), `sums` (k,).
    """
    n_samples, n_features = X.shape
    for first in range(0, n_samples, tile.shape[1]):
        count = min(tile.shape[1], n_samples - first)
        for j in range(n_features):
            for i in range(count):
                tile[j, i] = X[first + i, j] - means[j]
        for i in range(count):
            tile[n_features, i] = y[first + i] - means[n_features]
        if len(v) > 0:
            weighted = tile[len(tile) - 1]
            _add_weighted_products(tile, v, first, n_features + 1, count, weighted, products)
        else:
            _add_products(tile, n_features + 1, count, products)
        for j in range(n_features + 1):
            total = 0.0
            if len(v) > 0:
                for i in range(count):
                    total += v[first + i] * tile[j, i]
            else:
                for i in range(count):
                    total += tile[j, i]
            sums[j] += total
    for j in range(n_features + 1):
        sums[j] = sums[j] / n_samples if is_centred else 0.0
        means[j] += sums[j]
        for k in range(j + 1):
            scatter[j, k] = products[j, k] / n_samples - sums[j] * sums[k]
            scatter[k, j] = scatter[j, k]


@loop
def solve(products, covariances, work, weights):
    """Put the solution of products @ weights = covariances into `weights`.

    By conjugate gradients on columns of equal size, from 0: where columns depend on one another,
    the others' weights stay small. `work` is (4, n_features). Source: Hestenes and Stiefel (1952),
    Methods of conjugate gradients for solving linear systems.
    """
    n_features = len(weights)
    size, residual, direction, image = work[0], work[1], work[2], work[3]
    squares = 0.0
    for j in range(n_features):
        size[j] = np.sqrt(products[j, j]) if products[j, j] > 0 else 1.0
        residual[j] = direction[j] = covariances[j] / size[j]
        weights[j] = 0.0
        squares += residual[j] ** 2
    smallest = squares * 1e-32
    for _ in range(2 * n_features):
        bent, length = 0.0, 0.0
        for j in range(n_features):
            image[j] = 0.0
            for k in range(n_features):
                image[j] += products[j, k] * (direction[k] / size[k])
            image[j] /= size[j]
            bent += direction[j] * image[j]
            length += direction[j] ** 2
        if squares <= smallest or bent <= _SMALLEST_CURVATURE * length:
            break
        step, former, squares = squares / bent, squares, 0.0
        for j in range(n_features):
            weights[j] += step * direction[j]
            residual[j] -= step * image[j]
            squares += residual[j] ** 2
        for j in range(n_features):
            direction[j] = residual[j] + squares / former * direction[j]
    for j in range(n_features):
        weights[j] /= size[j]
