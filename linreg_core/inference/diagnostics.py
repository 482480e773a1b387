"""What is known of every training row once the fit is made: the diagnostic pictures' columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray, frozen
from linreg_core.inference.fit import Fit
from linreg_core.inference.row_order import RowOrder, durbin_watson, sequence_of

FULL_LEVERAGE: Final = 1.0 - 1e-10
"""A row with more leverage is fitted whatever its target is: its residual says nothing."""


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """Columns (n_train,), in the order of the training rows unless said otherwise.

    `residuals` are y - fitted (observed minus predicted), in units of y;
    `standardized_residuals` are residuals / (s sqrt(1 - leverage)), nan where undefined, as are
    Cook's distances. With analytic weights w they are sqrt(w) residuals / (s sqrt(1 - leverage)),
    with leverage that of the weighted rows, as R's rstandard and hatvalues; with frequency weights
    all is of one of the equal rows. `order` sorts the standardised residuals from small to large,
    nan last, and `normal_quantiles` belong to `standardized_residuals[order]` in the Q-Q picture.
    `durbin_watson` is that of the rows in the order of the file, or of their dates where a report
    was given these (None: the fit is exact, has no degrees of freedom, or its rows stand for
    several, which have no order).
    """

    fitted: FloatArray
    residuals: FloatArray
    standardized_residuals: FloatArray
    leverage: FloatArray
    cooks_distance: FloatArray
    normal_quantiles: FloatArray
    order: IntArray
    df_residual: int
    durbin_watson: float | None = None

    @property
    def studentized(self) -> FloatArray:
        """Each residual over its standard error in a fit without its row: R's `rstudent`.

        t = r sqrt((df - 1) / (df - r^2)) with the standardised residual r: Student's t with
        df - 1 degrees of freedom. inf where the other rows are fitted exactly, nan where r is, or
        where no degree of freedom would be left. Source: Cook and Weisberg (1982).
        """
        if self.df_residual < 2:
            return np.full(len(self.residuals), np.nan)
        r, df = self.standardized_residuals, self.df_residual
        with np.errstate(all="ignore"):
            left = np.maximum(df - np.square(r), 0.0)
            return np.asarray(r * np.sqrt((df - 1) / left))

    @property
    def dffits(self) -> FloatArray:
        """By how many of its standard errors a row's fitted value moves with the row itself.

        t sqrt(h / (1 - h)), t the studentised residual and h the leverage; nan where t is.
        Source: Belsley, Kuh and Welsch (1980), Regression diagnostics.
        """
        with np.errstate(all="ignore"):
            return np.asarray(self.studentized * np.sqrt(self.leverage / (1.0 - self.leverage)))


def row_diagnostics(fit: Fit, order: RowOrder | None = None) -> Diagnostics:
    """Return the diagnostics of the training rows, which `order` may put in another order.

    standardised residual r = e / (s sqrt(1 - h)), Cook's distance r^2 h / (k (1 - h)), normal
    quantiles at (i - 3/8) / (n + 1/4). Source: Cook and Weisberg (1982), Residuals and influence
    in regression; Blom (1958).
    """
    with np.errstate(all="ignore"):
        standardized = _standardized(fit)
        cooks = np.square(standardized)
        cooks *= fit.leverage
        cooks /= fit.n_parameters * (1.0 - fit.leverage)
        by_size = np.argsort(standardized)
        return Diagnostics(
            fitted=frozen(_fitted(fit)),
            residuals=frozen(fit.plain_residuals * fit.y_scale),
            standardized_residuals=frozen(standardized),
            leverage=frozen(fit.leverage),
            cooks_distance=frozen(cooks),
            normal_quantiles=frozen(_normal_quantiles(fit, standardized, by_size)),
            order=frozen(by_size),
            df_residual=fit.df_residual,
            durbin_watson=None
            if fit.counts is not None
            else durbin_watson(fit.residuals, sequence_of(fit.problem, order)),
        )


def _fitted(fit: Fit) -> FloatArray:
    fitted = fit.problem.y_train / fit.y_scale
    fitted -= fit.plain_residuals
    fitted *= fit.y_scale
    return np.asarray(fitted)


def _standardized(fit: Fit) -> FloatArray:
    spread = np.sqrt(1.0 - fit.leverage)
    spread[fit.leverage > FULL_LEVERAGE] = np.nan
    spread *= fit.deviation if fit.deviation > 0 else np.nan
    return np.asarray(fit.residuals / spread)


def _normal_quantiles(fit: Fit, standardized: FloatArray, order: IntArray) -> FloatArray:
    """Return the quantiles of as many sorted values as there are; nan for the nans after them.

    A row that stands several times has that of its middle one.
    """
    from scipy import special

    count = len(standardized) - int(np.count_nonzero(np.isnan(standardized)))
    quantiles = np.full(len(standardized), np.nan)
    places: FloatArray = np.arange(1.0, count + 1)
    total = float(count)
    if fit.counts is not None:
        counts = fit.counts[order[:count]]
        total = float(counts.sum())
        places = np.cumsum(counts) - (counts - 1) / 2
    quantiles[:count] = special.ndtri((places - 0.375) / (total + 0.25))
    return quantiles
