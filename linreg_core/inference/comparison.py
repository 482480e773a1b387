"""Two models side by side: what was changed, which figures can be compared, and the nested test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.by_term import model_terms
from linreg_core.inference.nested import NestedTest, nested_test
from linreg_core.inference.values import in_words, quoted
from table_reader.wording import counted, shown

if TYPE_CHECKING:
    from linreg_core.inference.report import Report
    from linreg_core.types import Dataset


@dataclass(frozen=True)
class ModelFigures:
    """What is kept of a model to be set beside others; what cannot be known is None.

    `terms` are spelled as a formula does; `n_coefficients` counts the estimated ones, the intercept
    among them. All figures are in units of the model's own target, which may be log(y). `jacobian`,
    added to AIC and BIC, makes them those of y, so that they can be compared with those of other
    models of y: it is 2 sum(log y), from the density of y given that of log(y), and else 0.
    """

    target: str
    target_transform: str
    terms: tuple[str, ...]
    has_intercept: bool
    n_samples: int
    n_coefficients: int
    r_squared: float | None
    adjusted_r_squared: float | None
    cv_r_squared: float | None
    rmse: float | None
    aic: float | None
    bic: float | None
    jacobian: float

    @property
    def right_side(self) -> str:
        """The terms as the right side of a formula: 0 is for no intercept, 1 for nothing else."""
        terms = self.terms if self.has_intercept else ("0", *self.terms)
        return " + ".join(terms) or "1"

    @classmethod
    def of(cls, report: Report) -> ModelFigures:
        """Return the figures of a report."""
        fit = report.fit
        return cls(
            target=fit.problem.dataset.target_name,
            target_transform=fit.problem.dataset.target_transform,
            terms=tuple(term.label for term in model_terms(fit)),
            has_intercept=fit.problem.fit_intercept,
            n_samples=report.n_samples,
            n_coefficients=fit.n_parameters,
            r_squared=report.r_squared,
            adjusted_r_squared=report.adjusted_r_squared,
            cv_r_squared=report.cv_r_squared,
            rmse=report.rmse,
            aic=report.aic,
            bic=report.bic,
            jacobian=_jacobian(report),
        )


@dataclass(frozen=True)
class Comparison:
    """What the later of two models has that the earlier has not, and how they compare.

    `test` is the F test of the larger model against the smaller one, None where neither contains
    the other; `notes` say in whole sentences which figures can't be compared, and why.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    has_same_rows: bool
    has_same_target: bool
    test: NestedTest | None
    notes: tuple[str, ...]


def compare_models(before: Report, after: Report, has_same_rows: bool | None = None) -> Comparison:
    """Return what `after` changes of `before`.

    `has_same_rows` says whether both are about the same rows of a table, by default they are where
    their targets are the same. Cross-validated R2 has the same folds where the rows and the
    reports' seeds are the same. A nested test needs the same rows, target and weights, and a model
    whose columns are combinations of the other's, which numbers tell and not names.
    """
    earlier, later = (tuple(term.label for term in model_terms(r.fit)) for r in (before, after))
    has_same_target = _target_of(before) == _target_of(after)
    if has_same_rows is None:
        has_same_rows = _has_equal_targets(before, after)
    can_be_nested = has_same_rows and has_same_target and _has_same_weights(before, after)
    test = nested_test(before, after) if can_be_nested else None
    return Comparison(
        added=tuple(label for label in later if label not in earlier),
        removed=tuple(label for label in earlier if label not in later),
        has_same_rows=has_same_rows,
        has_same_target=has_same_target,
        test=test,
        notes=tuple(_notes(before, after, has_same_rows)),
    )


def _jacobian(report: Report) -> float:
    """Return what makes AIC and BIC those of the target itself: see `ModelFigures`."""
    problem = report.problem
    if problem.dataset.target_transform != "log":
        return 0.0
    counts = report.fit.counts
    return 2.0 * float(problem.y_train.sum() if counts is None else counts @ problem.y_train)


def _target_of(report: Report) -> tuple[str, str]:
    dataset = report.problem.dataset
    return dataset.target_column, dataset.target_transform


def _has_equal_targets(before: Report, after: Report) -> bool:
    one, other = (_in_own_unit(each) for each in (before, after))
    return len(one) == len(other) and np.allclose(one, other, rtol=1e-12, atol=0.0)


def _in_own_unit(report: Report) -> FloatArray:
    y = report.problem.y_train
    return np.exp(y) if report.problem.dataset.target_transform == "log" else y


def _has_same_weights(before: Report, after: Report) -> bool:
    one, other = (each.problem.w_train for each in (before, after))
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


def _notes(before: Report, after: Report, has_same_rows: bool) -> Iterator[str]:
    """Yield what can't be compared, and what to do about it."""
    if not has_same_rows:
        sizes = " and ".join(counted(each.n_samples, "training row") for each in (before, after))
        yield (
            f"The models are fitted to different rows ({sizes}), so no figure of the one can be "
            f"held against the other's: leave the same rows out, or fill empty cells, in both."
        )
    yield from _on_targets(*(each.problem.dataset for each in (before, after)))
    if before.problem.fit_intercept != after.problem.fit_intercept:
        yield (
            "Without an intercept R² is measured about 0 and not about the mean: it cannot be "
            "compared with that of a model with one."
        )
    if not _has_same_weights(before, after):
        yield (
            "The models weight the rows differently: their R², RMSE and cross-validated R² are "
            "about different sums."
        )


def _on_targets(earlier: Dataset, later: Dataset) -> Iterator[str]:
    if earlier.target_column != later.target_column:
        names = in_words(quoted((earlier.target_column, later.target_column)))
        yield (
            f"The models predict different columns, {names}: R² is a share of each one's own "
            f"variance, and RMSE, AIC and BIC cannot be compared."
        )
    elif earlier.target_transform != later.target_transform:
        yield (
            f"One model predicts {shown(later.target_column)}, the other its logarithm: R² and "
            f"RMSE are in different units. AIC and BIC can be compared: the logarithm's are "
            f"converted to the column's own unit (2 Σ log y is added)."
        )
