"""Reading a file into a Table: `read_table`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from table_reader.arrays import IntArray
from table_reader.columns.interpret import interpret
from table_reader.errors import DataError
from table_reader.grid import Grid, Progress, release_arrow_memory
from table_reader.looking import found_options, text_found
from table_reader.options import ReadOptions
from table_reader.parquet import read_parquet
from table_reader.share_doubts import share_doubts
from table_reader.sheets.workbook import read_workbook
from table_reader.signatures import file_kind
from table_reader.source import GivenFile, open_given_file
from table_reader.summary import summarised
from table_reader.table import Doubt, Table
from table_reader.text.delimited import read_delimited
from table_reader.unpacking import gunzipped, is_workbook, only_member, open_archive
from table_reader.wording import listed, shown

FIND_OUT = ReadOptions()
READERS = {"text": read_delimited, "parquet": read_parquet}
"""What makes a grid of a file, by its kind; packed files and workbooks are opened first."""
CUTTING_SHARE = 0.5
"""The part of the progress that finding rows and cells takes; the rest is what they mean."""


def read_table(
    file_or_path: str | Path | IO[Any],
    *,
    options: ReadOptions = FIND_OUT,
    name: str | None = None,
    progress: Progress | None = None,
) -> Table:
    """Return the table in a file: delimited text, a workbook (.xlsx) or Parquet, also packed.

    `file_or_path` is a path, an upload or anything else with `read`. What `options` leaves open
    is found out; `notes` and `summary` of the table say what was assumed, `questions` what is
    ambiguous. `name` is the file's name where the object does not have it; `progress` is called
    with numbers that rise from 0 to 1.

    Raises DataError when the file is missing, unreadable, too large, empty, or without a column
    that holds numbers (which a file that follows an earlier one need not have). The error comes
    with what was found of a file that could be looked at.

    >>> import io
    >>> table = read_table(io.BytesIO(b"size;price\\n70;1,5\\n80;2,25\\n"))
    >>> table.summary, table.frame["price"].tolist()
    ('semicolons, decimal comma, UTF-8', [1.5, 2.25])
    """
    report = _rising(progress)
    with open_given_file(file_or_path, name) as source:
        report(0.0)
        table = _read(source, options, report, depth=0)
    release_arrow_memory(len(table.frame))
    report(1.0)
    return table


def _read(source: GivenFile, options: ReadOptions, progress: Progress, depth: int) -> Table:
    """Read a file by what its first bytes say it is; what is packed is unpacked, once."""
    kind = file_kind(source)
    if kind == "gzip" and not depth:
        return _read(gunzipped(source), options, progress, depth + 1)
    if kind == "zip":
        with open_archive(source) as archive:
            if is_workbook(archive):
                return _table(read_workbook(source, archive, options), source, options, progress)
            if not depth:
                return _read(only_member(archive, source), options, progress, depth + 1)
    if kind in ("gzip", "zip"):
        raise DataError(f"File {source.title} must be packed once. Got it packed again: unpack it.")
    try:
        grid = READERS[kind](source, options, lambda part: progress(CUTTING_SHARE * part))
    except DataError as error:
        if kind == "text":
            error.found = text_found(source, options.encoding)
            error.options = found_options(source, options)
        raise
    if kind == "text":
        grid.found = text_found(source, grid.options.encoding)
    return _table(grid, source, options, progress)


def _table(grid: Grid, source: GivenFile, options: ReadOptions, progress: Progress) -> Table:
    """Return the table of a grid; an error comes with what was found of the file."""
    try:
        return _meaning(grid, source, options, progress)
    except DataError as error:
        error.found, error.options = grid.found, grid.options
        raise


def _meaning(grid: Grid, source: GivenFile, options: ReadOptions, progress: Progress) -> Table:
    """Return the table of a grid: its columns as values, with all that was assumed."""
    import pandas as pd

    meaning = interpret(
        grid, options, lambda part: progress(CUTTING_SHARE + (1 - CUTTING_SHARE) * part)
    )
    meaning.questions[:0] = grid.questions
    meaning.doubts += _place_doubts(grid)
    columns = {grid.names[i]: meaning.values[i] for i in sorted(meaning.values)}
    if not columns:
        raise DataError(f"File {source.title} must not be empty. Got only empty cells.")
    shares = tuple(name for name in grid.names if name in (*grid.shares, *meaning.shares))
    for doubt in share_doubts(options.precedent, columns, shares) if options.precedent else ():
        meaning.doubts.append(doubt)
        meaning.notes.append(doubt.text)
    frame = pd.DataFrame(columns, copy=False)
    table = Table(
        frame,
        name=source.stem,
        line_numbers=_line_numbers(grid.line_numbers),
        questions=tuple(meaning.questions),
        found=grid.found,
        shares=shares,
        **summarised(grid, meaning),
    )
    if not (table.numeric_columns or options.precedent or _can_become_numbers(table)):
        _check_delimited(grid, source)
        which = "which does not hold" if len(frame.columns) == 1 else "none of which holds"
        raise DataError(
            " ".join(
                (
                    f"File {source.title} must have at least 1 column of numbers. "
                    f"Got {listed(frame.columns)}, {which} only numbers.",
                    *table.notes[:3],
                )
            )
        )
    return table


def _place_doubts(grid: Grid) -> list[Doubt]:
    """Return the grid's doubts on lines as doubts on positions.

    One about lines that were all left out, as totals are, is taken back with its note.
    """
    placed = []
    for doubt in grid.doubts:
        lines = np.array(doubt.rows, dtype=np.int64)
        positions = np.flatnonzero(np.isin(grid.line_numbers, lines)).tolist()
        if doubt.rows and not positions:
            grid.notes.remove(doubt.text)
        else:
            placed.append(replace(doubt, rows=tuple(positions)))
    return placed


def _can_become_numbers(table: Table) -> bool:
    """Whether a person's answer makes numbers of some column."""
    remedies = (remedy for doubt in table.doubts for remedy in doubt.remedies)
    return bool(table.questions) or any(remedy.field == "as_number" for remedy in remedies)


def _check_delimited(grid: Grid, source: GivenFile) -> None:
    """Refuse a single column of words that might be several under another delimiter."""
    if grid.options.delimiter == "" and len(grid.names) == 1:
        raise DataError(
            f"File {source.title} must have at least 1 column of numbers. Got one column of words, "
            f"{shown(grid.names[0])}, since no delimiter was found: choose the delimiter, or save "
            f"the table again as CSV."
        )


def _rising(progress: Progress | None) -> Progress:
    """Return a progress that never falls, and never calls with the same number twice."""
    latest = -1.0

    def report(part: float) -> None:
        nonlocal latest
        if progress is not None and part > latest:
            latest = part
            progress(part)

    return report


def _line_numbers(lines: IntArray) -> IntArray | None:
    """Return None for rows that follow a header on line 1 without gaps."""
    return None if np.array_equal(lines, np.arange(2, len(lines) + 2)) else lines
