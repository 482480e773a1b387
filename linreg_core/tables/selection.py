"""What a person chose: target, features, and what to do about empty cells and odd rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.checks import choice
from linreg_core.errors import DataError
from linreg_core.limits import WEIGHT_KINDS
from linreg_core.tables.kinds import Cells, kind_of, read_cells
from linreg_core.tables.terms import (
    AS_CATEGORY,
    TARGET_TRANSFORMS,
    Term,
    columns_of,
    two_baselines,
    without_repeats,
)
from table_reader import CATEGORY, DATE, NUMBER, YES_NO, Table
from table_reader.options import TEXT
from table_reader.table import KEPT_AS_TEXT
from table_reader.wording import listed

if TYPE_CHECKING:
    from pandas import Series

MISSING: Final = ("drop", "fill")
_KINDS_OF: Final = {"log": (NUMBER,), "sqrt": (NUMBER,)}
_HELD: Final = {YES_NO: "yes and no", DATE: "dates", CATEGORY: "categories"}


@dataclass(frozen=True)
class Selection:
    """The chosen columns; `excluded_rows` are positions in the table's frame, in any order.

    `missing` says what is done about empty cells of the features: "drop" leaves their rows out,
    "fill" takes the mean of a number or a date and the most frequent value of anything else. A
    row without a target is always left out. `fit_intercept` tells whether the model has one: what
    is said about the columns depends on it.

    `terms` say what is made of the columns; `features` are then those that they use, in the order
    of their first use. Without terms each feature is itself, and terms that say just that are
    none. `target_transform` "log" explains the target's logarithm. `weights` names the column of
    weights, and `weight_kind` says what they are.
    """

    target: str
    features: tuple[str, ...]
    missing: str = "drop"
    excluded_rows: tuple[int, ...] = ()
    fit_intercept: bool = True
    terms: tuple[Term, ...] = ()
    target_transform: str = "identity"
    weights: str | None = None
    weight_kind: str = "analytic"

    def __post_init__(self) -> None:
        choice("missing", self.missing, MISSING)
        choice("target_transform", self.target_transform, TARGET_TRANSFORMS)
        choice("weight_kind", self.weight_kind, WEIGHT_KINDS)
        terms = tuple(without_repeats(self.terms))
        features = columns_of(terms) if terms else tuple(self.features)
        object.__setattr__(self, "features", features)
        is_plain = all(term.is_plain for term in terms)
        object.__setattr__(self, "terms", () if is_plain else terms)
        excluded = tuple(sorted({int(position) for position in self.excluded_rows}))
        object.__setattr__(self, "excluded_rows", excluded)

    @property
    def every_term(self) -> tuple[Term, ...]:
        """The terms, also where they are the features as they stand."""
        return self.terms or tuple(map(Term.of, self.features))


def select(table: Table, target: str, features: Iterable[str] | None = None) -> Selection:
    """Return the selection of these columns; `features` None takes every other one of numbers."""
    if features is None:
        features = (column for column in table.numeric_columns if column != target)
    return Selection(target, (features,) if isinstance(features, str) else tuple(features))


def read_selection(table: Table, selection: Selection) -> dict[str, Cells]:
    """Return the cells of the features and, last, of the target, after `check_selection`."""
    check_selection(table, selection)
    names = (*selection.features, selection.target)
    return {name: read_cells(table.frame[name]) for name in names}


def check_selection(table: Table, selection: Selection) -> None:
    """Raise DataError where a chosen column is not there, is used twice, or cannot be used."""
    target, names = selection.target, table.frame.columns
    if not selection.features:
        others = listed(name for name in names if name != target)
        remedy = f"choose from {others}" if others else "the table has no other column"
        raise DataError(f"At least 1 feature is needed beside {target!r}: {remedy}.")
    used = (*selection.features, target)
    for column in used:
        if column not in names:
            raise DataError(f"Column {column!r} must be one of {listed(names)}.")
        if used.count(column) > 1:
            raise DataError(
                f"Column {column!r} must be used once. Got it {used.count(column)} times."
            )
        for question in table.questions:
            if column in question.columns:
                raise DataError(f"Column {column!r} waits for an answer: {question.text}")
    _check_target(table, target)
    check_kinds(table, selection)


def check_kinds(table: Table, selection: Selection) -> None:
    """Raise DataError where a column has two baselines, or what its kind does not allow."""
    if (twice := two_baselines(selection.terms)) is not None:
        column, *levels = twice
        raise DataError(
            f"Column {column!r} must be compared with one level. Got {listed(levels)}: name one of "
            f"them in all its uses."
        )
    for factor in (each for term in selection.terms for each in term.factors):
        kind = kind_of(table.frame[factor.column])
        allowed = _KINDS_OF.get(factor.transform, (NUMBER, DATE, YES_NO))
        if not factor.is_plain and factor.transform != AS_CATEGORY and kind not in allowed:
            raise DataError(
                f"{factor.label} needs a column of numbers. Got {factor.column!r}, which holds "
                f"{_HELD[kind]}: take it as it is."
            )
    target = selection.target
    if selection.target_transform != "identity" and kind_of(table.frame[target]) != NUMBER:
        raise DataError(f"log({target}) needs a target of numbers. Got yes and no: take it as is.")


def _check_target(table: Table, target: str) -> None:
    cells = table.frame[target]
    kind = kind_of(cells)
    if kind == DATE:
        raise DataError(f"The target {target!r} must be a number. Got dates: choose another.")
    if kind == CATEGORY:
        raise _not_numbers(table, target, cells)


def _not_numbers(table: Table, column: str, cells: Series[Any]) -> DataError:
    """Return the error for a target of text: the reader's reason, or the cells to look at."""
    import pandas as pd

    if (reason := why_text(table, column)) is not None:
        return DataError(f"The target must be a column of numbers. {reason}")
    numbers = pd.to_numeric(cells.astype("string"), errors="coerce")
    bad = np.flatnonzero((numbers.isna() & cells.notna()).to_numpy(dtype=np.bool_))
    if not len(bad):
        return DataError(
            f"Column {column!r} is kept as text, not as numbers: choose another target."
        )
    what = (
        "1 cell that is not a number"
        if len(bad) == 1
        else f"{len(bad):,} cells that are not numbers"
    )
    return DataError(
        f"Column {column!r} has {what} "
        f"({table.rows_text(bad)}): remove them or choose another target."
    )


def why_text(table: Table, column: str) -> str | None:
    """Return why the reader kept a column as text that may have been meant otherwise."""
    asked = table.options.kind_of(column)
    if asked in (TEXT, CATEGORY):
        return f"Column {column!r} was read as {asked}, as you said."
    kept = (each for each in table.doubts if each.kind == KEPT_AS_TEXT and each.column == column)
    return next((doubt.text for doubt in kept), None)
