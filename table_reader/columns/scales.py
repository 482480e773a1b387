"""Words that multiply: the M of €1.2M is a million, the m of 12 m are metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from table_reader.arrays import IntArray
from table_reader.columns.cells import as_mask, word_counts
from table_reader.words import LETTERS_OF_SCALE, SCALES

ATTACHED: Final = r"[\d.,](?:K|k|M|B|MM)\b"
"""Letters that multiply by themselves, where they stand right behind a number."""


@dataclass(frozen=True, eq=False)
class Scales:
    """What multiplies some cells of a column: powers of ten by word, and each cell's (0: none)."""

    words: Mapping[str, int]
    powers: IntArray


def is_scale_word(word: str) -> bool:
    """Whether a word may multiply the number before it."""
    return _plain(word) in SCALES


def find_scales(cells: Any, words: Any, has_money: bool) -> Scales | None:
    """Return the scales of a column, None where these are units.

    `words` are what stands behind each number of `cells` ("" for nothing). A whole word always
    multiplies. A letter does where there is money, beside another such letter, and as a capital
    (or a k) right behind its number.
    """
    import pyarrow.compute as pc

    found = [word for word in word_counts(words) if word]
    if not found:
        return None
    letters = {word for word in found if _plain(word) in LETTERS_OF_SCALE}
    is_scale = has_money or len({_plain(word) for word in found}) > 1
    if letters and not is_scale:
        is_attached = as_mask(pc.match_substring_regex(cells, ATTACHED))
        is_scale = bool(is_attached[as_mask(pc.not_equal(words, ""))].all())
    if letters and not is_scale:
        return None
    powers = np.zeros(len(words), dtype=np.int64)
    for word in found:
        powers[as_mask(pc.equal(words, word))] = SCALES[_plain(word)]
    return Scales({word: SCALES[_plain(word)] for word in found}, powers)


def _plain(word: str) -> str:
    return word.rstrip(".").lower()
