"""Figures that may be unknown, and how they are put in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from table_reader.wording import shown

P_SHOWN: Final = 0.001
"""Smaller p values are not told apart: no test's assumptions hold that well."""
NAMES_SHOWN: Final = 5


def known(value: float) -> float | None:
    """Return `value` as a float, None where it is nan or infinite.

    >>> known(2.5), known(float("nan"))
    (2.5, None)
    """
    return float(value) if math.isfinite(value) else None


def p_text(p: float) -> str:
    """Return a p value as people write it.

    >>> p_text(0.0421), p_text(0.5), p_text(1e-30)
    ('p = 0.042', 'p = 0.50', 'p < 0.001')
    """
    if p < P_SHOWN:
        return f"p < {P_SHOWN}"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def signed(value: float) -> str:
    """Return a value with one decimal and, below 0, a minus sign.

    >>> signed(-2.96), signed(0.5)
    ('−3.0', '0.5')
    """
    return f"{value:.1f}".replace("-", "\u2212")


def rows_in_words(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    """Return rows in words, by their names.

    >>> rows_in_words(["17"]), rows_in_words(["3", "5", "9"])
    ('row 17', 'rows 3, 5 and 9')
    """
    return ("row " if len(names) == 1 else "rows ") + in_words(names, most)


def in_words(items: Iterable[str], most: int = NAMES_SHOWN) -> str:
    """Return items in one phrase, the first `most` of them.

    >>> in_words(["a", "b"]), in_words(["a", "b", "c"], most=1)
    ('a and b', 'a and 2 more')
    """
    all_items = list(items)
    shown, more = all_items[:most], len(all_items) - most
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def quoted(names: Iterable[str]) -> list[str]:
    """Return names as messages show them.

    >>> quoted(["price"])
    ["'price'"]
    """
    return [shown(name) for name in names]


def sentence(text: str) -> str:
    """Return `text` with a capital first letter, the rest as it is.

    >>> sentence("row A7")
    'Row A7'
    """
    return text[:1].upper() + text[1:]
