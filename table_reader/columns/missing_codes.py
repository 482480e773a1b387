"""Numbers that stand for missing ones: -999, 9999.9, 88 and 99, 1e20."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from table_reader.arrays import BoolArray
from table_reader.wording import counted

LIMITS: Final = (32767.0, -32768.0, 65535.0, 2147483647.0, -2147483648.0, 4294967295.0)
"""The largest and smallest whole numbers of two and four bytes."""
REPEATED: Final = frozenset("6789")
HUGE, FAR_BEYOND = 1e10, 1e6
"""A number so large, and so many times larger than all others, is no measurement."""
SINGLE: Final = (*(-float(digit) for digit in range(1, 10)), 7.0, 8.0, 9.0)
MOST_CODES: Final = 8
USUAL: Final = 3.0
"""So many times more often than by chance, values end in the same decimals on purpose."""
FAR: Final = 3.0
"""A code is so many times larger than the largest of the other values."""
SPIKE: Final = 4
"""Within the range of the others, a code is so many times as frequent as its neighbours."""
LEAST_SPIKE: Final = 5
NEIGHBOURHOOD: Final = 0.05
LIKELY: Final = tuple(
    sign * value
    for value in (88.0, 99.0, 888.0, 999.0, 8888.0, 9999.0, 99.9, 999.9, 9999.9, 99.99, 999.99)
    for sign in (1, -1)
)
"""The codes that are looked for among the other values."""
SAMPLED_NUMBERS: Final = 20_000
LONGEST_SCALE: Final = 10
"""The answers of a question with a scale are at most so many different whole numbers."""
LEAST_ANSWERS: Final = 20
MOST_CODE_ROWS: Final = 1_000


@dataclass(frozen=True)
class Codes:
    """The codes of a column, its other values' range, and the first cells that hold a code."""

    codes: tuple[float, ...]
    low: float
    high: float
    n_cells: int
    rows: tuple[int, ...]

    @property
    def text(self) -> str:
        """The codes as a sentence lists them."""
        *others, last = [number_code(code) for code in self.codes]
        return f"{', '.join(others)} and {last}" if others else last

    def sentence(self, name: str) -> str:
        """Return what is said of them."""
        cells = counted(self.n_cells, "cell")
        others = f"{number_code(self.low)} to {number_code(self.high)}"
        they, them = ("it stands for a missing value", "it")
        if len(self.codes) > 1:
            they, them = "they stand for missing values", "them"
        return (
            f"Column {name!r} has {cells} of {self.text}, far from its other values ({others}): "
            f"if {they}, take {them} as missing."
        )


def number_code(code: float) -> str:
    """Return a code as people write it.

    >>> number_code(-999.0), number_code(9999.9), number_code(1e20)
    ('-999', '9999.9', '1e+20')
    """
    return f"{code:.0f}" if abs(code) < HUGE and code == int(code) else f"{code:.15g}"


def find_codes(values: NDArray[Any]) -> Codes | None:
    """Return the codes for missing values among a column's numbers, None where there are none.

    A code is written as codes are, and stands apart: beyond all other values, or far more often
    than the values about it.
    """
    is_finite = np.isfinite(values)
    numbers = values if is_finite.all() else values[is_finite]
    rest, suspects = _peeled(numbers)
    inside = _likely(rest)
    if not len(rest) or not (suspects or inside):
        return None
    codes = _apart(suspects, numbers, rest)
    others = numbers[~np.isin(numbers, [*suspects, *inside])]
    codes |= {code for code in (*suspects, *inside) if _is_spike(code, numbers, others)}
    if not codes:
        return None
    found = np.isin(values, sorted(codes))
    kept = numbers[~np.isin(numbers, sorted(codes))]
    rows = tuple(np.flatnonzero(found)[:MOST_CODE_ROWS].tolist())
    order = tuple(sorted(codes, key=lambda code: (abs(code), code), reverse=True))
    return Codes(order, float(kept.min()), float(kept.max()), int(found.sum()), rows)


def codes_note(name: str, found: NDArray[Any]) -> str:
    """Return a sentence on the codes that were made missing."""
    codes, counts = np.unique(found, return_counts=True)
    each = [f"{number_code(code)} ({n:,})" for code, n in zip(codes, counts, strict=True)]
    return f"Column {name!r}: taken as missing {', '.join(each[:MOST_CODES])}."


def without_codes(values: NDArray[Any], codes: list[float]) -> tuple[NDArray[Any], BoolArray]:
    """Return a column's numbers with nan for its codes, and which cells these were."""
    found = np.isin(values, codes)
    return (np.where(found, np.nan, values), found) if found.any() else (values, found)


def _peeled(numbers: NDArray[Any]) -> tuple[NDArray[Any], list[float]]:
    """Return the numbers without what, at either end, is written like a code; and those."""
    suspects: list[float] = []
    while len(numbers) and len(suspects) < 2 * MOST_CODES:
        ends = {float(numbers.min()), float(numbers.max())}
        found = [end for end in ends if _looks_like_code(end)]
        if not found or len(ends) == 1:
            break
        suspects += found
        numbers = numbers[~np.isin(numbers, found)]
    return numbers, suspects


def _likely(rest: NDArray[Any]) -> list[float]:
    """Return the codes that are among numbers; of many numbers, evenly spaced ones tell."""
    sample = rest[:: -(-len(rest) // SAMPLED_NUMBERS) or 1]
    return [float(code) for code in np.intersect1d(sample, LIKELY)]


def _looks_like_code(number: float) -> bool:
    if abs(number) >= HUGE or number in LIMITS or number in SINGLE:
        return True
    digits = f"{abs(number):.10g}".replace(".", "")
    if len(digits) < 2 or not digits.isdecimal():
        return False
    is_repeated = len(set(digits)) == 1 and digits[0] in REPEATED
    return is_repeated or (set(digits[:-1]) == {"9"} and digits[-1] in REPEATED)


def _apart(suspects: list[float], numbers: NDArray[Any], rest: NDArray[Any]) -> set[float]:
    """Return the suspects that lie apart from the rest, or beyond one that does.

    One that does not is a value as others are.
    """
    low, high = float(rest.min()), float(rest.max())
    is_scale = _is_scale(rest)
    codes: set[float] = set()
    for code in sorted(suspects, key=lambda code: max(code - high, low - code)):
        n = int(np.count_nonzero(numbers <= code if code < low else numbers >= code))
        is_beyond = any(min(code, 0.0) <= one <= max(code, 0.0) for one in codes)
        if not _is_usual(code, rest) and (
            is_beyond or _stands_apart(code, n, low, high, is_scale=is_scale)
        ):
            codes.add(code)
        else:
            low, high = min(low, code), max(high, code)
    return codes


def _stands_apart(code: float, n: int, low: float, high: float, *, is_scale: bool) -> bool:
    """Whether a suspect is too far from the others; `n` cells are as far out as it is."""
    largest, span = max(abs(low), abs(high)), high - low
    gap = max(code - high, low - code)
    if abs(code) >= HUGE:
        return abs(code) > FAR_BEYOND * largest
    if code == -1:
        return low >= 1 or (low == 0 and high >= LEAST_ANSWERS)
    if -10 < code < 0:
        return low >= 0 and n > 1
    if 0 <= code < 10:
        return is_scale and gap >= 2 and n > 1
    if 0 < code < low:
        return n > 1 and gap > span
    return (code < 0 <= low) or abs(code) > FAR * largest or gap > span


def _is_usual(code: float, rest: NDArray[Any]) -> bool:
    """Whether other values end like a code with decimals, as prices do in 99 cents."""
    part = abs(code) % 1
    if part == 0:
        return False
    n_decimals = len(f"{abs(code):.10g}".partition(".")[2])
    n_alike = int(np.count_nonzero(np.isclose(np.abs(rest) % 1, part, atol=1e-6)))
    return n_alike > max(1, USUAL * 10.0**-n_decimals * len(rest))


def _is_scale(rest: NDArray[Any]) -> bool:
    """Whether values are the answers of a question with a scale, such as 1 to 5."""
    if len(rest) < LEAST_ANSWERS or rest.min() < 0 or rest.max() >= LONGEST_SCALE:
        return False
    return bool((rest == np.floor(rest)).all())


def _is_spike(code: float, numbers: NDArray[Any], others: NDArray[Any]) -> bool:
    """Whether a number is far more frequent than those of its neighbourhood."""
    n = int(np.count_nonzero(numbers == code))
    if n < LEAST_SPIKE or abs(code) < 10:
        return False
    near = others[np.abs(others - code) <= max(NEIGHBOURHOOD * abs(code), 1.0)]
    return n >= SPIKE * int(np.unique(near, return_counts=True)[1].max(initial=1))
