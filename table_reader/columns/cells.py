"""A column of text, trimmed, with plain characters and without the words for nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from table_reader.arrays import BoolArray, IntArray
from table_reader.cell_text import cell_text
from table_reader.grid import PlainNumbers, TextColumn
from table_reader.patterns import (
    APOSTROPHE_LIKE,
    MINUS_LIKE,
    OTHER_DIGITS,
    SPACE_LIKE,
    TO_PLAIN,
)
from table_reader.wording import SHOWN_ROWS, rows_text, shown
from table_reader.words import MISSING_TEXT, MISSING_WORDS

_SAMPLE_CELLS = 1000


@dataclass(frozen=True, eq=False)
class TextCells:
    """A column of text on its way to values.

    `original` is as in the file, but for spaces around cells; `text` also has plain signs,
    spaces and apostrophes, and null for every word that means nothing (`missing` counts those
    words). `lines` names the rows.
    """

    name: str
    original: TextColumn
    text: TextColumn
    missing: Counter[str]
    lines: IntArray

    @classmethod
    def of(cls, name: str, column: TextColumn, lines: IntArray) -> TextCells:
        """Prepare a column of text."""
        import pyarrow.compute as pc

        missing = is_one_of(column, MISSING_WORDS)
        text = _plain(column)
        if not pc.any(missing).as_py():
            return cls(name, column, text, Counter(), lines)
        words = word_counts(pc.filter(column, missing))
        return cls(name, column, pc.if_else(missing, None, text), words, lines)

    @cached_property
    def n(self) -> int:
        """The number of cells that hold something."""
        return len(self.text) - int(self.text.null_count)

    @cached_property
    def filled(self) -> BoolArray:
        """Which cells hold something."""
        return as_mask(self.text.is_valid())

    @cached_property
    def sample(self) -> list[str]:
        """Cells that hold something, evenly spaced over the column."""
        import pyarrow.compute as pc

        filled = pc.drop_null(self.text)
        positions = np.unique(np.linspace(0, max(len(filled) - 1, 0), _SAMPLE_CELLS).astype(int))
        return list(pc.take(filled, positions).to_pylist()) if len(filled) else []

    def contains(self, mark: str) -> bool:
        """Whether any cell has a mark in it."""
        return _has(self.text, mark)

    def matches(self, pattern: str) -> BoolArray:
        """Return which cells match a pattern of RE2."""
        return matches(self.text, pattern)

    def rows(self, which: BoolArray) -> str:
        """Return rows as messages name them: "rows 4, 9, 17"."""
        return rows_text(self.lines[np.flatnonzero(which)[: SHOWN_ROWS + 1]].tolist())

    def examples(self, which: BoolArray, most: int = 3) -> str:
        """Return the first different cells among those, as messages quote them."""
        found: dict[str, None] = {}
        for i in np.flatnonzero(which)[:100].tolist():
            found[quoted_cell(self.original[i].as_py())] = None
        return ", ".join(list(found)[:most])

    def first(self, which: BoolArray) -> str:
        """Return the first of those cells."""
        return str(self.original[int(np.flatnonzero(which)[0])].as_py())


def quoted_cell(cell: str) -> str:
    """Return a cell as messages quote it, with plain spaces."""
    return shown(" ".join(cell.split()))


def text_values(column: TextColumn) -> tuple[Any, Counter[str]]:
    """Return a column of words as pandas text, and the words that were taken as missing.

    "NA" stays where all words are codes of two capitals: there it may be Namibia.
    """
    import pyarrow.compute as pc

    missing = is_one_of(column, MISSING_TEXT)
    if not pc.any(missing).as_py():
        return column.to_pandas().array, Counter()
    if _are_codes(column):
        missing = pc.and_(missing, pc.not_equal(column, "NA"))
    words = word_counts(pc.filter(column, missing))
    return pc.if_else(missing, None, column).to_pandas().array, words


def written(column: Any) -> TextColumn:
    """Return a column of values as text, as people write them: whole numbers without a point."""
    import pandas as pd
    import pyarrow as pa

    values = column.values if isinstance(column, PlainNumbers) else column
    cells = [None if pd.isna(value) else _written(value) for value in values]
    return pa.chunked_array([pa.array(cells, pa.string())])


def _written(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return cell_text(float(value))
    if isinstance(value, np.datetime64):
        return re.sub(r"T00:00:00(\.0*)?$", "", str(value))
    return str(value)


def is_one_of(column: TextColumn, words: Iterable[str]) -> TextColumn:
    """Return which cells are one of `words`, as they are, capitalised or all in capitals."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(column, pa.array(forms_of(words)))


def forms_of(words: Iterable[str]) -> list[str]:
    """Return words as they are, capitalised and all in capitals, and the usual forms of nan."""
    words = tuple(words)
    forms = {form for word in words for form in (word, word.upper(), word.title())}
    return sorted(forms | {word.capitalize() for word in words} | {"NaN", "nA", "Nan"})


def matches(column: TextColumn, pattern: str) -> BoolArray:
    """Return which cells match a pattern of RE2; empty cells do not."""
    import pyarrow.compute as pc

    return as_mask(pc.match_substring_regex(column, pattern))


def as_mask(values: TextColumn) -> BoolArray:
    """Return booleans of pyarrow as numpy's, false where they are null."""
    import pyarrow.compute as pc

    filled = pc.fill_null(values, False)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.bool_)


def word_counts(words: TextColumn) -> Counter[str]:
    """Return how often each word occurs."""
    import pyarrow.compute as pc

    counts = pc.value_counts(pc.drop_null(words)).to_pylist()
    return Counter({entry["values"]: entry["counts"] for entry in counts})


def _are_codes(column: TextColumn) -> bool:
    import pyarrow.compute as pc

    kinds = pc.unique(pc.drop_null(column))
    return len(kinds) > 3 and bool(pc.all(pc.match_substring_regex(kinds, "^[A-Z]{2}$")).as_py())


def _plain(column: TextColumn) -> TextColumn:
    """Return a column with plain spaces, minus signs, apostrophes and digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.all(pc.string_is_ascii(column)).as_py() is not False:
        return column
    others = pc.fill_null(pc.match_substring_regex(column, OTHER_DIGITS), False)
    if pc.any(others).as_py():
        cells = pc.filter(column, others).to_pylist()
        plain = pa.array([cell.translate(TO_PLAIN) for cell in cells], pa.string())
        column = pc.replace_with_mask(column, others.combine_chunks(), plain)
    for marks, plain in ((SPACE_LIKE, " "), (MINUS_LIKE, "-"), (APOSTROPHE_LIKE, "'")):
        if _has(column, *marks):
            column = pc.replace_substring_regex(column, f"[{marks}]", plain)
    return column


def _has(column: TextColumn, *marks: str) -> bool:
    import pyarrow.compute as pc

    return any(pc.any(pc.match_substring(column, mark)).as_py() for mark in marks)
