"""Tables that people bring: reading them, and turning their columns into a Dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from linreg_core.errors import DataError
from linreg_core.types import Dataset

if TYPE_CHECKING:
    from pandas import DataFrame, Series

SHOWN_ROWS = 5


@dataclass(frozen=True, eq=False)
class Table:
    """A table and what was assumed and done to read it (`notes`, whole sentences)."""

    frame: DataFrame
    notes: tuple[str, ...] = ()
    name: str = "table"

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """The columns that hold only numbers (and perhaps empty cells)."""
        from pandas.api.types import is_bool_dtype, is_numeric_dtype

        return tuple(
            str(column)
            for column, values in self.frame.items()
            if is_numeric_dtype(values) and not is_bool_dtype(values)
        )

    def to_dataset(
        self, target: str, features: Iterable[str] | None = None, name: str | None = None
    ) -> Dataset:
        """Return the Dataset of these columns; `features` None takes every other numeric one.

        Rows with an empty cell in a used column are left out; `dropped_rows` tells which.

        Raises DataError when a column is missing, is used twice, holds text, or no row is left.
        """
        chosen = self._features(target, features)
        used = (*chosen, target)
        columns = {column: self._numbers(column) for column in used}
        keep = np.all([np.isfinite(values) for values in columns.values()], axis=0)
        if not keep.any():
            raise DataError(
                f"At least 1 row must have numbers in the columns {_listed(used)}. Got none: "
                f"choose other columns."
            )
        X = np.column_stack([columns[column][keep] for column in chosen])
        return Dataset(name or self.name, X, columns[target][keep], chosen, target)

    def dropped_rows(self, target: str, features: Iterable[str] | None = None) -> tuple[str, ...]:
        """Return the sentence that tells which rows `to_dataset` leaves out, if it does."""
        used = (*self._features(target, features), target)
        missing = ~np.all([np.isfinite(self._numbers(column)) for column in used], axis=0)
        if not missing.any():
            return ()
        count = int(missing.sum())
        rows = _rows(np.flatnonzero(missing))
        return (f"Left out {count} of {len(missing)} rows with an empty cell ({rows}).",)

    def _features(self, target: str, features: Iterable[str] | None) -> tuple[str, ...]:
        if isinstance(features, str):
            features = (features,)
        if features is None:
            features = (column for column in self.numeric_columns if column != target)
        chosen = tuple(features)
        if not chosen:
            raise DataError(
                f"At least 1 feature column of numbers is needed beside {target!r}. "
                f"Got the columns {_listed(self.frame.columns)}."
            )
        used = (*chosen, target)
        for column in used:
            if column not in self.frame.columns:
                raise DataError(f"Column {column!r} must be one of {_listed(self.frame.columns)}.")
            if used.count(column) > 1:
                raise DataError(
                    f"Column {column!r} must be used once. Got it {used.count(column)} times."
                )
        return chosen

    def _numbers(self, column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return a column as floats, nan where a cell is empty."""
        import pandas as pd

        cells: Series[Any] = self.frame[column]
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.flatnonzero(np.isnan(numbers) & cells.notna().to_numpy())
        if len(bad):
            raise DataError(
                f"Column {column!r} has {len(bad)} cell(s) that are not numbers ({_rows(bad)}): "
                f"remove them or choose another column."
            )
        return np.asarray(numbers)


def read_table(file_or_path: str | Path | IO[Any]) -> Table:
    """Return the table of a comma-separated file whose first line names the columns.

    Raises DataError when it is missing, unreadable, empty, or has no column of numbers.
    """
    import pandas as pd

    name = _name(file_or_path)
    try:
        frame = pd.read_csv(file_or_path)
    except FileNotFoundError:
        raise DataError(f"File {name!r} must exist. Got no such file: check its name.") from None
    except pd.errors.EmptyDataError:
        raise DataError(f"File {name!r} must not be empty. Got no columns.") from None
    except (OSError, ValueError):
        raise DataError(
            f"File {name!r} must be a readable table of comma-separated values: save it as CSV."
        ) from None
    if frame.empty:
        raise DataError(f"File {name!r} must have at least 1 row below its header. Got none.")
    frame.columns = pd.Index([str(column).strip() for column in frame.columns])
    table = Table(frame, name=Path(name).stem)
    if not table.numeric_columns:
        raise DataError(
            f"File {name!r} must have at least 1 column of numbers. "
            f"Got {_listed(frame.columns)}, none of which holds only numbers."
        )
    return table


def _name(file_or_path: str | Path | IO[Any]) -> str:
    """Return a name to show: the file's own, never its folder."""
    path = getattr(file_or_path, "name", file_or_path)
    return Path(path).name if isinstance(path, str | Path) else "table.csv"


def _listed(columns: Iterable[object], most: int = 20) -> str:
    names = [repr(str(column)) for column in columns]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def _rows(positions: np.ndarray[Any, np.dtype[np.int64]]) -> str:
    """Return rows as people count them in a spreadsheet: the header is row 1."""
    numbers = ", ".join(str(position + 2) for position in positions[:SHOWN_ROWS])
    more = ", ..." if len(positions) > SHOWN_ROWS else ""
    return f"row{'s' if len(positions) > 1 else ''} {numbers}{more}"
