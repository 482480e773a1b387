"""How a file is to be read, where a person or an earlier file says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

NUMBER: Final = "number"
TEXT: Final = "text"
CATEGORY: Final = "category"
DATE: Final = "date"
YES_NO: Final = "yes/no"
AS_KIND: Final = {
    NUMBER: "as_number",
    TEXT: "as_text",
    CATEGORY: "as_category",
    DATE: "as_date",
    YES_NO: "as_yes_no",
}
"""The field of ReadOptions that holds the columns of a kind."""


@dataclass(frozen=True)
class Precedent:
    """How an earlier file of the same columns was read: what decides where this one leaves it open.

    `kinds` are pairs of a column and NUMBER, TEXT, DATE or YES_NO; `shares` are the columns that
    were percentages, and `missing_codes` those of the earlier file.
    """

    decimal: str | None = None
    date_order: str | None = None
    kinds: tuple[tuple[str, str], ...] = ()
    shares: tuple[str, ...] = ()
    missing_codes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class ReadOptions:
    """How a file is to be read, where a person says so; None is found out from the file."""

    delimiter: str | None = None
    """The character between cells, e.g. "," or a tab; " " is any run of spaces."""
    decimal: str | None = None
    """"." or ","; the other one, where it stands in numbers, separates thousands."""
    encoding: str | None = None
    """A codec's name, e.g. "utf-8" or "cp1252"."""
    quote: str | None = None
    """What stands around cells with delimiters in them; "" where quotes are mere characters."""
    has_header: bool | None = None
    skip_rows: int | None = None
    """How many lines stand above the header, or above the first row where there is none."""
    date_order: str | None = None
    """"day" or "month": which comes first in 03/04/2020."""
    sheet: str | None = None
    """The sheet's name, in a workbook."""
    part: int | None = None
    """Which of several tables in one file or sheet, counted from 1."""
    has_totals: bool | None = None
    """Whether rows that look like totals of others are such, to be left out."""
    has_hidden_rows: bool | None = None
    """Whether a sheet's hidden rows are read; None reads them and tells of them."""
    as_number: tuple[str, ...] = ()
    """Columns to be read as numbers whatever else is in them; other cells become missing."""
    as_text: tuple[str, ...] = ()
    """Columns to be left as they are written, words for nothing among them."""
    as_category: tuple[str, ...] = ()
    """Columns whose numbers or dates are names of groups; words for nothing are missing."""
    as_date: tuple[str, ...] = ()
    """Columns to be read as dates; other cells become missing."""
    as_yes_no: tuple[str, ...] = ()
    """Columns to be read as yes and no; other cells become missing."""
    missing_codes: tuple[tuple[str, float], ...] = ()
    """Pairs of a column and a number that stands for a missing one in it."""
    precedent: Precedent | None = None
    """How an earlier file was read; a table of words alone is then as good as any."""

    def changed(self, field: str, value: Any) -> ReadOptions:
        """Return the options with one more thing said: a tuple is added to those that stand there.

        A column is of one kind: it leaves the fields of the others.

        >>> ReadOptions(as_text=("id",)).changed("as_number", ("id",)).as_text
        ()
        """
        options = self
        if field in AS_KIND.values():
            options = self._without_kind(value)
        if isinstance(value, tuple):
            value = (*getattr(options, field), *value)
        return replace(options, **{field: value})

    def with_kind(self, column: str, kind: str | None) -> ReadOptions:
        """Return the options with a column of that kind; None leaves it to the file."""
        if kind is None:
            return self._without_kind((column,))
        return self.changed(AS_KIND[kind], (column,))

    def kind_of(self, column: str) -> str | None:
        """Return the kind that is asked for, None where it is left to the file."""
        return next((kind for kind in AS_KIND if column in getattr(self, AS_KIND[kind])), None)

    def is_written(self, column: str) -> bool:
        """Whether a column's cells are needed as they are written, numbers as well."""
        return self.kind_of(column) not in (None, NUMBER)

    def _without_kind(self, columns: tuple[str, ...]) -> ReadOptions:
        kept: dict[str, Any] = {
            field: tuple(name for name in getattr(self, field) if name not in columns)
            for field in AS_KIND.values()
        }
        return replace(self, **kept)
