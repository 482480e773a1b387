"""A person's own file, read by a script with the choices that were made of it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.code.cell_code import (
    CodedFeature,
    cells_code,
    coded_level,
    coded_numbers,
    plain_values,
    same_numbers,
    shown_value,
)
from linreg_core.code.data_code import DataCode
from linreg_core.code.term_code import term_code
from linreg_core.code.writing import literal, wrapped
from linreg_core.tables import Factor, PreparedColumn, Selection
from linreg_core.types import Dataset
from table_reader import CATEGORY

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from linreg_core.tables import Recipe
    from table_reader import Table

_OTHER_MARK: Final = {",": ".", ".": ","}


def table_code(
    table: Table, recipe: Recipe, dataset: Dataset, file_name: str, data: bytes
) -> DataCode | None:
    """Return code that reads the file `data` with pandas, as `recipe` made `dataset` of it.

    None where that takes more than a few lines: each reading is tried here, and only one that gives
    the numbers of the data set is returned.
    """
    for arguments in _readings(table):
        frame = _read(data, arguments)
        if frame is None or len(frame) != len(table.frame):
            continue
        lines = _lines(frame, table.frame, recipe, dataset)
        if lines is not None:
            told = [f"{key}={shown_value(value)}" for key, value in arguments.items()]
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


def _read(data: bytes, arguments: dict[str, Any]) -> DataFrame | None:
    import pandas as pd

    try:
        frame: DataFrame = pd.read_csv(io.BytesIO(data), **arguments)
    except (ValueError, LookupError, OverflowError):  # what it can't read, or not as said
        return None
    return frame


def _lines(frame: DataFrame, read: DataFrame, recipe: Recipe, dataset: Dataset) -> list[str] | None:
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
    for name, comparison in _not_taken(selection):
        numbers = plain_values(frame[name])
        if numbers is None:
            return None
        bad = numbers <= 0 if comparison == "<=" else numbers < 0
        if bad.any():
            frame = frame[~bad]
            lines.append(f"table = table[~({cells_code(name)} {comparison} 0)]")
    weights = []
    if selection.weights is not None:
        w = plain_values(frame[selection.weights]) if selection.weights in frame else None
        if w is None:
            return None
        code = cells_code(selection.weights)
        if not (w > 0).all():
            frame, w = frame[w > 0], w[w > 0]
            lines.append(f"table = table[{code} > 0]")
        if dataset.weights is None or not same_numbers(w, dataset.weights):
            return None
        weights = [f"w = {code}.to_numpy(float)  # how much each row counts"]
    if not np.array_equal(frame.index, recipe.rows):
        return None
    X = _X_lines(frame, read, recipe, dataset)
    target = _target(frame, selection)
    if X is None or target is None or not same_numbers(target.values, dataset.y):
        return None
    return [*lines, *X, f"y = {target.code}", *weights]


def _not_taken(selection: Selection) -> Iterator[tuple[str, str]]:
    """Yield the columns that a logarithm or a root is taken of, and what of them has none."""
    target = Factor(selection.target, selection.target_transform)
    for factor in (*(each for term in selection.terms for each in term.factors), target):
        if factor.transform in ("log", "sqrt"):
            yield factor.column, "<=" if factor.transform == "log" else "<"


def _target(frame: DataFrame, selection: Selection) -> CodedFeature | None:
    values, code = plain_values(frame[selection.target]), cells_code(selection.target)
    if values is not None and selection.target_transform == "log":
        return CodedFeature(f"np.log({code}.to_numpy(float))", np.log(values))
    return None if values is None else CodedFeature(f"{code}.to_numpy(float)", values)


def _X_lines(
    frame: DataFrame, read: DataFrame, recipe: Recipe, dataset: Dataset
) -> list[str] | None:
    """Return the lines that make X of columns or of terms, None where they can't be told."""
    if not recipe.selection.terms:
        features = _features(frame, recipe.columns, dataset)
        return None if features is None else _matrix(features, recipe.selection.features)
    code = term_code(frame, read.iloc[recipe.rows], recipe)
    if code is None:
        return None
    X = np.column_stack([feature.values for feature in code.features])
    if X.shape != dataset.X.shape or not same_numbers(X, dataset.X):
        return None
    return [*code.lines, *_matrix(code.features, recipe.selection.features)]


def _matrix(features: Sequence[CodedFeature], names: Sequence[str]) -> list[str]:
    """Return the lines that make X: columns as they stand, or what is made of them."""
    codes = [each.code for each in features]
    if codes == [cells_code(name) for name in names]:
        return _called("X = table[[", map(literal, names), "]].to_numpy(float)")
    lines = [f"        {code}," for code in codes]
    return ["X = np.column_stack(", "    [", *lines, "    ]", ").astype(float)"]


def _called(start: str, items: Any, end: str) -> list[str]:
    """Return a call on one line, or with its items on lines of their own."""
    every = list(items)
    line = f"{start}{', '.join(every)}{end}"
    if len(line) <= 100:
        return [line]
    return [start, *wrapped(every, 4), end]


def _features(
    frame: DataFrame, columns: Sequence[PreparedColumn], dataset: Dataset
) -> list[CodedFeature] | None:
    """Return the columns of X, None where one of them can't be told."""
    features: list[CodedFeature] = []
    for column in columns:
        wanted = dataset.X[:, len(features) : len(features) + len(column.features)]
        found = _of_column(frame[column.name], column, wanted)
        if found is None:
            return None
        features += found
    return features


def _of_column(
    cells: Series[Any], column: PreparedColumn, wanted: FloatArray
) -> list[CodedFeature] | None:
    if column.kind == CATEGORY:
        found = [
            coded_level(cells, column, level, wanted[:, j])
            for j, level in enumerate(column.kept_levels)
        ]
    else:
        found = [coded_numbers(cells, column, wanted[:, 0])]
    told = [each for each in found if each is not None]
    return told if len(told) == len(found) else None
