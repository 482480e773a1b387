"""The columns that a person chose, made into a data set: `prepare`, and shorter `to_dataset`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray, frozen
from linreg_core.errors import DataError
from linreg_core.tables.advice import warnings_about
from linreg_core.tables.cell_facts import HeldCells
from linreg_core.tables.columns import (
    PreparedColumn,
    fit_column,
    number_text,
    with_distinct_features,
)
from linreg_core.tables.encoding import Encoded, encode
from linreg_core.tables.fitting_terms import TermFitting
from linreg_core.tables.kinds import Cells
from linreg_core.tables.matrix import make_matrix, make_term_matrix
from linreg_core.tables.prepared_terms import Coding, PreparedTerm, plain_terms
from linreg_core.tables.row_weights import weights_of
from linreg_core.tables.selection import Selection, read_selection, select
from linreg_core.tables.term_columns import term_columns_of
from linreg_core.tables.term_facts import (
    check_finite,
    coded_cells,
    column_of,
    compared_columns,
    curve_column,
    curve_of,
    term_notes,
)
from linreg_core.tables.terms import target_name
from linreg_core.tables.used_rows import UsedRows, choose_rows
from linreg_core.types import Dataset
from table_reader import CATEGORY, DATE, YES_NO, Table

if TYPE_CHECKING:
    from pandas import DataFrame

MANY_FILLED: Final = 0.2
"""The part of a column's cells that may be filled without a warning."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """How a data set was made from a table, and what is doubtful about it; none of its numbers.

    `rows` (n_samples,) are the positions in the table's frame of the data set's rows. `columns`
    say what is known of each chosen column, and `terms` how they became features, in the order of
    X. `notes` tell what was done, `warnings` what is doubtful and what to do about it, in whole
    sentences.
    """

    selection: Selection
    rows: IntArray
    columns: tuple[PreparedColumn, ...]
    terms: tuple[PreparedTerm, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def curve_column(self) -> PreparedColumn | None:
        """The one column of numbers that all terms are made of, None where it is as it is."""
        return curve_column(self.terms)

    def encode(self, frame: DataFrame) -> Encoded:
        """Return the rows of another table, or of typed values, as this data set's features.

        Columns are found by name, but for case and spaces. A row with an empty cell, with text
        in the place of a number, or with a level that the fit has not seen is nan in X, and
        `problems` says why.

        Raises DataError when a column is missing.
        """
        target, transform = self.selection.target, self.selection.target_transform
        return encode(self.columns, target, frame, self.terms, transform)


@dataclass(frozen=True, eq=False)
class Prepared(Recipe):
    """A data set made from a table, with its recipe."""

    dataset: Dataset

    @property
    def recipe(self) -> Recipe:
        """The recipe alone, which can be kept without the data."""
        return Recipe(
            self.selection, self.rows, self.columns, self.terms, self.notes, self.warnings
        )


def prepare(table: Table, selection: Selection) -> Prepared:
    """Return the data set of the chosen columns, in the order in which they were chosen.

    Numbers stay as they are, yes/no becomes 1 and 0, dates count days since the first one, and
    a category becomes an indicator column for each level but its most frequent one. Rows without a
    weight, where weights are chosen, are left out.

    Raises DataError when a column cannot be used, fewer than 2 rows are left, or the target is
    the same in all of them.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"city": ["Oslo", "Oslo", "Bergen"], "price": [3.0, 4.0, 2.0]})
    >>> prepared = prepare(Table(frame), Selection("price", ("city",)))
    >>> prepared.dataset.feature_names, prepared.dataset.X.tolist()
    (('city = Bergen',), [[0.0], [0.0], [1.0]])
    """
    cells = read_selection(table, selection)
    rows = choose_rows(table, selection, cells)
    y = _target(selection, rows.of(cells[selection.target]))
    made = _made(table, selection, cells, rows)
    dataset = _dataset_of(table, selection, made, y, rows)
    filled = _filled(made.columns, cells, rows)
    notes = (*rows.notes, *fill_notes(filled, made.columns), *made.notes)
    target_kind = cells[selection.target].kind
    compared = compared_columns(made.terms)
    doubts = warnings_about(dataset, made.columns, target_kind, selection.fit_intercept, compared)
    warnings = (*rows.warnings, *fill_warnings(filled, len(y)), *made.warnings, *doubts)
    return Prepared(selection, rows.positions, made.columns, made.terms, notes, warnings, dataset)


def prepare_alike(table: Table, recipe: Recipe) -> Prepared:
    """Return the data set that a recipe makes of another table's rows, which it has learned from.

    So a sample gets the columns of all rows: levels that it lacks, their means for empty cells.
    Rows are left out as `prepare` leaves them out.

    Raises DataError when the table is not of the same columns, or fewer than 2 rows are left.
    """
    selection = recipe.selection
    cells = read_selection(table, selection)
    rows = choose_rows(table, selection, cells)
    y = np.array(rows.of(cells[selection.target]).values, dtype=np.float64)
    y = np.log(y) if selection.target_transform == "log" else y
    made = _made_alike(table, recipe, cells, rows)
    return Prepared(
        selection,
        rows.positions,
        recipe.columns,
        recipe.terms,
        recipe.notes,
        recipe.warnings,
        _dataset_of(table, selection, made, y, rows),
    )


@dataclass(frozen=True, eq=False)
class _Made:
    """X with what made it: `cells` are those of the used rows, by their coding."""

    columns: tuple[PreparedColumn, ...]
    terms: tuple[PreparedTerm, ...]
    cells: Mapping[Coding, Cells]
    X: FloatArray
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def _made(table: Table, selection: Selection, cells: Mapping[str, Cells], rows: UsedRows) -> _Made:
    if selection.terms:
        return _of_terms(table, selection, cells, rows)
    columns = with_distinct_features(
        fit_column(name, rows.of(cells[name])) for name in selection.features
    )
    X = _features(columns, cells, rows)
    return _Made(columns, plain_terms(columns), {}, X, tuple(column_notes(columns)))


def _dataset_of(
    table: Table, selection: Selection, made: _Made, y: FloatArray, rows: UsedRows
) -> Dataset:
    return Dataset(
        name=table.name,
        X=frozen(made.X),
        y=frozen(y),
        feature_names=tuple(feature for term in made.terms for feature in term.features),
        target_name=target_name(selection.target, selection.target_transform),
        terms=term_columns_of(made.terms),
        target_transform=selection.target_transform,
        curve=curve_of(made.terms, made.cells),
        weights=weights_of(table, selection, rows.positions),
        weight_kind=selection.weight_kind,
        weights_name=selection.weights or "",
    )


def _made_alike(table: Table, recipe: Recipe, cells: Mapping[str, Cells], rows: UsedRows) -> _Made:
    columns, terms = recipe.columns, recipe.terms
    if not recipe.selection.terms:
        X = make_matrix(columns, [cells[column.name] for column in columns], rows)
        return _Made(columns, terms, {}, X, recipe.notes)
    coded = coded_cells(table, recipe.selection.terms, cells)
    used = {coding: rows.of(column) for coding, column in coded.items()}
    X = make_term_matrix(terms, coded, rows)
    check_finite(X, terms)
    return _Made(columns, terms, used, X, recipe.notes)


def _of_terms(
    table: Table, selection: Selection, cells: Mapping[str, Cells], rows: UsedRows
) -> _Made:
    coded = coded_cells(table, selection.terms, cells)
    used = {coding: rows.of(column) for coding, column in coded.items()}
    fitted = TermFitting(selection.terms, HeldCells(used), selection.fit_intercept).fitted()
    if not any(term.features for term in fitted.terms):
        raise DataError(
            f"No term has anything to explain the target with: {' '.join(fitted.warnings)}"
        )
    columns = tuple(column_of(name, fitted.terms) for name in selection.features)
    X = make_term_matrix(fitted.terms, coded, rows)
    check_finite(X, fitted.terms)
    notes = tuple(term_notes(fitted.terms))
    return _Made(columns, fitted.terms, used, X, notes, fitted.warnings)


def to_dataset(
    table: Table, target: str, features: Iterable[str] | None = None, name: str | None = None
) -> Dataset:
    """Return the data set of these columns, as `prepare` makes it, under the table's name.

    `features` None takes every other column of numbers. Rows with an empty cell in a used column
    are left out.

    Raises DataError when a column is missing, is used twice, cannot be used, or no row is left.
    """
    dataset = prepare(table, select(table, target, features)).dataset
    return dataset if name is None else replace(dataset, name=name)


def _target(selection: Selection, cells: Cells) -> FloatArray:
    name, y = selection.target, np.array(cells.values, dtype=np.float64)
    if y.min() == y.max():
        value = number_text(y[0])
        raise DataError(
            f"Column {name!r} has the same value, {value}, in every row: there is nothing to "
            f"explain; choose another target."
        )
    return np.log(y) if selection.target_transform == "log" else y


def _features(
    columns: Sequence[PreparedColumn], cells: Mapping[str, Cells], rows: UsedRows
) -> FloatArray:
    check_some_feature(columns)
    return make_matrix(columns, [cells[column.name] for column in columns], rows)


def check_some_feature(columns: Sequence[PreparedColumn]) -> None:
    """Raise DataError when no column becomes a column of X: categories of a single level."""
    if not any(column.features for column in columns):
        name, level = columns[0].name, columns[0].levels[0]
        raise DataError(
            f"Column {name!r} has the same value, {level}, in every row that is used: it explains "
            f"nothing; choose another feature."
        )


def _filled(
    columns: Sequence[PreparedColumn], cells: Mapping[str, Cells], rows: UsedRows
) -> dict[str, int]:
    """Return how many cells of each column were filled, for the columns where some were."""
    counts = {column.name: rows.of(cells[column.name]).n_missing for column in columns}
    return {name: count for name, count in counts.items() if count}


def fill_notes(filled: Mapping[str, int], columns: Sequence[PreparedColumn]) -> Iterator[str]:
    """Yield what the empty cells of columns, `filled` of each, were filled with."""
    for column in columns:
        count = filled.get(column.name)
        if count:
            cells = "1 empty cell" if count == 1 else f"{count:,} empty cells"
            by = "most frequent value" if column.kind in (CATEGORY, YES_NO) else "mean"
            value = column.shown(column.typical)
            yield f"Filled {cells} of {column.name!r} with its {by}, {value}."


def fill_warnings(filled: Mapping[str, int], n_samples: int) -> Iterator[str]:
    """Yield a doubt for each column of which many cells were filled."""
    for name, count in filled.items():
        if count > MANY_FILLED * n_samples:
            yield (
                f"{count:,} of {n_samples:,} cells of {name!r} are filled: standard errors come "
                f"out too small; leave the column out, or drop the rows instead."
            )


def column_notes(columns: Sequence[PreparedColumn]) -> Iterator[str]:
    """Yield what became of columns that are no plain numbers."""
    for column in columns:
        if column.kind == YES_NO:
            yield f"{column.name!r} is 1 for yes and 0 for no."
        elif column.kind == DATE:
            yield f"{column.name!r} counts the days since {column.origin}."
        elif column.features:
            count = len(column.features)
            became = f"{count} indicator columns" if count > 1 else "1 indicator column"
            others = "the others are" if count > 1 else "the other is"
            if column.kind == CATEGORY:
                yield (
                    f"{column.name!r} became {became}; {column.left_out!r} is left out: {others} "
                    f"compared with it."
                )
