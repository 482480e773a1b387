"""The cells of a file's column as code, in the units of X: tried until one gives the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.code.writing import literal
from linreg_core.tables import PreparedColumn
from table_reader import DATE, YES_NO

if TYPE_CHECKING:
    from pandas import Series

_CLOSE: Final = 1e-12
_MOST_WORDS: Final = 8


@dataclass(frozen=True, eq=False)
class CodedFeature:
    """A column of X: its code, and what that gives, (n_samples,)."""

    code: str
    values: FloatArray


def coded_numbers(
    cells: Series[Any], column: PreparedColumn, wanted: FloatArray
) -> CodedFeature | None:
    """Return a column of numbers, dates or yes and no as code, where one gives what is wanted."""
    code = cells_code(column.name)
    if column.kind == YES_NO:
        return _first(_words(cells, code), wanted)
    if column.kind == DATE:
        return _first(_days(cells, code, column), wanted)
    return _first(_plain_numbers(cells, code), wanted)


def coded_level(
    cells: Series[Any], column: PreparedColumn, level: str, wanted: FloatArray
) -> CodedFeature | None:
    """Return the indicator of a category's level as code, where one gives what is wanted."""
    return _first(_levels(cells, cells_code(column.name), level, column), wanted)


def cells_code(name: str) -> str:
    """Return the code of a column of the table."""
    return f"table[{literal(name)}]"


def shown_value(value: Any) -> str:
    """Return the code of a text or a number."""
    return literal(value) if isinstance(value, str) else repr(value)


def _first(tries: Iterator[CodedFeature], wanted: FloatArray) -> CodedFeature | None:
    """Return the first that gives the wanted column."""
    return next((each for each in tries if same_numbers(each.values, wanted)), None)


def _plain_numbers(cells: Series[Any], code: str) -> Iterator[CodedFeature]:
    values = plain_values(cells)
    if values is None:
        return
    yield CodedFeature(code, values)
    if cells.isna().any():
        filled = np.asarray(cells.fillna(cells.mean()), dtype=np.float64)
        yield CodedFeature(f"{code}.fillna({code}.mean())", filled)


def _levels(
    cells: Series[Any], code: str, level: str, column: PreparedColumn
) -> Iterator[CodedFeature]:
    """A category's indicator: an empty cell counts as the most frequent level, which may be it."""
    for text in (level, *_as_number(level)):
        yield CodedFeature(f"{code} == {shown_value(text)}", np.asarray(cells == text, dtype=float))
        stripped = f"{code}.str.strip() == {shown_value(text)}"
        if isinstance(text, str) and cells.dtype.kind not in "bif":
            yield CodedFeature(stripped, np.asarray(cells.str.strip() == text, dtype=float))


def _as_number(level: str) -> tuple[int | float, ...]:
    for number in (int, float):
        try:
            return (number(level),)
        except ValueError:
            continue
    return ()


def _words(cells: Series[Any], code: str) -> Iterator[CodedFeature]:
    """Yield what may say yes: the column itself, or one of its words."""
    if cells.dtype.kind in "bif" and not cells.isna().any():
        yield CodedFeature(code, np.asarray(cells, dtype=float))
    for word in cells.dropna().unique()[:_MOST_WORDS].tolist():
        yield CodedFeature(f"{code} == {shown_value(word)}", np.asarray(cells == word, dtype=float))


def _days(cells: Series[Any], code: str, column: PreparedColumn) -> Iterator[CodedFeature]:
    """Yield days since the first date, of dates as the ISO writes them."""
    import pandas as pd

    try:
        dates = pd.to_datetime(cells, format="ISO8601")
        days = (dates - pd.Timestamp(str(column.origin))) / pd.Timedelta(days=1)
    except (ValueError, TypeError, OverflowError):
        return
    dates_code = f'pd.to_datetime({code}, format="ISO8601")'
    since = f'({dates_code} - pd.Timestamp("{column.origin}")) / pd.Timedelta(days=1)'
    yield CodedFeature(since, np.asarray(days, dtype=float))


def plain_values(cells: Series[Any]) -> FloatArray | None:
    """Return a column of numbers as an array, None where it is none."""
    if cells.dtype.kind not in "if":
        return None
    return np.asarray(cells, dtype=np.float64)


def same_numbers(found: FloatArray, wanted: FloatArray) -> bool:
    """Return whether all numbers are the same but for rounding."""
    return bool(np.allclose(found, wanted, rtol=_CLOSE, atol=0.0))
