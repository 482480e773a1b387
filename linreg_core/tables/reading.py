"""Reading files into tables: `read_table`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from linreg_core.errors import DataError
from linreg_core.tables.table import ReadOptions, Table, listed

FIND_OUT = ReadOptions()


def read_table(
    file_or_path: str | Path | IO[Any],
    *,
    options: ReadOptions = FIND_OUT,
    name: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Table:
    """Return the table of a comma-separated file whose first line names the columns.

    Raises DataError when it is missing, unreadable, empty, or has no column of numbers.
    """
    import pandas as pd

    name = name or _name(file_or_path)
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
            f"Got {listed(frame.columns)}, none of which holds only numbers."
        )
    return table


def _name(file_or_path: str | Path | IO[Any]) -> str:
    """Return a name to show: the file's own, never its folder."""
    path = getattr(file_or_path, "name", file_or_path)
    return Path(path).name if isinstance(path, str | Path) else "table.csv"
