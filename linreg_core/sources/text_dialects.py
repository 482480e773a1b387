"""How a text file is written, as the reader of tables tells it from the beginning: for DuckDB.

DuckDB by itself takes "1,5;2,5" for three columns, and lines of different lengths for one column.
"""

from __future__ import annotations

import codecs
import gzip
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from linreg_core.errors import DataError
from linreg_core.sources.files import StoredFile
from linreg_core.sources.sql import sql_text
from table_reader.patterns import number_pattern
from table_reader.source import view_source
from table_reader.text.dialect import find_dialect
from table_reader.text.encodings import Encoding, find_encoding
from table_reader.text.sample import common_length, rows_of_sample

_HEAD_BYTES: Final = 65_536
_ENCODINGS: Final = {
    **dict.fromkeys(("utf-8", "utf-8-sig", "ascii")),
    **dict.fromkeys(("utf-16", "utf-16-le"), "utf-16"),
    **dict.fromkeys(("latin-1", "iso8859-1", "cp1252"), "latin-1"),
}
"""What DuckDB calls the encodings that it reads, None the usual one.

Windows-1252 is Latin-1 but for 27 signs, such as the euro's, which DuckDB refuses.
"""
_BEYOND_LATIN_1: Final = re.compile(rb"[\x80-\x9f]")
_BEYOND_ASCII: Final = bytes(range(0x80, 0x100))
_NOT_ENCODED: Final = re.compile(r"is not (latin-1|utf-8) encoded", re.IGNORECASE)
"""What DuckDB says of bytes beyond the file's beginning."""
_DELIMITERS: Final = (",", ";", "\t", "|")
_QUOTE: Final = '"'
"""Beside it, DuckDB by itself may take the apostrophes of "1'234" for escapes."""
_WITH_COMMA: Final = re.compile(r"[-+]?\d*,\d+")
_WITH_POINT: Final = re.compile(r"[-+]?\d*\.\d+")
_OPEN_POINT: Final = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
_UNDER_POINTS: Final = re.compile(number_pattern("."))
_DAY_OR_MONTH: Final = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]\d{2}")
_MONTHS: Final = 12


@dataclass(frozen=True)
class TextDialect:
    """`options` of DuckDB's read_csv; `uneven` names the first line of another length, or is "".

    `delimiter` stands between the cells, None where DuckDB has to find it. `has_doubts` says that
    in a column of the beginning all points may be between thousands ("1.250", "950"), or all dates
    may have the day first or the month.
    """

    options: tuple[str, ...] = ()
    uneven: str = ""
    delimiter: str | None = None
    has_doubts: bool = False

    def check_even(self, file: StoredFile) -> None:
        """Raise DataError when a line of the file's beginning has more or fewer cells."""
        if self.uneven:
            raise DataError(
                f"All lines of a text file must have as many cells. In {file.title}, "
                f"{self.uneven}: correct it, or leave the line out."
            )


def dialect_of(file: StoredFile) -> TextDialect:
    """Return how a file is written; what its beginning does not tell is left to DuckDB.

    Raises DataError when it is in an encoding that DuckDB can't read.
    """
    try:
        head = _head(file.path)
    except (OSError, EOFError):
        return TextDialect()
    encoding = _encoding(file, head)
    sample = (
        codecs.getincrementaldecoder(encoding.codec)("replace").decode(head).removeprefix("\ufeff")
    )
    whole, line_end, _ = sample.rpartition("\n")
    sample = whole + line_end if len(head) == _HEAD_BYTES and line_end else sample
    duckdbs = _ENCODINGS[encoding.codec]
    options = [] if duckdbs is None else [f"encoding = {sql_text(duckdbs)}"]
    dialect = find_dialect(sample, None)
    if dialect.delimiter not in _DELIMITERS:
        return TextDialect(tuple(options))
    options.append(f"delim = {sql_text(dialect.delimiter)}")
    if dialect.quote == _QUOTE and _QUOTE in sample and not dialect.escaped:
        options += [f"{role} = {sql_text(_QUOTE)}" for role in ("quote", "escape")]
    rows = [(line, cells) for line, cells in rows_of_sample(sample, dialect) if any(cells)]
    cells = [cells for _, cells in rows]
    if dialect.delimiter != "," and _has_decimal_commas(cells):
        options.append("decimal_separator = ','")
    has_doubts = (dialect.delimiter != "," and _has_open_points(cells)) or (
        bool(_DAY_OR_MONTH.search(sample)) and _has_open_dates(cells)
    )
    return TextDialect(tuple(options), _uneven(rows), dialect.delimiter, has_doubts)


def _uneven(rows: Sequence[tuple[int, Sequence[str]]]) -> str:
    length = common_length([len(cells) for _, cells in rows])
    for line, cells in rows:
        if len(cells) != length:
            return f"line {line} has {len(cells)} and most have {length}"
    return ""


def _head(path: str) -> bytes:
    """Return a file's first bytes, unpacked."""
    opened = gzip.open if path.lower().endswith(".gz") else open
    with opened(path, "rb") as stored:
        return bytes(stored.read(_HEAD_BYTES))


def _encoding(file: StoredFile, head: bytes) -> Encoding:
    """Return what the reader finds in the whole lines of a file's beginning.

    Raises DataError where DuckDB can't read that.
    """
    lines = head
    if len(head) == _HEAD_BYTES:
        whole, line_end, _ = head.rpartition(b"\n")
        lines = whole + line_end or head.rstrip(_BEYOND_ASCII)
    found = find_encoding(view_source(memoryview(lines), file.path), None)
    is_marked = found.codec == "utf-16"
    is_turned = found.codec == "utf-16-be" or (
        is_marked and not head.startswith(codecs.BOM_UTF16_LE)
    )
    is_beyond = _ENCODINGS.get(found.codec) == "latin-1" and bool(_BEYOND_LATIN_1.search(lines))
    if found.codec in _ENCODINGS and found.errors == "strict" and not is_turned and not is_beyond:
        return found
    told = "UTF-8 with damaged characters" if found.codec == "utf-8" else found.label
    raise _other_encoding(file, f"{told}, big-endian" if is_turned else told)


@contextmanager
def in_its_encoding(file: StoredFile) -> Iterator[None]:
    """Have DuckDB read a file's text within.

    Raises DataError at bytes that are not in the encoding of the file's beginning.
    """
    try:
        yield
    except Exception as error:
        found = _NOT_ENCODED.search(str(error))
        if not found:
            raise
        is_latin = found[1].lower() == "latin-1"
        told = "Windows-1252" if is_latin else "in another encoding than its beginning"
        raise _other_encoding(file, told) from None


def _other_encoding(file: StoredFile, told: str) -> DataError:
    return DataError(
        f"Text that stays stored must be UTF-8, UTF-16 (little-endian) or Latin-1. "
        f"{file.title} seems to be {told}: save it as CSV UTF-8."
    )


def _has_decimal_commas(rows: Sequence[Sequence[str]]) -> bool:
    """Whether commas are decimal for sure: those of "1,234" may be between thousands."""
    cells = [cell.strip() for row in rows for cell in row]
    with_comma = [cell for cell in cells if _WITH_COMMA.fullmatch(cell)]
    is_sure = not all(map(_UNDER_POINTS.match, with_comma))
    return is_sure and not any(map(_WITH_POINT.fullmatch, cells))


def _has_open_points(rows: Sequence[Sequence[str]]) -> bool:
    for column in zip_longest(*rows, fillvalue=""):
        numbers = [cell for cell in map(str.strip, column) if _WITH_POINT.fullmatch(cell)]
        if numbers and all(map(_OPEN_POINT.fullmatch, numbers)):
            return True
    return False


def _has_open_dates(rows: Sequence[Sequence[str]]) -> bool:
    for column in zip_longest(*rows, fillvalue=""):
        dates = [found for cell in column if (found := _DAY_OR_MONTH.match(cell.strip()))]
        if dates and all(max(int(date[1]), int(date[2])) <= _MONTHS for date in dates):
            return True
    return False
