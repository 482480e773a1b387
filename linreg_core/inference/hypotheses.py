"""What it means that a term adds nothing, where other terms contain or determine it.

A test of type II asks what a term adds to all terms that do not contain it: a main effect is
tested without its interactions. Source: Fox and Weisberg (2019), An R companion to applied
regression, section 5.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference.coefficients import UNDETERMINED
from linreg_core.inference.fit import Fit

PARALLEL: Final = 1e-3
"""Estimates of which less than this part is their own lose digits when they are told apart."""


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """`rows` @ coefficients[`columns`] = 0, `n_before` rows first for terms that contain the term.

    `df` rows are left for the term itself. `rows` None is every column on its own.
    """

    columns: IntArray
    rows: FloatArray | None
    n_before: int
    df: int

    def of(self, values: FloatArray) -> FloatArray:
        """Return what the hypothesis says is 0, of values (n_columns, ...) of every coefficient."""
        chosen = values[self.columns]
        return chosen if self.rows is None else np.asarray(self.rows @ chosen)

    def in_q(self, fit: Fit) -> tuple[FloatArray, FloatArray]:
        """Return what the hypothesis says is 0, (m,), and its rows (m, k) in Q's coordinates.

        Those of R^-1, unless they are nearly parallel, as those of powers: then they are an
        orthonormal basis of what is orthogonal to all columns of R but those that are tested.
        """
        rows = self.of(fit.to_q)
        if self.rows is not None or not _nearly_parallel(rows):
            return self.of(fit.solution.coefficients), rows
        used = fit.factor.used
        before, own = self.columns[: self.n_before], self.columns[self.n_before :]
        others = np.setdiff1d(used, self.columns)
        order = [int(np.flatnonzero(used == each)[0]) for each in (*others, *own, *before)]
        Q = np.linalg.qr(fit.factor.R[:, order])[0]
        first = len(others)
        rows = np.roll(Q[:, first:], len(before), axis=1).T
        return rows @ fit.rotated, rows


@dataclass(frozen=True, eq=False)
class Determination:
    """Which columns of a design are estimated, and which share they have in the superfluous ones.

    `place` (n_columns,) are the used columns' places in the factor, -1 for superfluous ones;
    `shares` (k, m) is the factor's dependence without what is only rounding.
    """

    place: IntArray
    superfluous: IntArray
    shares: FloatArray

    @classmethod
    def of(cls, fit: Fit) -> Determination:
        """Return what a fit says of its columns."""
        factor = fit.factor
        place = np.full(len(factor.used) + len(factor.superfluous), -1)
        place[factor.used] = np.arange(len(factor.used))
        shares = np.where(np.abs(factor.dependence) > UNDETERMINED, factor.dependence, 0.0)
        return cls(place, factor.superfluous, shares)

    def hypothesis(self, own: IntArray, containing: IntArray) -> Hypothesis:
        """Return that the columns `own` of the design add nothing to all others but `containing`.

        Superfluous columns of other terms hold a part of those that they depend on: what can be
        told apart are the combinations that no such column takes part in.
        """
        relatives, used = (c[self.place[c] >= 0] for c in (containing, own))
        columns = np.concatenate([relatives, used])
        shares = self.shares[self.place[columns]]
        if not shares.any():
            return Hypothesis(columns, None, len(relatives), len(used))
        is_mine = np.isin(self.superfluous, own)
        others = shares[:, ~is_mine & ~np.isin(self.superfluous, containing)]
        mine = np.vstack([np.zeros((len(relatives), len(used))), np.eye(len(used))])
        before = _annihilators(np.hstack([others, mine, shares[:, is_mine]]))
        added = _annihilators(np.hstack([others, before.T]))
        return Hypothesis(columns, np.vstack([before, added]), len(before), len(added))


def _nearly_parallel(rows: FloatArray) -> bool:
    """Whether rows (m, k) tell one another apart by a small part of their length only."""
    if not 1 < len(rows) <= rows.shape[1]:
        return False
    own = np.abs(np.diag(np.linalg.qr(rows.T, mode="r")))
    return bool((own < PARALLEL * np.linalg.norm(rows, axis=1)).any())


def _annihilators(directions: FloatArray) -> FloatArray:
    """Return orthonormal rows (m, n) with rows @ directions = 0 for directions (n, d)."""
    left, sizes, _ = np.linalg.svd(directions, full_matrices=True)
    rank = int(np.count_nonzero(sizes > UNDETERMINED * sizes.max(initial=0.0)))
    return np.asarray(left[:, rank:].T)
