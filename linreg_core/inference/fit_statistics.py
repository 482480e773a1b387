"""The figures for a whole fit: adjusted R2, F, AIC and BIC."""

from __future__ import annotations

import math

import numpy as np

from linreg_core.inference.fit import Fit
from linreg_core.inference.spread import Spread, f_tail
from linreg_core.inference.values import known


def fit_statistics(fit: Fit, spread: Spread) -> dict[str, float | None]:
    """Return the figures for the whole fit, None where they have no meaning.

    With k coefficients, r of them of features, and R^2 = 1 - SSR / TSS:
    adjusted R^2 = 1 - (n - (k - r)) / (n - k) (1 - R^2), F = (TSS - SSR) / r / (SSR / (n - k)),
    AIC = 2 k - 2 log L, BIC = k log n - 2 log L. Source: statsmodels' conventions.
    """
    names = ("adjusted_r_squared", "f", "f_p", "aic", "bic")
    figures: dict[str, float | None] = dict.fromkeys(names)
    k, rank, df = fit.n_parameters, fit.solution.rank, fit.df_residual
    if df < 1 or not k or not fit.tss > 0:
        return figures
    figures["adjusted_r_squared"] = known(
        1.0 - (fit.n_samples - (k - rank)) / df * fit.ssr / fit.tss
    )
    if not fit.is_exact:
        log_l = log_likelihood(fit)
        figures["aic"] = known(2.0 * k - 2.0 * log_l)
        figures["bic"] = known(math.log(fit.n_samples) * k - 2.0 * log_l)
        if rank:
            with np.errstate(all="ignore"):
                f = float(np.float64(fit.tss - fit.ssr) / rank / (fit.ssr / df))
            figures |= {"f": known(f), "f_p": known(f_tail(f, rank, df))}
    if not spread.covariance.is_classical:
        figures |= {"f": spread.f, "f_p": spread.f_p}
    return figures


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
