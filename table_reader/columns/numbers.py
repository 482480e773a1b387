"""Columns of numbers as people write them: what their marks mean, and their values.

A cell is read under a decimal mark, point or comma; the other one separates thousands. A cell
is decisive when only one of the two makes a number of it ("1.5", "1,234.5", "0.123"), and
ambiguous when both do and the numbers differ ("1,234", "1.234").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from table_reader.arrays import BoolArray, FloatArray, IntArray
from table_reader.columns.affixes import Stripped, foreign_ones, is_percent, odd_ones, strip
from table_reader.columns.cells import TextCells, as_mask, matches
from table_reader.columns.look_alikes import look_alike
from table_reader.patterns import is_number_like, number_pattern

POINT, COMMA = number_pattern("."), number_pattern(",")
UNGROUPED: Final = r"^[+-]?\d{4,}"
GROUPED: Final = r"\d[., ']\d{3}[., ']\d"
LEADING_ZERO: Final = r"^[+-]?0\d+$"
LONG: Final = r"^[+-]?\d{16,}$"
LONG_WORDS: Final = "whole numbers of more than the 15 digits that calculations keep"
SLICE_ROWS: Final = 500_000
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

    cells: TextCells
    body: Any
    point: BoolArray
    comma: BoolArray
    stripped: Stripped | None
    trouble: str | None = None
    _containing: dict[str, BoolArray] = field(default_factory=dict, repr=False)

    @cached_property
    def valid(self) -> BoolArray:
        """Which cells are numbers under one mark or the other."""
        return self.point | self.comma

    @cached_property
    def are_codes(self) -> bool:
        """Whether these are codes that only look like numbers: text is what they should be."""
        return self.are_whole and _trouble_with_codes(self) is not None

    @cached_property
    def has_marks(self) -> BoolArray:
        """Which numbers have a point or a comma in them."""
        return (self.contains(".") | self.contains(",")) & self.valid

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

        valid, other = (self.point, ",") if decimal == "." else (self.comma, ".")
        doubtful = self.ambiguous & self.contains(other)
        if doubtful.any() and (min(self._n_decisive) > 0 or self._contradicts_groups(decimal)):
            valid = valid & ~doubtful
        numbers = np.full(len(valid), np.nan)
        for start in range(0, len(valid), SLICE_ROWS):
            part = slice(start, start + SLICE_ROWS)
            body = pc.if_else(pa.array(valid[part]), self.body.slice(start, SLICE_ROWS), None)
            numbers[part] = self._floats(body, other, part)
        if self.stripped is not None:
            numbers = np.where(self.stripped.negative, -numbers, numbers)
        is_finite = np.isfinite(numbers)
        numbers[~is_finite] = np.nan
        return numbers, self.cells.filled & ~is_finite

    def _floats(self, body: Any, other: str, part: slice) -> FloatArray:
        """Return cells as floats, `other` being the mark that is not the decimal one."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for group in (other, " ", "'"):
            if self.contains(group).any():
                body = pc.replace_substring(body, group, "")
        if other == ".":
            body = pc.replace_substring(body, ",", ".")
        if self.contains("d").any() or self.contains("D").any():
            body = pc.replace_substring_regex(body, "[dD]", "e")
        if self.stripped is not None and self.stripped.powers is not None:
            body = _multiplied(body, self.stripped.powers[part])
        return np.asarray(pc.fill_null(pc.cast(body, pa.float64()), np.nan).to_numpy())

    def contains(self, mark: str) -> BoolArray:
        """Return which cells have a mark in them."""
        import pyarrow.compute as pc

        if mark not in self._containing:
            self._containing[mark] = as_mask(pc.match_substring(self.body, mark))
        return self._containing[mark]

    def _contradicts_groups(self, decimal: str) -> bool:
        return self.decimal == decimal and self.has_ungrouped

    @property
    def are_shares(self) -> bool:
        """Whether these are percentages, read without their sign."""
        signed = {} if self.stripped is None else self.stripped.signed
        return any((mask & self.valid).any() for sign, mask in signed.items() if is_percent(sign))

    @property
    def are_whole(self) -> bool:
        """Whether no number has a mark or an exponent."""
        return not self.has_marks.any() and not self._any("[eEdD]")

    @cached_property
    def _n_decisive(self) -> tuple[int, int]:
        return int((self.point & ~self.comma).sum()), int((self.comma & ~self.point).sum())

    def _any(self, pattern: str) -> bool:
        return bool((matches(self.body, pattern) & self.valid).any())


def _multiplied(body: Any, powers: IntArray) -> Any:
    """Write powers of ten behind numbers: multiplying would round a second time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    exponents = [f"e{power}" if power else "" for power in powers.tolist()]
    has_own = pc.match_substring_regex(body, "[eE]")
    behind = pc.if_else(has_own, "", pa.chunked_array([pa.array(exponents, pa.string())]))
    return pc.binary_join_element_wise(body, behind, "")


def examine_numbers(cells: TextCells, is_asked: bool = False) -> Numbers | None:
    """Return the numbers among the cells; None where hardly any are and none are asked for."""
    share = sum(map(is_number_like, cells.sample)) / max(len(cells.sample), 1)
    if share < MENTIONED_SHARE / 2 and not is_asked:
        return None
    body, stripped = cells.text, None
    point, comma = matches(body, POINT), matches(body, COMMA)
    others = cells.filled & ~(point | comma)
    if others.any():
        stripped = strip(cells.text, others)
    if stripped is not None:
        body = stripped.body
        changed = body.take(stripped.positions)
        point[stripped.positions] = matches(changed, POINT)
        comma[stripped.positions] = matches(changed, COMMA)
        odd = (foreign_ones if is_asked else odd_ones)(stripped, point | comma)
        if is_asked or odd.sum() <= MINORITY_SHARE * (point | comma).sum():
            point, comma = point & ~odd, comma & ~odd
    numbers = Numbers(cells, body, point, comma, stripped)
    if numbers.valid.sum() < MENTIONED_SHARE * cells.n and not is_asked:
        return None
    return replace(numbers, trouble=_trouble(numbers))


def _trouble(numbers: Numbers) -> str | None:
    """Return why a column cannot be read as numbers, whatever its decimal mark; or None."""
    cells, valid = numbers.cells, numbers.valid
    n_bad = cells.n - int(valid.sum())
    if n_bad > (1 - NUMBER_SHARE) * cells.n:
        bad = cells.filled & ~valid
        return (
            f"has {n_bad:,} of {cells.n:,} cells that are not numbers, such as "
            f"{cells.examples(bad)} ({cells.rows(bad)})"
        )
    codes = _trouble_with_codes(numbers) if numbers.are_whole else None
    codes = codes or look_alike(cells, numbers.body, valid)
    if codes or numbers.stripped is None:
        return codes
    return _trouble_with_signs(numbers, numbers.stripped)


def _trouble_with_codes(numbers: Numbers) -> str | None:
    for pattern, what in ((LEADING_ZERO, "codes with leading zeros"), (LONG, LONG_WORDS)):
        found = matches(numbers.body, pattern) & numbers.valid
        if found.any():
            return f"has {what}, such as {numbers.cells.examples(found)}"
    return None


def _trouble_with_signs(numbers: Numbers, stripped: Stripped) -> str | None:
    cells, valid = numbers.cells, numbers.valid
    if stripped.parenthesised[valid].all() and cells.n > 1:
        return "has all its numbers in parentheses, which may or may not mean minus"
    trailing = stripped.trailing & valid
    if trailing.any() and numbers.are_whole:
        return (
            f"has whole numbers with a minus behind, such as {cells.examples(trailing)}, which may "
            f"or may not be negative"
        )
    odd = odd_ones(stripped, valid)
    if odd.any():
        signs = [repr(sign) for sign, mask in stripped.signed.items() if (mask & valid).any()]
        return f"mixes numbers with {', '.join(signs)} and others ({cells.rows(odd)})"
    return None
