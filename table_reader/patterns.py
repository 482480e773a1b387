"""What cells look like: numbers, dates and yes/no, as patterns for Python and for RE2."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from table_reader.words import CURRENCIES, MISSING_WORDS, SCALES, YES_NO_WORDS

EXPONENT: Final = r"[eE][+-]?\d{1,3}"
FORTRAN_EXPONENT: Final = r"[dD][+-]?\d{1,3}"
"""Of double precision; only behind a decimal mark, so that no code such as 3D2 is a number."""
SPACE_LIKE: Final = "\u00a0\u2007\u2009\u202f\u2002\u2003"
MINUS_LIKE: Final = "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
APOSTROPHE_LIKE: Final = "\u2019\u02bc\u00b4"
FULL_WIDTH: Final = {
    "\uff0e": ".",
    "\uff0c": ",",
    "\uff05": "%",
    "\uff08": "(",
    "\uff09": ")",
    "\uffe5": "¥",
    "\uff0f": "/",
}
ZEROS: Final = "\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0be6\u0c66\u0ce6\u0d66\u0e50\u1040\uff10"
"""The first of ten digits in scripts that have their own, the wide ones of East Asia too."""
DIGITS: Final = {chr(ord(zero) + i): str(i) for zero in ZEROS for i in range(10)}
OTHER_DIGITS: Final = "[" + "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in ZEROS) + "]"
PLAIN: Final = {
    **dict.fromkeys(SPACE_LIKE, " "),
    **dict.fromkeys(MINUS_LIKE, "-"),
    **dict.fromkeys(APOSTROPHE_LIKE, "'"),
    **FULL_WIDTH,
    **DIGITS,
    "\u066b": ".",
    "\u066c": ",",
}
"""Characters of numbers that have a plain form."""
TO_PLAIN: Final = str.maketrans(PLAIN)

MONTHS: Final = (
    "jan january januar januari janv janvier ene enero gen gennaio janeiro",
    "feb february februar februari févr fév février febrero febbraio fev fevereiro",
    "mar march mär mrz märz mars marzo março mrt maart",
    "apr april avr avril abr abril aprile",
    "may mai mayo mag maggio maio mei maj",
    "jun june juni juin junio giu giugno junho",
    "jul july juli juil juillet julio lug luglio julho",
    "aug august augusti augustus août ago agosto",
    "sep sept september septembre septiembre set settembre setembro",
    "oct october okt oktober octobre octubre ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember déc décembre dic diciembre dicembre dezembro des desember",
)
"""The names of the months, in several languages."""


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
    broken = rf"(?:\d+{mark}\d*|{mark}\d+)"
    plain = rf"{broken}(?:{EXPONENT}|{FORTRAN_EXPONENT})?|\d+(?:{EXPONENT})?"
    return rf"^[+-]?(?:{plain}|(?:{threes}|{lakhs})(?:{mark}\d*)?)$"


def _money() -> str:
    ordered = sorted(CURRENCIES, key=len, reverse=True)
    return "|".join(re.escape(sign) for sign in ordered)


MONEY: Final = _money()
UNIT: Final = (
    r"(?:%|‰|[°µμA-Za-zÅåäöøæ/²³*·^]{2,10}[23]?|[°µμA-CF-Za-cf-zÅåäöøæ/²³*·^][23]?|[dDeE])"
)
"""Letters, and a digit behind them, but for d2 and e2, which are exponents."""
SCALE: Final = "|".join(
    rf"(?i:{re.escape(word)})\b\.?" if word.isascii() else rf"(?i:{word})\.?"
    for word in sorted(SCALES, key=len, reverse=True)
)
_BEFORE: Final = (
    rf"^(?P<open>\(?) *(?P<sign>[+-]?) *(?P<before>(?:{MONEY})?) *(?P<sign2>[+-]?) *"
    rf"(?P<body>(?:\d[\d.,']*(?: \d{{3}}[\d.,']*)*|[.,]\d+)(?:{EXPONENT}|{FORTRAN_EXPONENT})?) *"
)
_BEHIND: Final = rf"(?P<after>(?:{MONEY}|{UNIT})?) *(?P<close>\)?) *(?P<trailing>-?)$"
NUMBER_LIKE: Final = _BEFORE + _BEHIND
"""A number with what may stand around it; its body has yet to be one under some decimal mark."""
SCALED_NUMBER: Final = rf"{_BEFORE}(?P<scale>{SCALE}) *{_BEHIND}"
"""The same with a word that multiplies it. It takes ten times as long: only for those that need it.
"""
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
YEAR_MONTH: Final = r"^(?P<year>\d{4})(?:[-/]|[Mm])(?P<month>\d{1,2})$"
MONTH_YEAR: Final = r"^(?P<month>\d{1,2})/(?P<year>\d{4})$"
NAME_YEAR: Final = rf"^(?P<name>(?i:{MONTH_NAMES}))\.?[ /-]+(?P<year>\d{{4}})$"
YEAR_NAME: Final = rf"^(?P<year>\d{{4}})[ /-]*(?P<name>(?i:{MONTH_NAMES}))\.?$"
YEAR_QUARTER: Final = r"^(?P<year>\d{4})[ /-]*[QqTt](?P<quarter>[1-4])$"
QUARTER_YEAR: Final = r"^[QqTt](?P<quarter>[1-4])[ /-]*(?P<year>\d{4})$"
PERIODS: Final = (YEAR_MONTH, MONTH_YEAR, NAME_YEAR, YEAR_NAME, YEAR_QUARTER, QUARTER_YEAR)
"""Months and quarters, which stand for their first day."""
COMPACT: Final = r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$"
YEAR: Final = r"^(?P<year>1[5-9]\d{2}|2[01]\d{2})$"
DATES: Final = (YEAR_FIRST, YEAR_LAST, DAY_MONTH_YEAR, MONTH_DAY_YEAR, *PERIODS)
CLOCK: Final = rf"^{TIME}$"

_NUMBERS_LIKE: Final = (re.compile(NUMBER_LIKE), re.compile(SCALED_NUMBER))
_BODIES: Final = tuple(re.compile(number_pattern(mark)) for mark in (".", ","))
_DATES: Final = tuple(re.compile(pattern) for pattern in (*DATES, CLOCK))
_YES_NO: Final = frozenset(word for pair in YES_NO_WORDS for word in pair if len(word) > 1)


def is_number_like(text: str) -> bool:
    """Whether a trimmed cell with plain characters is a number, under either decimal mark.

    >>> [is_number_like(text) for text in ("$1,234.50", "(7 %)", "1,2,3", "12 Main")]
    [True, True, False, True]
    """
    found = next(filter(None, (form.match(text) for form in _NUMBERS_LIKE)), None)
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
    plain = text if text.isascii() else text.translate(TO_PLAIN)
    if is_number_like(plain):
        return "number"
    return "date" if any(pattern.match(plain) for pattern in _DATES) else "text"
