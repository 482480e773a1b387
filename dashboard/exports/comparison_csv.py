"""Models side by side as CSV, a line for each, in full precision."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from dashboard.escaping import csv_cell
from dashboard.exports.csv_file import COMMON, CsvDialect
from linreg_core.inference.comparison import Comparison, ModelFigures

_FIGURES: Final = (
    "n_samples",
    "n_coefficients",
    "r_squared",
    "adjusted_r_squared",
    "cv_r_squared",
    "rmse",
    "aic",
    "bic",
)
_CHANGE: Final = ("added_since", "left_out_since", "f", "df", "df_residual", "p", "errors", "notes")


def comparison_csv(
    models: Iterable[tuple[str, ModelFigures, Comparison | None]], dialect: CsvDialect = COMMON
) -> bytes:
    """Return a line for each model, with what the one on screen changes of it (None: itself).

    Columns: model, target and terms as a formula spells them, "0" among the terms for none of an
    intercept; n_samples, n_coefficients, r_squared, adjusted_r_squared, cv_r_squared, rmse, aic,
    bic, and aic_of_target and bic_of_target, which are those of the target itself where the model
    is one of its logarithm; then added_since, left_out_since, the nested test's f, df, df_residual,
    p and standard errors, and notes on what can't be compared. What is unknown is empty.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=dialect.delimiter)
    own = ("aic_of_target", "bic_of_target")
    writer.writerow(("model", "target", "terms", *_FIGURES, *own, *_CHANGE))
    for name, figures, change in models:
        cells = (name, figures.target, figures.right_side)
        writer.writerow(
            (
                *map(csv_cell, cells),
                *(dialect.number_text(value) for value in _numbers(figures)),
                *(dialect.number_text(value) for value in _changes(change)),
            )
        )
    return codecs.BOM_UTF8 + file.getvalue().encode("utf-8", "replace")


def _numbers(figures: ModelFigures) -> Iterator[object]:
    yield from (getattr(figures, name) for name in _FIGURES)
    for value in (figures.aic, figures.bic):
        yield None if value is None else value + figures.jacobian


def _changes(change: Comparison | None) -> Iterator[object]:
    if change is None:
        yield from (None for _ in _CHANGE)
        return
    yield from (csv_cell(" + ".join(each)) for each in (change.added, change.removed))
    test = change.test
    if test is None:
        yield from (None for _ in range(5))
    else:
        yield from (test.f, test.df, test.df_residual, test.p, csv_cell(test.errors))
    yield csv_cell(" ".join(change.notes))
