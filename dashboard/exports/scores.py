"""Predictions of a table's rows on their way to a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dashboard.exports.csv_file import CsvDialect, csv_bytes, free_name
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Predictions
from table_reader import Table

PREDICTED: Final = "predicted"


def predicted_name(target_transform: str, how: str) -> str:
    """Return what a column of predictions is called: it says how they came back from a logarithm.

    >>> predicted_name("identity", "median"), predicted_name("log", "median")
    ('predicted', 'predicted_median')
    """
    return PREDICTED if target_transform == "identity" else f"{PREDICTED}_{how}"


@dataclass(frozen=True, eq=False)
class ScoredRows:
    """Columns of n rows, filled in part by part: nan and None where nothing is known."""

    actual: FloatArray
    predicted: FloatArray
    low: FloatArray
    high: FloatArray
    notes: list[str | None]

    @classmethod
    def of(cls, n_rows: int) -> ScoredRows:
        """Return columns in which nothing is known yet."""
        actual, predicted, low, high = (np.full(n_rows, np.nan) for _ in range(4))
        return cls(actual, predicted, low, high, [None] * n_rows)

    def fill(self, positions: IntArray, predicted: FloatArray, expected: Predictions) -> None:
        """Take in the rows at `positions`."""
        self.predicted[positions] = predicted
        self.low[positions], self.high[positions] = expected.low, expected.high
        for i in np.flatnonzero(expected.is_extrapolation).tolist():
            self.notes[int(positions[i])] = expected.reasons[i]

    def explain(self, problems: Mapping[int, str], positions: IntArray) -> None:
        """Note why rows have no prediction: `problems` counts along `positions`."""
        for i, problem in problems.items():
            at = int(positions[i])
            self.notes[at] = problem
            self.predicted[at] = self.low[at] = self.high[at] = np.nan

    def csv_after(self, table: Table, more: Mapping[str, Any], predicted: str = PREDICTED) -> bytes:
        """Return the table with these columns after its own, in the dialect of its file.

        `predicted` is what the column of predictions is called.
        """
        import pandas as pd

        numbers = table.line_numbers
        added = {
            predicted: self.predicted,
            "residual": self.actual - self.predicted,
            "low_95": self.low,
            "high_95": self.high,
            **more,
            "row": np.arange(len(self.notes)) + 2 if numbers is None else numbers,
            "note": pd.Series(self.notes, dtype="str"),
        }
        own = [(str(name), cells) for name, cells in table.frame.items()]
        taken = [name for name, _ in own]
        new = [(free_name(name, taken), pd.Series(cells)) for name, cells in added.items()]
        return csv_bytes([*own, *new], CsvDialect.like(table.options))
