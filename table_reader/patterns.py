"""What cells look like: numbers, dates and yes/no, as patterns for Python and for RE2."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from table_reader.words import CURRENCIES, MISSING_WORDS, YES_NO_WORDS

EXPONENT: Final = r"[eE][+-]?\d{1,3}"
SPACE_LIKE: Final = "\u00a0\u2007\u2009\u202f\u2002\u2003"
MINUS_LIKE: Final = "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
APOSTROPHE_LIKE: Final = "\u2019\u02bc\u00b4"
PLAIN: Final = {
    **dict.fromkeys(SPACE_LIKE, " "),
    **dict.fromkeys(MINUS_LIKE, "-"),
    **dict.fromkeys(APOSTROPHE_LIKE, "'"),
}
"""Characters of numbers that have a plain form."""

MONTHS: Final = (
    "jan january",
    "feb february",
    "mar march",
    "apr april",
    "may",
    "jun june",
    "jul july",
    "aug august",
    "sep sept september",
    "oct october",
    "nov november",
    "dec december",
)


def number_pattern(decimal: str) -> str:
    """Return the pattern of whole cells that are numbers under a decimal mark.

    Thousands are separated by the other mark, spaces or apostrophes, in threes (or in twos
    before the last three, as in India), never with an exponent, and never after a leading 0.

    >>> bool(re.match(number_pattern("."), "-1,234.5")), bool(re.match(number_pattern("."), "1,23"))
    (True, False)
    """
    other = r"\." if decimal == "," else ","
    mark = re.escape(decimal)
    threes = "|".join(rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+" for group in (other, " ", "'"))
    lakhs = rf"[1-9]\d?(?:{other}\d{{2}})+{other}\d{{3}}"
    plain = rf"(?:\d+(?:{mark}\d*)?|{mark}\d+)(?:{EXPONENT})?"
    return rf"^[+-]?(?:{plain}|(?:{threes}|{lakhs})(?:{mark}\d*)?)$"


def _money() -> str:
    ordered = sorted(CURRENCIES, key=len, reverse=True)
    return "|".join(re.escape(sign) for sign in ordered)


MONEY: Final = _money()
UNIT: Final = r"(?:%|‰|[°µμA-Za-zÅåäöøæ/²³*·^]{1,10}[23]?)"
NUMBER_LIKE: Final = (
    rf"^(?P<open>\(?) *(?P<sign>[+-]?) *(?P<before>(?:{MONEY})?) *(?P<sign2>[+-]?) *"
    rf"(?P<body>(?:\d[\d.,']*(?: \d{{3}}[\d.,']*)*|[.,]\d+)(?:{EXPONENT})?)"
    rf" *(?P<after>(?:{MONEY}|{UNIT})?) *(?P<close>\)?) *(?P<trailing>-?)$"
)
"""A number with what may stand around it; its body has yet to be one under some decimal mark."""
TIME: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:[.,]\d{1,9})?))?"
    r" *(?P<half>[AaPp]\.?[Mm]\.?)? *(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?"
)
YEAR_FIRST: Final = (
    r"^(?P<year>\d{4})(?:-(?P<month>\d{1,2})-|/(?P<month2>\d{1,2})/|\.(?P<month3>\d{1,2})\.)"
    rf"(?P<day>\d{{1,2}})(?:[T ]+{TIME})?$"
)
YEAR_LAST: Final = (
    r"^(?P<first>\d{1,2})(?:/(?P<second_>\d{1,2})/|-(?P<second2>\d{1,2})-|\.(?P<second3>\d{1,2})\.)"
    rf"(?P<year>\d{{4}}|\d{{2}})(?:[, ]+{TIME})?$"
)
MONTH_NAMES: Final = "|".join(name for names in MONTHS for name in names.split()[::-1])
DAY_MONTH_YEAR: Final = (
    rf"^(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[ -]*(?P<name>(?i:{MONTH_NAMES}))\.?[ ,-]*"
    rf"(?P<year>\d{{4}}|\d{{2}})(?:[, ]+{TIME})?$"
)
MONTH_DAY_YEAR: Final = (
    rf"^(?P<name>(?i:{MONTH_NAMES}))\.?[ -]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ -]+"
    rf"(?P<year>\d{{4}})(?:[, ]+{TIME})?$"
)
YEAR_MONTH: Final = r"^(?P<year>\d{4})[-/](?P<month>\d{1,2})$"
DATES: Final = (YEAR_FIRST, YEAR_LAST, DAY_MONTH_YEAR, MONTH_DAY_YEAR, YEAR_MONTH)
CLOCK: Final = rf"^{TIME}$"

_NUMBER_LIKE: Final = re.compile(NUMBER_LIKE)
_BODIES: Final = tuple(re.compile(number_pattern(mark)) for mark in (".", ","))
_DATES: Final = tuple(re.compile(pattern) for pattern in (*DATES, CLOCK))
_YES_NO: Final = frozenset(word for pair in YES_NO_WORDS for word in pair if len(word) > 1)
_PLAIN: Final = str.maketrans(PLAIN)


def is_number_like(text: str) -> bool:
    """Whether a trimmed cell with plain characters is a number, under either decimal mark.

    >>> [is_number_like(text) for text in ("$1,234.50", "(7 %)", "1,2,3", "12 Main")]
    [True, True, False, True]
    """
    found = _NUMBER_LIKE.match(text)
    return found is not None and any(body.match(found["body"]) for body in _BODIES)


@lru_cache(maxsize=4096)
def cell_kind(cell: str) -> str:
    """Return what one cell looks like: "empty", "number", "date", "yes/no" or "text".

    >>> [cell_kind(cell) for cell in ("n/a", "$1,234.50", "2024-05-01", "ja", "Oslo")]
    ['empty', 'number', 'date', 'yes/no', 'text']
    """
    text = cell.strip()
    lower = text.lower()
    if not text or lower in MISSING_WORDS:
        return "empty"
    if len(text) > 60:
        return "text"
    if lower in _YES_NO:
        return "yes/no"
    plain = text.translate(_PLAIN)
    if is_number_like(plain):
        return "number"
    return "date" if any(pattern.match(plain) for pattern in _DATES) else "text"
