"""The design matrix of a problem, near zero mean and unit size, a part of its rows at a time.

Large data are never copied as a whole: whoever needs the matrix goes through its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.numerics.extended import Pair, pair_product, product_sum, root_pair, two_sum
from linreg_core.pauses import pause
from linreg_core.types import Params

PART_CELLS: Final = 6144
"""About how many values a part has. OpenBLAS shares larger ones out among threads, which takes
much longer than the work where other processes keep the processors busy."""
LEAST_PART_ROWS: Final = 512
"""Wide matrices have parts of as many rows as columns, or this many: more work a part."""
CENTRE_STEPS: Final = 256.0
"""Centres are rounded to this part of a scale, so that subtracting them rarely rounds."""
LARGEST_EXPONENT: Final = 1000


@dataclass(frozen=True, eq=False)
class Coordinates:
    """z = (x - centre) / scale for every column; both are (n_columns,).

    A scale is a power of two near the column's root mean square distance from its centre, and
    a centre is near the mean (the value itself of a constant column), or 0 where there is no
    intercept. Dividing by a power of two rounds nothing and squares of z can't overflow.
    """

    centre: FloatArray
    scale: FloatArray

    def apply(self, X: FloatArray) -> FloatArray:
        """Return X (n, n_columns) in these coordinates."""
        Z = X / self.scale
        Z -= self.centre / self.scale
        return Z


@dataclass(frozen=True, eq=False)
class Design:
    """[1 Z] and the target t of a least-squares problem, both in `Coordinates`.

    The column of ones comes first, and only with `fit_intercept`. With `weights` (n,) the rows of
    `parts` and of the pairs are those of [1 Z] and t times the square roots of their weights, so
    that sums of squares over them are weighted sums.
    """

    X: FloatArray
    y: FloatArray
    fit_intercept: bool
    columns: Coordinates
    target: Coordinates
    weights: FloatArray | None = None

    @classmethod
    def of(
        cls,
        X: FloatArray,
        y: FloatArray,
        fit_intercept: bool = True,
        weights: FloatArray | None = None,
    ) -> Design:
        """Return the design of features X (n, n_features) and target y (n,)."""
        target = choose_coordinates(y[:, np.newaxis], fit_intercept)
        columns = choose_coordinates(X, fit_intercept)
        return cls(X, y, fit_intercept, columns, target, weights)

    @property
    def n_columns(self) -> int:
        """The number of columns of [1 Z]."""
        return int(self.X.shape[1]) + self.fit_intercept

    def matrix(self, X: FloatArray) -> FloatArray:
        """Return [1 Z] of features X (n, n_features)."""
        A = np.ones((X.shape[0], self.n_columns))
        Z = A[:, int(self.fit_intercept) :]
        np.multiply(X, 1.0 / self.columns.scale, out=Z)
        Z -= self.columns.centre / self.columns.scale
        return A

    def scaled_target(self, y: FloatArray) -> FloatArray:
        """Return a target y (n,) in its coordinates."""
        return self.target.apply(y[:, np.newaxis])[:, 0]

    @property
    def total_weight(self) -> float:
        """The sum of the weights: the number of rows where all count alike."""
        return float(len(self.y) if self.weights is None else self.weights.sum())

    def matrix_pair(self) -> Pair:
        """Return [1 Z] of all rows, weighted, and what its rounding left out."""
        A = self.pair_of(self.X)
        if self.weights is None:
            return A
        high, low = root_pair(self.weights)
        return pair_product(A, (high[:, np.newaxis], low[:, np.newaxis]))

    def pair_of(self, X: FloatArray) -> Pair:
        """Return [1 Z] of features X (n, n_features), and what its rounding left out."""
        high, low = two_sum(X / self.columns.scale, -self.columns.centre / self.columns.scale)
        ones = np.ones((len(high), int(self.fit_intercept)))
        return np.column_stack([ones, high]), np.column_stack([0.0 * ones, low])

    def target_pair(self) -> Pair:
        """Return the target in its coordinates, weighted, and what its rounding left out."""
        t = two_sum(self.y / self.target.scale, -self.target.centre / self.target.scale)
        return t if self.weights is None else pair_product(t, root_pair(self.weights))

    def to_params(self, coefficients: Pair) -> Params:
        """Return coefficients (n_columns,) of [1 Z] as weights and bias of X."""
        high, low = coefficients
        first = int(self.fit_intercept)
        weights = rescaled(high[first:], self.target.scale, self.columns.scale)
        if not self.fit_intercept:
            return Params(weights, 0.0)
        offset = self.target.centre / self.target.scale
        terms = np.concatenate([high, offset])[:, np.newaxis]
        rest = np.append(low, 0.0)[:, np.newaxis]
        factors = np.concatenate([[1.0], -self.columns.centre / self.columns.scale, [1.0]])
        bias = product_sum((terms, rest), (factors, np.zeros(len(factors))))[0]
        return Params(weights, float(bias[0] * self.target.scale[0]))

    def parts(self) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
        """Yield (rows, [1 Z] of them, t of them), weighted, until all rows have come."""
        for rows in row_parts(len(self.y), self.n_columns):
            A, t = self.matrix(self.X[rows]), self.scaled_target(self.y[rows])
            if self.weights is not None:
                root = np.sqrt(self.weights[rows])
                A *= root[:, np.newaxis]
                t *= root
            yield rows, A, t


def row_parts(n_rows: int, n_columns: int) -> Iterator[slice]:
    """Yield slices that cover 0 ... n_rows - 1, of about PART_CELLS cells each."""
    size = max(PART_CELLS // max(1, n_columns), min(n_columns, LEAST_PART_ROWS), 1)
    for start in range(0, n_rows, size):
        pause()
        yield slice(start, min(start + size, n_rows))


def choose_coordinates(X: FloatArray, fit_intercept: bool = True) -> Coordinates:
    """Return coordinates in which the columns of X have about mean 0 and size 1."""
    parts = partial(row_parts, *X.shape)
    largest = np.max([X[rows].max(axis=0) for rows in parts()], axis=0)
    smallest = np.min([X[rows].min(axis=0) for rows in parts()], axis=0)
    exponents = _exponents(np.maximum(np.abs(largest), np.abs(smallest)))
    magnitude = _power_of_two(exponents)
    centre = np.zeros(X.shape[1])
    if fit_intercept:
        centre = np.sum([(X[rows] / magnitude).sum(axis=0) for rows in parts()], axis=0) / len(X)
    squares = np.sum([_squares(X[rows] / magnitude - centre) for rows in parts()], axis=0)
    size = _exponents(np.sqrt(squares / len(X)))
    step = _power_of_two(size) / CENTRE_STEPS
    centre = np.round(centre / step) * step * magnitude
    scale = _power_of_two(size + exponents)
    if not fit_intercept:
        return Coordinates(centre, scale)
    constant = largest == smallest
    return Coordinates(np.where(constant, largest, centre), np.where(constant, 1.0, scale))


def rescaled(values: FloatArray, up: FloatArray, down: FloatArray) -> FloatArray:
    """Return values * up / down for powers of two, which no intermediate result overflows."""
    exponents = np.frexp(up)[1] - np.frexp(down)[1]
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(values, exponents), dtype=np.float64)


def _squares(Z: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->j", Z, Z))


def _exponents(values: FloatArray) -> IntArray:
    """Return k with 2**(k - 1) <= value < 2**k, 0 for 0."""
    exponents = np.frexp(values)[1].astype(np.int64)
    return np.clip(exponents, -LARGEST_EXPONENT, LARGEST_EXPONENT)


def _power_of_two(exponents: IntArray) -> FloatArray:
    limited = np.clip(exponents, -LARGEST_EXPONENT, LARGEST_EXPONENT)
    return np.asarray(np.ldexp(1.0, limited), dtype=np.float64)
