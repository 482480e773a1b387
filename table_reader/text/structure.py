"""How a text file is built, found out from its beginning: encoding, dialect, layout, width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from table_reader.errors import DataError
from table_reader.limits import MAX_LINE_BYTES, MAX_TABLE_COLUMNS
from table_reader.options import ReadOptions
from table_reader.rows.layout import Layout, find_layout
from table_reader.rows.sketch import Row
from table_reader.source import GivenFile
from table_reader.text.dialect import find_dialect
from table_reader.text.encodings import Encoding, decoded_pieces, find_encoding
from table_reader.text.ragged import filled_up
from table_reader.text.records import Dialect, endless
from table_reader.text.sample import ONE_COLUMN, common_length, rows_of_sample
from table_reader.text.two_tables import check_above, check_delimiters

SAMPLE_BYTES = 128 * 1024
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b\x1f"))
MOST_CONTROLS = 0.01


@dataclass(frozen=True)
class Structure:
    """What a text file is built of; short rows stop at their last filled cell."""

    encoding: Encoding
    dialect: Dialect
    layout: Layout
    n_columns: int
    has_short_rows: bool = False

    def options(self, given: ReadOptions) -> ReadOptions:
        """Return the options that say the same."""
        mark = "" if self.dialect.delimiter == ONE_COLUMN else self.dialect.delimiter
        if self.dialect.slices is not None:
            mark = " "
        return replace(
            given,
            delimiter=mark,
            encoding=self.encoding.codec,
            quote=self.dialect.quote,
            has_header=self.layout.header is not None,
            skip_rows=self.layout.first_line - 1,
        )


def find_structure(source: GivenFile, options: ReadOptions) -> Structure:
    """Return how a text file is built, as far as `options` do not say it.

    Raises DataError for what is no text, has too many columns, or is several tables.
    """
    encoding = find_encoding(source, options.encoding)
    sample, is_whole = _sample(source, encoding)
    _check_first_line(sample, source)
    dialect = find_dialect(sample, options.delimiter, options.quote)
    rows = list(rows_of_sample(sample, dialect))
    if len(rows) > 1 and not is_whole:
        rows.pop()
    _check_width(rows, source)
    rows, n_columns = _without_empty_ends(rows)
    full = filled_up(rows) if dialect.delimiter != " " and dialect.slices is None else None
    if full is not None:
        rows, n_columns = full
    layout = find_layout(rows, n_columns, options)
    if options.skip_rows is None:
        if dialect.slices is None:
            check_delimiters(sample, dialect, rows, n_columns)
        check_above(rows, layout.first_line)
    return Structure(encoding, dialect, layout, n_columns, full is not None)


def _without_empty_ends(rows: list[Row]) -> tuple[list[Row], int]:
    """Return the rows and the number of columns without those that only delimiters make."""
    n_found = n_columns = common_length([len(cells) for _, cells in rows])
    full = [cells for _, cells in rows if len(cells) == n_found]
    while n_columns > 2 and not any(cells[n_columns - 1] for cells in full):
        n_columns -= 1
    if n_columns == n_found:
        return rows, n_columns
    return [
        (line, cells if any(cells[n_columns:]) else cells[:n_columns]) for line, cells in rows
    ], n_columns


def check_text(piece: bytes, source: GivenFile) -> None:
    """Refuse zero bytes, which no text has."""
    if b"\x00" in piece:
        raise DataError(
            f"File {source.title} must be text. Got zero bytes, as in binary or damaged files: "
            f"save the table again as CSV."
        )


def _sample(source: GivenFile, encoding: Encoding) -> tuple[str, bool]:
    """Return the first lines of a text, and whether they are all of it."""
    sample = b""
    for piece in decoded_pieces(source, encoding):
        check_text(piece, source)
        _check_controls(piece, source)
        sample += piece
        if len(sample) > SAMPLE_BYTES:
            end = _last_line_end(sample[:SAMPLE_BYTES])
            end = _first_line_end(sample) if end < 0 else end
            if end >= 0:
                return sample[: end + 1].decode("utf-8", errors="replace"), False
            if len(sample) > MAX_LINE_BYTES:
                raise endless()
    return sample.decode("utf-8", errors="replace"), True


def _last_line_end(text: bytes) -> int:
    return max(text.rfind(b"\n"), text.rfind(b"\r"))


def _first_line_end(text: bytes) -> int:
    return min((end for end in (text.find(b"\n"), text.find(b"\r")) if end >= 0), default=-1)


def _check_controls(piece: bytes, source: GivenFile) -> None:
    """Refuse a beginning in which control characters are frequent."""
    n_controls = len(piece) - len(piece.translate(None, _CONTROLS))
    if n_controls > MOST_CONTROLS * len(piece):
        raise DataError(
            f"File {source.title} must be text. Got binary content: save the table as CSV."
        )


def _check_first_line(sample: str, source: GivenFile) -> None:
    """Refuse a line with far too many delimiters before anything else looks at it."""
    line = sample.lstrip().partition("\n")[0]
    n_cells = 1 + max(line.count(mark) for mark in ",;\t|")
    if n_cells > MAX_TABLE_COLUMNS:
        raise _too_wide(n_cells, 1, source)


def _check_width(rows: Sequence[Row], source: GivenFile) -> None:
    if not rows:
        raise DataError(f"File {source.title} must not be empty. Got no columns.")
    for line, cells in rows:
        if len(cells) > MAX_TABLE_COLUMNS:
            raise _too_wide(len(cells), line, source)


def _too_wide(n_columns: int, line: int, source: GivenFile) -> DataError:
    return DataError(
        f"File {source.title} must have at most {MAX_TABLE_COLUMNS:,} columns. "
        f"Got {n_columns:,} on line {line}: leave columns out."
    )
