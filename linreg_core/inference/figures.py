"""What every report of a least-squares fit tells, whether or not the rows are at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from linreg_core.errors import DataError
from linreg_core.inference.agreement import beside
from linreg_core.inference.spread_notes import errors_meaning

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linreg_core.inference.by_term import TermRow
    from linreg_core.inference.coefficients import Coefficient
    from linreg_core.inference.covariance import Covariance
    from linreg_core.inference.fit import Fit
    from linreg_core.inference.predictions import Predictions, Predictor
    from linreg_core.inference.spread import Spread
    from linreg_core.problem import Problem
    from linreg_core.types import Params


@dataclass(frozen=True, eq=False, kw_only=True)
class FitFigures:
    """Least squares on a problem's training rows, in original units; unknown figures are None.

    `coefficients` begin with the intercept, if there is one; `by_term` has a row for each term of
    the model. `rank` counts the features that no others determine; `n_samples` counts a row as
    often as its frequency weight says, and `df_residual` is n_samples less the estimated
    coefficients.
    `r_squared` is 1 - SSR / SST, SST about the mean, or about 0 without an intercept (as NIST
    and statsmodels do). `rmse` divides SSR by n_samples, `residual_standard_error` by
    df_residual. `f` and `f_p` test that all features have weight 0. `aic` and `bic` count the
    coefficients and not the variance, as statsmodels does. The test figures come from the test
    rows, if there are any. `notes` say what is to be known of the numbers. `learned` is what the
    coefficients are compared with, and `spread` what standard errors, t, p, intervals and F are
    based on.
    """

    params: Params
    coefficients: tuple[Coefficient, ...]
    by_term: tuple[TermRow, ...]
    n_samples: int
    n_features: int
    rank: int
    df_residual: int
    r_squared: float | None
    adjusted_r_squared: float | None
    residual_standard_error: float | None
    rmse: float | None
    f: float | None
    f_p: float | None
    aic: float | None
    bic: float | None
    test_r_squared: float | None
    test_rmse: float | None
    notes: tuple[str, ...]
    learned: Params | None = None
    fit: Fit = field(repr=False)
    spread: Spread = field(repr=False)
    predictor: Predictor = field(repr=False)

    def compared_with(self, learned: Params | None) -> Self:
        """Return these figures with other learned values beside the estimates, in no time.

        Raises DataError when `learned` has another number of weights.
        """
        if learned is not None and learned.n_features != self.n_features:
            raise DataError(
                f"`learned` must have {self.n_features} weights. Got {learned.n_features}: "
                f"compare fits of the same features."
            )
        return replace(self, coefficients=beside(self.coefficients, learned), learned=learned)

    def predict(self, X: ArrayLike) -> Predictions:
        """Return predictions of X (n, n_features), in units of y, with 95 % intervals.

        A row extrapolates when a feature is outside its range among the training rows, or when
        its leverage x' (A'A)^-1 x exceeds theirs: every feature is within range, but no training
        row combines them like this. Rows with nan are predicted as nan.

        Raises DataError when X has another number of columns.
        """
        return self.predictor.predict(X)

    @property
    def problem(self) -> Problem:
        """The problem whose training rows were fitted."""
        return self.fit.problem

    @property
    def covariance(self) -> Covariance:
        """What standard errors are based on; classical where what was asked for can't be had."""
        return self.spread.covariance

    @property
    def errors_in_words(self) -> str:
        """The name of the standard errors, e.g. "HC3" or "clustered by 'school'"."""
        return self.covariance.in_words(self.n_samples)

    @property
    def errors_meaning(self) -> str:
        """A sentence on standard errors that are not classical; "" where they are."""
        return errors_meaning(self.spread, self.n_samples)
