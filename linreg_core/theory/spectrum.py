"""The curvature of a squared loss on the training rows, and where a run starts along it.

With A = [X 1] in the coordinates of training (X alone without an intercept), the Hessian of a
squared loss is c A'A / n, c the loss's second derivative (`Loss.curvature`). Along each of its
eigenvectors a full-batch run goes its own way. Where rows have weights, those of A and y are times
the roots of v, the weights over their mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray, frozen
from linreg_core.init import initial_params

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

DENSE_FEATURES: Final = 200
"""Up to this many features all eigenvalues are computed at once, beyond it only on request."""
MOST_DENSE_FEATURES: Final = 2_000
"""Beyond it never: the time grows with the cube."""
_QR_WORK: Final = 2e8
"""Multiplications above which products of columns take the place of a QR decomposition."""
_EPSILON: Final = float(np.finfo(np.float64).eps)


class Spectrum(NamedTuple):
    """A'A / n = V diag(values) V', and the target along the eigenvectors.

    `values` (k,) are the eigenvalues, largest first, and `vectors` (n_parameters, k) V. `target`
    (k,) is where the fit is: the mean squared residual at parameters p is, in training
    coordinates, that of least squares plus |sqrt(values) * V'p - target|**2. `learns` (k,) says
    which directions the data determine at all: their eigenvalue is more than rounding.
    """

    values: FloatArray
    vectors: FloatArray
    target: FloatArray
    learns: BoolArray

    @property
    def largest(self) -> float:
        """The largest eigenvalue."""
        return float(self.values[0])

    @property
    def smallest(self) -> float:
        """The smallest eigenvalue of a direction that learns; 0 where none does."""
        return float(self.values[self.learns].min()) if self.learns.any() else 0.0

    @property
    def condition_number(self) -> float | None:
        """The largest eigenvalue divided by the smallest of those that learn."""
        return self.largest / self.smallest if self.smallest > 0 else None


def spectrum(problem: Problem) -> Spectrum | None:
    """Return the eigenvalues on the training rows, computed once per problem.

    From the singular values of A, which keep the digits of small eigenvalues (of very many rows,
    from the products of A's columns, which do not). None where squares of the values are beyond
    a float's range, or there are more than 2,000 features.

    >>> from linreg_core import Dataset, Problem
    >>> two = Problem.from_dataset(Dataset("two", [[-2.0], [2.0]], [0.0, 1.0]))
    >>> spectrum(two).values.round(9).tolist(), round(spectrum(two).condition_number, 9)
    ([4.0, 1.0], 4.0)
    """
    if problem.n_features > MOST_DENSE_FEATURES:
        return None
    return problem.memo.get("spectrum", lambda: _spectrum(problem))


def spectrum_otherwise(problem: Problem) -> Spectrum | None:
    """Return the eigenvalues that the same rows have the other way: standardised, or raw."""
    key, standardize = "spectrum_otherwise", not problem.standardize
    return problem.memo.get(key, lambda: spectrum(problem.with_standardize(standardize)))


def start_along(problem: Problem, config: TrainConfig, spectrum: Spectrum) -> FloatArray:
    """Return sqrt(values) * V'p - target at a run's start p, (k,), in training coordinates."""
    weights, bias = initial_params(problem, config)
    params = np.append(weights, bias) if problem.fit_intercept else np.asarray(weights)
    with np.errstate(all="ignore"):
        along = np.sqrt(spectrum.values) * (spectrum.vectors.T @ params)
    return np.asarray(along - spectrum.target)


def design_of(X: FloatArray, fit_intercept: bool) -> FloatArray:
    """Return [X 1], or X where there is no intercept."""
    return np.column_stack([X, np.ones((len(X), int(fit_intercept)))])


def _spectrum(problem: Problem) -> Spectrum | None:
    n_parameters = problem.n_features + int(problem.fit_intercept)
    is_small = problem.n_train * n_parameters**2 <= _QR_WORK
    try:
        with np.errstate(all="ignore"):
            found = _by_triangle(problem) if is_small else _by_products(problem)
    except np.linalg.LinAlgError:  # what is not finite, where LAPACK notices
        return None
    is_finite = all(np.isfinite(array).all() for array in found)
    return found if is_finite else None


def _by_triangle(problem: Problem) -> Spectrum:
    """From R of the QR decomposition of [A y], a part of the rows at a time."""
    triangle = np.zeros((0, problem.n_features + int(problem.fit_intercept) + 1))
    for X, y, v in problem.weighted_parts():
        rows = np.column_stack([design_of(X, problem.fit_intercept), y])
        if v is not None:
            rows *= np.sqrt(v)[:, np.newaxis]
        triangle = np.asarray(np.linalg.qr(np.vstack([triangle, rows]), mode="r"))
    R, rotated = triangle[:, :-1], triangle[:, -1]
    left, sizes, right = np.linalg.svd(R, full_matrices=False)
    rounding = max(problem.n_train, R.shape[1]) * _EPSILON
    learns = (sizes > rounding * sizes[0]) & (np.square(sizes) > 0)
    # Where columns depend on one another, Q has directions that are none of theirs.
    target = np.where(learns, left.T @ rotated / np.sqrt(problem.n_train), 0.0)
    values, vectors = np.square(sizes) / problem.n_train, right.T.copy()
    return Spectrum(frozen(values), frozen(vectors), frozen(target), frozen(learns))


def _by_products(problem: Problem) -> Spectrum:
    """From A'A and A'y: faster, and an eigenvalue is as exact as the largest one's rounding."""
    size = problem.n_features + int(problem.fit_intercept)
    products, covariances = np.zeros((size, size)), np.zeros(size)
    for X, y, v in problem.weighted_parts():
        A = design_of(X, problem.fit_intercept)
        weighted = A if v is None else A * v[:, np.newaxis]
        products += A.T @ weighted
        covariances += weighted.T @ y
    values, vectors = np.linalg.eigh(products / problem.n_train)
    values, vectors = values[::-1], vectors[:, ::-1]
    learns = values > size * _EPSILON * values[0]
    along = vectors.T @ covariances / problem.n_train
    target = np.where(learns, along / np.sqrt(np.where(learns, values, 1.0)), 0.0)
    values = np.where(learns, values, 0.0)
    return Spectrum(frozen(values), frozen(vectors.copy()), frozen(target), frozen(learns))
