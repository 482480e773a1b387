"""A fit that outliers do not pull, and how far they pull least squares from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.numerics.reference import reference_fit
from linreg_core.theory.spectrum import design_of

if TYPE_CHECKING:
    from linreg_core.problem import Problem

_LEAST_ROWS: Final = 8
_MOST_CELLS: Final = 300_000
_MOST_SHARE: Final = 0.3
_FAR: Final = 6.0
"""Rows this many robust standard deviations off are outliers."""
_LEAST_FAR: Final = 0.05
"""Where the others lie on a line exactly: this part of the target's standard deviation."""
_PULLED: Final = 0.5
"""And they matter where least squares' predictions are off by this many, root mean square."""
_NORMAL: Final = 1.4826
_N_ROUNDS: Final = 40
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Outliers:
    """How many rows lie far off, how far (of them the least), and by how much they pull the fit.

    `scale` is the others' standard deviation, `pull` the root mean square of what least squares'
    predictions differ by from those of least absolute errors, whose mean is `loss`; all in
    units of the target.
    """

    count: int
    scale: float
    pull: float
    loss: float


def find_pull(problem: Problem) -> Outliers | None:
    """Return the outliers among the training rows that pull the fit, None where there are none."""
    return problem.memo.get("outliers", lambda: _find(problem))


def _find(problem: Problem) -> Outliers | None:
    n, X, y = problem.n_train, problem.X_train, problem.y_train
    if n < max(_LEAST_ROWS, 3 * problem.n_features) or X.size > _MOST_CELLS:
        return None
    if problem.w_train is not None:  # weights say themselves how much a row far off counts
        return None
    squares = reference_fit(problem).predict(X)
    with np.errstate(all="ignore"):
        spread = float(y.std())
        residuals = _least_absolute(problem)
        if not (np.isfinite(residuals).all() and np.isfinite(spread)):
            return None
        scale = max(_NORMAL * float(np.median(np.abs(residuals))), _ROUNDING * spread)
        is_far = np.abs(residuals) > max(_FAR * scale, _LEAST_FAR * spread)
        pull = float(np.sqrt(np.mean(np.square(squares - y - residuals))))
    count = int(np.count_nonzero(is_far))
    matters = 0 < count <= _MOST_SHARE * n and pull > _PULLED * scale
    return Outliers(count, scale, pull, float(np.abs(residuals).mean())) if matters else None


def _least_absolute(problem: Problem) -> FloatArray:
    """Return prediction - y (n,) of least absolute errors, by reweighted least squares.

    Source: Schlossmacher (1973), An iterative technique for absolute deviations curve fitting.
    """
    standardised = problem.with_standardize(True)
    A = design_of(standardised.X_scaled, problem.fit_intercept)
    y = standardised.y_scaled
    residuals = A @ np.linalg.lstsq(A, y, rcond=None)[0] - y
    for _ in range(_N_ROUNDS):
        size = np.abs(residuals)
        least = max(1e-6 * float(size.max()), 1e-12)
        root = 1 / np.sqrt(np.maximum(size, least))[:, np.newaxis]
        params = np.linalg.lstsq(A * root, y * root[:, 0], rcond=None)[0]
        residuals = A @ params - y
    return np.asarray(residuals * standardised.y_scale)
