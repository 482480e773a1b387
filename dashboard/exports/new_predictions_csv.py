"""Another table, whose rows the fit has not seen, with its predictions, as CSV."""

from __future__ import annotations

import numpy as np

from dashboard.exports.scores import ScoredRows, predicted_name
from linreg_core.inference import Predictions, in_target_units
from linreg_core.tables import Encoded
from table_reader import Table


def new_predictions_csv(
    table: Table, encoded: Encoded, predictions: Predictions, how: str = "median"
) -> bytes:
    """Return the table's own columns and, after them, predicted, residual (where the table has
    the target), low_95 and high_95 (the 95 % prediction interval), row (its number in the file),
    and note (why it has no prediction, or extrapolates).

    `encoded` is the table's, and `predictions` are of `encoded.X`, row for row. Those of a
    logarithm are brought back to the target's own unit as `how` says, and their column is called
    so.
    """
    transform, expected = predictions.target_transform, in_target_units(predictions, how)
    positions = np.arange(len(table.frame))
    scores = ScoredRows.of(len(positions))
    scores.fill(positions, expected.mean, expected)
    scores.explain(encoded.problems, positions)
    if encoded.y is not None:
        scores.actual[:] = encoded.y if transform == "identity" else np.exp(encoded.y)
    return scores.csv_after(table, {}, predicted_name(transform, how))
