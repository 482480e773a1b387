"""A person's own file, read by a script with the choices that were made of it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.code.data_code import DataCode
from linreg_core.code.writing import literal, wrapped
from linreg_core.tables import PreparedColumn
from linreg_core.types import Dataset
from table_reader import CATEGORY, DATE, YES_NO

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from linreg_core.tables import Recipe
    from table_reader import Table

_CLOSE: Final = 1e-12
_MOST_WORDS: Final = 8
_OTHER_MARK: Final = {",": ".", ".": ","}


@dataclass(frozen=True, eq=False)
class _Feature:
    """A column of X: its code, and what that gives, (n_samples,)."""

    code: str
    values: FloatArray


def table_code(
    table: Table, recipe: Recipe, dataset: Dataset, file_name: str, data: bytes
) -> DataCode | None:
    """Return code that reads the file `data` with pandas, as `recipe` made `dataset` of it.

    None where that takes more than a few lines, as with terms and a target's logarithm: each
    reading is tried here, and only one that gives the numbers of the data set is returned.
    """
    if recipe.selection.terms or dataset.target_transform != "identity":
        return None
    for arguments in _readings(table):
        frame = _read(data, arguments)
        if frame is None or len(frame) != len(table.frame):
            continue
        lines = _lines(frame, recipe, dataset)
        if lines is not None:
            told = [f"{key}={_shown(value)}" for key, value in arguments.items()]
            name = PurePath(file_name).name
            call = f"table = pd.read_csv({', '.join([literal(name), *told])})"
            about = f"{dataset.n_samples:,} rows of your file, read with the same choices"
            return DataCode((call, *lines), about, needs_pandas=True, file=name)
    return None


def _readings(table: Table) -> Iterator[dict[str, Any]]:
    """Yield arguments of pd.read_csv: what was found, without marks of thousands and with them."""
    options = table.options
    arguments: dict[str, Any] = {}
    if not table.found.is_text or options.part not in (None, 1):
        return
    if options.delimiter not in (None, ","):
        arguments["sep"] = r"\s+" if options.delimiter == " " else options.delimiter
    if options.decimal == ",":
        arguments["decimal"] = ","
    if options.encoding not in (None, "utf-8", "ascii"):
        arguments["encoding"] = options.encoding
    if options.skip_rows:
        arguments["skiprows"] = options.skip_rows
    yield arguments
    yield arguments | {"thousands": _OTHER_MARK[options.decimal or "."]}


def _shown(value: Any) -> str:
    return literal(value) if isinstance(value, str) else repr(value)


def _read(data: bytes, arguments: dict[str, Any]) -> DataFrame | None:
    import pandas as pd

    try:
        frame: DataFrame = pd.read_csv(io.BytesIO(data), **arguments)
    except (ValueError, LookupError, OverflowError):  # what it can't read, or not as said
        return None
    return frame


def _lines(frame: DataFrame, recipe: Recipe, dataset: Dataset) -> list[str] | None:
    """Return the lines after the reading, None where they would not give the data set."""
    selection = recipe.selection
    names = [*selection.features, selection.target]
    if not set(names) <= set(frame.columns):
        return None
    lines = []
    if selection.excluded_rows:
        rows = list(selection.excluded_rows)
        frame = frame.drop(index=rows)
        lines += _called("table = table.drop(index=[", map(repr, rows), "])")
    needed = [selection.target] if selection.missing == "fill" else names
    if frame[needed].isna().to_numpy().any():
        frame = frame.dropna(subset=needed)
        lines += _called("table = table.dropna(subset=[", map(literal, needed), "])")
    if not np.array_equal(frame.index, recipe.rows):
        return None
    features = _features(frame, recipe.columns, dataset)
    target = _numbers(frame[selection.target])
    if features is None or target is None or not _same(target, dataset.y):
        return None
    return [
        *lines,
        *_matrix(features, selection.features),
        f"y = table[{literal(selection.target)}].to_numpy(float)",
    ]


def _matrix(features: Sequence[_Feature], names: Sequence[str]) -> list[str]:
    """Return the lines that make X: columns as they stand, or what is made of them."""
    codes = [each.code for each in features]
    if codes == [_cells_of(name) for name in names]:
        return _called("X = table[[", map(literal, names), "]].to_numpy(float)")
    lines = [f"        {code}," for code in codes]
    return ["X = np.column_stack(", "    [", *lines, "    ]", ").astype(float)"]


def _cells_of(name: str) -> str:
    return f"table[{literal(name)}]"


def _called(start: str, items: Any, end: str) -> list[str]:
    """Return a call on one line, or with its items on lines of their own."""
    every = list(items)
    line = f"{start}{', '.join(every)}{end}"
    if len(line) <= 100:
        return [line]
    return [start, *wrapped(every, 4), end]


def _features(
    frame: DataFrame, columns: Sequence[PreparedColumn], dataset: Dataset
) -> list[_Feature] | None:
    """Return the columns of X, None where one of them can't be told."""
    features: list[_Feature] = []
    for column in columns:
        wanted = dataset.X[:, len(features) : len(features) + len(column.features)]
        found = _of_column(frame[column.name], column, wanted)
        if found is None:
            return None
        features += found
    return features


def _of_column(
    cells: Series[Any], column: PreparedColumn, wanted: FloatArray
) -> list[_Feature] | None:
    code = _cells_of(column.name)
    if column.kind == CATEGORY:
        found: list[_Feature | None] = [
            _first(_levels(cells, code, level, column), wanted[:, j])
            for j, level in enumerate(column.kept_levels)
        ]
    elif column.kind == YES_NO:
        found = [_first(_words(cells, code), wanted[:, 0])]
    elif column.kind == DATE:
        found = [_first(_days(cells, code, column), wanted[:, 0])]
    else:
        found = [_first(_plain_numbers(cells, code), wanted[:, 0])]
    told = [each for each in found if each is not None]
    return told if len(told) == len(found) else None


def _first(tries: Iterator[_Feature], wanted: FloatArray) -> _Feature | None:
    """Return the first that gives the wanted column."""
    return next((each for each in tries if _same(each.values, wanted)), None)


def _plain_numbers(cells: Series[Any], code: str) -> Iterator[_Feature]:
    values = _numbers(cells)
    if values is None:
        return
    yield _Feature(code, values)
    if cells.isna().any():
        filled = np.asarray(cells.fillna(cells.mean()), dtype=np.float64)
        yield _Feature(f"{code}.fillna({code}.mean())", filled)


def _levels(
    cells: Series[Any], code: str, level: str, column: PreparedColumn
) -> Iterator[_Feature]:
    """A category's indicator: an empty cell counts as the most frequent level, which may be it."""
    for text in (level, *_as_number(level)):
        yield _Feature(f"{code} == {_shown(text)}", np.asarray(cells == text, dtype=float))
        stripped = f"{code}.str.strip() == {_shown(text)}"
        if isinstance(text, str) and cells.dtype.kind not in "bif":
            yield _Feature(stripped, np.asarray(cells.str.strip() == text, dtype=float))


def _as_number(level: str) -> tuple[int | float, ...]:
    try:
        return (int(level),)
    except ValueError:
        return ()


def _words(cells: Series[Any], code: str) -> Iterator[_Feature]:
    """Yield what may say yes: the column itself, or one of its words."""
    if cells.dtype.kind in "bif" and not cells.isna().any():
        yield _Feature(code, np.asarray(cells, dtype=float))
    for word in cells.dropna().unique()[:_MOST_WORDS].tolist():
        yield _Feature(f"{code} == {_shown(word)}", np.asarray(cells == word, dtype=float))


def _days(cells: Series[Any], code: str, column: PreparedColumn) -> Iterator[_Feature]:
    """Yield days since the first date, of dates as the ISO writes them."""
    import pandas as pd

    try:
        dates = pd.to_datetime(cells, format="ISO8601")
        days = (dates - pd.Timestamp(str(column.origin))) / pd.Timedelta(days=1)
    except (ValueError, TypeError, OverflowError):
        return
    dates_code = f'pd.to_datetime({code}, format="ISO8601")'
    since = f'({dates_code} - pd.Timestamp("{column.origin}")) / pd.Timedelta(days=1)'
    yield _Feature(since, np.asarray(days, dtype=float))


def _numbers(cells: Series[Any]) -> FloatArray | None:
    if cells.dtype.kind not in "if":
        return None
    return np.asarray(cells, dtype=np.float64)


def _same(found: FloatArray, wanted: FloatArray) -> bool:
    return bool(np.allclose(found, wanted, rtol=_CLOSE, atol=0.0))
