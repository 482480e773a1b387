"""A paragraph for the methods section of a text: what was fitted, how, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dashboard.exports.methods_training import training_sentences
from dashboard.exports.printed_table import fit_figures
from dashboard.live.result import RunResult
from dashboard.numbers import count, number
from dashboard.versions import app_version, numbers_versions, report_versions
from linreg_core import TrainConfig
from linreg_core.inference import Report
from linreg_core.inference.coefficients import CONFIDENCE
from linreg_core.tables import Recipe, formula_text
from table_reader.wording import counted

MOST_COLUMNS_NAMED: Final = 8


def methods_paragraph(
    report: Report, recipe: Recipe, n_rows: int, config: TrainConfig, result: RunResult | None
) -> str:
    """Return sentences on the model, its rows, errors, fit and training, and the software.

    `n_rows` is how many rows the table has. Every number is one of the run's or the report's,
    written as the report writes it. `result` None is a run that has not ended.
    """
    return " ".join(
        (
            *_model(report, recipe),
            *_rows(report, recipe, n_rows),
            *_uncertainty(report),
            f"The fit: {'; '.join(fit_figures(report))}.",
            *_on_unseen_rows(report),
            *training_sentences(report, config, result),
            _software(result.engine if result else config.engine),
        )
    )


def _model(report: Report, recipe: Recipe) -> Iterator[str]:
    dataset, problem, selection = report.problem.dataset, report.problem, recipe.selection
    squares = "ordinary" if dataset.weights is None else "weighted"
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
    if dataset.weights is not None:
        kind, name = dataset.weight_kind, dataset.weights_name
        yield f"Rows have {kind} weights from “{name}”{_stand_for(report)}."
    if superfluous := report.n_features - report.rank:
        are = "is" if superfluous == 1 else "are"
        yield (
            f"{counted(superfluous, 'coefficient')} of {count(report.n_features)} {are} determined "
            f"by the others and fixed at 0."
        )


def _stand_for(report: Report) -> str:
    """Return how many rows frequencies stand for: n and degrees of freedom count those."""
    if report.fit.counts is None:
        return ""
    rows, n = counted(report.fit.n_rows, "training row"), count(report.n_samples)
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


def _rows(report: Report, recipe: Recipe, n_rows: int) -> Iterator[str]:
    left_out, problem = n_rows - len(recipe.rows), report.problem
    by_hand = len(recipe.selection.excluded_rows)
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
    if problem.n_test:
        yield (
            f"{counted(problem.n_test, 'row')} {_were(problem.n_test)} held back for the test, and "
            f"{count(problem.n_train)} trained the model."
        )


def _were(number_of_rows: int) -> str:
    return "was" if number_of_rows == 1 else "were"


def _uncertainty(report: Report) -> Iterator[str]:
    if all(each.standard_error is None for each in report.coefficients):
        yield "There are too few rows for standard errors."
        return
    freedom = counted(report.spread.df, "degree")
    yield (
        f"Standard errors are {report.errors_in_words}; p values are two-sided, by t with "
        f"{freedom} of freedom; intervals are {100 * CONFIDENCE:g} % confidence intervals."
    )


def _on_unseen_rows(report: Report) -> Iterator[str]:
    if report.cv_r_squared is not None:
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
