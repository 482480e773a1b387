"""Columns of yes and no, in several languages."""

from __future__ import annotations

from typing import Any

from table_reader.cells import TextCells, as_mask
from table_reader.words import YES_NO_WORDS

WORDS = frozenset(word for pair in YES_NO_WORDS for word in pair)


def yes_no_values(cells: TextCells) -> Any | None:
    """Return pandas booleans (missing: NA) where all words are one pair; else None."""
    import pandas as pd
    import pyarrow.compute as pc

    if not cells.sample or not {cell.lower() for cell in cells.sample} <= WORDS:
        return None
    lower = pc.utf8_lower(cells.text)
    words = set(pc.unique(pc.drop_null(lower)).to_pylist())
    pair = next((pair for pair in YES_NO_WORDS if words <= set(pair)), None)
    if pair is None or (len(words) == 1 and len(min(words)) == 1):
        return None
    return pd.arrays.BooleanArray(as_mask(pc.equal(lower, pair[0])), ~cells.filled)
