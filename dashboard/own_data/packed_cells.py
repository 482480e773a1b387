"""A small table's cells as letters for a link: numbers take no more bits than they need.

A column of numbers with d decimals becomes whole numbers of 10^-d, counted from its least one; all
of them are the digits of one large number, each in its column's own base. As compressed CSV, 100
points of two decimals take half as much again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from dashboard.packed import packed, unpacked
from linreg_core import ConfigError

MAX_LINK_CELLS: Final = 20_000
ROWS: Final = "rows"
"""The link's parameter."""
_VERSION = 1
_MOST_BYTES = 200_000
_MOST_DECIMALS, _MOST_DIGITS = 40, 60
_NUMBER = re.compile(r"(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:e([+-]\d{1,2}))?", re.ASCII)
_BROKEN = f"`{ROWS}` of this link was made by another version, or changed: no table was read."


@dataclass(frozen=True)
class LinkCells:
    """A table as text: its name, its columns' names and cells, and what is to be said of them.

    A missing cell is "". `said` is how its columns are to be read.
    """

    name: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    said: str = ""

    def to_link(self) -> str:
        """Return the table as a link carries it."""
        n_rows = len(self.columns[0][1])
        total = 0
        described: list[list[Any]] = []
        for name, cells in self.columns:
            base = _base_of(cells)
            if base is None:
                described.append([name, list(cells)])
                continue
            described.append([name, base.decimals, base.least, base.size])
            for cell in cells:
                total = total * base.size + base.digit(cell)
        header = json.dumps(
            [_VERSION, self.name, self.said, n_rows, described],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        digits = total.to_bytes((total.bit_length() + 7) // 8, "big")
        return packed(header.encode("utf-8", "replace") + b"\n" + digits)

    @classmethod
    def from_link(cls, text: str) -> LinkCells:
        """Return the table that a link carries.

        Raises ConfigError when it was cut off, changed, made by another version, or is too large.
        """
        header, _, digits = unpacked(ROWS, text, _MOST_BYTES).partition(b"\n")
        try:
            return _read(json.loads(header), int.from_bytes(digits, "big"))
        except (ValueError, TypeError, RecursionError, OverflowError):
            raise ConfigError(_BROKEN) from None

    def to_csv(self) -> bytes:
        """Return the table as CSV: commas, decimal points, a row of names, UTF-8."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(name for name, _ in self.columns)
        writer.writerows(zip(*(cells for _, cells in self.columns), strict=True))
        return out.getvalue().encode("utf-8", "replace")


class _Base(NamedTuple):
    """How the numbers of a column are counted: 0 is a missing one, 1 the least."""

    decimals: int
    least: int
    size: int

    def digit(self, cell: str) -> int:
        if not cell:
            return 0
        number, decimals = _whole(cell)
        return int(number * 10 ** (self.decimals - decimals) - self.least + 1)

    def cell(self, digit: int) -> str:
        return _written(self.least + digit - 1, self.decimals) if digit else ""


def _base_of(cells: Sequence[str]) -> _Base | None:
    """Return how a column is counted, None where it is no column of numbers."""
    if not all(_NUMBER.fullmatch(cell) for cell in cells if cell):
        return None
    numbers = [_whole(cell) for cell in cells if cell]
    decimals = max((decimals for _, decimals in numbers), default=0)
    if decimals > _MOST_DECIMALS:
        return None
    counted = [number * 10 ** (decimals - own) for number, own in numbers]
    least, most = min(counted, default=0), max(counted, default=0)
    if max(abs(least), abs(most)) >= 10**_MOST_DIGITS:
        return None
    return _Base(decimals, least, most - least + 2)


def _whole(cell: str) -> tuple[int, int]:
    """Return a number as a whole number and how many of its digits are decimals."""
    found = _NUMBER.fullmatch(cell)
    assert found is not None
    sign, whole, part, power = found[1], found[2], found[3] or "", int(found[4] or 0)
    number, decimals = int(f"{sign}{whole}{part}"), len(part) - power
    return (number, decimals) if decimals >= 0 else (number * 10**-decimals, 0)


def _written(number: int, decimals: int) -> str:
    digits = str(abs(number)).zfill(decimals + 1)
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :].rstrip("0")
    return f"{'-' if number < 0 else ''}{whole}{'.' if part else ''}{part}"


def _read(header: Any, total: int) -> LinkCells:
    """Return the table that a header describes; raises ValueError or TypeError where it is none."""
    version, name, said, n_rows, described = header
    if version != _VERSION or not isinstance(name, str) or not isinstance(said, str):
        raise ValueError(header)
    if not isinstance(n_rows, int) or not 0 < n_rows * len(described) <= MAX_LINK_CELLS:
        raise ValueError(n_rows)
    columns: list[tuple[str, tuple[str, ...]]] = []
    for column in reversed(described):  # what was put in last comes out first
        if len(column) == 2:
            cells = _texts(column[1], n_rows)
        else:
            base = _checked(*column[1:])
            total, cells = _digits_of(total, base, n_rows)
        (label,) = _texts(column[:1], 1)
        columns.append((label, cells))
    if total:
        raise ValueError(total)
    return LinkCells(name, tuple(reversed(columns)), said)


def _digits_of(total: int, base: _Base, n_rows: int) -> tuple[int, tuple[str, ...]]:
    cells = []
    for _ in range(n_rows):
        total, digit = divmod(total, base.size)
        cells.append(base.cell(digit))
    return total, tuple(reversed(cells))


def _checked(decimals: Any, least: Any, size: Any) -> _Base:
    if not all(type(value) is int for value in (decimals, least, size)):
        raise TypeError(size)
    most = 10 ** (_MOST_DIGITS + 1)
    if not 0 <= decimals <= _MOST_DECIMALS or abs(least) > most or not 2 <= size <= most:
        raise ValueError(size)
    return _Base(decimals, least, size)


def _texts(values: Any, number: int) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) != number:
        raise ValueError(number)
    if not all(isinstance(value, str) for value in values):
        raise TypeError(values)
    return tuple(values)
