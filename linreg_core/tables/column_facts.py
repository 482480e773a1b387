"""What each column of a table is like, as far as choosing among them needs to know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.tables.columns import MAX_LEVELS, number_text
from linreg_core.tables.kinds import Cells, kind_of, read_cells
from table_reader import CATEGORY, YES_NO, Table
from table_reader.table import KEPT_AS_TEXT

if TYPE_CHECKING:
    from pandas import Series

HEAD_ROWS: Final = 5_000
"""The rows in which a text with too many levels shows that it has them."""


@dataclass(frozen=True, eq=False)
class ColumnFacts:
    """A column of a table: its name, what it holds, and its cells."""

    name: str
    kind: str
    series: Series[Any]
    question: str | None
    """The field of the question that is open about it, if one is."""
    kept_as_text: str | None = None
    """Why the reader kept it as text, where numbers or dates may have been meant."""

    @property
    def n_rows(self) -> int:
        """The number of rows, empty cells included."""
        return len(self.series)

    @cached_property
    def cells(self) -> Cells:
        """The cells as arrays."""
        return read_cells(self.series)

    @cached_property
    def n_filled(self) -> int:
        """The number of cells that are not empty."""
        if self.kind == CATEGORY:
            return int(self.series.count())
        return self.n_rows - self.cells.n_missing

    @cached_property
    def n_levels(self) -> int:
        """The number of different texts; where there are too many, perhaps of the first rows."""
        seen = int(self.series.iloc[:HEAD_ROWS].nunique())
        return seen if seen > MAX_LEVELS else int(self.series.nunique())

    @cached_property
    def unusable(self) -> str | None:
        """Why the column can be neither target nor feature, None where it can."""
        if self.question == "part":
            return "in one of several tables: answer which one is meant"
        if self.question:
            return "can be read in two ways: answer the question about it"
        if not self.n_filled:
            return "empty"
        if self.kind == CATEGORY:
            return self._unusable_text()
        low, high = self.cells.present.min(), self.cells.present.max()
        if low != high:
            return None
        value = ("yes" if low else "no") if self.kind == YES_NO else number_text(float(low))
        return "constant" if self.n_filled < self.n_rows else f"constant: {value} in every row"

    def _unusable_text(self) -> str | None:
        if self.n_levels == 1:
            return "constant"
        if self.n_levels <= MAX_LEVELS:
            return None
        if self.n_levels == self.n_filled:
            return "identifier: text that differs in every row"
        if self.n_rows > HEAD_ROWS:
            return f"text with more than {MAX_LEVELS} different values"
        return f"text with {self.n_levels} different values"

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the name, in lower case: "SalePrice_2" has "sale", "price" and "2"."""
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.name)
        return tuple(word for word in re.split(r"[\W_]+", spaced.casefold()) if word)

    def counts_rows(self) -> bool:
        """Return whether the numbers go up by one from row to row."""
        values = self.cells.values
        if self.cells.missing is not None or len(values) < 3 or values[0] != np.floor(values[0]):
            return False
        is_long_enough = float(values[-1]) - float(values[0]) == len(values) - 1
        return bool(is_long_enough and (values[1:] == values[:-1] + 1).all())

    def is_unique_whole(self) -> bool:
        """Return whether the numbers are whole and all different."""
        values = self.cells.present
        whole = values.dtype.kind in "iu" or bool((values == np.floor(values)).all())
        return whole and len(np.unique(values)) == len(values)


def facts_of(table: Table) -> tuple[ColumnFacts, ...]:
    """Return the facts of every column, in the table's order."""
    asked = {name: question.field for question in table.questions for name in question.columns}
    kept = {doubt.column: doubt.text for doubt in table.doubts if doubt.kind == KEPT_AS_TEXT}
    return tuple(
        ColumnFacts(str(name), kind_of(series), series, asked.get(str(name)), kept.get(str(name)))
        for name, series in table.frame.items()
    )
