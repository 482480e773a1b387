"""What a report says about itself: what could not be estimated, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.inference.coefficients import UNDETERMINED
from linreg_core.inference.spread_notes import spread_notes, unknown_errors
from linreg_core.inference.values import in_words, quoted
from table_reader.wording import shown

if TYPE_CHECKING:
    from linreg_core.inference.coefficients import Coefficient
    from linreg_core.inference.fit import Fit
    from linreg_core.inference.spread import Spread

COLUMNS_NAMED: Final = 10
"""About so many superfluous columns are explained one by one."""


def notes_on(
    fit: Fit,
    coefficients: tuple[Coefficient, ...],
    spread: Spread,
    row_name: Callable[[int], str],
) -> tuple[str, ...]:
    """Return whole sentences on what the reader has to know before the figures."""
    train_rows = fit.problem.train_rows
    beside = notes_beside_weights(
        fit, coefficients, spread, lambda row: row_name(int(train_rows[row]))
    )
    return (*_on_weights(fit), *beside)


def notes_beside_weights(
    fit: Fit,
    coefficients: tuple[Coefficient, ...],
    spread: Spread,
    row_name: Callable[[int], str],
) -> tuple[str, ...]:
    """Return those sentences without the one that says how rows are weighted.

    `row_name` names a row by its place among the training rows.
    """
    return (
        *_on_rows(fit),
        *_on_superfluous(fit),
        *_on_model(fit),
        *_on_values(fit, coefficients, spread),
        *spread_notes(fit, coefficients, spread, row_name),
    )


def _on_weights(fit: Fit) -> Iterator[str]:
    name = fit.problem.dataset.weights_name
    by = f" by {shown(name)}" if name else ""
    if fit.counts is not None:
        yield (
            f"Weighted{by} (frequency): the {fit.n_rows:,} training rows stand for "
            f"{fit.n_samples:,}, and all figures are those of that many rows."
        )
    elif fit.roots is not None:
        yield (
            f"Weighted{by} (analytic): the residual standard error is that of a row of weight 1, "
            f"and prediction intervals are for a new row of weight 1."
        )


def _on_rows(fit: Fit) -> Iterator[str]:
    if fit.df_residual < 1:
        yield (
            f"There are no standard errors, tests or intervals: the fit has as many coefficients "
            f"({fit.n_parameters}) as training rows."
        )


def _on_superfluous(fit: Fit) -> Iterator[str]:
    factor, names = fit.factor, fit.problem.dataset.feature_names
    first = int(fit.problem.fit_intercept)
    superfluous = factor.superfluous - first
    if len(superfluous) and fit.solution.rank >= fit.n_rows - first:
        yield (
            f"{_weights_of(quoted(names[j] for j in superfluous))} 0 here: other values would fit "
            f"the training rows as well."
        )
        return
    for column, shares in zip(superfluous[:COLUMNS_NAMED], factor.dependence.T, strict=False):
        involved = factor.used[np.abs(shares) > UNDETERMINED] - first
        others = quoted(names[j] for j in sorted(involved) if j >= 0)
        yield f"{_weights_of([shown(names[column])])} 0 here: {_why(others, bool(first))}."
    if len(superfluous) > COLUMNS_NAMED:
        more = len(superfluous) - COLUMNS_NAMED
        weights = "weight is" if more == 1 else "weights are"
        yield f"{more:,} more {weights} 0 in the same way."


def _weights_of(names: Iterable[str]) -> str:
    """Return e.g. "The weight of 'b' is"."""
    every = list(names)
    is_one = len(every) == 1
    return f"The weight{'' if is_one else 's'} of {in_words(every)} {'is' if is_one else 'are'}"


def _why(others: list[str], has_intercept: bool) -> str:
    if others:
        weight = "weight" if len(others) == 1 else "weights"
        return f"its part is in the {weight} of {in_words(others)}"
    return "its part is in the intercept" if has_intercept else "so are its values"


def _on_model(fit: Fit) -> Iterator[str]:
    if not fit.problem.fit_intercept:
        yield (
            "Without an intercept R² is measured about 0 and not about the mean, so it cannot be "
            "compared with that of a fit with one."
        )
    if fit.tss == 0:
        yield "The target is the same in every training row, so R² has no meaning."
    elif fit.is_exact and fit.df_residual > 0:
        yield (
            "The fit is exact: residuals are 0 but for rounding and count as 0, so t, F and "
            "p values, AIC and BIC have no meaning."
        )


def _on_values(fit: Fit, coefficients: tuple[Coefficient, ...], spread: Spread) -> Iterator[str]:
    is_unknown = unknown_errors(fit, spread)
    lost = [
        row.name
        for row, is_told in zip(coefficients, is_unknown, strict=True)
        if not is_told and _is_lost(row, fit)
    ]
    if lost:
        yield (
            f"The coefficients or standard errors of {in_words(quoted(lost))} are too large or too "
            f"small for a float64: choose other units."
        )
    if fit.df_residual > 0 and not np.isfinite(fit.deviation * fit.y_scale):
        yield "The residuals are too large for a float64: choose other units for the target."


def _is_lost(row: Coefficient, fit: Fit) -> bool:
    if not np.isfinite(row.estimate):
        return True
    expected = row.is_estimated and fit.df_residual > 0
    return expected and (row.standard_error is None or (row.standard_error == 0 and fit.ssr > 0))
