"""Triangular factors of a design matrix, and the rank that they reveal.

What takes long on wide data is left to functions that let other threads go on meanwhile: numpy's
all do, and scipy's QR; its BLAS calls and Cholesky do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.numerics.design import Design
from linreg_core.pauses import pause

CHOLESKY_CONDITION: Final = 1e4
"""The largest condition number of the normal matrix that is left to Cholesky."""
ROUNDINGS: Final = 4.0
"""A column is superfluous when all that is new in it are this many roundings of its values."""
SUSPICIOUS: Final = 1e-4
"""A column of which less than this part is new is looked at that closely."""
COLUMNS_AT_ONCE: Final = 64
"""Right-hand sides that are solved together: scipy holds the interpreter meanwhile."""


@dataclass(frozen=True, eq=False)
class TriangularFactor:
    """A[:, used] = Q R for a design matrix A, with orthonormal Q and upper triangular R (k, k).

    `used` are the k columns that no others determine, in the pivots' order; the column of ones
    is always the first. `superfluous` are the m others, and `dependence` (k, m) says how:
    A[:, superfluous] = A[:, used] @ dependence, up to rounding. `rotated` is Q.T @ target.
    `inverted` (k, k) is R^-1 where it is known to more digits than R tells.
    """

    R: FloatArray
    used: IntArray
    superfluous: IntArray
    dependence: FloatArray
    rotated: FloatArray
    method: str
    inverted: FloatArray | None = None

    def solve_factored(self) -> FloatArray:
        """Return the solution (k,) of R x = Q.T @ target."""
        from scipy import linalg

        return np.asarray(linalg.solve_triangular(self.R, self.rotated, check_finite=False))

    def solve_normal(self, right: FloatArray) -> FloatArray:
        """Return the solution (k,) of R.T R x = right."""
        from scipy import linalg

        return np.asarray(linalg.cho_solve((self.R, False), right, check_finite=False))

    def inverse(self) -> FloatArray:
        """Return the matrix (n_columns, k) that makes A into Q, and its new rows into Q's."""
        k = len(self.used)
        matrix = np.zeros((k + len(self.superfluous), k))
        known = self.inverted
        matrix[self.used] = _solve_columns(self.R, np.eye(k)) if known is None else known
        return matrix


def factor_whole(design: Design, A: FloatArray) -> tuple[FloatArray, TriangularFactor]:
    """Return Q (n, k) of the used columns and the factor of A, the whole design matrix."""
    from scipy import linalg

    Q, R = linalg.qr(A, mode="economic", check_finite=False)
    rotation, factor = _pivoted(design, R, Q.T @ design.target_pair()[0])
    return Q @ rotation, factor


def factor_by_parts(design: Design) -> TriangularFactor:
    """Return the factor of a design matrix that is never in memory as a whole."""
    return factor_of_triangle(design, triangle_by_parts(design))


def triangle_by_parts(design: Design) -> FloatArray:
    """Return R of the QR decomposition of [A t], with as many rows as it has columns at most.

    That of the rows so far is put on top of the next rows. Source: Demmel, Grigori, Hoemmen and
    Langou (2012), Communication-optimal parallel and sequential QR.
    """
    n_columns = design.n_columns
    R = np.zeros((0, n_columns + 1))
    for _, A, target in design.parts():
        rows = np.empty((len(R) + len(A), n_columns + 1), order="F")
        rows[: len(R)], rows[len(R) :, :-1], rows[len(R) :, -1] = R, A, target
        R = _triangle(rows)
    return R


def factor_of_triangle(design: Design, R: FloatArray) -> TriangularFactor:
    """Return the factor of a design matrix of which R of the QR decomposition of [A t] is known."""
    return _pivoted(design, R[:, :-1], R[:, -1])[1]


def factor_by_cholesky(design: Design) -> TriangularFactor | None:
    """Return the factor from the normal matrix, or None where that is ill conditioned."""
    from scipy import linalg

    n_columns = design.n_columns
    normal, right = np.zeros((n_columns, n_columns)), np.zeros(n_columns)
    for _, A, target in design.parts():
        normal += A.T @ A
        right += A.T @ target
    try:
        R = np.asarray(np.linalg.cholesky(normal, upper=True), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    if linalg.lapack.dpocon(R, np.linalg.norm(normal, 1))[0] * CHOLESKY_CONDITION < 1:
        return None
    return TriangularFactor(
        R=R,
        used=np.arange(n_columns),
        superfluous=np.arange(0),
        dependence=np.zeros((n_columns, 0)),
        rotated=linalg.solve_triangular(R, right, trans=1, check_finite=False),
        method="cholesky",
    )


def _solve_columns(R: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution (k, n) of R X = right for an upper triangular R (k, k)."""
    from scipy import linalg

    solution = np.empty(right.shape)
    for start in range(0, right.shape[1], COLUMNS_AT_ONCE):
        pause()
        part = slice(start, start + COLUMNS_AT_ONCE)
        solution[:, part] = linalg.solve_triangular(R, right[:, part], check_finite=False)
    return solution


def _triangle(A: FloatArray) -> FloatArray:
    """Return R of the QR decomposition of A, which is overwritten."""
    from scipy import linalg

    work, _ = linalg.lapack.dgeqrf_lwork(*A.shape)
    packed, *_ = linalg.lapack.dgeqrf(A, lwork=int(work), overwrite_a=1)
    return np.triu(packed[: min(A.shape)])


def _pivoted(
    design: Design, R: FloatArray, rotated: FloatArray
) -> tuple[FloatArray, TriangularFactor]:
    """Return the factor after column pivoting (the ones stay first), and the rotation it took."""
    from scipy import linalg

    first = int(design.fit_intercept)
    rotation = np.eye(len(R))
    inner, lower, pivots = linalg.qr(R[first:, first:], pivoting=True, check_finite=False)
    rotation[first:, first:] = inner
    order = np.concatenate([np.arange(first), first + pivots]).astype(np.int64)
    R = rotation.T @ R[:, order]
    R[first:, first:] = lower
    rank = _rank(design, R, order)
    triangle, rest = R[:rank, :rank], R[:rank, rank:]
    return rotation[:, :rank], TriangularFactor(
        R=triangle,
        used=order[:rank],
        superfluous=order[rank:],
        dependence=_solve_columns(triangle, rest),
        rotated=(rotation.T @ rotated)[:rank],
        method="qr",
    )


def _rank(design: Design, R: FloatArray, order: IntArray) -> int:
    """Return how many leading columns of the pivoted R are more than roundings of others.

    Rounding the values x of a column moves it by eps |x|, and so does rounding those of the
    columns that it depends on, each times its share.
    """
    from scipy import linalg

    first = int(design.fit_intercept)
    offset = np.abs(design.columns.centre / design.columns.scale) + 1.0
    sizes = np.concatenate([np.zeros(first), offset])[order]
    unit = ROUNDINGS * np.finfo(np.float64).eps * np.sqrt(design.total_weight)
    diagonal = np.abs(np.diag(R))
    for column in range(first, len(diagonal)):
        if diagonal[column] == 0:
            return column
        if diagonal[column] > SUSPICIOUS * diagonal[first]:
            continue
        shares = linalg.solve_triangular(R[:column, :column], R[:column, column])
        if diagonal[column] <= unit * (sizes[column] + np.abs(shares) @ sizes[:column]):
            return column
    return len(diagonal)
