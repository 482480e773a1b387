"""Cutting delimited text into rows: where lines and rows end, also within quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from table_reader.arrays import IntArray
from table_reader.errors import DataError
from table_reader.limits import MAX_LINE_BYTES
from table_reader.text.fixed_width import Slices, cut
from table_reader.text.quotes import MAX_CELL_LINES, quote_marks, stray, swallows_rows, unclosed
from table_reader.text.row_blocks import NEWLINE, RETURN, LeftOut, RowBlock, WholeRows

SPACES = re.compile(rb"[ \t]+")
SPACES_AROUND_LINES = re.compile(rb"^ +| +(?=\r?$)", re.MULTILINE)
SPACES_OR_QUOTED = re.compile(rb'"[^"]*"|[ \t]+')


@dataclass(frozen=True)
class Dialect:
    """What stands between cells and around them.

    `quote` is "" where quotes are mere characters; `spaced` means spaces before opening quotes,
    and `escaped` that quotes within cells have a backslash before them. Columns that stand at
    fixed places have `slices`; tabs are then put between the cells.
    """

    delimiter: str
    quote: str = '"'
    spaced: bool = False
    escaped: bool = False
    slices: Slices | None = None


def blocks(
    pieces: Iterable[bytes],
    dialect: Dialect,
    n_columns: int,
    skip_lines: int,
    left_out: LeftOut,
    has_short_rows: bool = False,
) -> Iterator[RowBlock]:
    """Yield the rows below the first `skip_lines` lines; what does not fit goes to `left_out`.

    Short rows are filled up where the text `has_short_rows` by its nature.

    Raises DataError for rows that are too long to be rows, and for quotes that do not close.
    """
    line = skip_lines + 1
    waiting = b""
    for piece, is_last in _whole_lines(_without_lines(pieces, skip_lines), dialect):
        rows, waiting, n_lines = _cut(waiting + piece, dialect, n_columns, line, is_last)
        line += n_lines
        if len(waiting) > MAX_LINE_BYTES:
            raise unclosed(line)
        if rows is not None and has_short_rows:
            rows = rows.filled_up(n_columns, left_out)
        block = None if rows is None else rows.of_width(n_columns, left_out)
        if block is not None and len(block.lines):
            yield block


def _cut(
    content: bytes, dialect: Dialect, n_columns: int, line: int, is_last: bool
) -> tuple[WholeRows | None, bytes, int]:
    """Return the whole rows of a text, what is left behind them, and its number of lines."""
    characters = np.frombuffer(content, np.uint8)
    all_ends = _line_ends(characters, content, is_last)
    marks = quote_marks(content, dialect.quote, dialect.delimiter, line)
    _check_cells(marks, all_ends, line, is_last)
    ends = _outside(all_ends, marks)
    if not len(ends):
        return None, content, 0
    delimiter = ord(dialect.delimiter)
    delimiters = _outside(np.flatnonzero(characters == delimiter), marks)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lines = line + np.searchsorted(all_ends, starts)
    cut = int(ends[-1]) + 1
    rows = WholeRows(content, delimiter, starts, ends, delimiters, lines, len(marks) > 0)
    if rows.has_quotes:
        _check_rows(rows, dialect, n_columns)
    return rows, content[cut:], int(np.searchsorted(all_ends, cut))


def _without_lines(pieces: Iterable[bytes], n_lines: int) -> Iterator[bytes]:
    """Drop the first lines of a text (ended by \\n, \\r\\n or \\r) that comes in pieces."""
    left, held = n_lines, b""
    for piece in pieces:
        if not left:
            yield piece
            continue
        held += piece
        cut = 0
        for match in re.finditer(rb"\r\n|\n|\r(?=[^\n])", held):
            cut, left = match.end(), left - 1
            if not left:
                break
        held = held[cut:]
        if not left:
            yield held
            held = b""
        elif len(held) > MAX_LINE_BYTES:
            raise endless()
    if held:
        yield held if not left else b""


def endless() -> DataError:
    """Return the error for a line that does not end."""
    return DataError(
        f"A line must have at most {MAX_LINE_BYTES // 2**20} MB. Got a longer one: "
        f"choose a file whose rows are on lines of their own."
    )


def _whole_lines(pieces: Iterable[bytes], dialect: Dialect) -> Iterator[tuple[bytes, bool]]:
    """Yield the text cut at line ends, tidied for its dialect, and whether it is the last."""
    held = b""
    for piece in pieces:
        held += piece
        cut = max(held.rfind(b"\n"), held[:-1].rfind(b"\r")) + 1
        if cut:
            yield _tidied(held[:cut], dialect), False
            held = held[cut:]
        elif len(held) > MAX_LINE_BYTES:
            raise endless()
    if held and not held.endswith((b"\n", b"\r")):
        held += b"\n"
    yield _tidied(held, dialect), True


def _tidied(content: bytes, dialect: Dialect) -> bytes:
    """Make runs of spaces one where they delimit; close up spaces before opening quotes."""
    quote = dialect.quote.encode()
    if dialect.slices is not None:
        return _cut_at(content, dialect.slices)
    if dialect.escaped:
        content = re.sub(escaped_quote(dialect.quote).encode(), quote + quote, content)
    if dialect.delimiter == " ":
        if quote and quote in content:
            content = SPACES_OR_QUOTED.sub(_one_space, content)
        else:
            content = SPACES.sub(b" ", content)
        return SPACES_AROUND_LINES.sub(b"", content)
    if dialect.spaced:
        pattern = spaced_quote(dialect.delimiter, dialect.quote).encode()
        return re.sub(pattern, rb"\1" + quote, content, flags=re.MULTILINE)
    return content


def spaced_quote(delimiter: str, quote: str) -> str:
    """Return the pattern of an opening quote behind spaces (doubled quotes are no openings)."""
    mark = re.escape(delimiter)
    return rf"(^|{mark})[ \t]+{quote}(?!{quote}(?!\s*(?:{mark}|\r?$)))"


def _cut_at(content: bytes, slices: Slices) -> bytes:
    lines = content.decode("utf-8", errors="replace").splitlines()
    return "".join("\t".join(cut(line, slices)) + "\n" for line in lines).encode()


def escaped_quote(quote: str) -> str:
    """Return the pattern of a quote that a backslash makes one of the text."""
    return rf"(?<!\\)\\{quote}"


def _one_space(match: re.Match[bytes]) -> bytes:
    return match.group() if match.group()[:1] == b'"' else b" "


def _line_ends(characters: NDArray[np.uint8], content: bytes, is_last: bool) -> IntArray:
    """Return where lines end: at each newline, and each carriage return without one."""
    ends = np.flatnonzero(characters == NEWLINE)
    if b"\r" not in content:
        return ends
    returns = np.flatnonzero(characters == RETURN)
    if len(returns) and returns[-1] == len(characters) - 1 and not is_last:
        returns = returns[:-1]
    after = np.minimum(returns + 1, len(characters) - 1)
    alone = returns[characters[after] != NEWLINE]
    return np.sort(np.concatenate((ends, alone))) if len(alone) else ends


def _check_cells(marks: IntArray, all_ends: IntArray, line: int, is_last: bool) -> None:
    """Refuse quotes that do not close, or only after so many lines that they must be mistakes."""
    if is_last and len(marks) % 2:
        raise unclosed(line + int(np.searchsorted(all_ends, marks[-1])))
    line_of = np.searchsorted(all_ends, marks)
    opens, closes = line_of[0::2], line_of[1::2]
    n_lines = closes - opens[: len(closes)]
    if len(n_lines) and n_lines.max() > MAX_CELL_LINES:
        raise unclosed(line + int(opens[int(n_lines.argmax())]))


def _check_rows(rows: WholeRows, dialect: Dialect, n_columns: int) -> None:
    """Refuse rows that a stray quote has made of several."""
    several = np.flatnonzero(np.diff(rows.lines) > 1).tolist()
    for i in (*several, len(rows.lines) - 1):
        row = rows.content[rows.starts[i] : rows.ends[i]]
        if swallows_rows(row, dialect.quote, dialect.delimiter, n_columns):
            raise stray(int(rows.lines[i]))


def _outside(positions: IntArray, marks: IntArray) -> IntArray:
    """Return the positions outside of quoted cells."""
    if not len(marks):
        return positions
    return np.asarray(positions[np.searchsorted(marks, positions) % 2 == 0])
