"""Quotes in delimited text: which bytes lie within quoted cells."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from table_reader.arrays import IntArray
from table_reader.errors import DataError

LINE_ENDS = (10, 13)
NUMBER_CELL = re.compile(rb" *[-+]?\d[\d.,]* *")
LEAST_EVIDENCE = 5
"""Two lines of two cells may as well be an address."""
MAX_CELL_LINES = 100
"""The most lines that a quoted cell may span; beyond it, its quote was left open by mistake."""


def quote_marks(content: bytes, quote: str, delimiter: str, line: int) -> IntArray:
    """Return the offsets of quotes that open and close cells, in turn, in text that begins a row.

    A quote opens a cell only where the cell begins; within it, two quotes are one of the text
    (here: a close and an open). An odd number of them is returned of text that ends in a cell.

    Raises DataError when a cell that spans lines goes on after its closing quote: then an
    earlier quote was left open.
    """
    if not quote or quote.encode() not in content:
        return np.empty(0, dtype=np.int64)
    characters = np.frombuffer(content, np.uint8)
    marks = np.flatnonzero(characters == ord(quote))
    if _is_orderly(characters, marks, ord(delimiter)):
        return marks
    return _walked(content, marks.tolist(), {ord(delimiter), *LINE_ENDS}, line)


def swallows_rows(row: bytes, quote: str, delimiter: str, n_columns: int) -> bool:
    """Whether a row that spans lines is as many rows, and a stray quote joined them.

    Each of its lines then has the right number of delimiters, and a quote stands alone in a cell,
    or all lines have a number in the same column.
    """
    lines = row.splitlines()
    mark = delimiter.encode()
    if not quote or n_columns < 2 or len(lines) < 2:
        return False
    if any(line.count(mark) != n_columns - 1 for line in lines):
        return False
    if has_lone_quote(row, quote, delimiter):
        return True
    columns = zip(*(line.split(mark) for line in lines), strict=True)
    has_numbers = any(all(map(NUMBER_CELL.fullmatch, cells)) for cells in columns)
    return has_numbers and len(lines) + n_columns >= LEAST_EVIDENCE


def has_lone_quote(text: bytes, quote: str, delimiter: str) -> bool:
    """Whether a quote is all of some cell."""
    mark = re.escape(delimiter)
    alone = rf"(?:^|{mark}) *{quote} *(?:{mark}|\r?$)"
    return re.search(alone.encode(), text, re.MULTILINE) is not None


def stray(line: int) -> DataError:
    """Return the error for a quote that would make one cell of several rows."""
    return DataError(
        f"A quote must stand around a cell. Got a stray one, on line {line} or just below, that "
        f"would make one cell of several rows: remove it, or say that quotes are mere characters."
    )


def unclosed(line: int) -> DataError:
    """Return the error for a quote that opens a cell and never closes it."""
    return DataError(
        f"A quote that opens a cell must be closed. Got one that is not, on line {line} or "
        f"just below: close it, or remove it."
    )


def _is_orderly(characters: NDArray[np.uint8], marks: IntArray, delimiter: int) -> bool:
    """Whether every odd quote begins a cell and every even one ends it, or they are doubled."""
    edges = np.array([delimiter, *LINE_ENDS], dtype=np.uint8)
    is_doubled = np.diff(marks) == 1
    opens, closes = marks[0::2], marks[1::2]
    before = np.isin(characters[np.maximum(opens - 1, 0)], edges) | (opens == 0)
    before[1:] |= is_doubled[1::2][: len(before) - 1]
    last = len(characters) - 1
    after = np.isin(characters[np.minimum(closes + 1, last)], edges) | (closes == last)
    n_doubled = len(is_doubled[1::2])
    after[:n_doubled] |= is_doubled[1::2]
    return bool(before.all() and after.all())


def _walked(content: bytes, marks: list[int], edges: set[int], line: int) -> IntArray:
    """Find the quotes that open and close cells among others, one by one."""
    found: list[int] = []
    i, last = 0, len(content) - 1
    while i < len(marks):
        start = marks[i]
        i += 1
        if start and content[start - 1] not in edges:
            continue
        found.append(start)
        while i + 1 < len(marks) and marks[i + 1] == marks[i] + 1:
            i += 2
        if i == len(marks):
            break
        end = marks[i]
        i += 1
        found.append(end)
        goes_on = end < last and content[end + 1] not in edges
        if goes_on and b"\n" in content[start:end]:
            raise unclosed(line + content.count(b"\n", 0, start))
    return np.array(found, dtype=np.int64)
