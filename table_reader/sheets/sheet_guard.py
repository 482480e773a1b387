"""Looking through a workbook before it is read: how much it unpacks to, how far its cells go.

The reader lays a sheet out as a full rectangle, so that two cells in opposite corners, a few
hundred bytes of file, would take all memory there is. What else the XML tells is collected on
the way.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from table_reader.errors import DataError
from table_reader.limits import MAX_SHEET_CELLS, MAX_TABLE_COLUMNS, MAX_UNPACKED_BYTES
from table_reader.sheets.book_index import INDEX_PATHS, STYLES_PATH, IndexParser
from table_reader.sheets.cell_styles import Styles, StylesParser
from table_reader.sheets.sheet_facts import SheetFacts, SheetParser
from table_reader.source import GivenFile
from table_reader.unpacking import unpacked_pieces


@dataclass(frozen=True)
class BookFacts:
    """The facts of a workbook's sheets by their names.

    `is_stale` tells whether its formulas may never have been calculated.
    """

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    is_stale: bool = False

    def of(self, sheet: str) -> SheetFacts:
        """Return a sheet's facts, empty ones where nothing is known of it."""
        return self.sheets.get(sheet) or SheetFacts()


def look_through(archive: zipfile.ZipFile, source: GivenFile) -> BookFacts:
    """Return the facts of a workbook that is fit to be read.

    Raises DataError where it unpacks to too much, where a sheet spans too many cells, and for
    documents that are no plain XML.
    """
    budget = MAX_UNPACKED_BYTES
    markup = []
    for info in archive.infolist():
        n_bytes, n_cells, is_markup = _measured(unpacked_pieces(archive, info, source, budget))
        budget -= n_bytes
        if n_cells > MAX_SHEET_CELLS:
            raise _too_large(f"holds {n_cells:,} cells", source)
        markup += [info] if is_markup else []
    return _facts(archive, markup, source)


def _facts(archive: zipfile.ZipFile, markup: list[zipfile.ZipInfo], source: GivenFile) -> BookFacts:
    """Return the facts of all documents: the workbook's index and styles come first."""
    index = IndexParser()
    styles: Styles = {}
    facts: dict[str, SheetFacts] = {}
    for info in sorted(markup, key=lambda info: info.filename not in INDEX_PATHS):
        pieces = unpacked_pieces(archive, info, source, MAX_UNPACKED_BYTES)
        parser = _parser(source)
        if info.filename == STYLES_PATH:
            reading = StylesParser(parser)
            _parse(parser, pieces, source)
            styles = reading.styles
        elif info.filename in INDEX_PATHS:
            index.listen_to(parser)
            _parse(parser, pieces, source)
        else:
            facts[info.filename] = _sheet_facts(parser, styles, pieces, source)
    paths = index.paths()
    sheets = {name: facts[path] for name, path in paths.items() if path in facts}
    return BookFacts(sheets, index.is_stale)


def _sheet_facts(
    parser: expat.XMLParserType, styles: Styles, pieces: Iterator[bytes], source: GivenFile
) -> SheetFacts:
    sheet = SheetParser(parser, styles)

    def watched() -> Iterator[bytes]:
        for piece in pieces:
            yield piece
            _check_extent(sheet.facts, source)

    _parse(parser, watched(), source)
    return sheet.end()


def _measured(pieces: Iterator[bytes]) -> tuple[int, int, bool]:
    """Return the bytes of a file, a count of its cells, and whether it begins as XML does."""
    n_bytes, n_cells, is_markup = 0, 0, False
    for piece in pieces:
        is_markup = is_markup or (n_bytes == 0 and b"<" in piece.lstrip()[:4])
        n_bytes += len(piece)
        n_cells += piece.count(b"<c ") + piece.count(b"<c>")
    return n_bytes, n_cells, is_markup


def _parse(parser: expat.XMLParserType, pieces: Iterator[bytes], source: GivenFile) -> None:
    try:
        for piece in pieces:
            parser.Parse(piece, False)
    except expat.ExpatError:
        raise DataError(
            f"File {source.title} must be a whole workbook. Got a damaged one: open it in "
            f"Excel and save it again."
        ) from None


def _check_extent(facts: SheetFacts, source: GivenFile) -> None:
    """Refuse a rectangle that is too wide or too large."""
    n_rows, n_columns = facts.size
    if n_columns > MAX_TABLE_COLUMNS or n_rows * n_columns > MAX_SHEET_CELLS:
        raise _too_large(f"spans {n_rows:,} rows and {n_columns:,} columns", source)


def _too_large(what: str, source: GivenFile) -> DataError:
    return DataError(
        f"A sheet must have at most {MAX_TABLE_COLUMNS:,} columns and {MAX_SHEET_CELLS:,} cells. "
        f"In {source.title} one {what}: delete stray cells, or save the table as CSV."
    )


def _parser(source: GivenFile) -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise DataError(
            f"File {source.title} must be a plain workbook. Got one with a document type of its "
            f"own: open it in Excel and save it again."
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser
