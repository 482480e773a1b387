"""Reading delimited text (.csv, .tsv, .txt): finding its dialect and layout, cutting, parsing.

pyarrow turns the blocks of rows that fit into columns of text; which rows those are is decided
before (records.py), so that no row is ever shifted or dropped without being named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from linreg_core.errors import DataError
from linreg_core.limits import MAX_FEATURES, MAX_LINE_BYTES
from linreg_core.tables.reading.dialect import (
    ONE_COLUMN,
    Row,
    common_length,
    find_dialect,
    sample_rows,
)
from linreg_core.tables.reading.encodings import Encoding, decoded_pieces, find_encoding
from linreg_core.tables.reading.gathering import gathered
from linreg_core.tables.reading.grid import Grid, Progress
from linreg_core.tables.reading.header import header_names, named_columns
from linreg_core.tables.reading.layout import Layout, find_layout
from linreg_core.tables.reading.records import Block, LeftOut, blocks, endless
from linreg_core.tables.reading.rows import without_stray_rows
from linreg_core.tables.reading.source import Source
from linreg_core.tables.table import ReadOptions, rows_text

SAMPLE_BYTES = 128 * 1024
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b\x1f"))
MOST_CONTROLS = 0.01
DELIMITER_WORDS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "vertical bars",
    " ": "spaces",
    ONE_COLUMN: "one column",
}


def read_delimited(source: Source, options: ReadOptions, progress: Progress) -> Grid:
    """Return the cells of a text file.

    Raises DataError for what is no text, for tables beyond the limits, for quotes that do not
    close, and where fewer than half of the rows fit.
    """
    encoding = find_encoding(source, options.encoding)
    sample, is_whole = _sample(source, encoding)
    _check_first_line(sample, source)
    dialect = find_dialect(sample, options.delimiter)
    rows = list(sample_rows(sample, dialect))
    if len(rows) > 1 and not is_whole:
        rows.pop()
    n_columns = _checked_width(rows, source)
    layout = find_layout(rows, n_columns, options)
    n_columns = max(n_columns, 1)
    names, notes = header_names(layout, n_columns, dialect, source)
    left_out = LeftOut()

    def read(is_first: bool) -> Iterator[Block]:
        pieces = _watched(source, encoding, progress if is_first else _unheard)
        findings = left_out if is_first else LeftOut()
        return blocks(pieces, dialect, n_columns, layout.data_line - 1, findings)

    as_text = [i for i, name in enumerate(names) if name in options.as_text]
    columns, lines = gathered(read, dialect, n_columns, as_text)
    _check_rows(len(lines), n_columns, left_out, layout, source)
    columns = named_columns(columns, names, layout, source)
    used = replace(
        options,
        delimiter="" if dialect.delimiter == ONE_COLUMN else dialect.delimiter,
        encoding=encoding.codec,
        has_header=layout.header is not None,
        skip_rows=layout.first_line - 1,
    )
    marks = [DELIMITER_WORDS.get(dialect.delimiter, repr(dialect.delimiter)), encoding.label]
    n_dropped = len(left_out.too_short) + len(left_out.too_long)
    grid = Grid(
        *(names, columns, lines, used, layout.header or (), marks),
        notes=[*encoding.notes, *layout.notes, *notes, *_left_out_notes(left_out)],
        n_dropped=n_dropped,
    )
    return without_stray_rows(grid, options)


def _sample(source: Source, encoding: Encoding) -> tuple[str, bool]:
    """Return the first lines of a text, and whether they are all of it."""
    sample, is_whole = b"", True
    for piece in decoded_pieces(source, encoding):
        _check_text(piece, source)
        _check_controls(piece, source)
        sample += piece
        end = max(sample.rfind(b"\n", 0, SAMPLE_BYTES), sample.rfind(b"\r", 0, SAMPLE_BYTES))
        if len(sample) > SAMPLE_BYTES:
            is_whole = False
            if end < 0:
                end = _first_line_end(sample)
            if end >= 0:
                sample = sample[: end + 1]
                break
            if len(sample) > MAX_LINE_BYTES:
                raise endless()
    return sample.decode("utf-8", errors="replace"), is_whole


def _first_line_end(sample: bytes) -> int:
    ends = [end for end in (sample.find(b"\n"), sample.find(b"\r")) if end >= 0]
    return min(ends, default=-1)


def _check_text(piece: bytes, source: Source) -> None:
    """Refuse zero bytes, which no text has."""
    if b"\x00" in piece:
        raise DataError(
            f"File {source.title} must be text. Got zero bytes, as in binary or damaged files: "
            f"save the table again as CSV."
        )


def _check_controls(piece: bytes, source: Source) -> None:
    """Refuse a beginning in which control characters are frequent."""
    n_controls = len(piece) - len(piece.translate(None, CONTROLS))
    if n_controls > MOST_CONTROLS * len(piece):
        raise DataError(
            f"File {source.title} must be text. Got binary content: save the table as CSV."
        )


def _check_first_line(sample: str, source: Source) -> None:
    """Refuse a line with far too many delimiters before anything else looks at it."""
    line = sample.lstrip().partition("\n")[0]
    n_cells = 1 + max(line.count(mark) for mark in ",;\t|")
    if n_cells > MAX_FEATURES:
        raise _too_wide(n_cells, 1, source)


def _too_wide(n_columns: int, line: int, source: Source) -> DataError:
    return DataError(
        f"File {source.title} must have at most {MAX_FEATURES:,} columns. "
        f"Got {n_columns:,} on line {line}: leave columns out."
    )


def _checked_width(rows: list[Row], source: Source) -> int:
    if not rows:
        raise DataError(f"File {source.title} must not be empty. Got no columns.")
    for line, cells in rows:
        if len(cells) > MAX_FEATURES:
            raise _too_wide(len(cells), line, source)
    return common_length([len(cells) for _, cells in rows])


def _watched(source: Source, encoding: Encoding, progress: Progress) -> Iterator[bytes]:
    """Yield the text, telling how much of it is through, and refusing what is none."""
    n_bytes = 0
    for piece in decoded_pieces(source, encoding):
        _check_text(piece, source)
        yield piece
        n_bytes += len(piece)
        progress(min(n_bytes / source.size, 1.0))


def _unheard(_: float) -> None:
    """Progress of a second reading, which nobody waits for again."""


def _check_rows(
    n_rows: int, n_columns: int, left_out: LeftOut, layout: Layout, source: Source
) -> None:
    """Refuse tables without rows, and those of whose rows half or more do not fit."""
    bad = sorted(left_out.too_short + left_out.too_long)
    if len(bad) >= max(n_rows, 1):
        raise DataError(
            f"The rows of {source.title} must have the same number of cells. Got {n_columns} in "
            f"most of the first rows, but other numbers in {len(bad):,} rows "
            f"({rows_text(bad)}): choose another delimiter, or put quotes around cells with "
            f"delimiters in them."
        )
    if not n_rows:
        where = "below its header" if layout.header else "of cells"
        raise DataError(f"File {source.title} must have at least 1 row {where}. Got none.")


def _left_out_notes(left_out: LeftOut) -> Iterator[str]:
    for lines, what in (
        (left_out.too_long, "rows with more cells than the others"),
        (left_out.too_short, "rows with fewer cells than the others"),
        (left_out.comments, "comments"),
    ):
        if lines:
            yield f"Left out {what}: {len(lines):,} ({rows_text(lines)})."
