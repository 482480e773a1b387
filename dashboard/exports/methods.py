"""A paragraph for the methods section of a text: what was fitted, how, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from dashboard.exports.methods_training import training_sentences
from dashboard.exports.printed_table import fit_figures
from dashboard.live.result import RunResult
from dashboard.numbers import count, number
from dashboard.versions import app_version, numbers_versions, report_versions
from linreg_core import Problem, TrainConfig
from linreg_core.inference import FitFigures, Report
from linreg_core.inference.coefficients import CONFIDENCE
from linreg_core.limits import FREQUENCY
from linreg_core.tables import Recipe, formula_text
from table_reader.wording import counted

MOST_COLUMNS_NAMED: Final = 8


class RowsAndColumns(NamedTuple):
    """How many rows a table has, or are stored, how many of them are for training and for the test,
    and whether the run's columns are standardised.
    """

    n_rows: int
    n_train: int
    n_test: int
    standardize: bool

    @classmethod
    def of(cls, problem: Problem, n_rows: int) -> RowsAndColumns:
        """Return those of a problem that was made of a table with so many rows."""
        return cls(n_rows, problem.n_train, problem.n_test, problem.standardize)


def methods_paragraph(
    report: FitFigures,
    recipe: Recipe,
    counts: RowsAndColumns,
    config: TrainConfig,
    result: RunResult | None,
) -> str:
    """Return sentences on the model, its rows, errors, fit and training, and the software.

    Every number is one of the run's or the report's, written as the report writes it. `result` None
    is a run that has not ended.
    """
    return " ".join(
        (
            *_model(report, recipe, counts),
            *_rows(recipe, counts),
            *_uncertainty(report),
            f"The fit: {'; '.join(fit_figures(report))}.",
            *_on_unseen_rows(report),
            *training_sentences(report, config, result, counts.standardize),
            _software(result.engine if result else config.engine),
        )
    )


def _model(report: FitFigures, recipe: Recipe, counts: RowsAndColumns) -> Iterator[str]:
    dataset, problem, selection = report.problem.dataset, report.problem, recipe.selection
    squares = "ordinary" if selection.weights is None else "weighted"
    through = "with an intercept" if problem.fit_intercept else "through the origin"
    yield (
        f"“{dataset.target_column}” was regressed on {_listed(_columns(recipe))} by {squares} "
        f"least squares, {through}."
    )
    if selection.terms or selection.target_transform != "identity":
        terms, log = selection.every_term, selection.target_transform
        yield f"The model is {formula_text(selection.target, log, terms, problem.fit_intercept)}."
    if selection.target_transform == "log":
        yield "Estimates, errors and R² are about the target's natural logarithm."
    if selection.weights is not None:
        kind, name = selection.weight_kind, selection.weights
        yield f"Rows have {kind} weights from “{name}”{_stand_for(report, recipe, counts)}."
    if superfluous := report.n_features - report.rank:
        are = "is" if superfluous == 1 else "are"
        yield (
            f"{counted(superfluous, 'coefficient')} of {count(report.n_features)} {are} determined "
            f"by the others and fixed at 0."
        )


def _stand_for(report: FitFigures, recipe: Recipe, counts: RowsAndColumns) -> str:
    """Return how many rows frequencies stand for: n and degrees of freedom count those."""
    if recipe.selection.weight_kind != FREQUENCY:
        return ""
    rows, n = counted(counts.n_train, "training row"), count(report.n_samples)
    return f": the {rows} stand for {n} observations, which n and degrees of freedom count"


def _columns(recipe: Recipe) -> list[str]:
    """Return the columns' names, a category's with the level that the others are compared with."""
    levels = {column.name: column.left_out for column in recipe.columns}
    return [
        f"“{name}”" if (level := levels.get(name)) is None else f"“{name}” (baseline “{level}”)"
        for name in recipe.selection.features
    ]


def _listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them, the first ones where there are many."""
    if len(names) > MOST_COLUMNS_NAMED + 1:
        more = f"{count(len(names) - MOST_COLUMNS_NAMED)} more columns"
        return f"{', '.join(names[:MOST_COLUMNS_NAMED])} and {more}"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _rows(recipe: Recipe, counts: RowsAndColumns) -> Iterator[str]:
    n_rows, n_train, n_test, _ = counts
    left_out, by_hand = n_rows - n_train - n_test, len(recipe.selection.excluded_rows)
    if left_out:
        hand = f", {count(by_hand)} by hand" if by_hand else ""
        yield (
            f"Of the table's {counted(n_rows, 'row')}, {count(left_out)} {_were(left_out)} left "
            f"out{hand}."
        )
    else:
        yield f"All of the table's {counted(n_rows, 'row')} {_were(n_rows)} used."
    if recipe.selection.missing == "fill":
        yield "Empty cells were filled with their column's mean or commonest category."
    if n_test:
        yield (
            f"{counted(n_test, 'row')} {_were(n_test)} held back for the test, and "
            f"{count(n_train)} trained the model."
        )


def _were(number_of_rows: int) -> str:
    return "was" if number_of_rows == 1 else "were"


def _uncertainty(report: FitFigures) -> Iterator[str]:
    if all(each.standard_error is None for each in report.coefficients):
        yield "There are too few rows for standard errors."
        return
    freedom = counted(report.spread.df, "degree")
    yield (
        f"Standard errors are {report.errors_in_words}; p values are two-sided, by t with "
        f"{freedom} of freedom; intervals are {100 * CONFIDENCE:g} % confidence intervals."
    )


def _on_unseen_rows(report: FitFigures) -> Iterator[str]:
    if isinstance(report, Report) and report.cv_r_squared is not None:
        folds, r_squared = count(report.n_folds), number(report.cv_r_squared)
        yield f"Cross-validated in {folds} folds, R² is {r_squared}."
    if report.test_r_squared is not None:
        yield (
            f"On the test rows R² is {number(report.test_r_squared)}, and the root mean squared "
            f"error {number(report.test_rmse)}."
        )


def _software(engine: str) -> str:
    used = dict.fromkeys((*report_versions(), *numbers_versions(engine)))
    return f"Computed with Linreg Live {app_version()} ({', '.join(used)})."
