"""What is told of terms: notes, the columns they are made of, and the curve over one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, frozen
from linreg_core.errors import DataError
from linreg_core.tables.columns import PreparedColumn, number_text
from linreg_core.tables.kinds import Cells, read_categories
from linreg_core.tables.matrix import places
from linreg_core.tables.prepared_terms import Coding, PreparedFactor, PreparedTerm
from linreg_core.tables.terms import AS_CATEGORY, Term
from linreg_core.types import Curve
from table_reader import CATEGORY, DATE, YES_NO, Table
from table_reader.wording import counted

N_GRID: Final = 201
"""The values of a column at which a curve over it is told."""


def coded_cells(
    table: Table, terms: Iterable[Term], cells: Mapping[str, Cells]
) -> dict[Coding, Cells]:
    """Return the cells that terms read, by their coding; `cells` have each column as it is."""
    coded: dict[Coding, Cells] = {}
    for factor in (each for term in terms for each in term.factors):
        own = cells[factor.column]
        if factor.transform != AS_CATEGORY or own.kind == CATEGORY:
            coded[factor.column, own.kind == CATEGORY] = own
        elif (factor.column, True) not in coded:
            coded[factor.column, True] = _as_category(table, factor.column, own)
    return coded


def _as_category(table: Table, name: str, own: Cells) -> Cells:
    """Return a column's cells as categories; an infinite number is empty here as well."""
    found = read_categories(table.frame[name])
    if own.missing is None:
        return found
    return replace(found, values=np.where(own.missing, -1, found.values), missing=own.missing)


def column_of(name: str, terms: Iterable[PreparedTerm]) -> PreparedColumn:
    """Return what is known of a column: as it is, where any term takes it so."""
    found = [
        factor.column for term in terms for factor in term.factors if factor.column.name == name
    ]
    return next((column for column in found if column.kind != CATEGORY), found[0])


def compared_columns(terms: Iterable[PreparedTerm]) -> tuple[PreparedColumn, ...]:
    """Return the categories whose levels are compared with one that has no column of X."""
    factors = (factor for term in terms for factor in term.factors)
    found = (factor.column for factor in factors if _is_compared(factor))
    return tuple({column.name: column for column in found}.values())


def _is_compared(factor: PreparedFactor) -> bool:
    return factor.column.kind == CATEGORY and 0 < len(factor.levels) < len(factor.column.levels)


def check_finite(X: FloatArray, terms: Sequence[PreparedTerm]) -> None:
    """Raise DataError when a term's columns of X (n, n_features) went beyond all numbers."""
    for term, place in zip(terms, places(terms), strict=True):
        with np.errstate(all="ignore"):
            is_finite = np.isfinite(X[:, place].sum()) or np.isfinite(X[:, place]).all()
        if not is_finite:
            raise DataError(
                f"{term.label} must stay below 1.8e308 in every row used: take the column in "
                f"another unit, or a lower degree."
            )


def curve_column(terms: Sequence[PreparedTerm]) -> PreparedColumn | None:
    """Return the one column of numbers that all terms are made of, None where it is as it is."""
    factors = [factor for term in terms for factor in term.factors]
    is_one = len({factor.coding for factor in factors}) == 1
    if not is_one or all(term.term.is_plain for term in terms):
        return None
    column = factors[0].column
    return None if column.kind in (CATEGORY, YES_NO) or column.is_constant else column


def curve_of(terms: Sequence[PreparedTerm], cells: Mapping[Coding, Cells]) -> Curve | None:
    """Return the curve over the one column of numbers that all terms are made of, or None."""
    column = curve_column(terms)
    if column is None:
        return None
    at = np.linspace(column.minimum, column.maximum, N_GRID)
    features = np.column_stack([term.of_values(at) for term in terms])
    x = frozen(np.asarray(column.filled(cells[terms[0].factors[0].coding])))
    name = column.features[0] if column.kind == DATE else column.name
    return Curve(name, x, frozen(at), frozen(features))


def term_notes(terms: Iterable[PreparedTerm]) -> Iterator[str]:
    """Yield what was made of the columns, each sentence once."""
    notes = [note for term in terms for note in _notes_of(term)]
    yield from dict.fromkeys(notes)


def _notes_of(term: PreparedTerm) -> Iterator[str]:
    for factor in term.factors:
        yield from _factor_notes(factor)
    if len(term.factors) > 1 and term.features:
        yield f"{term.label} became {counted(len(term.features), 'column')}: products of its parts."


def _factor_notes(prepared: PreparedFactor) -> Iterator[str]:
    factor, column = prepared.factor, prepared.column
    if column.kind == YES_NO:
        yield f"{column.name!r} is 1 for yes and 0 for no."
    elif column.kind == DATE:
        yield f"{column.name!r} counts the days since {column.origin}."
    elif _is_compared(prepared):
        yield (
            f"{column.name!r} became {counted(len(prepared.levels), 'indicator column')}; "
            f"{column.left_out!r} is left out: what is found of the others is compared with it."
        )
    centre, deviation = number_text(prepared.centre), number_text(prepared.scale)
    if not prepared.names:
        return
    if factor.transform == "log":
        yield f"{factor.label} is the natural logarithm."
    elif factor.is_orthogonal:
        yield f"{factor.label} has orthogonal polynomials over the rows used, as R's poly()."
    elif factor.transform == "center":
        yield f"{factor.label} is {column.name!r} minus {centre}, its mean in the rows used."
    elif factor.transform == "scale":
        yield (
            f"{factor.label} is {column.name!r} minus its mean, {centre}, divided by its sample "
            f"standard deviation, {deviation} (both of the rows used)."
        )
