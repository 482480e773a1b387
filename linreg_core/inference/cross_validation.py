"""How well the fit predicts rows that it has not seen: cross-validation without refitting."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference.fit import Fit
from linreg_core.numerics.design import row_parts
from linreg_core.numerics.folds import folds, n_folds

_UNDETERMINED: Final = 1e-8
"""The other rows determine a direction by less than this share of it: it is left at 0."""


def cross_validated_r_squared(fit: Fit, seed: int = 0) -> float | None:
    """Return 1 - sum((y - prediction)^2) / sum((y - mean)^2), rows predicted by the other folds.

    Rows are dealt into the folds in an order drawn with `seed`. With A = Q R, the fit of all
    rows but those of a fold f has the coefficients b in Q's coordinates that solve
    (I - Qf' Qf) b = Q' t - Qf' tf: exactly what a new fit would find, and with one row a fold the
    closed form of PRESS. The mean is that of all training rows (0 without an intercept). None
    where the other folds have too few rows for the coefficients, or the target is constant. Squares
    are weighted as the fit is; a row that stands several times is in one fold.
    Source: Allen (1974), The relationship between variable selection and data augmentation.
    """
    count = n_folds(fit.n_rows)
    left = fit.n_rows - -(-fit.n_rows // count)
    if count < 2 or left < max(1, fit.n_parameters) or not fit.tss > 0:
        return None
    with np.errstate(all="ignore"):
        squares = sum(_fold_error(fit, rows, fit.rotated) for rows in folds(fit.n_rows, seed))
        return float(1.0 - squares / fit.tss)


def _fold_error(fit: Fit, rows: IntArray, rotated: FloatArray) -> float:
    """Return the sum of squared errors on `rows`, predicted from all others."""
    size = fit.n_parameters
    moments, slope = np.zeros((size, size)), np.zeros(size)
    for part in row_parts(len(rows), fit.design.n_columns):
        Q, target = _part(fit, rows[part])
        moments += Q.T @ Q
        slope += Q.T @ target
    coefficients = _solve(np.eye(size) - moments, rotated - slope)
    error = 0.0
    for part in row_parts(len(rows), fit.design.n_columns):
        Q, target = _part(fit, rows[part])
        error += float(np.square(target - Q @ coefficients).sum())
    return error


def _part(fit: Fit, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    design, Q = fit.design, fit.q(rows)
    target = design.scaled_target(design.y[rows])
    if design.weights is None:
        return Q, target
    root = np.sqrt(design.weights[rows])
    return Q if fit.counts is None else Q * root[:, np.newaxis], target * root


def _solve(moments: FloatArray, right: FloatArray) -> FloatArray:
    """Solve with a positive semidefinite matrix; undetermined directions stay at 0."""
    from scipy import linalg

    with suppress(np.linalg.LinAlgError):
        factor = np.linalg.cholesky(moments)  # lets other threads go on, unlike scipy's
        if np.diag(factor).min(initial=1.0) ** 2 > _UNDETERMINED:
            return np.asarray(linalg.cho_solve((factor, True), right, check_finite=False))
    values, vectors = np.linalg.eigh(moments)
    kept = values > _UNDETERMINED
    return np.asarray(vectors[:, kept] @ ((vectors[:, kept].T @ right) / values[kept]))
