"""Looking through a workbook before it is read: how much it unpacks to, how far its cells go.

The reader lays a sheet out as a full rectangle, so that two cells in opposite corners, a few
hundred bytes of file, would take all memory there is.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from table_reader.errors import DataError
from table_reader.limits import MAX_SHEET_CELLS, MAX_TABLE_COLUMNS, MAX_UNPACKED_BYTES
from table_reader.source import Source
from table_reader.unpacking import unpacked_pieces

VALUES = frozenset({"v", "is", "f"})
"""The elements that make a cell more than a format."""


def check_workbook(archive: zipfile.ZipFile, source: Source) -> None:
    """Refuse workbooks that unpack to too much, or whose sheets span too many cells.

    Raises DataError for those, and for documents that are no plain XML.
    """
    budget = MAX_UNPACKED_BYTES
    markup = []
    for info in archive.infolist():
        n_bytes, n_cells, is_markup = _measured(unpacked_pieces(archive, info, source, budget))
        budget -= n_bytes
        if n_cells > MAX_SHEET_CELLS:
            raise _too_large(f"holds {n_cells:,} cells", source)
        markup += [info] if is_markup else []
    for info in markup:
        _check_extent(unpacked_pieces(archive, info, source, MAX_UNPACKED_BYTES), source)


def _measured(pieces: Iterator[bytes]) -> tuple[int, int, bool]:
    """Return the bytes of a file, a count of its cells, and whether it begins as XML does."""
    n_bytes, n_cells, is_markup = 0, 0, False
    for piece in pieces:
        is_markup = is_markup or (n_bytes == 0 and b"<" in piece.lstrip()[:4])
        n_bytes += len(piece)
        n_cells += piece.count(b"<c ") + piece.count(b"<c>")
    return n_bytes, n_cells, is_markup


def _check_extent(pieces: Iterator[bytes], source: Source) -> None:
    extent = _Extent()
    parser = _parser(extent, source)
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            extent.check(source)
    except expat.ExpatError:
        raise DataError(
            f"File {source.title} must be a whole workbook. Got a damaged one: open it in "
            f"Excel and save it again."
        ) from None


def _too_large(what: str, source: Source) -> DataError:
    return DataError(
        f"A sheet must have at most {MAX_TABLE_COLUMNS:,} columns and {MAX_SHEET_CELLS:,} cells. "
        f"In {source.title} one {what}: delete stray cells, or save the table as CSV."
    )


class _Extent:
    """The rectangle of the cells with values that a sheet has had so far."""

    def __init__(self) -> None:
        self.row, self.column = 0, 0
        self.rows: tuple[int, int] | None = None
        self.columns: tuple[int, int] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of an element of a sheet."""
        name = tag.rpartition(":")[2]
        if name == "c":
            self._move(attributes.get("r", ""))
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() else self.row + 1
            self.column = 0
        elif name in VALUES:
            self._include()

    def check(self, source: Source) -> None:
        """Refuse a rectangle that is too wide or too large."""
        if self.rows is None or self.columns is None:
            return
        n_rows = self.rows[1] - self.rows[0] + 1
        n_columns = self.columns[1] - self.columns[0] + 1
        if n_columns > MAX_TABLE_COLUMNS or n_rows * n_columns > MAX_SHEET_CELLS:
            raise _too_large(f"spans {n_rows:,} rows and {n_columns:,} columns", source)

    def _move(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        digits = reference[len(letters) :]
        self.column += 1
        if letters.isascii() and letters.isalpha() and len(letters) <= 3:
            self.column = 0
            for letter in letters.upper():
                self.column = 26 * self.column + ord(letter) - 64
        if digits:
            self.row = int(digits[:9])

    def _include(self) -> None:
        low, high = self.rows or (self.row, self.row)
        self.rows = (min(low, self.row), max(high, self.row))
        low, high = self.columns or (self.column, self.column)
        self.columns = (min(low, self.column), max(high, self.column))


def _parser(extent: _Extent, source: Source) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start

    def refuse(*_: object) -> None:
        raise DataError(
            f"File {source.title} must be a plain workbook. Got one with a document type of its "
            f"own: open it in Excel and save it again."
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser
