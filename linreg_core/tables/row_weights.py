"""The weights of a table's rows: which column may hold them, and which rows have none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray, IntArray, frozen
from linreg_core.errors import DataError
from linreg_core.limits import FREQUENCY, LARGEST_WEIGHT, SMALLEST_WEIGHT
from linreg_core.tables.kinds import kind_of, read_cells
from linreg_core.tables.selection import Selection
from table_reader import CATEGORY, DATE, NUMBER, YES_NO, Table
from table_reader.wording import counted, listed

_HELD: Final = {YES_NO: "yes and no", DATE: "dates", CATEGORY: "text"}


@dataclass(frozen=True, eq=False)
class Weighed:
    """Which rows have a weight above 0, and what is said about the others."""

    keep: BoolArray
    notes: tuple[str, ...] = ()


def weigh_rows(table: Table, selection: Selection, keep: BoolArray) -> Weighed:
    """Leave out those of the rows in `keep` that have no weight, or the weight 0.

    Raises DataError where the column can't give weights: it is not there, is the target, waits for
    an answer or holds no numbers; or a row that is kept has a negative weight, one too large or too
    small, or, of frequencies, one that is not whole; or fewer than 2 rows are left.
    """
    name = selection.weights
    if name is None:
        return Weighed(keep)
    check_weights_column(table, selection, name)
    weights = _values(table, name)
    empty = keep & ~np.isfinite(weights)
    there = keep & ~empty
    _check_values(table, selection, name, weights, there)
    zero = there & (weights == 0)
    left = there & ~zero
    notes = (*_left_out(table, name, empty, "without a"), *_left_out(table, name, zero, "of"))
    if np.count_nonzero(left) < 2:
        raise DataError(
            f"At least 2 rows must have a weight above 0 in {name!r}. Got "
            f"{np.count_nonzero(left)}: choose another column of weights."
        )
    return Weighed(left, notes)


def weights_of(table: Table, selection: Selection, positions: IntArray) -> FloatArray | None:
    """Return the weights (n,) of these rows, None where all count alike."""
    if selection.weights is None:
        return None
    return frozen(_values(table, selection.weights)[positions])


def weight_columns(table: Table) -> list[str]:
    """Return the columns that may give weights: of numbers, none negative, some above 0."""
    found = []
    for name in table.numeric_columns:
        if kind_of(table.frame[name]) != NUMBER:
            continue
        values = _values(table, name)
        if not (values < 0).any() and (values > 0).any():
            found.append(name)
    return found


def _values(table: Table, name: str) -> FloatArray:
    """Return a column's numbers, nan for empty and infinite cells."""
    cells = read_cells(table.frame[name])
    values = np.array(cells.values, dtype=np.float64)
    if cells.missing is not None:
        values[cells.missing] = np.nan
    return values


def check_weights_column(table: Table, selection: Selection, name: str) -> None:
    """Raise DataError where a column can't give weights, whatever is in its cells."""
    if name not in table.frame.columns:
        raise DataError(f"The weights {name!r} must be one of {listed(table.frame.columns)}.")
    if name == selection.target:
        raise DataError(f"Column {name!r} is the target: choose another column of weights.")
    for question in table.questions:
        if name in question.columns:
            raise DataError(f"Column {name!r} waits for an answer: {question.text}")
    kind = kind_of(table.frame[name])
    if kind != NUMBER:
        raise DataError(
            f"The weights must be a column of numbers. Got {name!r}, which holds {_HELD[kind]}: "
            f"choose another column."
        )


def _check_values(
    table: Table, selection: Selection, name: str, weights: FloatArray, there: BoolArray
) -> None:
    rules = [
        (weights < 0, "must not be negative", "are", "correct or exclude them"),
        (
            (weights > 0) & ~((weights >= SMALLEST_WEIGHT) & (weights <= LARGEST_WEIGHT)),
            f"must be from {SMALLEST_WEIGHT:g} to {LARGEST_WEIGHT:g}",
            "are not",
            "measure them in another unit",
        ),
    ]
    if selection.weight_kind == FREQUENCY:
        wrong = weights != np.round(weights)
        rules.append((wrong, "must be whole numbers", "are not", "say that they are analytic"))
    for wrong, rule, are, remedy in rules:
        rows = np.flatnonzero(there & wrong)
        if len(rows):
            kind = "Frequency weights" if "whole" in rule else "Weights"
            verb = are if len(rows) > 1 else are.replace("are", "is")
            raise DataError(
                f"{kind} {rule}. In {name!r}, {counted(len(rows), 'cell')} {verb} "
                f"({table.rows_text(rows)}): {remedy}, or choose another column."
            )


def _left_out(table: Table, name: str, rows: BoolArray, how: str) -> tuple[str, ...]:
    positions = np.flatnonzero(rows)
    if not len(positions):
        return ()
    weight = "weight" if how == "without a" else "weight 0"
    count = f"{len(positions):,} of {len(rows):,} rows"
    where = table.rows_text(positions)
    return (f"Left out {count} {how} {weight} in {name!r} ({where}).",)
