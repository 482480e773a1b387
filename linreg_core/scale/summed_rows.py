"""What the rows of one block sum up to, about a guess of their means."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.inference.standardized import which_are_yes_no
from linreg_core.numerics.design import choose_coordinates, row_parts
from linreg_core.scale.summing_loop import SUMMING_LOOP

COMPILED_ROWS: Final = 4_096
"""From here on a block is worth compiled code, which takes half a second to load."""
SMALLEST_EXPONENT: Final = -500
"""Scales are not smaller than 2 to this power: squares of what is in them keep their digits."""


class SummedRows(NamedTuple):
    """The fields of `SecondMoments` of the same names, of which nothing is left out yet."""

    sums: FloatArray
    shift: FloatArray
    offset: FloatArray
    scale: FloatArray
    scatter: FloatArray
    is_constant: BoolArray
    is_yes_no: BoolArray


def sum_up(X: FloatArray, y: FloatArray, weights: FloatArray | None) -> SummedRows:
    """Return the moments of some rows, by the compiled loop wherever that keeps all digits."""
    total = float(len(y)) if weights is None else float(weights.sum())
    v = None if weights is None else weights * (len(y) / total)
    kernels = SUMMING_LOOP.kernels() if len(y) >= COMPILED_ROWS else None
    scale = np.ones(X.shape[1] + 1)
    covariances = np.full((len(scale), len(scale)), np.nan)
    if kernels is not None:
        from linreg_core.engines.compiled.moments import row_moments

        shift, offset, covariances = row_moments(kernels, X, y, v)
    if not np.isfinite(covariances).all():
        shift, offset, scale, covariances = _by_parts(X, y, v)
    constant = _constant_columns(X, y, np.sqrt(np.diag(covariances)) * scale, shift)
    shift, offset = np.where(constant, [*X[0], y[0]], shift), np.where(constant, 0.0, offset)
    covariances[constant] = covariances[:, constant] = 0.0
    fitting = power_above(np.sqrt(np.diag(covariances)) * scale)
    ratio = scale / fitting
    logarithms = 0.0 if weights is None else float(np.log(weights).sum())
    return SummedRows(
        sums=np.array([float(len(y)), total, logarithms]),
        shift=shift,
        offset=offset,
        scale=fitting,
        scatter=covariances * ratio * ratio[:, np.newaxis] * total,
        is_constant=constant,
        is_yes_no=np.append(which_are_yes_no(X), which_are_yes_no(y[:, np.newaxis])),
    )


def _by_parts(
    X: FloatArray, y: FloatArray, v: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return shift, offset, scale and covariances of rows of any size, in units of the scale."""
    rows, at = np.column_stack([X, y]), choose_coordinates(np.column_stack([X, y]))
    sums, products = np.zeros(len(at.scale)), np.zeros((len(at.scale), len(at.scale)))
    for part in row_parts(*rows.shape):
        Z = at.apply(rows[part])
        weighted = Z if v is None else Z * v[part, np.newaxis]
        sums += weighted.sum(axis=0)
        products += weighted.T @ Z
    sums, products = sums / len(y), products / len(y)
    return at.centre, sums * at.scale, at.scale, products - np.outer(sums, sums)


def _constant_columns(
    X: FloatArray, y: FloatArray, deviations: FloatArray, means: FloatArray
) -> BoolArray:
    """Return which columns have one value only, looking at those that nearly do."""
    found = ~(deviations > 1e-12 * np.abs(means))
    for column in np.flatnonzero(found):
        values = X[:, column] if column < X.shape[1] else y
        found[column] = bool((values == values[0]).all())
    return found


def power_above(values: FloatArray) -> FloatArray:
    """Return powers of two above the sizes of values, none smaller than scales may be."""
    exponents = np.where(values == 0, SMALLEST_EXPONENT, np.frexp(values)[1])
    return np.asarray(np.ldexp(1.0, np.maximum(exponents, SMALLEST_EXPONENT)), dtype=np.float64)
