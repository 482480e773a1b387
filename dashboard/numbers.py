"""Numbers and equations as people read them, as in the live view (`live/static/format.js`)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

MINUS: Final = "\u2212"
NO_VALUE: Final = "\u2013"
N_TERMS: Final = 4
"""Terms of an equation that are written out."""
_LIKE_AN_EQUATION = re.compile(r"=|\s[-−+*/·]\s")
_LARGEST_WRITTEN, _SMALLEST_WRITTEN = 1e7, 1e-4
_SMALLEST_SPELLED = 1e-6
_SMALLEST_P = 1e-4
_FLOAT_DIGITS = 15
_SMALLEST_MAGNITUDE, _LARGEST_MAGNITUDE = -4, 12
_ROUNDING = 1e-12


def count(value: int) -> str:
    """Return a whole number with thousands separators.

    >>> count(1000000)
    '1,000,000'
    """
    return f"{value:,}".replace("-", MINUS)


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with about `digits` significant digits, never a long tail.

    >>> number(1234.5678), number(0.5), number(12345678.0), number(None)
    ('1,235', '0.5', '1.235e7', '–')
    """
    if value is None or math.isnan(value):
        return NO_VALUE
    if math.isinf(value):
        return "\u221e" if value > 0 else f"{MINUS}\u221e"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= _LARGEST_WRITTEN or size < _SMALLEST_WRITTEN:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{value:,.{places}f}"
    return (text.rstrip("0").rstrip(".") if places else text).replace("-", MINUS)


def alike(values: Sequence[float | None]) -> tuple[str, ...]:
    """Return numbers that belong together, all with the same decimals.

    They tell their range with 4 significant digits and their smallest difference with 2, as far
    as a float64 can.

    >>> alike([1708.983, 1621.27, 1796.69]), alike([0.5, 1.0, 1.5])
    (('1,709.0', '1,621.3', '1,796.7'), ('0.5', '1.0', '1.5'))
    """
    finite = sorted({value for value in values if value is not None and math.isfinite(value)})
    size = max((abs(value) for value in finite), default=0.0)
    steps = [b - a for a, b in pairwise(finite) if b - a > _ROUNDING * size]
    if not steps or math.isinf(finite[-1] - finite[0]):
        return tuple(number(value) for value in values)
    largest = _magnitude(size)
    wanted = max(3 - _magnitude(finite[-1] - finite[0]), 1 - _magnitude(min(steps)))
    places = min(wanted, _FLOAT_DIGITS - 1 - largest)
    if not _SMALLEST_MAGNITUDE <= largest < _LARGEST_MAGNITUDE:
        return tuple(_with_exponent(value, largest, places) for value in values)
    while places > 0 and all(f"{value:.{places}f}".endswith("0") for value in finite):
        places -= 1
    return tuple(_with_places(value, max(places, 0)) for value in values)


def _magnitude(size: float) -> int:
    return math.floor(math.log10(size))


def _with_places(value: float | None, places: int) -> str:
    if value is None or not math.isfinite(value):
        return number(value)
    return f"{value:z,.{places}f}".replace("-", MINUS)


def _with_exponent(value: float | None, exponent: int, places: int) -> str:
    """Return a number as a multiple of 10 ** exponent, told to 10 ** -places."""
    if not value or not math.isfinite(value):
        return number(value)
    digits = max(places + exponent, 0)
    mantissa = Decimal(value).scaleb(-exponent)
    return f"{mantissa:z.{digits}f}e{exponent}".replace("-", MINUS)


def plain_number(value: float) -> str:
    """Return a number as it was set, without trailing noise.

    >>> plain_number(0.05), plain_number(0.000001), plain_number(2e-7)
    ('0.05', '0.000001', '2e−7')
    """
    if 0 < abs(value) < _SMALLEST_SPELLED:
        mantissa, exponent = f"{value:.8e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    else:
        text = f"{Decimal(f'{value:.9g}'):f}"
    return text.replace("-", MINUS)


def p_value(p: float | None) -> str:
    """Return a p value; one that is too small to matter is only bounded.

    >>> p_value(0.0312), p_value(1e-9), p_value(None)
    ('0.0312', '< 0.0001', '–')
    """
    return f"< {_SMALLEST_P:.4f}" if p is not None and p < _SMALLEST_P else number(p, 3)


def whole_digits(digits: float | None) -> str:
    """Return how many digits of two numbers agree, without the part of one that nobody sees.

    >>> whole_digits(0.075), whole_digits(9.8), whole_digits(None)
    ('0', '9', '–')
    """
    return NO_VALUE if digits is None else count(math.floor(digits))


def equation(
    target: str,
    features: Sequence[str],
    weights: Sequence[float],
    bias: float | None,
    n_terms: int = N_TERMS,
) -> str:
    """Return the equation as plain text, its first terms where there are many.

    `bias` None is a line through the origin.

    >>> equation("price", ["sqft"], [1246.51], -37866.33)
    'price = 1,246.5 · sqft − 37,866'
    """
    shown = list(zip(features, weights, strict=True))[:n_terms]
    terms = [f"{_signed(weight, i == 0)} · {_term(name)}" for i, (name, weight) in enumerate(shown)]
    rest = len(weights) - len(shown)
    if rest > 0:
        terms.append(f" + … {count(rest)} more {'term' if rest == 1 else 'terms'}")
    end = "" if bias is None else _signed(bias, is_first=False)
    return f"{_term(target)} ={''.join(terms)}{end}"


def _term(name: str) -> str:
    """Return a name in an equation: in brackets where it would read as a part of one."""
    return f"({name})" if _LIKE_AN_EQUATION.search(name) else name


def _signed(value: float, is_first: bool) -> str:
    size = number(abs(value), 5)
    if is_first:
        return f" {MINUS if value < 0 else ''}{size}"
    return f" {MINUS if value < 0 else '+'} {size}"
