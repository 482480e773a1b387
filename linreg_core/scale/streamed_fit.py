"""Least squares on rows that come in blocks, and what a report tells of them without the rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from linreg_core.checks import flag, whole_number
from linreg_core.errors import DataError
from linreg_core.inference.by_term import TermRow, term_rows
from linreg_core.inference.coefficients import Coefficient, coefficient_table
from linreg_core.inference.covariance import CLASSICAL, Covariance
from linreg_core.inference.figures import FitFigures
from linreg_core.inference.fit import Fit
from linreg_core.inference.fit_statistics import fit_statistics
from linreg_core.inference.notes import notes_beside_weights
from linreg_core.inference.spread import Spread, spread_of
from linreg_core.inference.values import known
from linreg_core.scale.data_blocks import RowSource
from linreg_core.scale.loading_meanwhile import RowsBesideLoading
from linreg_core.scale.row_triangle import RowTriangle, triangle_of_moments
from linreg_core.scale.second_moments import SecondMoments, second_moments
from linreg_core.scale.stand_ins import stand_in_dataset, stand_in_problem
from linreg_core.scale.streamed_factor import (
    StreamedFactor,
    streamed_factor,
    triangle_of_factor,
)
from linreg_core.scale.streamed_predictor import bounded_predictor, unbounded_predictor
from linreg_core.scale.streamed_scores import streamed_scores
from linreg_core.scale.streamed_spread import (
    ScoreSums,
    SumsOfBlocks,
    in_one_pass,
    streamed_spread,
)
from linreg_core.scale.triangle_fit import TriangleFit, fit_of_triangle
from linreg_core.scale.trust import MOMENTS, MOST_DIGITS_TOLD, QR, Trust, digits_of
from linreg_core.types import Dataset, TermColumns

WANTED_DIGITS: Final = 10
"""With fewer digits from second moments the rows are gone through once more."""


@dataclass(frozen=True, eq=False, kw_only=True)
class StreamedFit(FitFigures):
    """The figures of a fit that do not need the rows, of which `n_rows` have been read.

    `path` is "moments" where second moments were enough, "qr" where the rows were gone through
    again. `digits` are correct in every coefficient, relative to its standard error where that is
    larger; `error_digits` in the residual standard error and all that follows of it. Both are
    bounds, and never say more than is true. `condition` is the condition number of the centred
    features, each of length 1. `stand_ins` train as all rows do, with full batches and a squared
    loss; `triangle` is what they are made of, and `fit` says nothing of single rows. Nothing is an
    extrapolation until a sample of the rows has told where they lay (`with_sample`).
    """

    path: str
    digits: int
    error_digits: int
    condition: float
    n_rows: int
    triangle: RowTriangle = field(repr=False)

    @property
    def stand_ins(self) -> Dataset:
        """The few rows that stand for all."""
        return self.problem.dataset

    @property
    def on_path(self) -> str:
        """The first of the notes: how the fit was found, and how many digits of it are correct."""
        how = (
            "from second moments, in one pass over the rows"
            if self.path == MOMENTS
            else "by a QR decomposition, in a second pass over the rows"
        )
        if not self.digits:
            return (
                f"Least squares {how}: the features are so nearly dependent that no digit of every "
                f"coefficient can be vouched for."
            )
        return (
            f"Least squares {how}: the first {self.digits} digits of every coefficient, or of its "
            f"standard error where that is larger, are those of exact arithmetic."
        )

    def with_sample(self, sample: Dataset) -> StreamedFit:
        """Return this fit with predictions that know where its rows lay, by some of them."""
        return replace(self, predictor=bounded_predictor(self.predictor, self.params, sample))

    def with_test(self, test: RowTriangle) -> StreamedFit:
        """Return this fit with how well it predicts the test rows, of which the triangle is.

        Raises DataError when it is not of the same columns.
        """
        scores = streamed_scores(self.fit, self.triangle, test)
        return replace(self, test_r_squared=scores.r_squared, test_rmse=scores.rmse)

    def with_covariance(
        self,
        covariance: Covariance,
        source: RowSource,
        shared: Callable[[SumsOfBlocks], ScoreSums] = in_one_pass,
    ) -> StreamedFit:
        """Return this fit with other standard errors, in one more pass over the same rows.

        Many processes take it together with `shared`. Raises ConfigError for clusters and lags,
        which need all rows at once.
        """
        spread = streamed_spread(self.fit, source, self.triangle.unit_weight, covariance, shared)
        coefficients, by_term, figures = _inferred(self.triangle, self.fit, spread)
        notes = (self.on_path, *notes_beside_weights(self.fit, coefficients, spread, str))
        fresh = unbounded_predictor(self.fit, spread, self.triangle.unit_weight)
        predictor = replace(self.predictor, df=fresh.df, meat=fresh.meat)
        inferred: dict[str, Any] = {"coefficients": coefficients, "by_term": by_term, **figures}
        inferred["predictor"] = predictor
        return replace(self, notes=notes, spread=spread, **inferred)


def streamed_least_squares(
    source: RowSource,
    fit_intercept: bool = True,
    terms: tuple[TermColumns, ...] = (),
    wanted_digits: int = WANTED_DIGITS,
    moments: SecondMoments | None = None,
    target_transform: str = "identity",
    factor: Callable[[SecondMoments], StreamedFactor] | None = None,
) -> StreamedFit:
    """Return the least-squares fit of a source's rows, in one pass over them or in two.

    The first pass sums up second moments (`moments`, where they are known already), and `factor`
    may take the second one, as many processes do together. If a bound on
    what rounding does to their solution, which grows with the square of the condition number,
    leaves `wanted_digits` in every coefficient and in the residual standard error, that is the fit;
    so it is where the rows would not leave as many either, and at most one more. Otherwise a second
    pass takes the QR decomposition of the rows, of which the digits go with the condition number
    itself. Features that follow from others have the weight 0. `terms` say which columns belong
    together, and `target_transform` what y is of the target.

    Raises DataError for blocks that do not fit together, values that are not finite, and fewer rows
    than coefficients; ConfigError for a setting out of range.

    >>> import numpy as np
    >>> from linreg_core.scale import RowsInMemory
    >>> x = np.arange(1000.0)
    >>> found = streamed_least_squares(RowsInMemory(x[:, np.newaxis], 2.0 * x + 1.0))
    >>> found.path, np.round([*found.params.weights, found.params.bias], 9)
    ('qr', array([2., 1.]))
    """
    fit_intercept = flag("fit_intercept", fit_intercept)
    wanted = whole_number("wanted_digits", wanted_digits, minimum=0, maximum=MOST_DIGITS_TOLD)
    moments = second_moments(RowsBesideLoading(source)) if moments is None else moments
    _check_rows(moments, source, fit_intercept)
    model = _Model(fit_intercept, terms, target_transform)
    found = _from_moments(source, moments, model, wanted)
    if found is None:
        R = streamed_factor(source, moments) if factor is None else factor(moments)
        triangle = triangle_of_factor(R, moments, source.weight_kind)
        found = _told(_solve(QR, triangle, source, model), triangle)
    return replace(found, notes=(found.on_path, *found.notes))


class _Model(NamedTuple):
    """What is fitted, beside the columns' names."""

    fit_intercept: bool
    terms: tuple[TermColumns, ...]
    target_transform: str


def _check_rows(moments: SecondMoments, source: RowSource, fit_intercept: bool) -> None:
    n_coefficients = len(source.feature_names) + fit_intercept
    if moments.n_rows < n_coefficients:
        raise DataError(
            f"There must be at least as many rows as coefficients. Got {moments.n_rows:,} rows for "
            f"{n_coefficients:,}: use fewer features, or more rows."
        )


def _from_moments(
    source: RowSource, moments: SecondMoments, model: _Model, wanted: int
) -> StreamedFit | None:
    """Return the fit that second moments tell, None where they do not tell it well enough."""
    triangle = triangle_of_moments(moments, source.weight_kind)
    if triangle is None:
        return None
    solved = _solve(MOMENTS, triangle, source, model)
    n_constant = int(moments.is_constant[:-1].sum()) if model.fit_intercept else 0
    if solved.fit.solution.rank < solved.fit.problem.n_features - n_constant:
        return None
    found = _told(solved, triangle)
    return found if _is_enough(solved, found.coefficients, wanted) else None


def _is_enough(solved: TriangleFit, coefficients: tuple[Coefficient, ...], wanted: int) -> bool:
    """Return whether another pass over the rows would not be worth its time."""
    if solved.fit.ssr == 0:  # moments can't tell small residuals from none
        return False
    best = solved.trust_by(QR)
    pairs = [(_error_digits(solved, solved.trust), _error_digits(solved, best))]
    digits = (_all_digits(trust, coefficients) for trust in (solved.trust, best))
    pairs += zip(*digits, strict=True)
    return all(own >= wanted or other - 1 <= own and other < wanted for own, other in pairs)


def _solve(path: str, triangle: RowTriangle, source: RowSource, model: _Model) -> TriangleFit:
    names = source.feature_names, source.target_name
    stand_ins = stand_in_dataset(triangle, None, *names, model.terms, model.target_transform)
    problem = stand_in_problem(stand_ins, fit_intercept=model.fit_intercept)
    return fit_of_triangle(path, triangle, problem)


def _told(solved: TriangleFit, triangle: RowTriangle) -> StreamedFit:
    """Return all that is told of a fit."""
    fit, spread = solved.fit, spread_of(solved.fit, CLASSICAL)
    coefficients, by_term, figures = _inferred(triangle, fit, spread)
    return StreamedFit(
        path=solved.path,
        digits=min(_all_digits(solved.trust, coefficients), default=MOST_DIGITS_TOLD),
        error_digits=_error_digits(solved, solved.trust),
        condition=solved.trust.condition,
        params=fit.solution.params,
        coefficients=coefficients,
        by_term=by_term,
        n_rows=triangle.n_rows,
        n_samples=triangle.n_samples,
        n_features=fit.problem.n_features,
        rank=fit.solution.rank,
        df_residual=fit.df_residual,
        r_squared=known(1.0 - fit.ssr / fit.tss) if fit.tss > 0 else None,
        residual_standard_error=known(
            fit.deviation * fit.y_scale * math.sqrt(triangle.unit_weight)
        ),
        rmse=known(math.sqrt(fit.ssr / fit.total_weight) * fit.y_scale),
        notes=notes_beside_weights(fit, coefficients, spread, str),
        triangle=triangle,
        fit=fit,
        spread=spread,
        learned=None,
        test_r_squared=None,
        test_rmse=None,
        predictor=unbounded_predictor(fit, spread, triangle.unit_weight),
        **figures,
    )


def _inferred(
    triangle: RowTriangle, fit: Fit, spread: Spread
) -> tuple[tuple[Coefficient, ...], tuple[TermRow, ...], dict[str, float | None]]:
    """Return the table, the table by term, and the figures for the whole fit.

    The stand-ins of rows with analytic weights have weights of mean 1: sums of squares are so many
    times larger, and the likelihood of each row has the root of its own weight in it.
    """
    unit = triangle.unit_weight
    coefficients = coefficient_table(fit, spread)
    figures = fit_statistics(fit, spread)
    shift = triangle.n_samples * math.log(unit) - triangle.log_weights
    for name in ("aic", "bic"):
        value = figures[name]
        figures[name] = None if value is None else known(value + shift)
    by_term = tuple(
        replace(row, sum_of_squares=known(row.sum_of_squares * unit))
        if row.sum_of_squares is not None
        else row
        for row in term_rows(fit, coefficients, spread)
    )
    return coefficients, by_term, figures


def _all_digits(trust: Trust, coefficients: tuple[Coefficient, ...]) -> list[int]:
    """Return the correct digits of each coefficient that is estimated."""
    return [
        digits_of(error, max(abs(row.estimate), row.standard_error or 0.0))
        for row, error in zip(coefficients, trust.coefficients.tolist(), strict=True)
        if row.is_estimated
    ]


def _error_digits(solved: TriangleFit, trust: Trust) -> int:
    """Return the correct digits of the residual standard error; all where it counts as 0."""
    if solved.fit.ssr == 0:
        return MOST_DIGITS_TOLD
    return digits_of(trust.residual, solved.residual_size)
