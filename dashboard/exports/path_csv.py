"""A path of penalties as CSV, a line for each, in full precision."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Final

from dashboard.escaping import csv_cell
from dashboard.exports.csv_file import COMMON, CsvDialect
from linreg_core.regularised import CrossValidation, PenaltyPath

_FIGURES: Final = (
    "penalty",
    "degrees_of_freedom",
    "n_used",
    "train_mse",
    "cv_mse",
    "cv_standard_error",
    "choice",
)


def path_csv(path: PenaltyPath, dialect: CsvDialect = COMMON) -> bytes:
    """Return a line for each penalty, the largest first.

    Columns: penalty, on weights of standardised columns; degrees_of_freedom, and n_used weights
    that are not 0; train_mse, cv_mse and cv_standard_error, mean squared errors on training rows
    and on rows left out, in the target's unit squared; choice, "least error" or "simplest" (within
    one standard error of the least); then bias and weights in the columns' own units. What is
    unknown is empty.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=dialect.delimiter)
    writer.writerow((*_FIGURES, "bias", *map(csv_cell, path.problem.dataset.feature_names)))
    check = path.validation
    for at, own in enumerate(path.weights.tolist()):
        numbers = (
            float(path.penalties[at]),
            float(path.degrees_of_freedom[at]),
            int(path.n_used[at]),
            float(path.train_loss[at]),
            None if check is None else float(check.error[at]),
            None if check is None else float(check.standard_error[at]),
        )
        coefficients = (float(path.bias[at]), *own)
        writer.writerow(
            (
                *map(dialect.number_text, numbers),
                _choice(check, at),
                *map(dialect.number_text, coefficients),
            )
        )
    return codecs.BOM_UTF8 + file.getvalue().encode("utf-8", "replace")


def _choice(check: CrossValidation | None, at: int) -> str:
    if check is None or at not in (check.least, check.simplest):
        return ""
    return "least error" if at == check.least else "simplest"
