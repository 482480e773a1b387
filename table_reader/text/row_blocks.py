"""Which rows of delimited text fit the table, and a tally of those that do not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from table_reader.arrays import IntArray
from table_reader.wording import SHOWN_ROWS, rows_text

RETURN, NEWLINE, HASH, SLASH = 13, 10, ord("#"), ord("/")
BLANKS = b" \t\r\n"
RULE_MARKS = np.frombuffer(b"-=+", np.uint8)
NUMERIC = np.frombuffer(b"0123456789+-.,", np.uint8)


@dataclass
class Tally:
    """How many lines there are of a kind, and the first of them."""

    n: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, lines: IntArray) -> None:
        """Count more lines, which stand below those before."""
        self.n += len(lines)
        self.first += lines[: SHOWN_ROWS + 1 - len(self.first)].tolist()

    @property
    def rows(self) -> str:
        """The lines as messages name them: "rows 4, 9, 17"."""
        return rows_text(self.first)


@dataclass
class LeftOut:
    """The lines that are no rows of the table, as they are found."""

    too_short: Tally = field(default_factory=Tally)
    too_long: Tally = field(default_factory=Tally)
    single: Tally = field(default_factory=Tally)
    comments: Tally = field(default_factory=Tally)
    filled_up: Tally = field(default_factory=Tally)
    """Rows that were short and got empty cells: these are not left out."""

    @property
    def n_misfits(self) -> int:
        """How many rows have another number of cells than the table, and are no single notes."""
        return self.too_short.n + self.too_long.n

    @property
    def n_rows(self) -> int:
        """How many rows were left out for their length."""
        return self.n_misfits + self.single.n


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Whole rows with the right number of cells, as bytes, and the line where each begins."""

    content: bytes
    lines: IntArray
    has_quotes: bool


@dataclass(frozen=True, eq=False)
class WholeRows:
    """The whole rows of a text: offsets of their starts, ends and delimiters; their lines."""

    content: bytes
    delimiter: int
    starts: IntArray
    ends: IntArray
    delimiters: IntArray
    lines: IntArray
    has_quotes: bool

    def of_width(self, n_columns: int, left_out: LeftOut) -> RowBlock:
        """Return the rows of `n_columns` cells, and tally the others in `left_out`.

        Blank rows are dropped, and empty cells beyond the last column cut off.
        """
        last = np.searchsorted(self.delimiters, np.append(self.starts, self.ends[-1]))
        excess = np.diff(last) - (n_columns - 1)
        stops = self._stops()
        suspects = np.flatnonzero((excess != 0) | (stops == self.starts))
        if not len(suspects):
            content = self.content[: int(self.ends[-1]) + 1]
            return RowBlock(content, self.lines, self.has_quotes)
        suspects = suspects[self._is_filled(suspects)]
        short, long = suspects[excess[suspects] < 0], suspects[excess[suspects] > 0]
        # The row ends in as many delimiters as it has too many: its last cells are empty.
        tail = self.delimiters[last[long + 1] - excess[long]] == stops[long] - excess[long]
        keep = np.ones(len(self.ends), dtype=np.bool_)
        keep[(excess != 0) | (stops == self.starts)] = False
        keep[long[tail]] = True
        self._tally(short, long[~tail], left_out)
        content = self._kept(keep, last[long[tail] + 1], excess[long[tail]])
        return RowBlock(content, self.lines[keep], self.has_quotes)

    def _stops(self) -> IntArray:
        """Return where the rows' text ends: before a carriage return that ends a line."""
        characters = np.frombuffer(self.content, np.uint8)
        before = characters[np.maximum(self.ends - 1, 0)]
        has_return = (before == RETURN) & (characters[self.ends] == NEWLINE)
        return np.asarray(np.maximum(self.ends - has_return, self.starts))

    def _is_filled(self, rows: IntArray) -> NDArray[np.bool_]:
        """Whether rows hold anything but delimiters and blanks."""
        table = np.ones(256, dtype=np.bool_)
        table[[*BLANKS, self.delimiter]] = False
        filled = np.flatnonzero(table[np.frombuffer(self.content, np.uint8)])
        counts = np.searchsorted(filled, self.ends[rows]) - np.searchsorted(
            filled, self.starts[rows]
        )
        return np.asarray(counts > 0)

    def _tally(self, short: IntArray, long: IntArray, left_out: LeftOut) -> None:
        characters = np.frombuffer(self.content, np.uint8)
        for rows, tally in ((short, left_out.too_short), (long, left_out.too_long)):
            first, second = characters[self.starts[rows]], characters[self.starts[rows] + 1]
            is_comment = (first == HASH) | ((first == SLASH) & (second == SLASH))
            left_out.comments.add(self.lines[rows[is_comment]])
            rows = rows[~is_comment]
            if tally is left_out.too_short:
                is_word = ~np.isin(characters[self.starts[rows]], NUMERIC)
                is_word |= np.isin(characters[self.starts[rows] + 1], RULE_MARKS)
                is_single = is_word & (self._n_delimiters(rows) == 0)
                left_out.single.add(self.lines[rows[is_single]])
                rows = rows[~is_single]
            tally.add(self.lines[rows])

    def _n_delimiters(self, rows: IntArray) -> IntArray:
        last = np.searchsorted(self.delimiters, np.append(self.starts, self.ends[-1]))
        return np.asarray(np.diff(last)[rows])

    def filled_up(self, n_columns: int, left_out: LeftOut) -> WholeRows:
        """Return the rows with empty cells behind those of two or more that are too short."""
        n_missing = n_columns - 1 - self._n_delimiters(np.arange(len(self.ends)))
        short = np.flatnonzero((n_missing > 0) & (n_missing < n_columns - 1))
        characters = np.frombuffer(self.content, np.uint8)
        short = short[characters[self.starts[short]] != HASH]
        if not len(short):
            return self
        left_out.filled_up.add(self.lines[short])
        added = np.repeat(self._stops()[short], n_missing[short])
        content = np.insert(characters, added, self.delimiter).tobytes()

        def moved(positions: IntArray) -> IntArray:
            return np.asarray(positions + np.searchsorted(added, positions, side="right"))

        own = added + np.arange(len(added))
        return replace(
            self,
            content=content,
            starts=moved(self.starts),
            ends=moved(self.ends),
            delimiters=np.sort(np.concatenate((moved(self.delimiters), own))),
        )

    def _kept(self, keep: NDArray[np.bool_], last: IntArray, excess: IntArray) -> bytes:
        """Return the bytes of the rows to keep, without the excess delimiters before `last`."""
        characters = np.frombuffer(self.content, np.uint8)[: int(self.ends[-1]) + 1]
        is_kept = np.repeat(keep, self.ends + 1 - self.starts)
        steps = np.zeros(len(self.delimiters) + 1, dtype=np.int64)
        steps[last - excess] += 1
        steps[last] -= 1
        is_kept[self.delimiters[np.cumsum(steps)[:-1] > 0]] = False
        return characters[is_kept].tobytes()
