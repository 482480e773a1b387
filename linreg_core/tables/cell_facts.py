"""What terms need to know of the cells of the rows of a fit: here of cells that are in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Protocol

import numpy as np

from linreg_core.arrays import BoolArray
from linreg_core.tables.columns import PreparedColumn, fit_column
from linreg_core.tables.kinds import Cells
from linreg_core.tables.polynomials import Orthogonal, degree_carried, orthogonal_of
from linreg_core.tables.prepared_terms import Coding, PreparedTerm

_ROWS: Final = 16_384


class CellFacts(Protocol):
    """What is learned of columns, which are told by their coding, over the rows of a fit."""

    @property
    def codings(self) -> Collection[Coding]:
        """The columns, and whether their cells are taken as a category."""
        ...

    def column(self, coding: Coding, baseline: str | None) -> PreparedColumn:
        """Return how a column becomes columns of X, as `fit_column` does."""
        ...

    def centre(self, column: PreparedColumn) -> float:
        """Return the mean of a column of numbers, its empty cells filled."""
        ...

    def deviation(self, column: PreparedColumn, centre: float) -> float:
        """Return the sample standard deviation of a column about its mean."""
        ...

    def degree(self, column: PreparedColumn, degree: int) -> int:
        """Return the degree of a polynomial that the column's different values can tell apart."""
        ...

    def orthogonal(self, column: PreparedColumn, degree: int) -> Orthogonal:
        """Return the orthogonal polynomials over the column's values."""
        ...

    def seen(self, terms: Sequence[PreparedTerm]) -> list[BoolArray]:
        """Return for each product of each term whether it is anything but 0 in some row."""
        ...


class HeldCells:
    """The facts of cells that are all in memory."""

    def __init__(self, cells: Mapping[Coding, Cells]) -> None:
        self._cells = cells

    @property
    def codings(self) -> Collection[Coding]:
        """The columns, and whether their cells are taken as a category."""
        return self._cells.keys()

    def column(self, coding: Coding, baseline: str | None) -> PreparedColumn:
        """Return how a column becomes columns of X, as `fit_column` does."""
        return fit_column(coding[0], self._cells[coding], baseline)

    def centre(self, column: PreparedColumn) -> float:
        """Return the mean of a column of numbers, its empty cells filled."""
        values = column.filled(self._cells[column.coding])
        return float(values[0]) + float((values - values[0]).mean())

    def deviation(self, column: PreparedColumn, centre: float) -> float:
        """Return the sample standard deviation of a column about its mean."""
        away = column.filled(self._cells[column.coding]) - centre
        size = float(np.abs(away).max())
        return size * float((away / (size or 1.0)).std(ddof=1))

    def degree(self, column: PreparedColumn, degree: int) -> int:
        """Return the degree of a polynomial that the column's different values can tell apart."""
        return degree_carried(column.filled(self._cells[column.coding]), degree)

    def orthogonal(self, column: PreparedColumn, degree: int) -> Orthogonal:
        """Return the orthogonal polynomials over the column's values."""
        return orthogonal_of(column.filled(self._cells[column.coding]), degree)

    def seen(self, terms: Sequence[PreparedTerm]) -> list[BoolArray]:
        """Return for each product of each term whether it is anything but 0 in some row."""
        return list(map(self._seen, terms))

    def _seen(self, term: PreparedTerm) -> BoolArray:
        seen = np.zeros(len(term.features), dtype=np.bool_)
        n_rows = len(next(iter(self._cells.values())).values)
        for start in range(0, n_rows, _ROWS):
            part = slice(start, start + _ROWS)
            cells = {f.coding: self._cells[f.coding].take(part) for f in term.factors}
            seen |= (term.of_cells(cells) != 0).any(axis=0)
            if seen.all():
                break
        return seen
