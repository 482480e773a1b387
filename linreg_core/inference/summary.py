"""statsmodels' results for a fit whose rows it never sees.

It would solve by a pseudo-inverse, which drops small singular values without a word, and would
copy the data. Coefficients, the factor of the design matrix and sums of squares come from us;
what follows from them (errors, tests, intervals, criteria) is statsmodels' own arithmetic.
"""

from __future__ import annotations

import math

import numpy as np
from statsmodels.regression.linear_model import OLS, RegressionResults

from linreg_core.arrays import FloatArray
from linreg_core.inference.fit import Fit


class Summary(RegressionResults):  # type: ignore[misc]
    """Results of a regression with k coefficients `params` (k,), in the fit's coordinates.

    Their covariance is `root` @ root.T, root (k, k), times the residual variance. Needs
    df_residual >= 1 and k >= 1. Source: statsmodels' RegressionResults.
    """

    # Plain attributes in the place of properties that go through all rows.
    nobs = ssr = centered_tss = uncentered_tss = llf = math.nan

    def __init__(self, fit: Fit, params: FloatArray, root: FloatArray) -> None:
        model = OLS(np.zeros(len(params)), np.eye(len(params)), hasconst=False)
        model.k_constant = fit.n_parameters - fit.solution.rank
        model.df_model, model.df_resid = float(fit.solution.rank), float(fit.df_residual)
        super().__init__(model, params, root @ root.T)
        self.scale = fit.ssr / fit.df_residual
        self.nobs, self.ssr = float(fit.n_samples), fit.ssr
        self.centered_tss = self.uncentered_tss = fit.tss
        self.llf = log_likelihood(fit)


def log_likelihood(fit: Fit) -> float:
    """Return the logarithm of the normal likelihood at the fit, in units of y.

    -n/2 (log(2 pi SSR / n) + 1), plus half the logarithms of analytic weights; inf for a fit
    without residuals.
    """
    n_samples = fit.n_samples
    if fit.ssr == 0.0:
        return math.inf
    variance = math.log(2 * math.pi * fit.ssr / n_samples) + 2 * math.log(fit.y_scale)
    of_weights = 0.0 if fit.roots is None else float(np.log(fit.roots).sum())
    return of_weights - n_samples / 2 * (variance + 1.0)
