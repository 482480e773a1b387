"""The words by which rows say that they summarise others, and the cells that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from table_reader.words import SUMMARIES, WEAK_SUMMARIES

STATISTICS: Final = {word: what for what, words in SUMMARIES.items() for word in words}
MOST_LABEL_CHARACTERS: Final = 60
MOST_DIFFERENT: Final = 20_000
SAMPLED_ROWS: Final = 2_000
"""Of a longer column, so many cells tell whether it has few words."""
LAST_ROWS: Final = 50
ALONE: Final = frozenset(("n", "se", "som", "media", "medel", "number"))
"""Words that are labels only where they are all of a cell."""
_WORDS: Final = "|".join(
    re.escape(word) for word in sorted(STATISTICS.keys() - ALONE, key=len, reverse=True)
)
HAS_WORD: Final = rf"(?i:{_WORDS}|^(?:{'|'.join(sorted(ALONE))})\W*$)"
BEGINS: Final = re.compile(rf"({_WORDS})(?:\W+(.*))?$")
ENDS: Final = re.compile(rf"(.*\w)\W+({_WORDS})$")


@dataclass(frozen=True)
class Label:
    """A row's words for a summary: which statistic, of which group ("" for no name)."""

    row: int
    column: int
    word: str
    group: str

    @property
    def statistic(self) -> str:
        """What the row tells of the others."""
        return STATISTICS[self.word]

    @property
    def is_weak(self) -> bool:
        """Whether the word may as well be a name."""
        return self.word in WEAK_SUMMARIES or self.statistic == "other"


def label_of(text: str) -> tuple[str, str] | None:
    """Return the word for a summary that a cell holds, and the group that it names.

    >>> label_of("Total North:"), label_of("Nord, Summe"), label_of("total"), label_of("Totally")
    (('total', 'north'), ('summe', 'nord'), ('total', ''), None)
    """
    plain = " ".join(text.lower().split()).strip(" :.=*_-")
    if plain in STATISTICS or f"{plain}." in STATISTICS:
        return plain if plain in STATISTICS else f"{plain}.", ""
    if len(plain) > MOST_LABEL_CHARACTERS or not any(map(str.isalpha, plain)):
        return None
    if begins := BEGINS.match(plain):
        group = (begins[2] or "").strip(" ()[]:.-")
        return begins[1], group.removeprefix("of ").removeprefix("for ")
    if ends := ENDS.match(plain):
        return ends[2], ends[1].strip(" ()[]:.-")
    return None


def labelled_rows(column: Any) -> Iterator[tuple[int, str]]:
    """Yield the rows of a column of text whose cells hold words for summaries.

    In a column of numbers, and in one of very many words, only the last rows are looked at.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    start = 0
    if len(column) > MOST_DIFFERENT and not _has_few_words(column):
        start = len(column) - LAST_ROWS
        column = column.slice(start)
    different = pc.unique(column)
    different = different.filter(pc.fill_null(pc.match_substring_regex(different, HAS_WORD), False))
    words = [cell for cell in different.to_pylist() if label_of(cell)]
    if words:
        found = pc.fill_null(pc.is_in(column, pa.array(words, pa.string())), False)
        for row in np.flatnonzero(found.to_numpy(zero_copy_only=False)).tolist():
            yield start + row, column[row].as_py()


def _has_few_words(column: Any) -> bool:
    """Whether a long column is of words that are there again and again."""
    import pyarrow.compute as pc

    first = column.slice(0, SAMPLED_ROWS)
    return len(pc.unique(first)) < SAMPLED_ROWS // 10
