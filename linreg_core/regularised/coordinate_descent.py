"""The lasso's minimum from second moments: coordinate descent, and a direct solution at its end."""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.pauses import pause
from linreg_core.regularised.unit_moments import UnitMoments

MOST_ROUNDS: Final = 1_000
SWEEPS_A_ROUND: Final = 5
SMALLEST_GAP: Final = 1e-15
"""The duality gap, as a part of the target's variance, that is nothing but rounding."""
BORDER: Final = 1e-10
"""A feature whose slope is above its pull by no more than this part of it stays at 0."""
ROUNDINGS_OF_SLOPE: Final = 4 * np.finfo(np.float64).eps
NEARLY_SINGULAR: Final = 1e-13
"""What is added to the diagonal where features in use determine one another."""


def lasso_minimum(moments: UnitMoments, pull: FloatArray, start: FloatArray) -> FloatArray:
    """Return u (n_features,) that minimises the mean squared error + pull @ |u|.

    `pull` (n_features,) are >= 0, and `start` is where to begin. Sweeps over the features in use
    and those that should enter find which these are and their signs; what is left is linear, and is
    solved as such. It ends where no feature should enter, or at a duality gap of nothing. Constant
    features keep 0. Sources: Friedman, Hastie and Tibshirani (2010), Regularization paths for
    generalized linear models via coordinate descent, for covariance updates and active sets; Lee,
    Battle, Raina and Ng (2006), Efficient sparse coding algorithms, for steps within the signs;
    Kim, Koh, Lustig, Boyd and Gorinevsky (2007), An interior-point method for large-scale
    l1-regularized least squares, for the gap.
    """
    half, varies = pull / 2, moments.gram.diagonal() > 0
    weights = np.where(varies, start, 0.0)
    for _ in range(MOST_ROUNDS):
        pause()
        weights = _settled(moments, half, weights)
        slope = moments.slope - moments.gram @ weights
        least = half * (1 + BORDER) + slope_rounding(moments, weights)
        enters = varies & (weights == 0) & (np.abs(slope) > least)
        if not enters.any():
            break
        if duality_gap(moments, pull, weights) <= SMALLEST_GAP * moments.variance:
            break
        weights = _swept(moments, half, weights, slope, np.flatnonzero(enters | (weights != 0)))
    return weights


def duality_gap(moments: UnitMoments, pull: FloatArray, weights: FloatArray) -> float:
    """Return how far the objective at `weights` may be above its minimum, at most.

    With the residual r, scaled by s until |Z' r| is nowhere above half the pull, the dual's value
    is 2 s r @ t - s**2 r @ r, means over rows.
    """
    slope = moments.slope - moments.gram @ weights
    fitted = float(moments.slope @ weights)
    squares = moments.variance - fitted - float(slope @ weights)
    most = float((2 * np.abs(slope) / pull).max(initial=0.0, where=slope != 0))
    s = 1.0 / max(1.0, most)
    dual = 2 * s * (moments.variance - fitted) - s * s * squares
    return squares + float(pull @ np.abs(weights)) - dual


def slope_rounding(moments: UnitMoments, weights: FloatArray) -> FloatArray:
    """Return what rounding may make of slopes that are 0, for weights (..., n_features)."""
    sizes = np.abs(moments.slope).max() + np.abs(weights).sum(axis=-1)
    return np.asarray(ROUNDINGS_OF_SLOPE * sizes)


def _settled(moments: UnitMoments, half: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weights after steps to the minimum among weights of their signs.

    On the way there the first one that would change its sign becomes 0, and stays so.
    """
    weights = weights.copy()
    while len(used := np.flatnonzero(weights)):
        now, signs = weights[used], np.sign(weights[used])
        best = _linear_minimum(moments, half, now, used)
        crosses = np.sign(best) != signs
        if not crosses.any():
            weights[used] = best
            break
        shares = now[crosses] / (now[crosses] - best[crosses])
        weights[used] = now + shares.min() * (best - now)
        weights[used[crosses][shares <= shares.min()]] = 0.0
    return weights


def _linear_minimum(
    moments: UnitMoments, half: FloatArray, now: FloatArray, used: IntArray
) -> FloatArray:
    """Return the minimum over the features `used`, if each pull were a slope of its weight's sign.

    Where they determine one another it is far away, in a direction that leads down from `now`.
    """
    gram = moments.gram[np.ix_(used, used)]
    right = moments.slope[used] - half[used] * np.sign(now) - gram @ now
    if _is_nearly_singular(gram):
        gram = gram + NEARLY_SINGULAR * np.diag(gram.diagonal())
    return now + np.asarray(np.linalg.solve(gram, right))


def _is_nearly_singular(gram: FloatArray) -> bool:
    try:
        new = np.square(np.diag(np.linalg.cholesky(gram)))
    except np.linalg.LinAlgError:
        return True
    return bool((new <= NEARLY_SINGULAR * gram.diagonal()).any())


def _swept(
    moments: UnitMoments,
    half: FloatArray,
    weights: FloatArray,
    slope: FloatArray,
    active: IntArray,
) -> FloatArray:
    """Return the weights after sweeps that bring one feature after the other to its best value."""
    weights, slope, diagonal = weights.copy(), slope.copy(), moments.gram.diagonal()
    for _ in range(SWEEPS_A_ROUND):
        for j in active:
            at = slope[j] + diagonal[j] * weights[j]
            size = abs(at) - half[j]
            best = 0.0 if size <= BORDER * half[j] else (size if at > 0 else -size) / diagonal[j]
            if best != weights[j]:
                slope -= moments.gram[j] * (best - weights[j])
                weights[j] = best
    return weights
