"""Least squares by its definition, in fixed-point numbers of 300 binary places: an oracle.

Slow on more than a few hundred rows, and simple: normal equations, whose loss of digits does not
matter with so many of them. Weights are rows times their roots.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp
from numpy.typing import NDArray

PLACES = 300
ONE = 1 << PLACES
Exact = NDArray[Any]
"""Whole numbers, of any size, that stand for themselves over 2**PLACES."""


def exact(values: Any) -> Exact:
    """Return float64 numbers as they are."""
    flat = [int(Fraction(float(value)) * ONE) for value in np.ravel(values)]
    return np.array(flat, dtype=object).reshape(np.shape(values))


def product(a: Exact, b: Exact) -> Exact:
    """Return the matrix product."""
    return np.asarray((a @ b) >> PLACES, dtype=object)


def times(a: Exact, b: Exact) -> Exact:
    """Return products of one number by one."""
    return np.asarray((a * b) >> PLACES, dtype=object)


def inverse(matrix: Exact) -> Exact:
    """Return the inverse of a symmetric positive matrix, by Gauss and Jordan."""
    n = len(matrix)
    rows = np.concatenate([matrix, np.diag([ONE] * n).astype(object)], axis=1)
    for i in range(n):
        rows[i] = rows[i] * ONE // rows[i, i]
        for j in range(n):
            if j != i:
                rows[j] = rows[j] - times(rows[i], np.full(2 * n, rows[j, i], dtype=object))
    return np.asarray(rows[:, n:], dtype=object)


def as_float(values: Exact | int) -> Any:
    """Return exact numbers, rounded to float64."""
    if isinstance(values, int):
        return float(Fraction(values, ONE))
    return np.array([float(Fraction(int(v), ONE)) for v in values.ravel()]).reshape(values.shape)


def orthogonal(x: Any, degree: int) -> Any:
    """R's poly by its definition: QR of the powers of x, signs those of R's diagonal."""
    x = x.astype(np.longdouble)
    columns: list[Any] = [np.ones_like(x)]
    for power in range(1, degree + 1):
        column = (x - x.mean()) ** power
        for _ in range(2):
            for before in columns:
                column = column - before * (before @ column) / (before @ before)
        columns.append(column)
    return np.column_stack([c / np.sqrt(c @ c) for c in columns[1:]]).astype(np.float64)


class ExactFit:
    """The fit of y on the columns of A, with the figures of a report, in float64 at the end.

    Columns are times powers of two, so that they are of one size.
    """

    def __init__(self, A: Any, y: Any, weights: Any = None, has_intercept: bool = True) -> None:
        self.size = 2.0 ** np.frexp(np.abs(A).max(axis=0))[1]
        self.y_size = float(2.0 ** np.frexp(np.abs(y).max())[1])
        self.A, self.y = exact(A / self.size), exact(y / self.y_size)
        self.weights = weights
        if weights is not None:
            root = [math.isqrt(int(each) << PLACES) for each in exact(weights)]
            self.A = times(self.A, np.array(root, dtype=object)[:, None])
            self.y = times(self.y, np.array(root, dtype=object))
        self.n, self.p = self.A.shape
        self.df, self.first = self.n - self.p, int(has_intercept)
        self.bread = inverse(product(self.A.T, self.A))
        self.moved = product(self.A, self.bread)
        self.b = product(self.moved.T, self.y)
        self.residuals = self.y - product(self.A, self.b)
        self.ssr = int(product(self.residuals, self.residuals))

    def ssr_of(self, columns: Sequence[int]) -> Fraction:
        """Return the residual sum of squares on some of the columns."""
        squares = int(product(self.y, self.y))
        if not columns:
            return Fraction(squares)
        A = self.A[:, list(columns)]
        right = product(A.T, self.y)
        return Fraction(squares - int(product(right, product(inverse(product(A.T, A)), right))))

    @property
    def tss(self) -> Fraction:
        """The target's sum of squares, about its mean where there is an intercept."""
        return self.ssr_of([0] if self.first else [])

    def covariance(self, kind: str, clusters: Any = None, lags: int = 0) -> Exact:
        """Return the estimates' covariance."""
        n, df = self.n, self.df
        if kind == "classical":
            return np.asarray(self.bread * self.ssr // ONE // df, dtype=object)
        sizes = self.residuals
        if kind in ("HC2", "HC3"):
            left = ONE - times(self.moved, self.A).sum(axis=1)
            roots = [math.isqrt(int(v) << PLACES) if kind == "HC2" else int(v) for v in left]
            sizes = np.array([e * ONE // r for e, r in zip(sizes, roots, strict=True)], object)
        rows = times(self.moved, sizes[:, None])
        if kind == "cluster":
            rows = np.array([rows[clusters == code].sum(axis=0) for code in np.unique(clusters)])
            n_clusters = len(rows)
            found = product(rows.T, rows) * n_clusters * (n - 1) // ((n_clusters - 1) * df)
            return np.asarray(found, dtype=object)
        found = product(rows.T, rows)
        if kind == "newey_west":
            for lag in range(1, lags + 1):
                near = product(rows[lag:].T, rows[:-lag])
                found = found + (near + near.T) * (lags + 1 - lag) // (lags + 1)
        return np.asarray(found * n // df if kind == "HC1" else found, dtype=object)

    def table(self, covariance: Exact, df: int) -> dict[str, Any]:
        """Return estimates, standard errors, t and p."""
        scale = self.y_size / self.size
        errors = [math.isqrt(int(v) << PLACES) for v in np.diag(covariance)]
        t = np.array([float(Fraction(int(b), e)) for b, e in zip(self.b, errors, strict=True)])
        return {
            "estimate": as_float(self.b) * scale,
            "standard_error": as_float(np.array(errors, dtype=object)) * scale,
            "t": t,
            "p": np.array([two_sided(each, df) for each in t]),
        }

    def wald(self, covariance: Exact, columns: Sequence[int], beside: Sequence[int] = ()) -> float:
        """Return F of the columns, or of what they add to the test of those `beside` them."""
        both = [self._wald(covariance, [*beside, *columns]), self._wald(covariance, list(beside))]
        return as_float(both[0] - both[1]) / len(columns)

    def _wald(self, covariance: Exact, columns: list[int]) -> int:
        if not columns:
            return 0
        b = self.b[columns]
        return int(product(b, product(inverse(covariance[np.ix_(columns, columns)]), b)))

    def predicted(self, rows: Any, covariance: Exact) -> tuple[Any, Any]:
        """Return what is predicted of rows of the design, and its standard errors."""
        A = exact(rows / self.size)
        squares = times(product(A, covariance), A).sum(axis=1)
        errors = np.array([math.isqrt(int(v) << PLACES) for v in squares], dtype=object)
        return as_float(product(A, self.b)) * self.y_size, as_float(errors) * self.y_size

    def type_two(self, own: Sequence[int], others: Sequence[int]) -> tuple[float, float, float]:
        """Return sum of squares, F and p of columns, beside the `others`."""
        without = self.ssr_of(others)
        added = without - self.ssr_of([*others, *own])
        f = float(added / len(own) / (Fraction(self.ssr) / self.df))
        return float(added / ONE) * self.y_size**2, f, tail(f, len(own), self.df)

    def criteria(self) -> dict[str, float]:
        """Return R2, adjusted R2, the residual standard error, AIC and BIC."""
        mean_square = as_float(self.ssr) / self.n * self.y_size**2
        likelihood = -self.n / 2 * (math.log(2 * math.pi * mean_square) + 1)
        if self.weights is not None:
            likelihood += float(np.log(self.weights).sum()) / 2
        share = Fraction(self.ssr) / self.tss
        return {
            "r_squared": float(1 - share),
            "adjusted_r_squared": float(1 - share * (self.n - self.first) / self.df),
            "residual_standard_error": math.sqrt(mean_square * self.n / self.df),
            "aic": -2 * likelihood + 2 * self.p,
            "bic": -2 * likelihood + math.log(self.n) * self.p,
        }


def two_sided(t: float, df: int) -> float:
    """Return p of t."""
    return tail(t * t, 1, df)


def tail(f: float, over: int, df: int) -> float:
    """Return the probability of a larger F."""
    with mp.workdps(30):
        x = mp.mpf(df) / (df + over * mp.mpf(f))
        return float(mp.betainc(mp.mpf(df) / 2, mp.mpf(over) / 2, 0, x, regularized=True))
