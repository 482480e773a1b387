"""The first rows of a text, cut into cells under some dialect."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from table_reader.rows.sketch import SAMPLE_ROWS, Row
from table_reader.text.fixed_width import Slices, cut
from table_reader.text.records import Dialect, escaped_quote

ONE_COLUMN = "\x1f"
"""The delimiter of a file that has none: a character that texts do not contain."""
SEP_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)


def rows_of_sample(sample: str, dialect: Dialect, most: int = SAMPLE_ROWS) -> Iterator[Row]:
    """Yield the first rows of a text that have any text, with the lines on which they begin."""
    if dialect.slices is not None:
        yield from islice(_rows_at(sample, dialect.slices), most)
        return
    if dialect.escaped:
        sample = re.sub(escaped_quote(dialect.quote), dialect.quote * 2, sample)
    reader = csv.reader(
        io.StringIO(sample, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        skipinitialspace=dialect.spaced or dialect.delimiter == " ",
    )
    line, n_rows = 1, 0
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if dialect.delimiter == " ":
                row = _without_edges(row)
            if any(row) and not (line == 1 and SEP_LINE.match(sample)):
                yield line, row
                n_rows += 1
            if n_rows == most:
                return
            line = reader.line_num + 1
    except csv.Error:
        return


def _rows_at(sample: str, slices: Slices) -> Iterator[Row]:
    for number, line in enumerate(sample.splitlines(), 1):
        if line.strip():
            yield number, cut(line, slices)


def _without_edges(row: list[str]) -> list[str]:
    """Drop the empty cells that spaces at a line's ends make."""
    while row and not row[-1]:
        row = row[:-1]
    return row[1:] if row and not row[0] else row


def common_length(counts: list[int]) -> int:
    """Return the most frequent number of cells above 1, of those the largest; else 1."""
    several = Counter(count for count in counts if count > 1)
    if not several:
        return 1
    most = max(several.values())
    return max(count for count, times in several.items() if times == most)
