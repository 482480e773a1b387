"""How many digits of a solution can be vouched for, from a bound on what rounding did to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.fit import Fit
from linreg_core.inference.spread import covariance_root
from linreg_core.numerics.design import rescaled

_EPSILON: Final = float(np.finfo(np.float64).eps)
MOMENTS: Final = "moments"
QR: Final = "qr"
ROUNDING: Final = {MOMENTS: 16.0 * _EPSILON, QR: 32.0 * _EPSILON}
"""How far sums of products, or columns, may be from those of the rows, as a part of their sizes."""
RESULT_ROUNDINGS: Final = 4.0
"""How many roundings of what it is added up of a coefficient may be off by at the end."""
MOST_LOST: Final = 0.5
"""Where rounding can change the matrix by this part of its inverse, nothing is vouched for."""
MOST_DIGITS_TOLD: Final = 15


@dataclass(frozen=True, eq=False)
class Trust:
    """Bounds on errors: of the coefficients (n_columns,), the intercept's at X = 0 first, in units
    of the coefficients; and of the length of the residuals, in the target's coordinates.

    `condition` is the condition number of the used columns, each of length 1. Bounds are inf where
    rounding may have changed everything.
    """

    condition: float
    coefficients: FloatArray
    residual: float


def condition_of(fit: Fit) -> float:
    """Return the condition number of a fit's used columns, each of length 1."""
    R = fit.factor.R
    return float(np.linalg.cond(R / np.linalg.norm(R, axis=0))) if R.size else 1.0


def trust_in(
    path: str, fit: Fit, condition: float, target_size: float, residual_size: float
) -> Trust:
    """Return bounds on the errors of a fit of this condition number (`condition_of`).

    The sizes are the lengths of its target and of its residuals.

    With columns a_j, residuals r and the target t, sums of products that are off by e |a_i| |a_j|
    move the solution x by at most e |G^-1| |a| (|t| + sum |x_j a_j|), where G = A'A: digits go with
    the square of the condition number. Columns that are off by e |a_j| move it by that with |r| in
    the place of the bracket, and by e |rows of A^+| times the bracket: the square only matters as
    far as there are residuals. Source: Bjorck (1996), Numerical methods for least squares problems,
    section 1.4.
    """
    rounding, factor, design = ROUNDING[path], fit.factor, fit.design
    sizes, x = np.linalg.norm(factor.R, axis=0), np.abs(fit.solution.coefficients[factor.used])
    lost = rounding * len(sizes) * condition ** (2 if path == MOMENTS else 1)
    if not lost < MOST_LOST:
        return Trust(condition, np.full(design.n_columns, math.inf), math.inf)
    load, root = target_size + float(x @ sizes), covariance_root(fit)
    curved = np.abs(root @ fit.to_q[factor.used].T) @ sizes
    if path == MOMENTS:
        bounds = curved * load
        residual = rounding * load**2 / residual_size if residual_size > 0 else math.inf
    else:
        bounds = np.linalg.norm(root, axis=1) * load + curved * residual_size
        residual = rounding * load
    bounds = rounding * bounds / (1.0 - lost) + RESULT_ROUNDINGS * _EPSILON * _sizes_of_result(fit)
    scales = np.append(np.ones(int(design.fit_intercept)), design.columns.scale)
    return Trust(condition, rescaled(bounds, design.target.scale, scales), residual)


def digits_of(error: float, value: float) -> int:
    """Return how many digits of a value an error of this size leaves, from 0 to 15.

    >>> digits_of(1e-9, 1.0), digits_of(0.3, 1.0), digits_of(0.0, 0.0)
    (9, 0, 15)
    """
    if value == error == 0:
        return MOST_DIGITS_TOLD
    if not (0 < value < math.inf and error < value):
        return 0
    part = error / value
    if part == 0:  # or too small for a float
        return MOST_DIGITS_TOLD
    return min(MOST_DIGITS_TOLD, math.floor(-math.log10(part) + 1e-9))


def _sizes_of_result(fit: Fit) -> FloatArray:
    """Return the sizes of what each coefficient is added up of, in the design's coordinates."""
    design = fit.design
    sizes = np.abs(fit.solution.coefficients)
    if design.fit_intercept:
        offsets = np.abs(design.columns.centre / design.columns.scale)
        level = float(np.abs(design.target.centre / design.target.scale)[0])
        sizes[0] += sizes[1:] @ offsets + level
    return sizes
