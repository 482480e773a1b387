"""The fit of a problem's training rows, and what every part of the report needs of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.numerics.reference import least_squares

if TYPE_CHECKING:
    from linreg_core.numerics.design import Design
    from linreg_core.numerics.factor import TriangularFactor
    from linreg_core.numerics.least_squares import LeastSquares
    from linreg_core.problem import Problem

EXACT_ROUNDINGS: Final = 8.0
"""A fit is exact when its residuals are at most this many roundings of what it adds up."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The least-squares fit in its design's coordinates, where nothing over- or underflows.

    `residuals` (observed minus predicted) and `leverage` are (n_samples,); `ssr` is the sum of
    squared residuals, `tss` that of the target about its mean (about 0 without an intercept).
    `to_q` (n_columns, k) makes rows of the design matrix into those of its orthonormal Q.
    Where the fit is exact, both are 0. Multiply by `y_scale`, a power of two, for units of y.
    """

    problem: Problem
    solution: LeastSquares
    to_q: FloatArray
    residuals: FloatArray
    leverage: FloatArray
    ssr: float
    tss: float

    @property
    def design(self) -> Design:
        """The design matrix of the training rows."""
        return self.solution.design

    @property
    def factor(self) -> TriangularFactor:
        """The triangular factor of the design matrix."""
        return self.solution.factor

    @property
    def n_samples(self) -> int:
        """The number of training rows."""
        return len(self.residuals)

    @property
    def n_parameters(self) -> int:
        """How many coefficients are estimated, the intercept among them."""
        return len(self.factor.used)

    @property
    def df_residual(self) -> int:
        """How many rows there are beyond those that the coefficients use up."""
        return self.n_samples - self.n_parameters

    @property
    def y_scale(self) -> float:
        """Units of y in one unit of the target's coordinates."""
        return float(self.design.target.scale[0])

    @property
    def is_exact(self) -> bool:
        """Whether the residuals are no more than the rounding of the numbers."""
        return bool(math.sqrt(self.ssr / self.n_samples) <= self.rounding)

    @property
    def rounding(self) -> float:
        """The root mean square error, in the target's coordinates, that rounding may leave."""
        first = self.n_parameters - self.solution.rank
        columns, target = self.design.columns, self.design.target
        offsets = np.abs(columns.centre / columns.scale) + 1.0
        terms = np.abs(self.solution.coefficients[first:]) @ offsets
        spread = math.sqrt(max(self.tss, 0.0) / self.n_samples)
        level = float(terms + np.abs(target.centre[0] / target.scale[0])) + spread
        return float(EXACT_ROUNDINGS * np.finfo(np.float64).eps * level)

    @property
    def deviation(self) -> float:
        """The residual standard error in the target's coordinates, nan where there is none."""
        return math.sqrt(self.ssr / self.df_residual) if self.df_residual > 0 else math.nan

    def parts(self) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
        """Yield (rows, rows of Q, fitted values in the target's coordinates) for all rows."""
        for rows, A, _ in self.design.parts():
            yield rows, A @ self.to_q, A @ self.solution.coefficients

    def q(self, rows: IntArray | slice) -> FloatArray:
        """Return some training rows of Q, (len(rows), k), in the order in which they are asked."""
        return np.asarray(self.design.matrix(self.design.X[rows]) @ self.to_q)


def fit_of(problem: Problem) -> Fit:
    """Return the least-squares fit of `problem`'s training rows."""
    solution = least_squares(problem)
    to_q, n_samples = solution.factor.inverse(), problem.n_train
    residuals, leverage = np.empty(n_samples), np.empty(n_samples)
    total = squares = 0.0
    for rows, A, target in solution.design.parts():
        residuals[rows] = target - A @ solution.coefficients
        leverage[rows] = row_squares(A @ to_q)
        total += float(target.sum())
        squares += float(target @ target)
    if solution.residuals is not None:
        residuals = solution.residuals
    tss = squares - total**2 / n_samples if problem.fit_intercept else squares
    np.clip(leverage, 0.0, 1.0, out=leverage)
    fit = Fit(problem, solution, to_q, residuals, leverage, float(residuals @ residuals), tss)
    if fit.is_exact or fit.df_residual < 1:  # what is left is rounding
        return replace(fit, residuals=np.zeros(n_samples), ssr=0.0)
    return fit


def row_squares(Q: FloatArray) -> FloatArray:
    """Return the squared length of every row, (n,)."""
    return np.asarray(np.einsum("ij,ij->i", Q, Q))
