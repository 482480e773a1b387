"""Linear least squares with an intercept, to as many digits as float64 allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, column_deviations, column_means
from linreg_core.types import Params

CHOLESKY_WORK: Final = 2e8
"""Multiplications above which the normal equations are tried first."""
CHOLESKY_CONDITION: Final = 1e4
"""The largest condition number of the normal matrix that is left to Cholesky."""
N_REFINEMENTS: Final = 3


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """A least-squares solution: `rank` is that of the centred features, n_features at most."""

    params: Params
    rank: int
    method: str


def solve(X: FloatArray, y: FloatArray) -> LeastSquares:
    """Return the minimiser of |X @ weights + bias - y|**2, X (n, n_features), y (n,).

    The columns are centred and scaled to standard deviation 1. Then a QR decomposition with
    column pivoting finds the rank; big problems that are well conditioned take the normal
    equations instead, which are several times faster. Either way the solution is refined with
    its own residuals. Source: Bjorck (1996), Numerical methods for least squares problems.
    """
    means, deviations = column_means(X), column_deviations(X)
    y_mean = float(column_means(y[:, np.newaxis])[0])
    Z = (X - means) / deviations
    target = y - y_mean
    scaled = _solve_normal(Z, target) if Z.size * Z.shape[1] > CHOLESKY_WORK else None
    weights, rank, method = scaled or _solve_qr(Z, target)
    weights = weights / deviations
    return LeastSquares(Params(weights, y_mean - float(weights @ means)), rank, method)


def _solve_qr(Z: FloatArray, target: FloatArray) -> tuple[FloatArray, int, str]:
    from scipy import linalg

    Q, R, pivots = linalg.qr(Z, mode="economic", pivoting=True, check_finite=False)
    sizes = np.abs(np.diag(R))
    tolerance = max(Z.shape) * np.finfo(np.float64).eps * (sizes[0] if len(sizes) else 0.0)
    rank = int(np.count_nonzero(sizes > tolerance))
    weights = np.zeros(Z.shape[1])
    Q, R, used = Q[:, :rank], R[:rank, :rank], pivots[:rank]
    for _ in range(1 + N_REFINEMENTS if rank else 0):
        residuals = target - Z @ weights
        weights[used] += linalg.solve_triangular(R, Q.T @ residuals, check_finite=False)
    return weights, rank, "qr"


def _solve_normal(Z: FloatArray, target: FloatArray) -> tuple[FloatArray, int, str] | None:
    """Return the solution by Cholesky, or None where the normal matrix is ill conditioned."""
    from scipy import linalg

    normal = linalg.blas.dsyrk(1.0, Z.T, lower=True)
    norm = linalg.norm(normal + np.tril(normal, -1).T, 1)
    factor, failed = linalg.lapack.dpotrf(normal, lower=True)
    if failed:
        return None
    inverse_condition, _ = linalg.lapack.dpocon(factor, norm, uplo="L")
    if inverse_condition * CHOLESKY_CONDITION < 1:
        return None
    weights = np.zeros(Z.shape[1])
    for _ in range(1 + N_REFINEMENTS):
        residuals = target - Z @ weights
        weights += linalg.cho_solve((factor, True), Z.T @ residuals, check_finite=False)
    return weights, Z.shape[1], "cholesky"
