"""What people are called in a room: names that are drawn, and typed ones made safe to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

import coolname

from dashboard.room.limits import MAX_NAME
from linreg_core import ConfigError
from table_reader.wording import shown

_TRIES = 20
_MOST_TYPED = 20 * MAX_NAME  # with what is left out, such as spaces; more is not looked at
_JOINERS: Final = "\u200c\u200d"  # Persian and emoji are spelled with them
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MARKS: Final = {"Mn", "Me"}
_MOST_MARKS = 3  # on one letter; more of them climb over the lines above


def drawn_name(is_taken: Callable[[str], bool]) -> str:
    """Return a name of two words, such as "Brave Otter", that is not taken yet.

    `is_taken` is asked about a `name_key`.
    """
    name = ""
    for _ in range(_TRIES):
        name = " ".join(word.capitalize() for word in coolname.generate(2))
        if len(name) <= MAX_NAME and not is_taken(name_key(name)):
            return name
    numbers = (f"{name[: MAX_NAME - 5]} {number}" for number in range(2, 10_000))
    return next(each for each in numbers if not is_taken(name_key(each)))


def name_key(name: str) -> str:
    """Return what two names share when they read the same: case, width and spaces do not count.

    >>> name_key("Brave  Otter") == name_key("BRAVE OTTER")
    True
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(sign for sign in folded if not sign.isspace() and sign not in _JOINERS)


def checked_name(name: object) -> str:
    """Return a typed name, composed (NFC) and with single spaces.

    Raises ConfigError for one that is empty or too long, or has signs that can't be seen or that
    turn the direction of writing.
    """
    if not isinstance(name, str):
        raise ConfigError(f"A name must be text. Got {shown(name)}.")
    if len(name) <= _MOST_TYPED:
        name = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(name) <= MAX_NAME:
        raise ConfigError(f"A name must have 1 to {MAX_NAME} characters. Got {len(name):,}.")
    if (unseen := next(filter(_is_unseen, name), None)) is not None:
        raise ConfigError(f"A name must have signs that can be seen. Got U+{ord(unseen):04X}.")
    if not _can_be_read(name):
        raise ConfigError(f"A name must have letters with few marks on them. Got {shown(name)}.")
    return name


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN and sign not in _JOINERS


def _can_be_read(name: str) -> bool:
    signs = "".join(
        "m" if unicodedata.category(sign) in _MARKS else " " if sign in _JOINERS else "s"
        for sign in name
    )
    return "s" in signs and not re.search(f"m{{{_MOST_MARKS + 1}}}", signs)
