"""Predictions of a report's fit, with their intervals and a warning where they extrapolate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linreg_core.arrays import FloatArray, frozen
from linreg_core.errors import DataError
from linreg_core.inference.coefficients import CONFIDENCE
from linreg_core.inference.fit import Fit, row_squares
from linreg_core.inference.spread import Spread
from linreg_core.inference.values import in_words, quoted
from linreg_core.numerics.design import row_parts
from table_reader.wording import shown

if TYPE_CHECKING:
    from linreg_core.numerics.least_squares import LeastSquares

BEYOND: Final = 1.0 + 1e-6
"""Leverage counts as larger than all training rows' from this multiple of their largest on."""
BROKEN: Final = 1e-6
"""A linear dependence among features is broken by this part of a feature's scale."""
REASONS_SHOWN: Final = 3


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions for n rows, in units of y; every array is (n,).

    `low` and `high` bound the 95 % prediction interval, where a new observation (of weight 1, where
    rows have weights) is expected;
    `confidence_low` and `confidence_high` the 95 % confidence interval of the mean itself. They
    are nan where no standard error exists. Where standard errors are not classical, both follow
    them as far as the mean is uncertain; that single observations scatter alike about it is still
    taken for granted. `reasons` says why a row extrapolates, "" elsewhere. A row with an unknown
    feature (nan) has an unknown prediction (nan) and no reason.
    `target_transform` says what y is of the target, and `smearing` is the mean of exp(residual)
    over the training rows (1 where y is the target itself): see `in_target_units`.
    """

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    confidence_low: FloatArray
    confidence_high: FloatArray
    is_extrapolation: NDArray[np.bool_]
    reasons: tuple[str, ...]
    target_transform: str = "identity"
    smearing: float = 1.0


@dataclass(frozen=True, eq=False)
class Predictor:
    """What predicting needs of a fit: the solution, its spread, and where the data lay.

    `deviation` is the residual standard error in the target's coordinates (nan: none), `meat`
    (k, k) the covariance of Q't where that is no classical one. `lowest` and `highest`
    (n_features,) bound the training rows, `most_leverage` is theirs.
    """

    solution: LeastSquares
    to_q: FloatArray
    feature_names: tuple[str, ...]
    deviation: float
    df: int
    lowest: FloatArray
    highest: FloatArray
    most_leverage: float
    target_transform: str = "identity"
    smearing: float = 1.0
    meat: FloatArray | None = None

    @classmethod
    def of(cls, fit: Fit, spread: Spread) -> Predictor:
        """Return the predictor of a fit whose estimates spread like this."""
        X = fit.problem.X_train
        return cls(
            solution=fit.solution,
            to_q=fit.to_q,
            feature_names=fit.problem.dataset.feature_names,
            deviation=fit.deviation,
            df=fit.df_residual if spread.meat is None else spread.df,
            lowest=frozen(X.min(axis=0)),
            highest=frozen(X.max(axis=0)),
            most_leverage=fit.most_leverage,
            target_transform=fit.problem.dataset.target_transform,
            smearing=_smearing(fit),
            meat=spread.meat,
        )

    def predict(self, X: ArrayLike) -> Predictions:
        """Return the predictions of X (n, n_features); see `Report.predict`."""
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.feature_names):
            raise DataError(
                f"`X` must have the shape (n_samples, {len(self.feature_names)}). Got {X.shape}."
            )
        with np.errstate(all="ignore"):
            return self._predictions(X, *self._positions(X))

    def most_leverage_of(self, X: FloatArray) -> float:
        """Return the largest leverage of these rows (n, n_features), were they training rows."""
        return float(self._positions(X)[1].max())

    def _positions(
        self, X: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.bool_]]:
        """Return mean, leverage, the mean's variance, and whether a row breaks a dependence.

        The variance is in that of the residuals, so that a classical one is the leverage.
        """
        design, factor = self.solution.design, self.solution.factor
        mean, leverage, variance = np.empty(len(X)), np.empty(len(X)), np.empty(len(X))
        broken = np.zeros(len(X), dtype=np.bool_)
        for rows in row_parts(len(X), design.n_columns):
            A = design.matrix(X[rows])
            Q = self.solution.rows_of_q(X[rows], A, self.to_q)
            mean[rows] = self._mean(A, Q)
            leverage[rows] = row_squares(Q)
            variance[rows] = self._variance(Q)
            if len(factor.superfluous):
                beside = A[:, factor.superfluous] - A[:, factor.used] @ factor.dependence
                size = 1.0 + np.abs(A).max(axis=1)
                broken[rows] = np.abs(beside).max(axis=1) > BROKEN * size
        return mean, leverage, variance, broken

    def _mean(self, A: FloatArray, Q: FloatArray) -> FloatArray:
        """Return the predictions of rows; those of Q keep the digits that powers cancel."""
        solution = self.solution
        return np.asarray(
            A @ solution.coefficients if solution.sharp is None else Q @ solution.factor.rotated
        )

    def _variance(self, Q: FloatArray) -> FloatArray:
        if self.meat is None:
            return row_squares(Q)
        squares = np.einsum("ij,ij->i", Q @ self.meat, Q)
        return np.asarray(np.maximum(squares, 0.0) / self.deviation**2)

    def _predictions(
        self,
        X: FloatArray,
        mean: FloatArray,
        leverage: FloatArray,
        variance: FloatArray,
        broken: NDArray[np.bool_],
    ) -> Predictions:
        outside = (self.lowest > X) | (self.highest < X)
        hidden = leverage > BEYOND * self.most_leverage
        is_extrapolation = (outside.any(axis=1) | hidden | broken) & ~np.isnan(X).any(axis=1)
        reasons = [""] * len(X)
        for row in np.flatnonzero(is_extrapolation):
            reasons[row] = self._reason(X[row], outside[row], bool(broken[row]))
        around = self._quantile() * self.deviation
        narrow, wide = around * np.sqrt(variance), around * np.sqrt(1.0 + variance)
        return Predictions(
            mean=self._original(mean),
            low=self._original(mean - wide),
            high=self._original(mean + wide),
            confidence_low=self._original(mean - narrow),
            confidence_high=self._original(mean + narrow),
            is_extrapolation=frozen(is_extrapolation),
            reasons=tuple(reasons),
            target_transform=self.target_transform,
            smearing=self.smearing,
        )

    def _reason(self, x: FloatArray, outside: NDArray[np.bool_], is_broken: bool) -> str:
        if outside.any():
            return in_words(self._beyond_ranges(x, outside), REASONS_SHOWN)
        if is_broken:
            superfluous = self.solution.factor.superfluous - self.solution.design.fit_intercept
            names = quoted(self.feature_names[column] for column in superfluous)
            return f"it breaks the rule by which other features determine {in_words(names)}"
        return "its features are within range, but no training row combines them like this"

    def _beyond_ranges(self, x: FloatArray, outside: NDArray[np.bool_]) -> Iterator[str]:
        for column in np.flatnonzero(outside):
            low, high = self.lowest[column], self.highest[column]
            trained = f"always {low:g}" if low == high else f"{low:g} to {high:g}"
            yield f"{shown(self.feature_names[column])} is {x[column]:g} (training rows: {trained})"

    def _quantile(self) -> float:
        """Return Student's t for the two-sided level, nan without degrees of freedom."""
        from scipy import special

        if self.df < 1:
            return float("nan")
        return float(special.stdtrit(self.df, 0.5 + CONFIDENCE / 2))

    def _original(self, values: FloatArray) -> FloatArray:
        target = self.solution.design.target
        return frozen((values + target.centre[0] / target.scale[0]) * target.scale[0])


def _smearing(fit: Fit) -> float:
    """Return the weighted mean of exp(residual) of training rows, 1 where y is no logarithm."""
    if fit.problem.dataset.target_transform == "identity":
        return 1.0
    with np.errstate(over="ignore"):
        factors, w = np.exp(fit.plain_residuals * fit.y_scale), fit.design.weights
        return float(factors.mean() if w is None else w @ factors / fit.total_weight)
