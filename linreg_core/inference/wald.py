"""Tests that several estimates are 0 together, from a square root of their covariance."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.fit import Fit
from linreg_core.inference.spread import Spread
from linreg_core.inference.values import known

SINGULAR: Final = 1e-12
"""An estimate whose own part of its standard error is less than this is bound to the others."""


def spread_root(fit: Fit, spread: Spread) -> FloatArray | None:
    """Return a square root (k, m) of the covariance of Q't, m its rank; None where it is unknown.

    `to_q` makes of it a square root of the covariance of the design's coefficients.
    """
    if spread.covariance.is_classical:
        return fit.deviation * np.eye(fit.n_parameters)
    if spread.meat is None or not len(spread.meat):
        return None
    sizes, directions = np.linalg.eigh(spread.meat)
    is_kept = sizes > SINGULAR * sizes[-1]
    return np.asarray(directions[:, is_kept] * np.sqrt(sizes[is_kept]))


def wald_statistic(estimates: FloatArray, root: FloatArray, n_before: int = 0) -> float | None:
    """Return by how much all estimates raise the Wald statistic of the first `n_before` of them.

    The statistic is b' V^-1 b for estimates b (m,) of covariance V = root @ root.T, root (m, k).
    With root.T = Q R it is |R^-T b|^2, so that V is neither formed nor inverted, and what the last
    estimates add is the part of it that is theirs. None where V is singular.
    """
    from scipy import linalg

    if len(estimates) == 1:
        return known(float(estimates[0] ** 2 / (root[0] @ root[0])))
    if not 0 < len(estimates) <= root.shape[1]:
        return None
    R = linalg.qr(root.T, mode="r", check_finite=False)[0][: len(estimates)]
    sizes = np.linalg.norm(root, axis=1)
    if not (np.abs(np.diag(R)) > SINGULAR * sizes).all():
        return None
    parts = linalg.solve_triangular(R, estimates, trans=1, check_finite=False)[n_before:]
    return known(float(parts @ parts))


def f_test(statistic: float | None, df: int, df_residual: float) -> tuple[float, float] | None:
    """Return F and its p value for a Wald statistic of `df` estimates, None where there is none."""
    from scipy import special

    if statistic is None or df < 1 or df_residual < 1:
        return None
    f = statistic / df
    p = float(special.fdtrc(df, df_residual, f))
    return (f, p) if math.isfinite(f) else None
