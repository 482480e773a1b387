"""Words that multiply: the M of €1.2M is a million, the m of 12 m are metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from table_reader.arrays import IntArray
from table_reader.cells import as_mask, word_counts
from table_reader.words import LETTERS_OF_SCALE, SCALES


@dataclass(frozen=True, eq=False)
class Scales:
    """What multiplies some cells of a column: powers of ten by word, and each cell's (0: none)."""

    words: Mapping[str, int]
    powers: IntArray


def find_scales(words: Any, gaps: Any, has_money: bool) -> Scales | None:
    """Return the scales of a column, None where these are units.

    `words` are what stands behind each number ("" for nothing), `gaps` the spaces between.
    A whole word always multiplies. A letter does where there is money, beside another such
    letter, and as a capital (or a k) right behind its number.
    """
    import pyarrow.compute as pc

    found = [word for word in word_counts(words) if word]
    if not found:
        return None
    plain = {word: word.rstrip(".").lower() for word in found}
    letters = {word for word in found if plain[word] in LETTERS_OF_SCALE}
    is_scale = has_money or len({plain[word] for word in found}) > 1
    if letters and not is_scale:
        is_attached = as_mask(pc.equal(gaps, ""))[as_mask(pc.not_equal(words, ""))].all()
        is_scale = bool(is_attached) and all(word in ("K", "k", "M", "B", "MM") for word in letters)
    if letters and not is_scale:
        return None
    powers = np.zeros(len(words), dtype=np.int64)
    for word in found:
        powers[as_mask(pc.equal(words, word))] = SCALES[plain[word]]
    return Scales({word: SCALES[plain[word]] for word in found}, powers)
