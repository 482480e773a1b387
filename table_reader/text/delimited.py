"""Reading delimited text (.csv, .tsv, .txt) into a grid of columns.

pyarrow turns the blocks of rows that fit into columns; which rows those are is decided before
(row_blocks.py), so that no row is ever shifted or dropped without being named.
"""

from __future__ import annotations

from collections.abc import Iterator

from table_reader.errors import DataError
from table_reader.grid import Grid, Progress
from table_reader.options import ReadOptions
from table_reader.rows.inner_rows import without_notes_in_rows
from table_reader.rows.rows import without_stray_rows
from table_reader.source import PIECE_BYTES, GivenFile
from table_reader.table import SUSPICIOUS, Doubt
from table_reader.text.encodings import decoded_pieces
from table_reader.text.header import header_names, named_columns
from table_reader.text.records import Dialect, blocks
from table_reader.text.row_blocks import LeftOut, RowBlock
from table_reader.text.sample import ONE_COLUMN
from table_reader.text.structure import Structure, check_text, find_structure
from table_reader.text.text_columns import gathered
from table_reader.text.text_parts import tables_beside
from table_reader.wording import rows_text

BYTES_PER_COLUMN = 10_000
FEWEST_FITTING, FEWEST_SHARE = 3, 1 / 3
"""So many rows, and this share of the others' number, must fit: else the dialect is wrong."""
MANY_LEFT_OUT = 0.2
"""Where more of the rows do not fit, that is no mere note."""
MOST_PIECE_BYTES = 16 * 2**20
DELIMITER_WORDS = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "vertical bars",
    " ": "spaces",
    ONE_COLUMN: "one column",
}


def read_delimited(source: GivenFile, options: ReadOptions, progress: Progress) -> Grid:
    """Return the cells of a text file.

    Raises DataError for what is no text, for tables beyond the limits, for quotes that do not
    close, and where fewer than half of the rows fit.
    """
    structure = find_structure(source, options)
    encoding, dialect, layout = structure.encoding, structure.dialect, structure.layout
    n_columns = structure.n_columns
    names, notes = header_names(layout, n_columns, dialect, source)
    left_out = LeftOut()

    def read(is_first: bool) -> Iterator[RowBlock]:
        pieces = _watched(source, structure, progress if is_first else _unheard)
        findings = left_out if is_first else LeftOut()
        skipped = layout.data_line - 1
        return blocks(pieces, dialect, n_columns, skipped, findings, structure.has_short_rows)

    as_text = [i for i, name in enumerate(names) if options.is_written(name)]
    columns, lines = gathered(read, dialect, n_columns, as_text)
    _check_rows(len(lines), left_out, structure, source)
    columns = named_columns(columns, names, layout, source)
    marks = [_delimiter_words(dialect), encoding.label]
    are_many = left_out.n_misfits > MANY_LEFT_OUT * (len(lines) + left_out.n_misfits)
    grid = Grid(
        *(names, columns, lines, structure.options(options), layout.header or (), marks),
        notes=[
            *encoding.notes,
            *_quote_notes(dialect, options),
            *layout.notes,
            *notes,
            *_left_out_notes(left_out),
        ],
        n_dropped=left_out.n_rows,
    )
    if are_many:
        grid.add(_doubt_about_lengths(len(lines), left_out, n_columns))
    grid = tables_beside(without_notes_in_rows(grid), options, source)
    return without_stray_rows(grid, options)


def _watched(source: GivenFile, structure: Structure, progress: Progress) -> Iterator[bytes]:
    """Yield the text, telling how much of it is through, and refusing what is none.

    The pieces of wide tables are larger: a block costs some time for every column.
    """
    n_bytes = 0
    size = min(max(PIECE_BYTES, structure.n_columns * BYTES_PER_COLUMN), MOST_PIECE_BYTES)
    for piece in decoded_pieces(source, structure.encoding, size):
        check_text(piece, source)
        yield piece
        n_bytes += len(piece)
        progress(min(n_bytes / source.size, 1.0))


def _unheard(_: float) -> None:
    """Progress of a second reading, which nobody waits for again."""


def _check_rows(n_rows: int, left_out: LeftOut, structure: Structure, source: GivenFile) -> None:
    """Refuse tables without rows, and those of whose rows hardly any fit."""
    n_misfits = left_out.n_misfits
    are_few = n_rows < max(FEWEST_FITTING, FEWEST_SHARE * n_misfits)
    if are_few and n_misfits >= max(n_rows, 1):
        bad = rows_text(sorted(left_out.too_short.first + left_out.too_long.first))
        raise DataError(
            f"The rows of {source.title} must have the same number of cells. Got "
            f"{structure.n_columns} in most of the first rows, but other numbers in "
            f"{left_out.n_rows:,} rows ({bad}): choose another delimiter, or put quotes around "
            f"cells with delimiters in them."
        )
    if not n_rows:
        where = "below its header" if structure.layout.header else "of cells"
        raise DataError(f"File {source.title} must have at least 1 row {where}. Got none.")


def _doubt_about_lengths(n_rows: int, left_out: LeftOut, n_columns: int) -> Doubt:
    """Return the doubt about rows that are left out for their length, where they are many."""
    n = left_out.n_misfits
    bad = rows_text(sorted(left_out.too_short.first + left_out.too_long.first))
    have, were, they = ("has", "was", "it is") if n == 1 else ("have", "were", "they are")
    text = (
        f"{n:,} of {n + n_rows:,} rows {have} another number of cells than {n_columns}, and {were} "
        f"left out ({bad}): if {they} data, choose another delimiter, or put quotes around cells "
        f"with delimiters in them."
    )
    return Doubt(SUSPICIOUS, "", text)


def _delimiter_words(dialect: Dialect) -> str:
    if dialect.slices is not None:
        return "columns at fixed places"
    return DELIMITER_WORDS.get(dialect.delimiter, repr(dialect.delimiter))


def _quote_notes(dialect: Dialect, options: ReadOptions) -> Iterator[str]:
    if not dialect.quote and options.quote is None and dialect.slices is None:
        yield "Quotes do not stand around cells here: they were read as mere characters."


def _left_out_notes(left_out: LeftOut) -> Iterator[str]:
    for tally, what in (
        (left_out.too_long, "rows with more cells than the others"),
        (left_out.too_short, "rows with fewer cells than the others"),
        (left_out.single, "rows with one cell, such as notes and names of groups"),
        (left_out.comments, "comments"),
    ):
        if tally.n:
            yield f"Left out {what}: {tally.n:,} ({tally.rows})."
    if left_out.filled_up.n:
        tally = left_out.filled_up
        yield f"Rows that stop early got empty cells: {tally.n:,} ({tally.rows})."
