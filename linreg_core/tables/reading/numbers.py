"""Columns of numbers as people write them: what their marks mean, and their values.

A cell is read under a decimal mark, point or comma; the other one separates thousands. A cell
is decisive when only one of the two makes a number of it ("1.5", "1,234.5", "0.123"), and
ambiguous when both do and the numbers differ ("1,234", "1.234").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.tables.reading.affixes import Stripped, are_currencies, strip
from linreg_core.tables.reading.cells import BoolArray, Cells, matches
from linreg_core.tables.reading.patterns import is_number_like, number_pattern

POINT, COMMA = number_pattern("."), number_pattern(",")
UNGROUPED: Final = r"^[+-]?\d{4,}"
GROUPED: Final = r"\d[., ']\d{3}[., ']\d"
LEADING_ZERO: Final = r"^[+-]?0\d+$"
LONG: Final = r"^[+-]?\d{16,}$"
NUMBER_SHARE: Final = 0.75
"""A column is one of numbers when this share of its filled cells are."""
MENTIONED_SHARE: Final = 0.25
"""A column of text says how many of its cells are numbers from this share on."""
MINORITY_SHARE: Final = 0.1
"""Cells with the other decimal mark are mistakes up to this share, and a mixture beyond it."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of which most cells are numbers.

    `body` is their text without signs of money and the like; `trouble` is a sentence about why
    the column cannot be read as numbers, or None.
    """

    cells: Cells
    body: Any
    point: BoolArray
    comma: BoolArray
    stripped: Stripped | None
    trouble: str | None

    @cached_property
    def valid(self) -> BoolArray:
        """Which cells are numbers under one mark or the other."""
        return self.point | self.comma

    @cached_property
    def has_marks(self) -> BoolArray:
        """Which numbers have a point or a comma in them."""
        return matches(self.body, "[.,]") & self.valid

    @cached_property
    def ambiguous(self) -> BoolArray:
        """Which numbers differ under the two marks."""
        return self.point & self.comma & self.has_marks

    @cached_property
    def decimal(self) -> str | None:
        """The decimal mark that the column itself decides on; None where it does not."""
        points, commas = self._n_decisive
        n_minority = min(points, commas)
        if n_minority > MINORITY_SHARE * (points + commas) or points == commas:
            return None
        return "." if points > commas else ","

    @property
    def is_open(self) -> bool:
        """Whether the column has marks of which it does not tell what they mean."""
        return self.decimal is None and bool(self.has_marks.any())

    @property
    def is_mixed(self) -> bool:
        """Whether some cells are decisive for points, and about as many for commas."""
        return self.decimal is None and min(self._n_decisive) > 0

    @property
    def has_one_form(self) -> bool:
        """Whether every number has exactly three digits behind its one mark, as "%.3f" writes."""
        return bool(self.ambiguous[self.valid].all())

    @property
    def has_ungrouped(self) -> bool:
        """Whether thousands stand without a mark, in a column that has none surely grouped."""
        return self._any(UNGROUPED) and not self._any(GROUPED)

    def values(self, decimal: str) -> tuple[FloatArray, BoolArray]:
        """Return the numbers under a decimal mark, nan elsewhere, and which filled cells are none.

        In a column with decisive cells for both marks, ambiguous ones are not guessed at.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        valid = self.point if decimal == "." else self.comma
        if min(self._n_decisive) > 0 or (self.decimal == decimal and self.has_ungrouped):
            other = "," if decimal == "." else "."
            valid = valid & ~(self.ambiguous & matches(self.body, f"[{other}]"))
        body = pc.if_else(pa.array(valid), self.body, None)
        body = pc.replace_substring(body, "," if decimal == "." else ".", "")
        if decimal == ",":
            body = pc.replace_substring(body, ",", ".")
        if pc.any(pc.match_substring_regex(body, "[ ']")).as_py():
            body = pc.replace_substring_regex(body, "[ ']", "")
        numbers = pc.fill_null(pc.cast(body, pa.float64()), np.nan).to_numpy(zero_copy_only=False)
        if self.stripped is not None:
            numbers = np.where(self.stripped.negative, -numbers, numbers)
        is_finite = np.isfinite(numbers)
        values = np.where(is_finite, numbers, np.nan)
        filled = np.asarray(self.cells.text.is_valid().to_numpy(zero_copy_only=False))
        return values, filled & ~is_finite

    @property
    def are_whole(self) -> bool:
        """Whether no number has a mark or an exponent."""
        return not self.has_marks.any() and not self._any("[eE]")

    @cached_property
    def _n_decisive(self) -> tuple[int, int]:
        return int((self.point & ~self.comma).sum()), int((self.comma & ~self.point).sum())

    def _any(self, pattern: str) -> bool:
        return bool((matches(self.body, pattern) & self.valid).any())


def examine_numbers(cells: Cells, is_asked: bool = False) -> Numbers | None:
    """Return the numbers among the cells; None where hardly any are and none are asked for."""
    share = sum(map(is_number_like, cells.sample)) / max(len(cells.sample), 1)
    if share < MENTIONED_SHARE / 2 and not is_asked:
        return None
    body, stripped = cells.text, None
    point, comma = matches(body, POINT), matches(body, COMMA)
    others = np.asarray(body.is_valid().to_numpy(zero_copy_only=False)) & ~(point | comma)
    if others.any():
        stripped = strip(cells, others)
    if stripped is not None:
        body = stripped.body
        point, comma = matches(body, POINT), matches(body, COMMA)
    numbers = Numbers(cells, body, point, comma, stripped, None)
    if numbers.valid.sum() < MENTIONED_SHARE * cells.n and not is_asked:
        return None
    return Numbers(cells, body, point, comma, stripped, _trouble(numbers))


def _trouble(numbers: Numbers) -> str | None:
    """Return why a column cannot be read as numbers, whatever its decimal mark; or None."""
    cells, valid = numbers.cells, numbers.valid
    n_bad = cells.n - int(valid.sum())
    if n_bad > (1 - NUMBER_SHARE) * cells.n:
        bad = ~valid & np.asarray(cells.text.is_valid().to_numpy(zero_copy_only=False))
        return (
            f"has {n_bad:,} of {cells.n:,} cells that are not numbers, such as "
            f"{cells.examples(bad)} ({cells.rows(bad)})"
        )
    whole = valid & ~numbers.has_marks
    zeros = matches(numbers.body, LEADING_ZERO) & whole
    if zeros.any() and numbers.are_whole:
        return f"has codes with leading zeros, such as {cells.examples(zeros)}"
    long = matches(numbers.body, LONG) & whole
    if long.any() and numbers.are_whole:
        return (
            f"has whole numbers of more than the 15 digits that calculations keep, such as "
            f"{cells.examples(long)}"
        )
    return None if numbers.stripped is None else _trouble_with_signs(numbers, numbers.stripped)


def _trouble_with_signs(numbers: Numbers, stripped: Stripped) -> str | None:
    cells, valid = numbers.cells, numbers.valid
    if stripped.parenthesised[valid].all() and cells.n > 1:
        return "has all its numbers in parentheses, which may or may not mean minus"
    signs = stripped.found
    if len(signs) > 1:
        rarest = min(signs, key=lambda sign: signs[sign])
        rows = cells.rows(stripped.signed[rarest])
        return f"mixes numbers with {', '.join(map(repr, signs))} ({rarest!r} in {rows})"
    if signs and not are_currencies(signs):
        (sign,) = signs
        without = valid & ~stripped.signed[sign]
        if without.any():
            return f"mixes numbers with and without {sign!r} (without in {cells.rows(without)})"
    return None
