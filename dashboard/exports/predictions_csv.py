"""The table that a fit was made of, with every row's prediction and residual, as CSV."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dashboard.exports.csv_file import CHUNK_ROWS
from dashboard.exports.diagnostics_csv import row_figures
from dashboard.exports.scores import ScoredRows, predicted_name
from linreg_core import Params
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Report, in_target_units
from linreg_core.tables import Prepared, read_cells
from table_reader import Table

TRAIN, TEST, LEFT_OUT = "train", "test", "left out"


def predictions_csv(
    table: Table, prepared: Prepared, report: Report, params: Params, how: str = "median"
) -> bytes:
    """Return the table's own columns and, after them, these, in the file's order:

    predicted (by `params`), residual (actual minus predicted), low_95 and high_95 (the 95 %
    prediction interval of least squares), set ("train", "test", or "left out" of the fit), the
    training rows' `row_figures`, row (its number in the file), and note (why it has no
    prediction, or extrapolates). Rows that were left out are predicted too where their cells
    allow it. All are in the target's own unit: what was learned of its logarithm is brought back
    as `how` says, and so is "predicted" called then; `row_figures` have no unit.
    """
    scores = ScoredRows.of(len(table.frame))
    _score(scores, report, params, how, prepared.dataset.X, prepared.rows)
    scores.actual[:] = _actual(table, prepared)
    left_out = np.setdiff1d(np.arange(len(table.frame)), prepared.rows, assume_unique=True)
    if len(left_out):
        _score_left_out(scores, table, prepared, report, params, how, left_out)
    more = {"set": _sets(len(table.frame), prepared, report)}
    more |= _figures(len(table.frame), prepared, report)
    return scores.csv_after(table, more, predicted_name(prepared.selection.target_transform, how))


def _actual(table: Table, prepared: Prepared) -> FloatArray:
    """Return the target of every row in its own unit, nan where it has none."""
    cells = read_cells(table.frame[prepared.selection.target])
    actual = np.array(cells.values, dtype=np.float64)
    if cells.missing is not None:
        actual[cells.missing] = np.nan
    return actual


def _score(
    scores: ScoredRows,
    report: Report,
    params: Params,
    how: str,
    X: FloatArray,
    positions: IntArray,
) -> None:
    """Predict the rows X (k, n_features), none of them nan, which stand at `positions`."""
    for start in range(0, len(X), CHUNK_ROWS):
        part = slice(start, start + CHUNK_ROWS)
        expected = replace(report.predict(X[part]), mean=params.predict(X[part]))
        expected = in_target_units(expected, how)
        scores.fill(positions[part], expected.mean, expected)


def _score_left_out(
    scores: ScoredRows,
    table: Table,
    prepared: Prepared,
    report: Report,
    params: Params,
    how: str,
    positions: IntArray,
) -> None:
    encoded = prepared.encode(table.frame.iloc[positions])
    whole = np.isfinite(encoded.X).all(axis=1)
    _score(scores, report, params, how, encoded.X[whole], positions[whole])
    scores.explain(encoded.problems, positions)


def _figures(n_rows: int, prepared: Prepared, report: Report) -> dict[str, FloatArray]:
    at, figures = prepared.rows[report.problem.train_rows], row_figures(report)
    columns = {name: np.full(n_rows, np.nan) for name in figures}
    for name, values in figures.items():
        columns[name][at] = values
    return columns


def _sets(n_rows: int, prepared: Prepared, report: Report) -> Any:
    sets = np.full(n_rows, LEFT_OUT, dtype=object)
    sets[prepared.rows[report.problem.train_rows]] = TRAIN
    sets[prepared.rows[report.problem.test_rows]] = TEST
    return sets
