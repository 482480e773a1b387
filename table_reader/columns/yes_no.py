"""Columns of yes and no, in several languages."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from table_reader.arrays import BoolArray
from table_reader.columns.cells import TextCells, as_mask
from table_reader.words import YES_NO_WORDS

WORDS: Final = frozenset(word for pair in YES_NO_WORDS for word in pair)
YES: Final = frozenset((*(yes for yes, _ in YES_NO_WORDS), "1", "j", "o", "s", "si", "x"))
NO: Final = frozenset((*(no for _, no in YES_NO_WORDS), "0"))


def yes_no_values(cells: TextCells) -> tuple[Any, str] | None:
    """Return pandas booleans (missing: NA) where all words are one pair, and the word for yes."""
    import pandas as pd
    import pyarrow.compute as pc

    if not cells.sample or not {cell.lower() for cell in cells.sample} <= WORDS:
        return None
    lower = pc.utf8_lower(cells.text)
    words = set(pc.unique(pc.drop_null(lower)).to_pylist())
    pair = next((pair for pair in YES_NO_WORDS if words <= set(pair)), None)
    if pair is None or (len(words) == 1 and len(min(words)) == 1):
        return None
    return pd.arrays.BooleanArray(as_mask(pc.equal(lower, pair[0])), ~cells.filled), pair[0]


def asked_yes_no(cells: TextCells) -> tuple[Any, BoolArray]:
    """Return pandas booleans of all words for yes and no, and which filled cells are neither."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    lower = pc.utf8_lower(cells.text)
    yes, no = (as_mask(pc.is_in(lower, pa.array(sorted(words)))) for words in (YES, NO))
    return pd.arrays.BooleanArray(np.asarray(yes), ~(yes | no)), cells.filled & ~(yes | no)
