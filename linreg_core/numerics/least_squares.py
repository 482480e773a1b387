"""Linear least squares, to as many digits as float64 allows, with the rank of its features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.numerics.design import Design
from linreg_core.numerics.extended import Pair, product_sum, two_sum
from linreg_core.numerics.factor import (
    TriangularFactor,
    factor_by_cholesky,
    factor_by_parts,
    factor_whole,
)
from linreg_core.numerics.sharpening import Sharp, sharpened
from linreg_core.types import Params

EXTENDED_CELLS: Final = 32_768
"""Up to this many values the solution is refined with residuals of twice the precision."""
CHOLESKY_WORK: Final = 2e8
"""Multiplications above which the normal equations are tried first."""
N_REFINEMENTS: Final = 4


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """A least-squares solution: `rank` is that of the (centred) features, n_features at most.

    `coefficients` (n_columns,) belong to the columns of `design`, the ones first if there are
    any, and are 0 where a column is superfluous. `factor` says which these are. `residuals`
    (n_samples,), observed minus predicted in the target's coordinates (times the square root of the
    row's weight), are kept of small problems only, and `sharp` of those whose design would not give
    Q with all digits.
    """

    params: Params
    rank: int
    method: str
    design: Design
    coefficients: FloatArray
    factor: TriangularFactor
    residuals: FloatArray | None = None
    sharp: Sharp | None = None

    def rows_of_q(self, X: FloatArray, A: FloatArray, to_q: FloatArray) -> FloatArray:
        """Return rows of Q for features X (n, n_features), whose rows of the design are A."""
        Q = A @ to_q
        if self.sharp is not None:
            high, low = self.design.pair_of(X)
            better = self.sharp.of((high[:, self.factor.used], low[:, self.factor.used]))
            Q = np.where(np.isfinite(better), better, Q)  # pairs end at 1e300
        return np.asarray(Q)


def solve_least_squares(
    X: FloatArray,
    y: FloatArray,
    fit_intercept: bool = True,
    row_weights: FloatArray | None = None,
) -> LeastSquares:
    """Return the minimiser of |X @ weights + bias - y|**2, X (n, n_features), y (n,).

    With `row_weights` (n,) each square counts as often as its row's weight says.
    The columns are centred (not without `fit_intercept`, where the bias is 0) and scaled. Then
    a QR decomposition with column pivoting finds the rank; big problems that are well
    conditioned take the normal equations instead, which are several times faster. Small
    problems are refined with residuals of twice the precision, so that what is left is the
    rounding of the result. Source: Bjorck (1996), Numerical methods for least squares problems.
    """
    design = Design.of(X, y, fit_intercept, row_weights)
    with np.errstate(all="ignore"):
        if X.size <= EXTENDED_CELLS:
            return _solve_small(design)
        return _solve_large(design)


def _solve_small(design: Design) -> LeastSquares:
    """Refine the solution and the residuals together, as one symmetric system."""
    from scipy import linalg

    A, A_low = design.matrix_pair()
    target = design.target_pair()
    Q, factor = factor_whole(design, A)
    better, sharp = sharpened(factor, (A, A_low), target[0]), None
    if better is not None:
        factor, sharp = better
        Q = sharp.Q
    used, R = factor.used, factor.R
    columns, rows = (A[:, used], A_low[:, used]), (A[:, used].T, A_low[:, used].T)
    x: Pair = (np.zeros(len(used)), np.zeros(len(used)))
    residuals, last = np.zeros(len(A)), np.inf
    for _ in range(1 + N_REFINEMENTS):
        wrong = _difference(target, product_sum(rows, x), residuals)
        slope = product_sum(columns, (residuals, np.zeros(len(A))))[0]
        inside = Q.T @ wrong + linalg.solve_triangular(R, slope, trans=1, check_finite=False)
        step = linalg.solve_triangular(R, inside, check_finite=False)
        size = float(np.abs(step).max(initial=0.0))
        if not size < last:
            break
        last = size
        high, error = two_sum(x[0], step)
        x = two_sum(high, x[1] + error)
        residuals = residuals + wrong - Q @ inside
    return _result(design, factor, x, residuals, sharp)


def _difference(target: Pair, fitted: Pair, residuals: FloatArray) -> FloatArray:
    """Return target - fitted - residuals, of which the leading digits cancel."""
    high, error = two_sum(target[0], -fitted[0])
    high, error_2 = two_sum(high, -residuals)
    return np.asarray(high + (error + error_2 + target[1] - fitted[1]))


def _solve_large(design: Design) -> LeastSquares:
    factor = None
    if design.X.size * design.n_columns > CHOLESKY_WORK:
        factor = factor_by_cholesky(design)
    if factor is None:
        factor = factor_by_parts(design)
    x = factor.solve_factored()
    if factor.method == "cholesky":
        for _ in range(N_REFINEMENTS):
            x = x + factor.solve_normal(_gradient(design, factor.used, x))
    return _result(design, factor, (x, np.zeros(len(x))))


def _gradient(design: Design, used: IntArray, x: FloatArray) -> FloatArray:
    """Return A.T @ (t - A @ x) for the used columns."""
    total = np.zeros(len(x))
    for _, A, target in design.parts():
        A = A[:, used] if len(used) < design.n_columns else A
        total += A.T @ (target - A @ x)
    return total


def _result(
    design: Design,
    factor: TriangularFactor,
    x: Pair,
    residuals: FloatArray | None = None,
    sharp: Sharp | None = None,
) -> LeastSquares:
    high, low = np.zeros(design.n_columns), np.zeros(design.n_columns)
    high[factor.used], low[factor.used] = x
    return LeastSquares(
        params=design.to_params((high, low)),
        rank=len(factor.used) - design.fit_intercept,
        method=factor.method,
        design=design,
        coefficients=high,
        factor=factor,
        residuals=residuals,
        sharp=sharp,
    )
