"""Rows of another table, or typed values, in the columns of X that a fit has seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import BoolArray, FloatArray, frozen
from linreg_core.errors import DataError
from linreg_core.tables.columns import PreparedColumn, number_text
from linreg_core.tables.domains import NEEDS, cannot_take
from linreg_core.tables.kinds import (
    Cells,
    days,
    kind_of,
    level_number,
    level_text,
    read_categories,
    read_cells,
)
from linreg_core.tables.matrix import check_cells, places
from linreg_core.tables.prepared_terms import (
    Coding,
    PreparedFactor,
    PreparedTerm,
    plain_terms,
)
from table_reader import CATEGORY, DATE, NUMBER, YES_NO
from table_reader.columns.yes_no import NO, YES
from table_reader.wording import listed, shown

if TYPE_CHECKING:
    from pandas import DataFrame, Series

SHOWN_LEVELS: Final = 6


@dataclass(frozen=True, eq=False)
class Encoded:
    """Rows as features: `X` (n_rows, n_features), and `y` (n_rows,) where the table has one.

    A row that cannot be predicted is nan, and `problems` says at its position why.
    """

    X: FloatArray
    problems: Mapping[int, str]
    y: FloatArray | None


def encode(
    columns: Sequence[PreparedColumn],
    target: str,
    frame: DataFrame,
    terms: Sequence[PreparedTerm] = (),
    target_transform: str = "identity",
) -> Encoded:
    """Return the rows of `frame` as features; its columns are found by their names.

    `terms` say what is made of the columns (none: each is itself), and y is on the scale of
    training.

    Raises DataError when a column is missing, is there twice, or the table is too large.
    """
    found = match_columns([column.name for column in columns], [str(n) for n in frame.columns])
    terms = tuple(terms) or plain_terms(columns)
    check_cells(len(frame), sum(len(term.features) for term in terms))
    series = {name: frame.iloc[:, place] for name, place in found.items()}
    problems = _Problems()
    cells: dict[Coding, Cells] = {}
    for column in _codings(columns, terms):
        own = cells_for(column, series[column.name])
        cells[column.name, column.kind == CATEGORY] = own
        problems.add(_problems(column, series[column.name], own))
    X = _encoded(terms, cells, len(frame), problems)
    X[list(problems.texts)] = np.nan
    y = _target(target, frame, target_transform)
    return Encoded(frozen(X), MappingProxyType(dict(sorted(problems.texts.items()))), y)


@dataclass
class _Problems:
    """What is wrong with rows: several things of one in one text."""

    texts: dict[int, str] = field(default_factory=dict)

    def add(self, found: Mapping[int, str]) -> None:
        for position, problem in found.items():
            before = f"{self.texts[position]}; " if position in self.texts else ""
            self.texts[position] = before + problem


def _codings(
    columns: Sequence[PreparedColumn], terms: Sequence[PreparedTerm]
) -> list[PreparedColumn]:
    """Return each column in each way in which terms read it, in the order of the columns."""
    found: dict[Coding, PreparedColumn] = {}
    for term in terms:
        for factor in term.factors:
            found.setdefault(factor.coding, factor.column)
    order = [column.name for column in columns]
    return sorted(found.values(), key=lambda column: order.index(column.name))


def _encoded(
    terms: Sequence[PreparedTerm], cells: Mapping[Coding, Cells], n_rows: int, problems: _Problems
) -> FloatArray:
    X = np.empty((n_rows, sum(len(term.features) for term in terms)))
    for term, place in zip(terms, places(terms), strict=True):
        for factor in term.factors:
            problems.add(_outside(factor, cells[factor.coding]))
        made = term.of_cells(cells)
        X[:, place] = made[:, term.kept]
        problems.add(_unseen(term, made))
        if not term.term.is_plain:
            problems.add(_beyond(term, X[:, place]))
    return X


def _outside(factor: PreparedFactor, cells: Cells) -> dict[int, str]:
    """Return the rows with a number that the factor's transform cannot take."""
    transform = factor.factor.transform
    if transform not in NEEDS:
        return {}
    bad = np.flatnonzero(cannot_take(transform, cells.values))
    needs = f"{factor.factor.label} needs a number {NEEDS[transform]}"
    return {
        int(row): f"{factor.column.name!r} is {number_text(float(cells.values[row]))}: {needs}"
        for row in bad
    }


def _beyond(term: PreparedTerm, made: FloatArray) -> dict[int, str]:
    """Return the rows that a term makes numbers of which are none."""
    bad = np.flatnonzero(np.isinf(made).any(axis=1))
    return {int(row): f"{term.label} is beyond what a number can hold" for row in bad}


def _unseen(term: PreparedTerm, made: FloatArray) -> dict[int, str]:
    """Return the rows with a combination that no row of the fit had."""
    texts: dict[int, str] = {}
    for column, name in term.left_out:
        for row in np.flatnonzero(made[:, column]):
            texts.setdefault(int(row), f"no row of the fit has {name}")
    return texts


def match_columns(wanted: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """Return at which position each wanted column is: by its name, else but for case and spaces.

    Raises DataError that names the columns that are missing, or could be two.

    >>> match_columns(["size", "Age"], ["age ", "size"])
    {'size': 1, 'Age': 0}
    """
    found: dict[str, int] = {}
    for name in wanted:
        places = [i for i, other in enumerate(names) if other == name]
        if not places:
            alike = [i for i, other in enumerate(names) if _plain(other) == _plain(name)]
            places = [i for i in alike if names[i] not in wanted]
        if len(places) > 1:
            raise DataError(f"Column {name!r} must be there once. Got {len(places)}: rename one.")
        if places:
            found[name] = places[0]
    missing = [name for name in wanted if name not in found]
    if missing or len(set(found.values())) < len(found):
        missing = missing or list(found)
        raise DataError(
            f"The table must have the columns {listed(missing)} that the fit was made with. "
            f"Got {listed(names)}: rename or add them."
        )
    return found


def cells_for(column: PreparedColumn, series: Series[Any]) -> Cells:
    """Return cells as `column` has them; what does not fit its kind counts as missing."""
    kind = kind_of(series)
    if column.kind == CATEGORY:
        spelled = {YES_NO: _answers, NUMBER: _numbered, DATE: _dated}.get(kind)
        return read_categories(spelled(column, series) if spelled else series)
    if kind == column.kind:
        return read_cells(series)
    read = {NUMBER: _number, YES_NO: _yes_or_no, DATE: _day}[column.kind]
    values = np.array([read(value) for value in series.astype(object)], dtype=np.float64)
    missing = ~np.isfinite(values)
    return Cells(column.kind, values, missing if missing.any() else None)


def coded_values(column: PreparedColumn, series: Series[Any]) -> NDArray[Any]:
    """Return a column's cells as `column` codes them, empty ones as its typical value."""
    return column.filled(cells_for(column, series))


def _problems(column: PreparedColumn, series: Series[Any], cells: Cells) -> dict[int, str]:
    bad = np.flatnonzero(_unusable(column, cells))
    if not len(bad):
        return {}
    return {
        int(position): _problem(column, value)
        for position, value in zip(bad, series.iloc[bad].astype(object), strict=True)
    }


def _unusable(column: PreparedColumn, cells: Cells) -> BoolArray:
    if column.kind == CATEGORY:
        return np.asarray(column.coded(cells) < 0)
    if cells.missing is None:
        return np.zeros(len(cells.values), dtype=np.bool_)
    return cells.missing


def _problem(column: PreparedColumn, value: object) -> str:
    """Return why a cell cannot be used, and what it needs instead."""
    import pandas as pd

    wanted = {
        NUMBER: "a number",
        YES_NO: "yes or no",
        DATE: "a date",
        CATEGORY: f"one of {listed(column.levels, SHOWN_LEVELS)}",
    }[column.kind]
    if pd.isna(value):  # type: ignore[call-overload]
        return f"{column.name!r} {_lacks(column.kind, wanted)}"
    why = ""
    if column.kind == CATEGORY:
        why = ", which the fit has not seen"
    elif isinstance(value, str) and column.kind != YES_NO:
        why = ", which is text"
    return f"{column.name!r} is {shown(value)}{why}: it needs {wanted}"


def _lacks(kind: str, wanted: str) -> str:
    """Return what is wrong with a missing cell: the file may have something there, unreadable."""
    lacks = {NUMBER: "has no number", YES_NO: "has neither yes nor no", DATE: "has no date"}
    return lacks.get(kind) or f"is empty: it needs {wanted}"


def _answers(column: PreparedColumn, series: Series[Any]) -> Series[Any]:
    """Return yes/no cells as the levels that say so, where the fit has seen such levels."""
    names = {
        answer: next((level for level in column.levels if level.casefold() in words), default)
        for answer, words, default in ((True, YES, "yes"), (False, NO, "no"))
    }
    return series.astype(object).map(names, na_action="ignore")


def _numbered(column: PreparedColumn, series: Series[Any]) -> Series[Any]:
    """Return numbers as the levels that are the same numbers: 1.5 as "1.50"."""
    names = {level_number(level): level for level in reversed(column.levels)}
    return series.astype(object).map(lambda value: names.get(value, value), na_action="ignore")


def _dated(column: PreparedColumn, series: Series[Any]) -> Series[Any]:
    """Return days as text files have them, without their midnight."""
    import pandas as pd

    def day(value: Any) -> str:
        return level_text(pd.Timestamp(value))

    return series.astype(object).map(day, na_action="ignore")


def _number(value: object) -> float:
    return float(value) if isinstance(value, Real) and not isinstance(value, bool) else np.nan


def _yes_or_no(value: object) -> float:
    if isinstance(value, str):
        word = value.strip().casefold()
        return 1.0 if word in YES else 0.0 if word in NO else np.nan
    return float(value) if isinstance(value, Real | np.bool_) and value in (0, 1) else np.nan


def _day(value: object) -> float:
    import pandas as pd

    if not isinstance(value, dt.date | np.datetime64):
        return np.nan
    moment = pd.Timestamp(value)
    if moment.tzinfo is not None:
        moment = moment.tz_convert("UTC").tz_localize(None)
    return float(days(np.array(moment.to_datetime64())))


def _target(target: str, frame: DataFrame, transform: str) -> FloatArray | None:
    try:
        place = match_columns([target], [str(name) for name in frame.columns])[target]
    except DataError:
        return None
    series = frame.iloc[:, place]
    if kind_of(series) not in (NUMBER, YES_NO):
        return None
    cells = read_cells(series)
    y = cells.values.astype(np.float64)
    y[cells.missing if cells.missing is not None else slice(0)] = np.nan
    if transform == "log":
        y[cannot_take(transform, y)] = np.nan
        y = np.log(y)
    return None if np.isnan(y).all() else frozen(y)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
