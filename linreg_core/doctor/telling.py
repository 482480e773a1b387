"""Numbers and names as the doctor's sentences have them."""

from __future__ import annotations

import math
from typing import Final

_MOST_CHARACTERS: Final = 40
_SPELLED: Final = (1e-4, 1e7)


def told(value: float, digits: int = 3) -> str:
    """Return a number with a few significant digits, without a long tail.

    >>> told(1234.5), told(8.312e-7), told(0.5), told(2e7), told(0.0)
    ('1,230', '8.31e-7', '0.5', '2e7', '0')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "more than a number can hold"
    rounded = float(f"{value:.{digits - 1}e}")
    if not _SPELLED[0] <= abs(rounded) < _SPELLED[1]:
        mantissa, exponent = f"{rounded:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa}e{int(exponent)}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    text = f"{rounded:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def set_value(value: float) -> str:
    """Return a number as it was set, most of its digits.

    >>> set_value(0.05), set_value(2e-7), set_value(1.0)
    ('0.05', '2e-7', '1')
    """
    text = f"{value:.4g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{int(exponent)}"
    return text


def column_words(name: str) -> str:
    """Return a column's name in a sentence, cut where it is long.

    >>> column_words("sq_footage"), column_words("a" * 60)[-5:]
    ('`sq_footage`', 'aaa…`')
    """
    text = " ".join(name.replace("`", "'").split())
    return f"`{text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + '…'}`"


def times(ratio: float) -> str:
    """Return how many times one number is the other.

    >>> times(12.3), times(1.234), times(3_456_789)
    ('12 times', '1.2 times', '3.5e6 times')
    """
    if ratio >= 1e5:
        mantissa, exponent = f"{ratio:.1e}".split("e")
        return f"{mantissa}e{int(exponent)} times"
    return f"{told(ratio, 2)} times"


def part_of(part: float) -> str:
    """Return a part in percent.

    >>> part_of(0.555), part_of(0.99876), part_of(1e-9)
    ('56 %', '99.9 %', 'less than 0.01 %')
    """
    if part < 1e-4:
        return "less than 0.01 %"
    return f"{told(part * 100, 3 if 0.99 <= part < 1 else 2)} %"


def percent(part: float) -> str:
    """Return a part in percent, rounded up to one digit, so that "within" it is true.

    >>> percent(0.00123), percent(0.5), percent(1e-9)
    ('0.2 %', '50 %', '0.001 %')
    """
    part = max(part * 100, 1e-3)
    unit = 10.0 ** math.floor(math.log10(part))
    return f"{told(math.ceil(part / unit - 1e-9) * unit, 2)} %"
