"""How a fit's estimates spread when residuals need not be independent and alike: sandwiches.

Estimates are R^-1 Q't. With the residuals' covariance O, that of Q't is the meat M = Q'OQ, and
theirs is T M T' with T = R^-1 (see `covariance_root`). M is a sum of w w' over some rows w, which
are made a part at a time; the variances of the estimates are sums of squares of T w, never
differences, so that small ones keep their digits beside large ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray, IntArray
from linreg_core.inference.covariance import CLASSICAL, CLUSTER, NEWEY_WEST, Covariance
from linreg_core.inference.diagnostics import FULL_LEVERAGE
from linreg_core.inference.fit import Fit, row_squares
from linreg_core.inference.values import known
from linreg_core.numerics.design import row_parts

LEVERAGE_POWER: Final = {"HC0": 0.0, "HC1": 0.0, "HC2": 0.5, "HC3": 1.0}
"""Residuals are divided by this power of what is left of 1 beside the row's leverage."""
VANISHED: Final = 1e-16
"""A variance below this part of the classical one is what rounding has left of 0."""
_NEW_DIRECTION: Final = 1e-12
"""The Wald test needs all directions of M, the smallest at least this part of the largest."""
TOUCHED: Final = 1e-6
"""An estimate hangs on a row that has this part of all that it is made of."""


@dataclass(frozen=True, eq=False)
class Spread:
    """The estimates' covariance, for tests and intervals.

    `covariance` is what they are based on: classical where what was asked for can't be had, and
    `refusal` then says why. Where they are not classical: `meat` (k, k), which makes variances
    of predictions, and `variances` (n_columns,), both in the design's coordinates; nan where a
    variance is unknown, because of the training rows `alone` (of leverage 1) or else because
    the residuals cancel. `df` are the degrees of freedom of t, and `f` is Wald's test.
    """

    covariance: Covariance
    df: int
    refusal: str = ""
    meat: FloatArray | None = field(default=None, repr=False)
    variances: FloatArray | None = field(default=None, repr=False)
    alone: tuple[int, ...] = ()
    n_clusters: int = 0
    f: float | None = None
    f_p: float | None = None


def spread_of(fit: Fit, asked: Covariance) -> Spread:
    """Return how the estimates of a fit spread under the covariance `asked` for.

    Nothing is told but the degrees of freedom where it is classical, or the fit leaves no
    residual to go by. Sources: White (1980); MacKinnon and White (1985); Liang and Zeger (1986);
    Newey and West (1987).
    """
    if asked.is_classical or fit.df_residual < 1 or not fit.n_parameters or fit.is_exact:
        return Spread(CLASSICAL, fit.df_residual)
    refusal = _refusal(fit, asked)
    if refusal:
        return Spread(CLASSICAL, fit.df_residual, refusal)
    with np.errstate(all="ignore"):
        return _sandwich(fit, asked)


def covariance_root(fit: Fit) -> FloatArray:
    """Return T (n_columns, k): T @ M @ T.T is the estimates' covariance, M that of Q't.

    T = R^-1 for the design's own coefficients; the intercept at X = 0 is bias - offsets @ weights.
    """
    root = fit.to_q.copy()
    if fit.problem.fit_intercept:
        root[0] -= offsets_of(fit) @ root
    return root


def offsets_of(fit: Fit) -> FloatArray:
    """Return what a coefficient takes from the intercept when X = 0 is not the centre."""
    centres = fit.design.columns.centre / fit.design.columns.scale
    return np.concatenate([np.zeros(fit.design.n_columns - len(centres)), centres])


def train_clusters(fit: Fit, covariance: Covariance) -> IntArray:
    """Return the training rows' clusters, numbered anew from 0; -1 where one is unknown."""
    assert covariance.clusters is not None
    codes = covariance.clusters[fit.problem.train_rows]
    is_known = codes >= 0
    numbers = np.full(len(codes), -1, dtype=np.int64)
    numbers[is_known] = np.unique(codes[is_known], return_inverse=True)[1]
    return numbers


def _refusal(fit: Fit, asked: Covariance) -> str:
    """Return why this covariance can't be had, "" where it can."""
    if asked.kind == NEWEY_WEST and asked.lags_of(fit.n_samples) >= fit.n_samples:
        return (
            f"`lags` must be fewer than the training rows, {fit.n_samples}. Got {asked.lags}: "
            f"standard errors are classical until there are fewer."
        )
    if asked.kind == NEWEY_WEST and fit.counts is not None:
        return (
            "Newey and West need rows in order, which frequency weights do not tell: standard "
            "errors are classical."
        )
    if asked.kind != CLUSTER:
        return ""
    return _no_clusters(fit, asked)


def _no_clusters(fit: Fit, asked: Covariance) -> str:
    assert asked.clusters is not None
    named = asked.in_words(fit.n_samples).removeprefix("clustered by ")
    instead = "standard errors are classical: choose another column"
    if len(asked.clusters) != fit.problem.dataset.n_samples:
        return f"The clusters are not those of these rows, so {instead}."
    codes = train_clusters(fit, asked)
    empty, n_clusters = int(np.count_nonzero(codes < 0)), int(codes.max()) + 1
    if empty:
        rows = "1 training row has" if empty == 1 else f"{empty:,} training rows have"
        return f"{rows} no cluster in {named}, so {instead}, or leave such rows out."
    if n_clusters < 2:
        return f"All training rows are in one cluster of {named}, so {instead}."
    if n_clusters < fit.n_parameters:
        return (
            f"{named} has fewer clusters ({n_clusters}) than there are coefficients "
            f"({fit.n_parameters}), so {instead}, or fewer features."
        )
    return ""


def _sandwich(fit: Fit, asked: Covariance) -> Spread:
    codes = train_clusters(fit, asked) if asked.kind == CLUSTER else None
    n_clusters = 0 if codes is None else int(codes.max()) + 1
    sums = sums_of_rows(_rows(fit, asked, codes), covariance_root(fit))
    return sandwich(fit, asked, sums, _alone(fit, asked), n_clusters)


def sandwich(
    fit: Fit,
    asked: Covariance,
    sums: tuple[FloatArray, FloatArray],
    alone: dict[int, FloatArray],
    n_clusters: int = 0,
) -> Spread:
    """Return how the estimates spread by `sums_of_rows` over all rows w.

    `alone` are the rows of Q of those training rows that were left out for their leverage of 1.
    """
    df = n_clusters - 1 if n_clusters else fit.df_residual
    root, factor = covariance_root(fit), _small_sample(fit, asked, n_clusters)
    meat, variances = sums[0] * factor, sums[1] * factor
    hidden, vanished = _unknown(fit, root, variances, alone)
    variances[hidden | vanished] = np.nan
    for q in alone.values():
        meat += fit.deviation**2 * np.outer(q, q)
    f = None if (hidden | vanished).any() else _wald(fit, meat)
    return Spread(
        covariance=asked,
        df=df,
        meat=None if vanished.any() else meat,
        variances=variances,
        alone=tuple(alone),
        n_clusters=n_clusters,
        f=f,
        f_p=None if f is None else f_tail(f, fit.solution.rank, df),
    )


def sums_of_rows(parts: Iterator[FloatArray], root: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the sum of w w' over all rows w, (k, k), and of the squares of T w, (n_columns,)."""
    meat, squares = np.zeros((root.shape[1], root.shape[1])), np.zeros(len(root))
    for rows in parts:
        meat += rows.T @ rows
        moved = rows @ root.T
        squares += np.einsum("ij,ij->j", moved, moved)
    return meat, squares


def _unknown(
    fit: Fit, root: FloatArray, variances: FloatArray, alone: dict[int, FloatArray]
) -> tuple[BoolArray, BoolArray]:
    """Return whose variance hangs on a row that stands alone, and whose others have vanished."""
    squares = row_squares(root)
    hidden = np.zeros(len(root), dtype=np.bool_)
    for q in alone.values():
        hidden |= np.abs(root @ q) > TOUCHED * np.sqrt(squares)
    vanished = variances <= VANISHED * fit.deviation**2 * squares
    return hidden, vanished & (squares > 0) & ~hidden


def _small_sample(fit: Fit, asked: Covariance, n_clusters: int) -> float:
    """Return what the sum is multiplied by for small samples."""
    n, df = fit.n_samples, fit.df_residual
    if asked.kind == CLUSTER:
        return n_clusters / (n_clusters - 1) * (n - 1) / df
    return n / df if asked.kind == "HC1" else 1.0


def _rows(fit: Fit, asked: Covariance, codes: IntArray | None) -> Iterator[FloatArray]:
    """Yield rows w (m, k), a part at a time, of which M is the sum of w w'."""
    if codes is not None:
        return _cluster_sums(fit, codes)
    if asked.kind == NEWEY_WEST:
        return _windows(fit, asked.lags_of(fit.n_samples))
    return _scores(fit, LEVERAGE_POWER[asked.kind], 0.5)


def _scores(fit: Fit, power: float = 0.0, counted: float = 1.0) -> Iterator[FloatArray]:
    """Yield every row's q e / (1 - leverage)^power; 0 where the leverage is 1.

    A row that stands n times comes as n^counted of it: their sum, or what squares to theirs.
    """
    for rows, Q, _ in fit.parts():
        sizes = fit.residuals[rows]
        if power:
            left = 1.0 - fit.leverage[rows]
            sizes = np.where(left < 1.0 - FULL_LEVERAGE, 0.0, sizes / left**power)
        if fit.counts is not None:
            sizes = sizes * fit.counts[rows] ** counted
        yield Q * sizes[:, np.newaxis]


def _cluster_sums(fit: Fit, codes: IntArray) -> Iterator[FloatArray]:
    """Yield every cluster's sum of q e."""
    sums = np.zeros((int(codes.max()) + 1, fit.n_parameters))
    start = 0
    for scores in _scores(fit):
        part = codes[start : start + len(scores)]
        start += len(scores)
        order = np.argsort(part, kind="stable")
        first = np.flatnonzero(np.diff(part[order], prepend=-1))
        sums[part[order][first]] += np.add.reduceat(scores[order], first, axis=0)
    for rows in row_parts(*sums.shape):
        yield sums[rows]


def _windows(fit: Fit, lags: int) -> Iterator[FloatArray]:
    """Yield the sums of q e over lags + 1 rows in order, over the root of lags + 1.

    Rows before the first and after the last count as 0. Two rows that are l apart are together
    in lags + 1 - l windows: that is Bartlett's weight 1 - l / (lags + 1), and never negative.
    """
    tail = np.zeros((lags, fit.n_parameters))
    for scores in _scores(fit):
        rows = np.concatenate([tail, scores])
        tail = rows[len(rows) - lags :]
        yield _moving_sums(rows, lags + 1)
    if lags:
        yield _moving_sums(np.concatenate([tail, np.zeros_like(tail)]), lags + 1)


def _moving_sums(rows: FloatArray, width: int) -> FloatArray:
    """Return the sums of every `width` rows that follow one another, over the root of `width`."""
    total = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, out=total[1:])
    return np.asarray((total[width:] - total[:-width]) / math.sqrt(width))


def _alone(fit: Fit, asked: Covariance) -> dict[int, FloatArray]:
    """Return the rows of Q of training rows with leverage 1, where HC2 or HC3 divides by 0."""
    is_full = fit.leverage > FULL_LEVERAGE
    if not LEVERAGE_POWER.get(asked.kind) or not is_full.any():
        return {}
    found: dict[int, FloatArray] = {}
    for rows, Q, _ in fit.parts():
        every = np.flatnonzero(is_full[rows])
        found |= {rows.start + int(row): Q[row] for row in every}
    return found


def _wald(fit: Fit, meat: FloatArray) -> float | None:
    """Return Wald's F for all features at once, None where the meat leaves a direction unknown.

    It does not depend on the coordinates: R b, less the intercept's, is tested in those of Q.
    """
    first, rank = int(fit.problem.fit_intercept), fit.solution.rank
    if not rank or not fit.tss > 0:
        return None
    tested = fit.rotated[first:]
    sizes, directions = np.linalg.eigh(meat[first:, first:])
    if not sizes[0] > _NEW_DIRECTION * sizes[-1]:
        return None
    return known(float(np.sum((directions.T @ tested) ** 2 / sizes)) / rank)


def f_tail(f: float, rank: int, df: int) -> float:
    """Return the p value of an F statistic, the chance of a larger one."""
    from scipy import special

    return float(special.fdtrc(rank, df, f))
