"""A table of columns as the bytes of a CSV file that spreadsheets open as it is meant."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard.escaping import FORMULA_START, csv_cell
from table_reader import ReadOptions

if TYPE_CHECKING:
    import pyarrow as pa
    from pandas import Series

CHUNK_ROWS: Final = 65_536

Convert = Callable[["Series[Any]"], "pa.Array"]


@dataclass(frozen=True)
class CsvDialect:
    """How numbers and cells are written: as the spreadsheet expects that wrote the original."""

    delimiter: str = ","
    decimal: str = "."

    @classmethod
    def like(cls, options: ReadOptions) -> CsvDialect:
        """Return semicolons and decimal commas for a file that had decimal commas."""
        return cls(";", ",") if options.decimal == "," else cls()

    def number_text(self, value: object) -> object:
        """Return a number in full precision with this decimal mark; anything else as it is.

        >>> CsvDialect(";", ",").number_text(-1.5), CsvDialect().number_text("1.5")
        ('-1,5', '1.5')
        """
        if not isinstance(value, float):
            return value
        return repr(float(value)).replace(".", self.decimal)


COMMON: Final = CsvDialect()
"""Commas, and decimal points."""


def csv_bytes(columns: Sequence[tuple[str, Series[Any]]], dialect: CsvDialect = COMMON) -> bytes:
    """Return named columns of one length as CSV in UTF-8, with the mark that Excel needs.

    Text that a spreadsheet would run is neutralised (`csv_cell`); numbers are written in full
    precision, dates in ISO form, yes/no as words, and what is missing as an empty cell.
    """
    import pyarrow as pa
    from pyarrow import csv

    converts = [_converter(series, dialect) for _, series in columns]
    schema = pa.schema(
        (csv_cell(name), convert(series.iloc[:0]).type)
        for (name, series), convert in zip(columns, converts, strict=True)
    )
    options = csv.WriteOptions(delimiter=dialect.delimiter, quoting_style="needed")
    file = io.BytesIO()
    file.write(codecs.BOM_UTF8)
    with csv.CSVWriter(file, schema, write_options=options) as writer:
        for part in _parts(len(columns[0][1])):
            arrays = [
                convert(series.iloc[part])
                for (_, series), convert in zip(columns, converts, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return file.getvalue()


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return `name`, or the first "name (2)", "name (3)", ... that is not taken.

    >>> free_name("predicted", ["predicted"])
    'predicted (2)'
    """
    free, count, others = name, 1, set(taken)
    while free in others:
        count += 1
        free = f"{name} ({count})"
    return free


def _parts(n_rows: int) -> Iterator[slice]:
    for start in range(0, n_rows, CHUNK_ROWS):
        yield slice(start, start + CHUNK_ROWS)


def _converter(series: Series[Any], dialect: CsvDialect) -> Convert:
    """Return what makes an array to be written of any part of a column."""
    from pandas.api import types

    if types.is_bool_dtype(series):
        return _yes_no
    if types.is_datetime64_any_dtype(series):
        return _dates(series)
    if types.is_float_dtype(series) and dialect.decimal != ".":
        return lambda part: _numbers_with(dialect.decimal, part)
    return _numbers if types.is_numeric_dtype(series) else _text


def _numbers(part: Series[Any]) -> pa.Array:
    import pyarrow as pa

    return pa.array(part, from_pandas=True)


def _numbers_with(decimal: str, part: Series[Any]) -> pa.Array:
    import pyarrow as pa
    from pyarrow import compute

    return compute.replace_substring(_numbers(part).cast(pa.string()), ".", decimal)


def _yes_no(part: Series[Any]) -> pa.Array:
    import pyarrow as pa
    from pyarrow import compute

    return compute.if_else(pa.array(part, pa.bool_(), from_pandas=True), "yes", "no")


def _dates(series: Series[Any]) -> Convert:
    """Return what writes dates, with the time of day only where the column has one."""
    import pyarrow as pa

    times = series.dt.tz_localize(None).dropna()
    has_time = bool((times != times.dt.normalize()).any())
    has_fractions = has_time and bool((times != times.dt.floor("s")).any())
    kind = pa.timestamp("us" if has_fractions else "s") if has_time else pa.date32()
    return lambda part: pa.array(part.dt.tz_localize(None), from_pandas=True).cast(kind, safe=False)


def _text(part: Series[Any]) -> pa.Array:
    """Return a column of text with its formulas neutralised."""
    import pyarrow as pa
    from pyarrow import compute

    if part.dtype == object:
        part = part.map(_as_text, na_action="ignore")
    cells = pa.array(part, pa.large_string(), from_pandas=True)
    if not compute.any(compute.match_substring_regex(cells, FORMULA_START)).as_py():
        return cells
    safe = [None if cell is None else csv_cell(cell) for cell in cells.to_pylist()]
    return pa.array(safe, pa.large_string())


def _as_text(value: object) -> str:
    """Return any value as text that UTF-8 can hold."""
    return str(value).encode("utf-8", "replace").decode("utf-8")
