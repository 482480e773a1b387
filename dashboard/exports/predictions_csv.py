"""The table that a fit was made of, with every row's prediction and residual, as CSV."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.exports.csv_file import CHUNK_ROWS
from dashboard.exports.scores import ScoredRows
from linreg_core import Params
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Report
from linreg_core.tables import Prepared
from table_reader import Table

TRAIN, TEST, LEFT_OUT = "train", "test", "left out"


def predictions_csv(table: Table, prepared: Prepared, report: Report, params: Params) -> bytes:
    """Return the table's own columns and, after them, these, in the file's order:

    predicted (by `params`), residual (actual minus predicted), low_95 and high_95 (the 95 %
    prediction interval of least squares), set ("train", "test", or "left out" of the fit), row
    (its number in the file), and note (why it has no prediction, or extrapolates). Rows that
    were left out are predicted too where their cells allow it.
    """
    scores = ScoredRows.of(len(table.frame))
    _score(scores, report, params, prepared.dataset.X, prepared.rows)
    scores.actual[prepared.rows] = prepared.dataset.y
    left_out = np.setdiff1d(np.arange(len(table.frame)), prepared.rows, assume_unique=True)
    if len(left_out):
        _score_left_out(scores, table, prepared, report, params, left_out)
    return scores.csv_after(table, {"set": _sets(len(table.frame), prepared, report)})


def _score(
    scores: ScoredRows, report: Report, params: Params, X: FloatArray, positions: IntArray
) -> None:
    """Predict the rows X (k, n_features), none of them nan, which stand at `positions`."""
    for start in range(0, len(X), CHUNK_ROWS):
        part = slice(start, start + CHUNK_ROWS)
        expected = report.predict(X[part])
        scores.fill(positions[part], params.predict(X[part]), expected)


def _score_left_out(
    scores: ScoredRows,
    table: Table,
    prepared: Prepared,
    report: Report,
    params: Params,
    positions: IntArray,
) -> None:
    encoded = prepared.encode(table.frame.iloc[positions])
    whole = np.isfinite(encoded.X).all(axis=1)
    _score(scores, report, params, encoded.X[whole], positions[whole])
    scores.explain(encoded.problems, positions)
    if encoded.y is not None:
        scores.actual[positions] = encoded.y


def _sets(n_rows: int, prepared: Prepared, report: Report) -> Any:
    sets = np.full(n_rows, LEFT_OUT, dtype=object)
    sets[prepared.rows[report.problem.train_rows]] = TRAIN
    sets[prepared.rows[report.problem.test_rows]] = TEST
    return sets
