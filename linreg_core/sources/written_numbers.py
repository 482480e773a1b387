"""Columns of text whose cells are numbers as people write them: "$1,234.50", "12 %", "1.234,5".

What they mean is what the reader of tables makes of the first rows; DuckDB then reads all rows so,
and ends with an error at a cell that is none. A column that the reader would read in any other way
stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.errors import DataError
from linreg_core.sources.files import StoredFile
from linreg_core.sources.first_rows import n_first_rows, read_values
from linreg_core.sources.kinds_of_types import kind_of_type
from linreg_core.sources.sql import sql_name, sql_text
from table_reader import NUMBER
from table_reader.columns.affixes import ZERO
from table_reader.columns.cells import forms_of
from table_reader.patterns import (
    APOSTROPHE_LIKE,
    MINUS_LIKE,
    NUMBER_LIKE,
    SPACE_LIKE,
    is_number_like,
    number_pattern,
)
from table_reader.wording import shown
from table_reader.words import CURRENCIES, MISSING_WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import Schema, Table

FIRST_CELLS_SEEN: Final = 50
"""A column of words is told by its first cells: only others are looked at more closely."""
_FIELDS: Final = re.findall(r"\(\?P<(\w+)>", NUMBER_LIKE)
_FROM: Final = SPACE_LIKE + MINUS_LIKE + APOSTROPHE_LIKE
_TO: Final = " " * len(SPACE_LIKE) + "-" * len(MINUS_LIKE) + "'" * len(APOSTROPHE_LIKE)
_TO_PLAIN: Final = str.maketrans(_FROM, _TO)
_MISSING: Final = ("", *forms_of(MISSING_WORDS))
_NO_NUMBER: Final = "\x1fno number\x1f"
"""What an error of DuckDB's has in front of a column's name and a cell that is no number."""
_NAN: Final = "'nan'::DOUBLE"
_CELL: Final = "linreg_cell"
"""What SQL calls a cell that is taken apart; no column may be called so."""


def _part(name: str) -> str:
    """Return what stands at a place in or around the number of a cell."""
    return f"{_CELL}.parts[{sql_text(name)}]"


_TEXT: Final = f"{_CELL}.text"
_BODY: Final = _part("body")
_TRAILING: Final = f"({_part('trailing')} = '-' AND NOT regexp_matches({_BODY}, '[.,]$'))"
"""A minus behind a number; behind a mark ("12,-") it means no cents."""
_MINUS: Final = (
    *(f"{_part(sign)} = '-'" for sign in ("sign", "sign2")),
    _TRAILING,
    f"{_part('open')} <> ''",
)
_ONE_SIGN: Final = (
    f"({_part('open')} = '') = ({_part('close')} = '')",
    f"({_part('sign')} <> '')::INT + ({_part('sign2')} <> '')::INT + {_TRAILING}::INT <= 1",
)


@dataclass(frozen=True)
class WrittenNumbers:
    """A column of numbers with marks or signs.

    `decimal` is None where no number has a mark. `unit` is the sign of money, of percent or of
    another unit, before or behind them; "" where there is none.
    """

    name: str
    decimal: str | None
    unit: str

    @property
    def value(self) -> str:
        """What DuckDB calculates: a cell's number, NULL where it is missing, else an error."""
        told = f"{sql_text(_NO_NUMBER + self.name + chr(31))} || left({_TEXT}, 60)"
        return self.value_or(f"CAST(error({told} || {sql_text(chr(31))}) AS DOUBLE)")

    def value_or(self, otherwise: str) -> str:
        """Return the same with `otherwise` for cells that are neither numbers nor missing."""
        missing = ", ".join(map(sql_text, _MISSING))
        every = (
            f"CASE WHEN {' AND '.join(self._rules)} "
            f"THEN CASE WHEN {' OR '.join(_MINUS)} THEN -{self._size} ELSE {self._size} END "
            f"WHEN {_TEXT} IS NULL OR {_TEXT} IN ({missing}) THEN NULL "
            f"ELSE {otherwise} END"
        )
        every = f"list_transform([{_taken_apart(self.name)}], lambda {_CELL}: {every})[1]"
        quick = " ".join(self._quickly(both) for both in self._signs)
        return f"CASE {quick} ELSE {every} END"

    def _quickly(self, both: tuple[str, str]) -> str:
        """Return how most cells with these signs are read in a tenth of the time."""
        text, (before, after) = _plain_text(self.name), both
        ends = f"starts_with({text}, {sql_text(before)}) AND ends_with({text}, {sql_text(after)})"
        body = f"trim({text}[{len(before) + 1}:-{len(after) + 1}])"
        rules = (ends, f"regexp_matches({body}, '^[+-]?[0-9]')", *self._forms(body))
        return f"WHEN {' AND '.join(rules)} THEN {self._number(body)}"

    @property
    def _signs(self) -> tuple[tuple[str, str], ...]:
        """What every number may have before and behind it; money may stand without its sign."""
        with_unit = ((self.unit, ""), ("", self.unit))
        if not self.unit:
            return (("", ""),)
        return (*with_unit, ("", "")) if self.unit in CURRENCIES else with_unit

    @property
    def _size(self) -> str:
        """The number without its sign."""
        return self._number(_BODY)

    def _number(self, body: str) -> str:
        for mark in ("." if self.decimal == "," else ",", " ", "'"):
            body = f"replace({body}, {sql_text(mark)}, '')"
        return f"CAST(regexp_replace(replace({body}, ',', '.'), '[dD]', 'e') AS DOUBLE)"

    def _forms(self, body: str) -> tuple[str, ...]:
        rule = f"regexp_matches({body}, {sql_text(number_pattern(self.decimal or '.'))})"
        return (rule,) if self.decimal else (rule, f"NOT regexp_matches({body}, '[.,]')")

    @property
    def _rules(self) -> tuple[str, ...]:
        """What makes a cell a number that is written so."""
        signs = [_has_signs(both) for both in self._signs]
        is_zero = f"({_has_signs(('', ''))} AND regexp_matches({_BODY}, {sql_text(ZERO)}))"
        return (*self._forms(_BODY), *_ONE_SIGN, f"({' OR '.join((*signs, is_zero))})")


def _has_signs(both: tuple[str, str]) -> str:
    """Return what says that these stand before and behind a number."""
    before, after = map(sql_text, both)
    return f"({_part('before')} = {before} AND {_part('after')} = {after})"


def written_numbers(
    connection: DuckDBPyConnection, relation: str, as_text: str, looked_at: Table, delimiter: str
) -> tuple[WrittenNumbers, ...]:
    """Return the columns of text that are numbers by the first rows, all of which are.

    Where there are such, points in a column of numbers may be between thousands: then it is one of
    them. `as_text` is the relation with all of its columns as text, `looked_at` its first cells.
    """
    schema, names = looked_at.schema, _number_like(looked_at)
    n_rows = n_first_rows(schema)
    if not names or not n_rows or _CELL in map(str.casefold, schema.names):
        return ()
    rows = connection.sql(f"SELECT * FROM {as_text} LIMIT {n_rows}").to_arrow_table()
    if rows.column_names != schema.names:  # without types, DuckDB took the header for a row
        return ()
    values = read_values(rows, delimiter)
    read = {n: each.astype(np.float64) for n, each in values.items() if each.dtype.kind != "M"}
    names += _misread(connection, f"(SELECT * FROM {relation} LIMIT {n_rows})", schema, read)
    first = f"(SELECT * FROM {as_text} LIMIT {n_rows})"
    found = (_written(connection, first, name, read[name]) for name in names if name in read)
    return tuple(each for each in found if each is not None)


def with_numbers(relation: str, found: Sequence[WrittenNumbers]) -> str:
    """Return a relation with these columns as numbers."""
    if not found:
        return relation
    values = ", ".join(f"{each.value} AS {sql_name(each.name)}" for each in found)
    return f"(SELECT * REPLACE ({values}) FROM {relation})"


def schema_with_numbers(schema: Schema, found: Sequence[WrittenNumbers]) -> Schema:
    """Return the types of a relation with these columns as numbers."""
    import pyarrow as pa

    for each in found:
        place = schema.get_field_index(each.name)
        schema = schema.set(place, pa.field(each.name, pa.float64()))
    return schema


@contextmanager
def numbers_of(file: StoredFile) -> Iterator[None]:
    """Read a file's rows within.

    Raises DataError at a cell that is no number, where those of the first rows were.
    """
    try:
        yield
    except Exception as error:
        _, mark, told = str(error).partition(_NO_NUMBER)
        if not mark:
            raise
        name, cell, *_ = told.split("\x1f")
        raise DataError(
            f"Column {name!r} must hold numbers that are written as those of its first rows. Got "
            f"{shown(cell)} in {file.title}: correct it, or leave the row out."
        ) from None


def check_units(
    files: Sequence[StoredFile],
    schemas: Sequence[Schema],
    found: Sequence[Sequence[WrittenNumbers]],
) -> None:
    """Raise DataError where a column has one unit in a file and another, or none, in the next.

    Money may stand without its sign.
    """
    units = [{each.name: each.unit for each in numbers} for numbers in found]
    for name in dict.fromkeys(name for of_file in units for name in of_file):
        known = ""
        first = None
        for file, schema, of_file in zip(files, schemas, units, strict=True):
            if name not in schema.names or kind_of_type(schema.field(name).type) != NUMBER:
                continue  # what else differs is told by others
            unit = of_file.get(name, "")
            if first is not None and unit != known and not _is_money_or_bare(unit, known):
                raise DataError(
                    f"Column {name!r} must have the same unit in all files. It has "
                    f"{_told(known)} in {first.title} and {_told(unit)} in {file.title}: write "
                    f"one of them again."
                )
            first, known = first or file, known or unit


def _is_money_or_bare(one: str, other: str) -> bool:
    return "" in (one, other) and (one or other) in CURRENCIES


def _told(unit: str) -> str:
    return repr(unit) if unit else "none"


def _number_like(rows: Table) -> list[str]:
    """Return the columns of text whose cells are like numbers, as far as there are any."""
    import pyarrow as pa

    texts = [field.name for field in rows.schema if field.type == pa.string()]
    return [name for name in texts if _are_number_like(rows.column(name).to_pylist())]


def _are_number_like(cells: Sequence[str | None]) -> bool:
    plain = [(cell or "").translate(_TO_PLAIN).strip() for cell in cells]
    return all(is_number_like(cell) for cell in plain if cell not in _MISSING)


def _misread(
    connection: DuckDBPyConnection, rows: str, schema: Schema, read: Mapping[str, FloatArray]
) -> list[str]:
    """Return the columns of numbers in which the reader finds others: 1.234 may be 1234."""
    import pyarrow as pa

    names = [field.name for field in schema if field.type == pa.float64() and field.name in read]
    if not names:
        return []
    chosen = ", ".join(map(sql_name, names))
    found = connection.sql(f"SELECT {chosen} FROM {rows}").to_arrow_table()
    numbers = {name: found.column(name).to_numpy() for name in names}
    return [n for n in names if not np.array_equal(numbers[n], read[n], equal_nan=True)]


def _written(
    connection: DuckDBPyConnection, rows: str, name: str, read: FloatArray
) -> WrittenNumbers | None:
    """Return how the numbers of a column are written if DuckDB can read all as the reader has."""
    cells = f"(SELECT {_taken_apart(name)} AS {_CELL} FROM {rows})"
    ends = f"{_part('before')}, {_part('after')}"
    found = connection.sql(f"SELECT DISTINCT {ends} FROM {cells} WHERE {_BODY} <> ''").fetchall()
    units = {sign for signs in found for sign in signs} - {""}
    if len(units) > 1:
        return None
    unit = units.pop() if units else ""
    forms = [WrittenNumbers(name, decimal, unit) for decimal in (".", ",")]
    fitting = [form for form in forms if _are_same(connection, rows, form, read)]
    if len(fitting) > 1:
        return replace(fitting[0], decimal=None)
    return fitting[0] if fitting else None


def _are_same(
    connection: DuckDBPyConnection, rows: str, form: WrittenNumbers, read: FloatArray
) -> bool:
    answer = connection.sql(f"SELECT {form.value_or(_NAN)} AS value FROM {rows}").to_arrow_table()
    values = answer.column("value").to_numpy()
    n_numbers = len(values) - answer.column("value").null_count
    return n_numbers == np.isfinite(values).sum() and np.array_equal(values, read, equal_nan=True)


def _taken_apart(name: str) -> str:
    """Return a column's cell with plain signs, and what stands in and around its number."""
    text = _plain_text(name)
    fields = ", ".join(map(sql_text, _FIELDS))
    parts = f"regexp_extract({text}, {sql_text(NUMBER_LIKE)}, [{fields}])"
    return f"struct_pack(text := {text}, parts := {parts})"


def _plain_text(name: str) -> str:
    return f"trim(translate({sql_name(name)}, {sql_text(_FROM)}, {sql_text(_TO)}))"
