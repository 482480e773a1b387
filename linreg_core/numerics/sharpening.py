"""The factor of a small, ill-conditioned design matrix, to nearly all digits.

Householder's QR gives R with errors that its inverse has times the condition number: standard
errors of raw powers of a year would have four digits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.numerics.extended import Pair, product_sum
from linreg_core.numerics.factor import TriangularFactor

ILL_CONDITIONED: Final = 1e2
"""Below about this condition number nothing is lost that anyone would miss."""
MOST_SHARPENED: Final = 64
"""Of more columns it would take long."""


@dataclass(frozen=True, eq=False)
class Sharp:
    """Q (n, k) of all rows, and what makes Q of others: R^-1 is `near` @ U^-1, both (k, k)."""

    Q: FloatArray
    near: FloatArray
    U: FloatArray

    def of(self, A: Pair) -> FloatArray:
        """Return rows of Q for rows of the design's used columns (m, k)."""
        return _solved(self.U, _times(A, self.near))


def sharpened(
    factor: TriangularFactor, A: Pair, target: FloatArray
) -> tuple[TriangularFactor, Sharp] | None:
    """Return the factor of the used columns of A (n, n_columns) with its digits, and its Q.

    With T near R^-1 and P = A T, summed in twice the precision, P'P = U'U tells by how much P
    misses being orthonormal, and A = (P U^-1) (U R) makes up for it. None where the factor is good
    enough, or beyond help. Source: Yamamoto, Nakatsukasa, Yanagisawa and Fukaya (2015), Roundoff
    error analysis of the CholeskyQR2 algorithm.
    """
    diagonal = np.abs(np.diag(factor.R))
    is_worth_it = 1 < len(diagonal) <= MOST_SHARPENED
    if not is_worth_it or diagonal.max() < ILL_CONDITIONED * diagonal.min():
        return None
    T, used = factor.inverse()[factor.used], factor.used
    P = _times((A[0][:, used], A[1][:, used]), T)
    try:
        U: FloatArray = np.asarray(np.linalg.cholesky(P.T @ P, upper=True), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    sharp = Sharp(_solved(U, P), T, U)
    rotated = sharp.Q.T @ target
    return replace(factor, R=U @ factor.R, rotated=rotated, inverted=_solved(U, T)), sharp


def _times(A: Pair, T: FloatArray) -> FloatArray:
    """Return A @ T, summed in twice the precision."""
    rows, none = (A[0].T, A[1].T), np.zeros(len(T))
    return np.column_stack([np.add(*product_sum(rows, (column, none))) for column in T.T])


def _solved(U: FloatArray, rows: FloatArray) -> FloatArray:
    """Return rows @ U^-1."""
    from scipy import linalg

    return np.asarray(linalg.solve_triangular(U, rows.T, trans=1, check_finite=False).T)
