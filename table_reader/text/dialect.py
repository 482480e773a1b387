"""Which delimiter and quote a text uses: each candidate reads a sample, the best one wins.

The score is the share of rows with the same number of cells, times how much like clean values
the cells look, as in van den Burg, Nazabal, Sutton, "Wrangling messy CSV files by detecting row
and type patterns", 2019; docs/reading.md tells how the ready-made sniffers fared.
"""

from __future__ import annotations

import re
from itertools import pairwise

from table_reader.errors import DataError
from table_reader.patterns import cell_kind
from table_reader.rows.sketch import COMMENT_MARKS, SAMPLE_ROWS, Row
from table_reader.text.fixed_width import find_slices
from table_reader.text.quotes import MAX_CELL_LINES, has_lone_quote, swallows_rows
from table_reader.text.ragged import filled_up
from table_reader.text.records import Dialect, escaped_quote, spaced_quote
from table_reader.text.sample import ONE_COLUMN, SEP_LINE, common_length, rows_of_sample
from table_reader.wording import shown

DELIMITERS = (",", ";", "\t", "|", " ")
PREFERENCE = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 1.0, " ": 0.9, ONE_COLUMN: 0.75}
TEXT_QUALITY = 0.9
LONE_TEXT_QUALITY = 0.4
"""A single column of words is no table: rather any other reading."""
FOREIGN_MARKS = (("\t", 0.0), (";", 0.3), ("|", 0.3), (",", 0.6))
"""How much a cell of text looks like one when it holds another candidate's delimiter."""
LONE_HEADER = 0.6
"""One name, or number, above rows of two numbers: rather one column with commas in it."""
SWALLOWS = 0.5
"""A stray quote that makes one row of several: rather any other reading."""
FIXED = 0.85
"""Columns at fixed places: only where spaces between cells tell less."""
FILLED_UP = 0.9
"""Rows of different lengths, though they may stop at their last filled cell."""
QUOTES = ('"', "'", "")


def find_dialect(sample: str, delimiter: str | None, quote: str | None = None) -> Dialect:
    """Return the dialect in which `sample` looks most like a table.

    Raises DataError for a delimiter that is not one character of ASCII, and for another quote
    than '"', "'" or "" (none).
    """
    marked = SEP_LINE.match(sample)
    if delimiter is not None:
        candidates: tuple[str, ...] = (_checked(delimiter),)
    elif marked and ord(marked[1]) < 128:
        candidates = (marked[1],)
    else:
        candidates = (*(mark for mark in DELIMITERS if mark in sample), ONE_COLUMN)
    dialects = [
        Dialect(candidate, mark, _has_spaced_quotes(sample, candidate, mark), is_escaped)
        for candidate in candidates
        for mark in _quotes(sample, candidate, quote)
        for is_escaped in ((False, True) if _has_escapes(sample, mark) else (False,))
    ]
    if delimiter in (None, " ") and (slices := find_slices(sample.splitlines()[:SAMPLE_ROWS])):
        dialects.append(Dialect("\t", "", slices=slices))
    return max(dialects, key=lambda dialect: _score(sample, dialect))


def _checked(delimiter: str) -> str:
    if delimiter == "":
        return ONE_COLUMN
    if len(delimiter) != 1 or ord(delimiter) > 127 or delimiter in "\r\n\"'":
        raise DataError(
            f"`delimiter` must be one character such as ',' or a tab, or '' for a single column. "
            f"Got {shown(delimiter)}."
        )
    return delimiter


def _quotes(sample: str, delimiter: str, quote: str | None) -> tuple[str, ...]:
    """Return the quotes to try: single ones only where they stand around cells, and none where
    they join lines."""
    if quote is not None:
        if quote not in QUOTES:
            raise DataError(f"`quote` must be one of {QUOTES}. Got {shown(quote)}.")
        return (quote,)
    mark = re.escape(delimiter)
    single = re.findall(rf"(?m)(?:^|{mark}\s*)'[^'\r\n]*'(?=\s*{mark}|\r?$)", sample[:20_000])
    none = ("",) if _are_stray(sample, delimiter) else ()
    return (("'",) if len(single) >= 2 else ()) + ('"', *none)


def _are_stray(sample: str, delimiter: str) -> bool:
    """Whether quotes may be mere characters; one that never closes is a mistake, unless alone."""
    if '"' not in sample or not _joins_lines(sample, delimiter):
        return False
    return sample.count('"') % 2 == 0 or has_lone_quote(sample.encode(), '"', delimiter)


def _joins_lines(sample: str, delimiter: str) -> bool:
    """Whether quotes make rows of several lines, though never of more than a cell may have."""
    rows = [line for line, _ in rows_of_sample(sample, Dialect(delimiter))]
    lines = sample.splitlines()
    if len(rows) < SAMPLE_ROWS:
        rows.append(len(lines) + 1)
    spans = [lines[line : after - 1] for line, after in pairwise(rows)]
    has_joined = any(line.strip() for span in spans for line in span)
    return has_joined and max(map(len, spans)) <= MAX_CELL_LINES


def _has_escapes(sample: str, quote: str) -> bool:
    return bool(quote) and re.search(escaped_quote(quote), sample) is not None


def _has_spaced_quotes(sample: str, delimiter: str, quote: str) -> bool:
    if not quote or delimiter in (" ", "\t"):
        return False
    return re.search(spaced_quote(delimiter, quote), sample, re.MULTILINE) is not None


def _score(sample: str, dialect: Dialect) -> float:
    rows = [
        row for row in rows_of_sample(sample, dialect) if not row[1][0].startswith(COMMENT_MARKS)
    ]
    counts = [len(cells) for _, cells in rows]
    if not counts:
        return 0.0
    n_columns = common_length(counts)
    full = filled_up(rows) if dialect.delimiter != " " else None
    if full is not None:
        rows, n_columns = full
        counts = [len(cells) for _, cells in rows]
    start = counts.index(n_columns)
    body = [cells for _, cells in rows[start:]]
    fitting = [cells for cells in body if len(cells) == n_columns]
    consistency = (len(fitting) / len(body)) ** 2
    coverage = 0.4 + 0.6 * len(body) / len(rows)
    quality = _quality(fitting[1:] or fitting, TEXT_QUALITY if n_columns > 1 else LONE_TEXT_QUALITY)
    if n_columns == 1 and any(mark in rows[0][1][0] for mark, _ in FOREIGN_MARKS):
        quality *= LONE_HEADER
    above = [cells[0] for _, cells in rows[:start] if len(cells) == 1]
    is_lone = counts[:2] == [1, 2] and {cell_kind(cell) for cell in body[0]} == {"number"}
    has_lone = is_lone or any(cell_kind(cell) == "number" for cell in above)
    lone = LONE_HEADER if n_columns == 2 and has_lone else 1.0
    # A delimiter that makes one column delimits nothing.
    mark = dialect.delimiter if n_columns > 1 else ONE_COLUMN
    vain = 1.0 if mark == dialect.delimiter and not dialect.escaped else 0.99
    if dialect.slices is not None:
        vain *= FIXED
    if full is not None:
        vain *= FILLED_UP
    if _swallows_rows(sample, rows, dialect, n_columns):
        vain *= SWALLOWS
    return consistency * coverage * quality * lone * vain * PREFERENCE.get(mark, 1.0)


def _swallows_rows(sample: str, rows: list[Row], dialect: Dialect, n_columns: int) -> bool:
    """Whether a stray quote joins rows to one."""
    if not dialect.quote or dialect.quote not in sample:
        return False
    lines = re.split(r"\r\n|\n|\r", sample)
    ends = [line for line, _ in rows[1:]] + [len(lines)]
    return any(
        end - line > 1
        and swallows_rows(
            "\n".join(lines[line - 1 : end - 1]).rstrip().encode(),
            dialect.quote,
            dialect.delimiter,
            n_columns,
        )
        for (line, _), end in zip(rows, ends, strict=True)
    )


def _quality(rows: list[list[str]], text_quality: float) -> float:
    cells = [cell for row in rows for cell in row[:100]]
    return sum(_cell_quality(cell, text_quality) for cell in cells) / len(cells)


def _cell_quality(cell: str, text_quality: float) -> float:
    if cell_kind(cell) != "text":
        return 1.0
    if cell[0] in "\"'" or cell[-1] in "\"'":
        return 0.1
    return min([text_quality, *(quality for mark, quality in FOREIGN_MARKS if mark in cell)])
