"""Columns that say the same as others: exact linear combinations, near copies, leaked targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray

MAX_COLUMNS: Final = 500
"""Wider data are not examined: the rank that the fit reports must do."""
MAX_WORK: Final = 2e8
"""Multiplications above which a sample of the rows is examined, and findings are verified."""
_BLOCK_CELLS: Final = 8_000
"""OpenBLAS takes a second thread above about this size: ten times slower on a busy machine."""
WIDE_BLOCK_ROWS: Final = 32_768
"""The rows of a block whose columns are too many for a small one."""
NEARLY_THE_SAME: Final = 0.999
LEAK: Final = 1e-6
"""A feature leaks the target when the line through both leaves this part of its deviation."""
NEGLIGIBLE: Final = 1e-6
HOLDS: Final = 1e-8
"""A combination holds when no row misses it by more than this part of the column's range."""
_EPSILON: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Combination:
    """X[:, column] = sum of weights[k] * X[:, parents[k]], up to a constant if there is one."""

    column: int
    parents: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Collinearity:
    """What `examine` found: columns are positions in X, pairs come with their correlation."""

    combinations: tuple[Combination, ...] = ()
    near_copies: tuple[tuple[int, int, float], ...] = ()
    leaks: tuple[tuple[int, float], ...] = ()
    """Columns that are the target, up to a constant if there is one, with their slope."""


@np.errstate(all="ignore")
def examine(X: FloatArray, y: FloatArray, fit_intercept: bool = True) -> Collinearity:
    """Return which columns of X, (n, p), are (nearly) combinations of others, or tell y, (n,).

    The columns are centred, unless the model has no intercept, and scaled, and a QR
    decomposition with column pivoting finds the rank and, in R, the combinations. Rows are taken
    in blocks; the QR of the blocks' stacked R is that of all rows. Constant columns (without an
    intercept, columns of 0) are left aside, and nothing is found where there are not more rows
    than coefficients.
    """
    n_samples, n_features = X.shape
    if n_features > MAX_COLUMNS or n_samples <= n_features + fit_intercept:
        return Collinearity()
    rows = _sample(n_samples, n_features)
    R = _reduced(X, y, rows, fit_intercept)
    if not np.isfinite(R).all():
        return Collinearity()
    n_seen = n_samples if rows is None else len(rows)
    norms, tolerance = _norms(R), _EPSILON * max(n_seen, n_features)
    offsets = np.append(np.abs(X[0]), abs(y[0])) * np.sqrt(n_seen) * fit_intercept
    varying = norms > _EPSILON * offsets
    # Sums that were rounded to the digits of a large offset are off by more than n * epsilon.
    rounding = 8 * _EPSILON * np.max(offsets[varying] / norms[varying], initial=0.0)
    R = R / np.where(varying, norms, 1.0)
    columns = np.flatnonzero(varying[:-1])
    combinations = _combinations(R, norms, columns, max(tolerance, rounding))
    if rows is not None:
        combinations = [each for each in combinations if _holds(each, X, fit_intercept)]
    leaks = _leaks(R, norms, columns) if varying[-1] else ()
    known = [found.column for found in combinations]
    return Collinearity(tuple(combinations), _near_copies(R, np.setdiff1d(columns, known)), leaks)


@np.errstate(all="ignore")
def is_rescaling(x: FloatArray, y: FloatArray) -> bool:
    """Return whether y is x times a number plus a constant, but for rounding; both (n,)."""
    x, y = x.astype(np.float64) - x[0], y.astype(np.float64) - y[0]
    x, y = x - x.mean(), y - y.mean()
    x_norm, y_norm = float(np.linalg.norm(x)), float(np.linalg.norm(y))
    if not 0 < x_norm * y_norm < np.inf:
        return False
    return bool(np.linalg.norm(y - (x @ y / x_norm**2) * x) < LEAK * y_norm)


def _sample(n_samples: int, n_features: int) -> IntArray | None:
    """Return the rows to examine, None for all."""
    most = max(2 * n_features, int(MAX_WORK / (n_features + 2) ** 2))
    if n_samples <= most:
        return None
    return np.sort(np.random.default_rng(0).choice(n_samples, most, replace=False))


def _reduced(
    X: FloatArray, y: FloatArray, rows: IntArray | None, fit_intercept: bool
) -> FloatArray:
    """Return R of the QR decomposition of [X y], centred for an intercept, (p + 1, p + 1).

    A column of ones in front takes the means out; subtracting the first row beforehand keeps
    their digits.
    """
    n_rows, first = len(y) if rows is None else len(rows), int(fit_intercept)
    n_columns = X.shape[1] + 1 + first
    R: FloatArray = np.zeros((0, n_columns))
    block_rows = _BLOCK_CELLS // n_columns - n_columns
    if block_rows < X.shape[1]:
        block_rows = max(WIDE_BLOCK_ROWS, X.shape[1])
    for start in range(0, n_rows, block_rows):
        stop = min(start + block_rows, n_rows)
        part = slice(start, stop) if rows is None else rows[start:stop]
        block = np.empty((len(R) + stop - start, n_columns))
        block[: len(R)] = R
        new = block[len(R) :]
        new[:, :first] = 1.0
        np.subtract(X[part], X[0] * first, out=new[:, first:-1])
        np.subtract(y[part], y[0] * first, out=new[:, -1])
        R = np.asarray(np.linalg.qr(block, mode="r"))
    return R[first:, first:]


def _norms(R: FloatArray) -> FloatArray:
    """Return the columns' Euclidean norms, of values up to the largest floats."""
    largest = np.abs(R).max(axis=0)
    scaled = R / np.where(largest > 0, largest, 1.0)
    return np.asarray(largest * np.linalg.norm(scaled, axis=0))


def _combinations(
    R: FloatArray, norms: FloatArray, columns: IntArray, tolerance: float
) -> list[Combination]:
    from scipy import linalg

    if not len(columns):
        return []
    pivoted, order = linalg.qr(R[:, columns], mode="r", pivoting=True, check_finite=False)
    rank = int(np.count_nonzero(np.abs(np.diag(pivoted)) > tolerance))
    weights = linalg.solve_triangular(pivoted[:rank, :rank], pivoted[:rank, rank:])
    found: list[Combination] = []
    for k, dependent in enumerate(columns[order[rank:]]):
        members = np.append(columns[order[:rank]], dependent)
        relation = np.append(weights[:, k], -1.0)
        taken = {combination.column for combination in found}
        found.append(_combination(members, relation, norms, taken))
    return sorted(found, key=lambda combination: combination.column)


def _combination(
    members: IntArray, relation: FloatArray, norms: FloatArray, taken: set[int]
) -> Combination:
    """Return sum(relation * scaled columns) = 0, solved for its most telling column.

    That is the one with the largest part in it (a total rather than a part of it), the last
    among equals, and none that another combination is solved for.
    """
    relevant = np.abs(relation) > NEGLIGIBLE * np.abs(relation).max()
    order = np.argsort(members[relevant])
    members, relation = members[relevant][order], relation[relevant][order]
    sizes = np.round(np.abs(relation), 9)
    sizes[[member in taken for member in members]] = 0.0
    chosen = len(sizes) - 1 - int(np.argmax(sizes[::-1]))
    raw = relation / norms[members]
    parents = np.delete(members, chosen)
    weights = np.delete(raw, chosen) / -raw[chosen]
    return Combination(int(members[chosen]), tuple(parents.tolist()), tuple(weights.tolist()))


def _holds(found: Combination, X: FloatArray, fit_intercept: bool) -> bool:
    """Return whether a combination that a sample suggests holds in every row."""
    first = X[0] * fit_intercept
    residual = X[:, found.column] - first[found.column]
    size = float(np.abs(residual).max())
    for parent, weight in zip(found.parents, found.weights, strict=True):
        residual -= weight * (X[:, parent] - first[parent])
    return float(np.abs(residual).max()) <= HOLDS * size


def _near_copies(R: FloatArray, columns: IntArray) -> tuple[tuple[int, int, float], ...]:
    correlations = R[:, columns].T @ R[:, columns]
    first, second = np.nonzero(np.triu(np.abs(correlations) > NEARLY_THE_SAME, 1))
    return tuple(
        (int(columns[i]), int(columns[j]), float(correlations[i, j]))
        for i, j in zip(first, second, strict=True)
    )


def _leaks(R: FloatArray, norms: FloatArray, columns: IntArray) -> tuple[tuple[int, float], ...]:
    target = R[:, -1]
    correlations = target @ R[:, columns]
    left = np.linalg.norm(target[:, np.newaxis] - R[:, columns] * correlations, axis=0)
    return tuple(
        (int(columns[i]), float(correlations[i] * norms[-1] / norms[columns[i]]))
        for i in np.flatnonzero(left < LEAK)
    )
