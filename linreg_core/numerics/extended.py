"""Sums of products in twice the working precision, and the refinement that lives on them.

A number is a pair (high, low) of floats whose sum it is. Source: Dekker (1971), A floating-point
technique for extending the available precision.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray

Pair = tuple[FloatArray, FloatArray]

_SPLITTER: Final = 2.0**27 + 1.0


def two_sum(a: FloatArray, b: FloatArray) -> Pair:
    """Return a + b as (rounded sum, its rounding error), exactly.

    >>> two_sum(np.array([1.0]), np.array([1e-20]))
    (array([1.]), array([1.e-20]))
    """
    total = a + b
    share = total - a
    return total, (a - (total - share)) + (b - share)


def two_product(a: FloatArray, b: FloatArray) -> Pair:
    """Return a * b as (rounded product, its rounding error), exactly."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    error = a_high * b_high - product + a_high * b_low + a_low * b_high + a_low * b_low
    return product, error


def pair_product(a: Pair, b: Pair) -> Pair:
    """Return the product of two pairs."""
    high, error = two_product(a[0], b[0])
    return two_sum(high, error + (a[0] * b[1] + a[1] * b[0]))


def root_pair(a: FloatArray) -> Pair:
    """Return the square root of a > 0 as a pair, by one step of Newton's from its rounded one.

    >>> root_pair(np.array([4.0]))
    (array([2.]), array([0.]))
    """
    root = np.sqrt(a)
    square, error = two_product(root, root)
    return root, (a - square - error) / (2.0 * root)


def total(high: FloatArray, low: FloatArray) -> Pair:
    """Return the sum of pairs along the first axis, halving it again and again."""
    if not len(high):
        return np.zeros(high.shape[1:]), np.zeros(high.shape[1:])
    while len(high) > 1:
        half = len(high) // 2
        rest = slice(2 * half, None)
        sums, errors = two_sum(high[:half], high[half : 2 * half])
        low = np.concatenate([low[:half] + low[half : 2 * half] + errors, low[rest]])
        high = np.concatenate([sums, high[rest]])
    return two_sum(high[0], low[0])


def product_sum(A: Pair, x: Pair) -> Pair:
    """Return A.T @ x for A (k, n) and x (k,) as a pair of arrays (n,)."""
    column = x[0][:, np.newaxis], x[1][:, np.newaxis]
    high, low = two_product(A[0], column[0])
    return total(high, low + A[0] * column[1] + A[1] * column[0])


def _split(a: FloatArray) -> Pair:
    """Return a as the sum of two numbers of half the digits each. Source: Veltkamp (1968)."""
    large = _SPLITTER * a
    high = large - (large - a)
    return high, a - high
