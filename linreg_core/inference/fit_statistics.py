"""The figures for a whole fit that statsmodels has: adjusted R2, F, AIC and BIC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linreg_core.inference.fit import Fit
from linreg_core.inference.spread import Spread
from linreg_core.inference.values import known

if TYPE_CHECKING:
    from linreg_core.inference.summary import Summary


def fit_statistics(fit: Fit, summary: Summary | None, spread: Spread) -> dict[str, float | None]:
    """Return statsmodels' figures for the whole fit, None where they have no meaning."""
    names = {"adjusted_r_squared": "rsquared_adj"}
    if not fit.is_exact:
        names |= {"aic": "aic", "bic": "bic"}
        names |= {"f": "fvalue", "f_p": "f_pvalue"} if fit.solution.rank else {}
    figures: dict[str, float | None] = dict.fromkeys(
        ("adjusted_r_squared", "f", "f_p", "aic", "bic")
    )
    if summary is None or not fit.tss > 0:
        return figures
    with np.errstate(all="ignore"):
        figures |= {name: known(getattr(summary, theirs)) for name, theirs in names.items()}
    if not spread.covariance.is_classical:
        figures |= {"f": spread.f, "f_p": spread.f_p}
    return figures
