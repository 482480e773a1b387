"""The factor of a small, ill-conditioned design matrix, to nearly all digits.

Householder's QR gives R with errors that its inverse has times the condition number: standard
errors of raw powers of a year would have four digits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.numerics.extended import Pair, product_sum
from linreg_core.numerics.factor import TriangularFactor

ILL_CONDITIONED: Final = 1e2
"""Below about this condition number nothing is lost that anyone would miss."""
MOST_SHARPENED: Final = 64
"""Of more columns it would take long."""


def sharpened(
    factor: TriangularFactor, Q: FloatArray, A: Pair, target: FloatArray
) -> tuple[FloatArray, TriangularFactor]:
    """Return Q (n, k) and the factor of the used columns of A (n, n_columns) with their digits.

    With T near R^-1 and P = A T, summed in twice the precision, P'P = U'U tells by how much P
    misses being orthonormal, and A = (P U^-1) (U R) makes up for it. Q and the factor are returned
    as they are where they are good, or beyond help. Source: Yamamoto, Nakatsukasa, Yanagisawa and
    Fukaya (2015), Roundoff error analysis of the CholeskyQR2 algorithm.
    """
    from scipy import linalg

    diagonal = np.abs(np.diag(factor.R))
    k = len(diagonal)
    if not 1 < k <= MOST_SHARPENED or diagonal.max() < ILL_CONDITIONED * diagonal.min():
        return Q, factor
    T, rows = factor.inverse()[factor.used], (A[0][:, factor.used].T, A[1][:, factor.used].T)
    P = np.column_stack([np.add(*product_sum(rows, (column, np.zeros(k)))) for column in T.T])
    try:
        U = np.linalg.cholesky(P.T @ P, upper=True)
    except np.linalg.LinAlgError:
        return Q, factor
    made = linalg.solve_triangular(U, np.vstack([P, T]).T, trans=1, check_finite=False).T
    Q, T = made[:-k], made[-k:]
    return Q, replace(factor, R=U @ factor.R, rotated=Q.T @ target, inverted=T)
