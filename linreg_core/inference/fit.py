"""The fit of a problem's training rows, and what every part of the report needs of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray, IntArray
from linreg_core.limits import FREQUENCY
from linreg_core.numerics.design import row_parts
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

    `residuals` (observed minus predicted) and `leverage` are (n_rows,); `ssr` is the sum of
    squared residuals, `tss` that of the target about its mean (about 0 without an intercept).
    `to_q` (n_columns, k) makes rows of the design matrix into those of its orthonormal Q.
    Where the fit is exact, both are 0. Multiply by `y_scale`, a power of two, for units of y.

    Analytic weights whiten: `residuals` and the rows of Q are times `roots` (n_rows,), the square
    roots of the weights, as in R's `weighted.residuals` and `hatvalues`, so that sums over rows are
    weighted. Of frequency weights, `counts` (n_rows,), residuals, leverage and rows of Q are those
    of one of so many equal rows: sums over rows have to count them. Each is None where there are no
    such weights. The design's own rows are times the roots of either. `yes_no` (n_features,)
    says which features are 0 or 1 only, where the rows do not tell because they stand for others.
    """

    problem: Problem
    solution: LeastSquares
    to_q: FloatArray
    residuals: FloatArray
    leverage: FloatArray
    ssr: float
    tss: float
    roots: FloatArray | None = None
    counts: FloatArray | None = None
    yes_no: BoolArray | None = None

    @property
    def design(self) -> Design:
        """The design matrix of the training rows."""
        return self.solution.design

    @property
    def factor(self) -> TriangularFactor:
        """The triangular factor of the design matrix."""
        return self.solution.factor

    @property
    def n_rows(self) -> int:
        """The number of training rows."""
        return len(self.residuals)

    @property
    def n_samples(self) -> int:
        """The number of observations: of training rows, each as often as its frequency says."""
        return self.n_rows if self.counts is None else round(float(self.counts.sum()))

    @property
    def total_weight(self) -> float:
        """The sum of the training rows' weights, their number where all count alike."""
        return self.design.total_weight

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
        return bool(math.sqrt(self.ssr / self.total_weight) <= self.rounding)

    @property
    def rounding(self) -> float:
        """The root mean square error, in the target's coordinates, that rounding may leave."""
        first = self.n_parameters - self.solution.rank
        columns, target = self.design.columns, self.design.target
        offsets = np.abs(columns.centre / columns.scale) + 1.0
        terms = np.abs(self.solution.coefficients[first:]) @ offsets
        spread = math.sqrt(max(self.tss, 0.0) / self.total_weight)
        level = float(terms + np.abs(target.centre[0] / target.scale[0])) + spread
        return float(EXACT_ROUNDINGS * np.finfo(np.float64).eps * level)

    @property
    def deviation(self) -> float:
        """The residual standard error in the target's coordinates, nan where there is none.

        With analytic weights it is that of a row of weight 1.
        """
        return math.sqrt(self.ssr / self.df_residual) if self.df_residual > 0 else math.nan

    @property
    def most_leverage(self) -> float:
        """The largest x' (A'A)^-1 x of a training row x that is not whitened."""
        leverage = self.leverage
        return float((leverage if self.roots is None else leverage / self.roots**2).max())

    @property
    def plain_residuals(self) -> FloatArray:
        """Observed minus predicted in the target's coordinates, whatever the row's weight."""
        return self.residuals if self.roots is None else self.residuals / self.roots

    def counted(self, values: FloatArray, rows: slice = slice(None)) -> FloatArray:
        """Return values (n, ...) of these rows, times how often each of the rows stands."""
        if self.counts is None:
            return values
        return np.asarray((values.T * self.counts[rows]).T)

    def repeated(self, values: FloatArray) -> FloatArray:
        """Return values (n_rows,), each as often as its row stands."""
        return values if self.counts is None else np.repeat(values, self.counts.astype(np.int64))

    @property
    def rotated(self) -> FloatArray:
        """Q't (k,), t the target in its coordinates."""
        if self.solution.sharp is not None:
            return self.factor.rotated
        return np.asarray(self.factor.R @ self.solution.coefficients[self.factor.used])

    def _known_q(self, rows: IntArray | slice) -> FloatArray | None:
        """Return rows of Q that the solution has kept, None where it has none."""
        if self.solution.sharp is None:
            return None
        Q = self.solution.sharp.Q[rows]
        return Q if self.counts is None else Q / np.sqrt(self.counts[rows, np.newaxis])

    def parts(self) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
        """Yield (rows, rows of Q, fitted values in the target's coordinates) for all rows."""
        for rows in row_parts(self.n_rows, self.design.n_columns):
            A = self.design.matrix(self.design.X[rows])
            Q = self._known_q(rows)
            if Q is None:
                Q = A @ self.to_q
                if self.roots is not None:
                    Q *= self.roots[rows, np.newaxis]
            yield rows, Q, A @ self.solution.coefficients

    def q(self, rows: IntArray | slice) -> FloatArray:
        """Return some training rows of Q, (len(rows), k), in the order in which they are asked."""
        known = self._known_q(rows)
        if known is not None:
            return known
        Q = self.design.matrix(self.design.X[rows]) @ self.to_q
        return np.asarray(Q if self.roots is None else Q * self.roots[rows, np.newaxis])


def fit_of(problem: Problem) -> Fit:
    """Return the least-squares fit of `problem`'s training rows."""
    solution = least_squares(problem)
    to_q, n_rows, design = solution.factor.inverse(), problem.n_train, solution.design
    roots = None if design.weights is None else np.sqrt(design.weights)
    residuals, leverage, sharp = np.empty(n_rows), np.empty(n_rows), solution.sharp
    total = squares = 0.0
    for rows, A, target in design.parts():
        residuals[rows] = target - A @ solution.coefficients
        leverage[rows] = row_squares(A @ to_q if sharp is None else sharp.Q[rows])
        total += float(target.sum() if roots is None else roots[rows] @ target)
        squares += float(target @ target)
    if solution.residuals is not None:
        residuals = solution.residuals
    tss = squares - total**2 / design.total_weight if problem.fit_intercept else squares
    np.clip(leverage, 0.0, 1.0, out=leverage)
    fit = Fit(problem, solution, to_q, residuals, leverage, float(residuals @ residuals), tss)
    fit = _weighted(fit, roots)
    if fit.is_exact or fit.df_residual < 1:  # what is left is rounding
        return replace(fit, residuals=np.zeros(n_rows), ssr=0.0)
    return fit


def _weighted(fit: Fit, roots: FloatArray | None) -> Fit:
    """Return the fit with what it says of its weights."""
    if roots is None or fit.problem.dataset.weight_kind != FREQUENCY:
        return replace(fit, roots=roots)
    counts = fit.design.weights
    assert counts is not None
    return replace(
        fit, residuals=fit.residuals / roots, leverage=fit.leverage / counts, counts=counts
    )


def row_squares(Q: FloatArray) -> FloatArray:
    """Return the squared length of every row, (n,)."""
    return np.asarray(np.einsum("ij,ij->i", Q, Q))
