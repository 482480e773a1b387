"""Cutting delimited text into rows: where rows end, how many cells they have, which do not fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import IntArray
from linreg_core.errors import DataError
from linreg_core.limits import MAX_LINE_BYTES
from linreg_core.tables.reading.quotes import MAX_CELL_LINES, quote_marks, unclosed

NEWLINE, RETURN = 10, 13
BLANKS = b" \t\r\n"
SPACES = re.compile(rb"[ \t]+")
SPACES_AROUND_LINES = re.compile(rb"^ +| +(?=\r?$)", re.MULTILINE)
SPACES_OR_QUOTED = re.compile(rb'"[^"]*"|[ \t]+')


@dataclass(frozen=True)
class Dialect:
    """What stands between cells and around them; `spaced` means spaces before opening quotes."""

    delimiter: str
    quote: str = '"'
    spaced: bool = False


@dataclass
class LeftOut:
    """The lines that are no rows of the table, as the scan finds them."""

    blank: int = 0
    too_short: list[int] = field(default_factory=list)
    too_long: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    first_length: int | None = None


@dataclass(frozen=True, eq=False)
class Block:
    """Whole rows with `n_columns` cells each, as bytes, and the line on which each begins."""

    content: bytes
    lines: IntArray
    has_quotes: bool


def blocks(
    pieces: Iterable[bytes], dialect: Dialect, n_columns: int, skip_lines: int, left_out: LeftOut
) -> Iterator[Block]:
    """Yield the rows below the first `skip_lines` lines; what does not fit goes to `left_out`.

    Raises DataError for rows that are too long to be rows, and for quotes that do not close.
    """
    line = skip_lines + 1
    waiting = b""
    for piece, is_last in _whole_lines(_without_lines(pieces, skip_lines), dialect):
        rows = Rows.of(waiting + piece, dialect, line, is_last)
        waiting = rows.rest
        line += rows.n_lines
        if len(waiting) > MAX_LINE_BYTES:
            raise unclosed(line)
        if len(rows.ends):
            yield rows.fitting(n_columns, left_out)


@dataclass(frozen=True, eq=False)
class Rows:
    """The whole rows of a piece of text: offsets of their starts and ends, and of delimiters."""

    content: bytes
    dialect: Dialect
    starts: IntArray
    ends: IntArray
    lines: IntArray
    delimiters: IntArray
    rest: bytes
    n_lines: int
    has_quotes: bool

    @classmethod
    def of(cls, content: bytes, dialect: Dialect, line: int, is_last: bool) -> Rows:
        """Find the rows; text after the last line's end is a row only where `is_last`."""
        characters = np.frombuffer(content, np.uint8)
        all_ends = _line_ends(characters, content, is_last)
        delimiters = np.flatnonzero(characters == ord(dialect.delimiter))
        marks = quote_marks(content, dialect.quote, dialect.delimiter, line)
        _check_cells(marks, all_ends, line, is_last)
        ends = _outside(all_ends, marks)
        delimiters = _outside(delimiters, marks)
        cut = int(ends[-1]) + 1 if len(ends) else 0
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        n_lines_before = np.searchsorted(all_ends, starts)
        return cls(
            content,
            dialect,
            starts,
            ends,
            line + n_lines_before,
            delimiters,
            content[cut:],
            int(np.searchsorted(all_ends, cut)),
            len(marks) > 0,
        )

    def fitting(self, n_columns: int, left_out: LeftOut) -> Block:
        """Return the rows of `n_columns` cells, and count the others in `left_out`."""
        counts = np.diff(np.searchsorted(self.delimiters, np.append(self.starts, self.ends[-1])))
        suspects = np.flatnonzero((counts != n_columns - 1) | self._is_blank())
        if not len(suspects):
            content = self.content[: int(self.ends[-1]) + 1]
            return Block(content, self.lines, self.has_quotes)
        kept: list[bytes] = []
        is_kept = np.ones(len(self.ends), dtype=bool)
        first = 0
        for i in suspects.tolist():
            kept.append(self.content[self.starts[first] : self.starts[i]] if first < i else b"")
            first = i + 1
            row = self._repaired(i, int(counts[i]) + 1, n_columns, left_out)
            is_kept[i] = row is not None
            kept.append(row or b"")
        if first < len(self.ends):
            kept.append(self.content[self.starts[first] : self.ends[-1] + 1])
        return Block(b"".join(kept), self.lines[is_kept], self.has_quotes)

    def _is_blank(self) -> NDArray[np.bool_]:
        lengths = self.ends - self.starts
        first = np.frombuffer(self.content, np.uint8)[self.starts]
        return np.asarray((lengths == 0) | ((lengths == 1) & (first == RETURN)))

    def _repaired(self, i: int, n_cells: int, n_columns: int, left_out: LeftOut) -> bytes | None:
        """Return a row that fits, or would without empty cells at its end; else None."""
        delimiter = self.dialect.delimiter.encode()
        row = self.content[self.starts[i] : self.ends[i]].rstrip(b"\r\n")
        if not row.strip(BLANKS + delimiter):
            left_out.blank += 1
            return None
        if n_cells == n_columns:
            return row + b"\n"
        excess = delimiter * (n_cells - n_columns)
        if n_cells > n_columns and row.endswith(excess):
            return row[: -len(excess)] + b"\n"
        line = int(self.lines[i])
        if row.lstrip().startswith((b"#", b"//")):
            left_out.comments.append(line)
        else:
            (left_out.too_long if n_cells > n_columns else left_out.too_short).append(line)
            left_out.first_length = left_out.first_length or n_cells
        return None


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
    if dialect.delimiter == " ":
        if quote in content:
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


def _outside(positions: IntArray, marks: IntArray) -> IntArray:
    """Return the positions outside of quoted cells."""
    if not len(marks):
        return positions
    return np.asarray(positions[np.searchsorted(marks, positions) % 2 == 0])
