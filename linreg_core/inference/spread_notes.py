"""What a report says of its standard errors: why they are others, and which can't be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.inference.covariance import CLUSTER, NEWEY_WEST
from linreg_core.inference.values import in_words, quoted, rows_in_words, sentence
from table_reader.wording import counted

if TYPE_CHECKING:
    from linreg_core.arrays import BoolArray
    from linreg_core.inference.coefficients import Coefficient
    from linreg_core.inference.fit import Fit
    from linreg_core.inference.spread import Spread

FEW_CLUSTERS: Final = 20
"""Below this many clusters their standard errors tend to be too small. Source: Cameron and Miller
(2015), A practitioner's guide to cluster-robust inference, which says 20 to 50."""


def spread_notes(
    fit: Fit,
    coefficients: tuple[Coefficient, ...],
    spread: Spread,
    row_name: Callable[[int], str],
) -> Iterator[str]:
    """Yield whole sentences on standard errors that are not classical, or should not have been.

    `row_name` names a row by its place among the training rows.
    """
    if spread.refusal:
        yield sentence(spread.refusal)
    if spread.variances is None:
        return
    is_unknown = unknown_errors(fit, spread)
    names = quoted(row.name for row, lost in zip(coefficients, is_unknown, strict=True) if lost)
    words = spread.covariance.in_words(fit.n_samples)
    if spread.alone:
        rows = [row_name(row) for row in spread.alone]
        alone = "alone determines a coefficient" if len(rows) == 1 else "each determine one alone"
        yield (
            f"{sentence(rows_in_words(rows))} {alone} (leverage 1), so {words} can tell neither F "
            f"nor the standard errors of {in_words(names)}."
        )
    elif names:
        yield (
            f"The residuals cancel ({words}), so they tell neither F nor the standard errors of "
            f"{in_words(names)}; intervals of predictions are classical."
        )
    elif spread.f is None and fit.solution.rank and fit.tss > 0:
        yield f"Standard errors {words} leave F unknown: they do not tell all features apart."
    if 0 < spread.n_clusters < FEW_CLUSTERS:
        yield (
            f"{spread.n_clusters} clusters are few: with fewer than {FEW_CLUSTERS} to 50, such "
            f"standard errors tend to be too small."
        )


def errors_meaning(spread: Spread, n_samples: int) -> str:
    """Return a sentence on what a report's tests and intervals are based on; "": classical."""
    covariance = spread.covariance
    if covariance.is_classical:
        return ""
    why = "each row's residual may scatter in its own way"
    if covariance.kind == CLUSTER:
        why = f"residuals may be alike within each of {counted(spread.n_clusters, 'cluster')}"
    elif covariance.kind == NEWEY_WEST:
        why = "residuals may be related to those of the rows before them, in the file's order"
    return (
        f"Standard errors, t, p, intervals and F are {covariance.in_words(n_samples)}, with "
        f"{counted(spread.df, 'degree')} of freedom: {why}. Prediction intervals follow as far as "
        f"the mean is uncertain; single rows are still taken to scatter alike about it."
    )


def unknown_errors(fit: Fit, spread: Spread) -> BoolArray:
    """Return which coefficients (n_columns,) are estimated but have an unknown standard error."""
    unknown = np.zeros(fit.design.n_columns, dtype=np.bool_)
    if spread.variances is not None:
        used = fit.factor.used
        unknown[used] = np.isnan(spread.variances[used])
    return unknown
