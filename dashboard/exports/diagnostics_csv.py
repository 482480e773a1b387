"""What is known of every training row, as CSV: how far off it lies, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from dashboard.exports.csv_file import CsvDialect, csv_bytes, free_name
from linreg_core.arrays import FloatArray
from linreg_core.inference import Report
from linreg_core.tables import Prepared
from table_reader import Table

MOST_DFBETAS: Final = 20_000_000
"""Rows times coefficients: of more, a file of text would outgrow what programs open."""


def row_figures(report: Report) -> dict[str, FloatArray]:
    """Return the columns (n_train,) that a spreadsheet shows beside each training row."""
    found = report.diagnostics
    return {
        "leverage": found.leverage,
        "standardised_residual": found.standardized_residuals,
        "studentised_residual": found.studentized,
        "cooks_distance": found.cooks_distance,
        "dffits": found.dffits,
    }


def has_dfbetas(report: Report) -> bool:
    """Return whether there are few enough of them to be written."""
    return report.n_samples * len(report.coefficients) <= MOST_DFBETAS


def diagnostics_csv(table: Table, prepared: Prepared, report: Report) -> bytes:
    """Return a line for each training row, in the file's order, in the dialect of its file:

    row (its number in the file), the target, fitted, residual, those of `row_figures`, and
    dfbetas of every coefficient, unless these are too many. What is unknown is an empty cell.
    """
    import pandas as pd

    positions = prepared.rows[report.problem.train_rows]
    columns: list[tuple[str, pd.Series]] = []
    for name, values in (
        ("row", np.array([table.row_number(at) for at in positions.tolist()])),
        (report.problem.dataset.target_name, report.problem.y_train),
        ("fitted", report.diagnostics.fitted),
        ("residual", report.diagnostics.residuals),
        *row_figures(report).items(),
        *_dfbetas(report),
    ):
        columns.append((free_name(name, [taken for taken, _ in columns]), pd.Series(values)))
    return csv_bytes(columns, CsvDialect.like(table.options))


def _dfbetas(report: Report) -> Iterator[tuple[str, FloatArray]]:
    if has_dfbetas(report):
        names = [coefficient.name for coefficient in report.coefficients]
        for name, values in zip(names, report.dfbetas().T, strict=True):
            yield f"dfbetas {name}", values
