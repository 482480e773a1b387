"""The report: how good the least-squares fit of a problem is, and how far it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.checks import whole_number
from linreg_core.inference.by_term import term_rows
from linreg_core.inference.coefficients import coefficient_table
from linreg_core.inference.covariance import CLASSICAL, Covariance
from linreg_core.inference.cross_validation import cross_validated_r_squared
from linreg_core.inference.curvature import find_curvature
from linreg_core.inference.dfbetas import dfbetas_of
from linreg_core.inference.diagnostics import Diagnostics, row_diagnostics
from linreg_core.inference.figures import FitFigures
from linreg_core.inference.findings import Evidence, Finding
from linreg_core.inference.fit import Fit, fit_of
from linreg_core.inference.fit_statistics import fit_statistics
from linreg_core.inference.influence import find_influence
from linreg_core.inference.normality import find_normality
from linreg_core.inference.notes import notes_on
from linreg_core.inference.order import find_order
from linreg_core.inference.outliers import find_outliers
from linreg_core.inference.predictions import Predictor
from linreg_core.inference.row_order import RowOrder
from linreg_core.inference.scatter import find_scatter
from linreg_core.inference.scores import score_test_rows
from linreg_core.inference.spread import Spread, spread_of
from linreg_core.inference.values import known
from linreg_core.limits import MAX_SEED
from linreg_core.numerics.folds import n_folds

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from linreg_core.arrays import FloatArray
    from linreg_core.problem import Problem
    from linreg_core.types import Params

FINDERS: Final[tuple[Callable[[Evidence], Finding], ...]] = (
    find_curvature,
    find_normality,
    find_scatter,
    find_influence,
    find_outliers,
    find_order,
)
"""What looks at the diagnostic pictures, in the order in which they are shown."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Report(FitFigures):
    """The figures of a fit, and what only its rows tell.

    `mae` divides by n_samples. `cv_r_squared` comes from `n_folds` folds, the test figures from the
    test rows.
    """

    mae: float | None
    cv_r_squared: float | None
    n_folds: int
    test_mae: float | None
    diagnostics: Diagnostics
    findings: tuple[Finding, ...]
    order: RowOrder | None = None

    def dfbetas(self, rows: ArrayLike | None = None) -> FloatArray:
        """Return by how many standard errors each coefficient moves with each row.

        (n, n_coefficients) for training rows by their index, all of them by default: the
        coefficient with the row less that without it, over the standard error that it has
        without it. nan where the row alone determines a coefficient, or none is estimated. R's
        `dfbetas`.
        """
        fit_rows = np.arange(self.n_samples) if rows is None else np.asarray(rows, dtype=np.int64)
        return dfbetas_of(self.fit, self.diagnostics, fit_rows)

    def with_covariance(
        self, covariance: Covariance, row_name: Callable[[int], str] = str
    ) -> Report:
        """Return this report with other standard errors, and all that follows from them.

        The fit, its diagnostics and its findings stay, so this takes one pass through the rows.
        """
        inferred = _inferred(self.fit, spread_of(self.fit, covariance), row_name)
        return replace(self, **inferred).compared_with(self.learned)


def report(
    problem: Problem,
    learned: Params | None = None,
    row_name: Callable[[int], str] = str,
    seed: int = 0,
    covariance: Covariance = CLASSICAL,
    order: RowOrder | None = None,
) -> Report:
    """Return the report on the least-squares fit of `problem`'s training rows.

    `learned` is set beside the estimates. `row_name` names a row of the data set by its position
    in the sentences of the findings. `seed` deals the rows into folds. `covariance` says which
    standard errors it has, `order` how rows follow one another, where that is not as they stand.
    Conventions of errors, tests, intervals and criteria are those of statsmodels.

    Raises DataError when `learned` has another number of weights, ConfigError for a bad seed.

    >>> import linreg_core as lc
    >>> result = report(lc.Problem.from_dataset(lc.make_dataset("condos")))
    >>> [round(row.estimate, 2) for row in result.coefficients]
    [-37866.33, 1246.51]
    """
    seed = whole_number("seed", seed, minimum=0, maximum=MAX_SEED)
    fit = fit_of(problem)
    diagnostics, scores = row_diagnostics(fit, order), score_test_rows(fit)
    evidence = Evidence(fit, diagnostics, row_name, order)
    result = Report(
        n_samples=fit.n_samples,
        n_features=problem.n_features,
        rank=fit.solution.rank,
        df_residual=fit.df_residual,
        r_squared=known(1.0 - fit.ssr / fit.tss) if fit.tss > 0 else None,
        residual_standard_error=known(fit.deviation * fit.y_scale),
        rmse=known(math.sqrt(fit.ssr / fit.total_weight) * fit.y_scale),
        mae=known(_mean_size(fit) * fit.y_scale),
        cv_r_squared=cross_validated_r_squared(fit, seed),
        n_folds=n_folds(fit.n_rows),
        test_r_squared=scores.r_squared,
        test_rmse=scores.rmse,
        test_mae=scores.mae,
        diagnostics=diagnostics,
        findings=tuple(find(evidence) for find in FINDERS),
        params=fit.solution.params,
        fit=fit,
        order=order,
        **_inferred(fit, spread_of(fit, covariance), row_name),
    )
    return result.compared_with(learned)


def _mean_size(fit: Fit) -> float:
    """Return the mean absolute residual, weighted as the fit is."""
    sizes, w = np.abs(fit.plain_residuals), fit.design.weights
    return float(sizes.mean() if w is None else w @ sizes / fit.total_weight)


def _inferred(fit: Fit, spread: Spread, row_name: Callable[[int], str]) -> dict[str, Any]:
    """Return the fields of a report that follow from how the estimates spread."""
    coefficients = coefficient_table(fit, spread)
    return {
        "coefficients": coefficients,
        "by_term": term_rows(fit, coefficients, spread),
        "notes": notes_on(fit, coefficients, spread, row_name),
        "predictor": Predictor.of(fit, spread),
        "spread": spread,
        **fit_statistics(fit, spread),
    }
