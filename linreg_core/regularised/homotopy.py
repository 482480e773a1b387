"""The lasso for all penalties at once: it is a straight line between two changes."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.pauses import pause
from linreg_core.regularised.coordinate_descent import (
    BORDER,
    NEARLY_SINGULAR,
    lasso_minimum,
    slope_rounding,
)
from linreg_core.regularised.unit_moments import UnitMoments

CHANGES_A_FEATURE: Final = 8
"""A path of more changes than this goes in circles among features that tie."""


class SetChange(NamedTuple):
    """The feature that enters (with its sign) or leaves (0) when the penalty has come down."""

    penalty: float
    feature: int
    sign: float


class ActiveSet:
    """The features in use, their signs, and the inverse of their covariances.

    For these the minimum is gram @ u = slope - penalty * half * sign, on which u is linear. No BLAS
    here: with its threads a product takes longer than a step where processors are busy.
    """

    def __init__(self, moments: UnitMoments, pull: FloatArray) -> None:
        self._moments, self._half = moments, pull / 2
        self._free = (moments.gram.diagonal() > 0) & (pull > 0)
        self._tied = np.zeros(len(pull), dtype=bool)
        self._used, self._signs = np.zeros(0, dtype=np.int64), np.zeros(0)
        self._inverse = np.zeros((0, 0))

    def weights_at(self, penalty: float) -> FloatArray:
        """Return the minimum (n_features,) for a penalty, while features are the ones in use."""
        weights = np.zeros(len(self._half))
        gram = self._moments.gram[self._used][:, self._used]
        wanted = self._moments.slope[self._used] - penalty * self._half[self._used] * self._signs
        found = _times(self._inverse, wanted)
        weights[self._used] = found + _times(self._inverse, wanted - _times(gram, found))
        return weights

    def next_change(self, penalty: float) -> SetChange:
        """Return what changes first as the penalty comes down from here; at 0 nothing does."""
        weights, half = self.weights_at(penalty), self._half
        columns = self._moments.gram[self._used]
        slope = self._moments.slope - _times(columns.T, weights[self._used])
        step = _times(self._inverse, half[self._used] * self._signs)
        turn = _times(columns.T, step)
        outside = self._free & ~self._tied
        outside[self._used] = False
        ways = (
            _reached(penalty * half - slope, half - turn, outside),
            _reached(penalty * half + slope, half + turn, outside),
            _left(weights[self._used], step, self._signs),
        )
        which = min(range(3), key=lambda way: float(ways[way].min(initial=np.inf)))
        if not len(ways[which]) or not (down := float(ways[which].min())) < penalty:
            return SetChange(0.0, 0, 0.0)
        place = int(ways[which].argmin())
        feature = place if which < 2 else int(self._used[place])
        return SetChange(penalty - down, feature, (1.0, -1.0, 0.0)[which])

    def take(self, change: SetChange) -> None:
        """Let the feature enter or leave."""
        if change.sign:
            self._enter(change.feature, change.sign)
        else:
            self._leave(int(np.flatnonzero(self._used == change.feature)[0]))

    def _enter(self, feature: int, sign: float) -> None:
        gram = self._moments.gram
        column = gram[feature, self._used]
        shares = _times(self._inverse, column)
        new = gram[feature, feature] - float((column * shares).sum())
        if new <= NEARLY_SINGULAR * gram[feature, feature]:
            self._tied[feature] = True
            return
        size = len(shares)
        inverse = np.empty((size + 1, size + 1))
        inverse[:size, :size] = self._inverse + np.outer(shares, shares) / new
        inverse[:size, size] = inverse[size, :size] = -shares / new
        inverse[size, size] = 1.0 / new
        self._inverse = inverse
        self._used, self._signs = np.append(self._used, feature), np.append(self._signs, sign)

    def _leave(self, place: int) -> None:
        inverse = self._inverse
        row = np.delete(inverse[place], place)
        rest = np.delete(np.delete(inverse, place, axis=0), place, axis=1)
        self._inverse = rest - np.outer(row, row) / inverse[place, place]
        self._used, self._signs = np.delete(self._used, place), np.delete(self._signs, place)
        self._tied[:] = False


def lasso_weights(moments: UnitMoments, pull: FloatArray, penalties: FloatArray) -> FloatArray:
    """Return u (k, n_features) that minimise the mean squared error + penalty * pull @ |u|.

    `penalties` (k,) come largest first, `pull` (n_features,) are >= 0. What does not meet the
    conditions of a minimum, because features tie or nearly determine one another, is left to
    `lasso_minimum`. Source: Osborne, Presnell and Turlach (2000), A new approach to variable
    selection in least squares problems.
    """
    features, at = ActiveSet(moments, pull), 0
    found = np.zeros((len(penalties), len(pull)))
    penalty = float((2 * np.abs(moments.slope) / pull).max(initial=0.0, where=pull > 0))
    for _ in range(CHANGES_A_FEATURE * len(pull) + 1):
        pause()
        change = features.next_change(penalty)
        while at < len(penalties) and penalties[at] >= change.penalty:
            if penalties[at] < penalty:
                found[at] = features.weights_at(penalties[at])
            at += 1
        if at == len(penalties) or change.penalty <= 0:
            break
        features.take(change)
        penalty = change.penalty
    for row in map(int, np.flatnonzero(~_are_minima(moments, pull, penalties, found))):
        found[row] = lasso_minimum(moments, penalties[row] * pull, found[max(row - 1, 0)])
    return found


def _times(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,j->i", matrix, vector))


def _reached(room: FloatArray, rate: FloatArray, outside: BoolArray) -> FloatArray:
    """Return by how much the penalty has to come down until there is no room left."""
    closes = outside & (rate > 0)
    ways = np.full(len(room), np.inf)
    ways[closes] = np.maximum(room[closes], 0.0) / rate[closes]
    return ways


def _left(weights: FloatArray, step: FloatArray, signs: FloatArray) -> FloatArray:
    """Return by how much the penalty has to come down until weights are 0."""
    ways = np.full(len(weights), np.inf)
    shrinks = step * signs < 0
    ways[shrinks] = np.maximum(weights[shrinks] * signs[shrinks], 0.0) / np.abs(step[shrinks])
    return ways


def _are_minima(
    moments: UnitMoments, pull: FloatArray, penalties: FloatArray, weights: FloatArray
) -> BoolArray:
    """Return which of the k weights meet the conditions of a minimum."""
    half = penalties[:, np.newaxis] * pull / 2
    slope = moments.slope - weights @ moments.gram
    allowed = half * BORDER + slope_rounding(moments, weights)[:, np.newaxis]
    off = np.where(weights == 0, np.abs(slope) - half, np.abs(slope - np.sign(weights) * half))
    return np.asarray((off <= allowed).all(axis=1))
