"""Polynomials of a column: orthogonal over the rows of a fit, as R's `poly`, and plain powers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from linreg_core.arrays import FloatArray

_LOOK_ROWS = 1_000


@dataclass(frozen=True)
class Orthogonal:
    """Polynomials of degree 1, 2, ... that are orthonormal over the rows that they were fitted to.

    With u = (x - centre) / scale and p[0] = 1, the three-term recurrence
    p[k + 1] = (u - alpha[k]) p[k] - norm2[k] / norm2[k - 1] p[k - 1] gives any row; column k is
    p[k] / sqrt(norm2[k]), and its leading coefficient is positive. R's `poly` keeps the same
    numbers. Source: Kennedy and Gentle, Statistical Computing (1980), section 8.
    """

    centre: float
    scale: float
    alpha: tuple[float, ...]
    norm2: tuple[float, ...]

    @property
    def degree(self) -> int:
        """The highest degree."""
        return len(self.alpha)

    def values(self, x: FloatArray) -> FloatArray:
        """Return the polynomials' values, (n, degree), at x (n,)."""
        out = np.empty((len(x), self.degree))
        for k, values in enumerate(self.unscaled(x)):
            out[:, k] = values / np.sqrt(self.norm2[k + 1])
        return out

    def unscaled(self, x: FloatArray) -> Iterator[FloatArray]:
        """Yield p[1], p[2], ... at x (n,), whose norms over the rows are the roots of `norm2`."""
        u = (x - self.centre) / self.scale
        before, now = np.zeros(len(x)), np.ones(len(x))
        for k, alpha in enumerate(self.alpha):
            ratio = self.norm2[k] / self.norm2[k - 1] if k else 0.0
            before, now = now, (u - alpha) * now - ratio * before
            yield now


def orthogonal_of(x: FloatArray, degree: int) -> Orthogonal:
    """Return the orthogonal polynomials over x (n,), which has more than `degree` values.

    >>> fitted = orthogonal_of(np.array([1.0, 2.0, 3.0]), 2)
    >>> np.abs(fitted.values(np.array([2.0]))).round(6)
    array([[0.      , 0.816497]])
    """
    centre = float(x.mean())
    scale = float(np.abs(x - centre).max())
    u = (x - centre) / scale
    before, now = np.zeros(len(u)), np.ones(len(u))
    alphas, norm2 = [], [float(len(u))]
    for k in range(degree):
        alphas.append(float((u * now**2).sum() / norm2[k]))
        ratio = norm2[k] / norm2[k - 1] if k else 0.0
        before, now = now, (u - alphas[k]) * now - ratio * before
        norm2.append(float((now**2).sum()))
    return Orthogonal(centre, scale, tuple(alphas), tuple(norm2))


def raw_powers(x: FloatArray, degree: int) -> FloatArray:
    """Return x, x squared, ... up to the degree, (n, degree).

    >>> raw_powers(np.array([3.0]), 3)
    array([[ 3.,  9., 27.]])
    """
    return np.column_stack([x**power for power in range(1, degree + 1)])


def degree_carried(x: FloatArray, degree: int) -> int:
    """Return the degree that x (n,) can tell apart: below the number of its different values."""
    if len(np.unique(x[:_LOOK_ROWS])) > degree:
        return degree
    return min(degree, len(np.unique(x)) - 1)
