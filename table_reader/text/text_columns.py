"""Gathering a text's blocks of rows into columns: numbers where they are plain, else text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np

from table_reader.arrays import IntArray
from table_reader.columns.plain_numbers import PlainBlocks
from table_reader.errors import DataError
from table_reader.grid import trimmed
from table_reader.limits import MAX_TABLE_CELLS, MAX_TABLE_ROWS
from table_reader.text.records import Dialect
from table_reader.text.row_blocks import RowBlock

Read = Callable[[bool], Iterable[RowBlock]]
"""Begins the text anew and yields its blocks; it is told whether this is the first time."""


def gathered(
    read: Read, dialect: Dialect, n_columns: int, as_text: Collection[int]
) -> tuple[list[Any], IntArray]:
    """Return the columns of all blocks (PlainNumbers or text), and the line of every row.

    The text is read once more for columns that turn out late not to be plain numbers. Columns
    in `as_text` are text in any case.
    """
    columns = [_Column(i in as_text) for i in range(n_columns)]
    lines = []
    n_rows = 0
    for block in read(True):
        n_rows += len(block.lines)
        _check_size(n_rows, n_columns)
        lines.append(block.lines)
        wanted = [i for i, column in enumerate(columns) if not column.is_late]
        for i, part in zip(wanted, _parsed(block, dialect, wanted, n_columns), strict=True):
            columns[i].add(part)
    found = [column.result() for column in columns]
    late = [i for i in range(n_columns) if found[i] is None]
    for i, column in _reread(read, dialect, late, n_columns).items():
        found[i] = column
    return found, np.concatenate(lines) if lines else np.empty(0, dtype=np.int64)


class _Column:
    """One column on its way: plain numbers, text from its first block on, or late to be text."""

    def __init__(self, is_text: bool) -> None:
        self._plain = PlainBlocks()
        self._texts: list[Any] = []
        self._is_text = is_text

    @property
    def is_late(self) -> bool:
        """Whether the column was plain at first, and is not any more."""
        return self._plain.has_failed and not self._is_text

    def add(self, part: Any) -> None:
        """Add the next block's text."""
        is_first = self._plain.is_empty
        if not self._is_text and not self._plain.add(part) and is_first:
            self._is_text = True
        if self._is_text:
            self._texts.append(trimmed(part))

    def result(self) -> Any | None:
        """Return the whole column; None where it has to be read once more."""
        return _joined(self._texts) if self._is_text else self._plain.numbers()


def _reread(read: Read, dialect: Dialect, wanted: list[int], n_columns: int) -> dict[int, Any]:
    """Return columns as text, by their positions."""
    texts: dict[int, list[Any]] = {i: [] for i in wanted}
    if not wanted:
        return {}
    for block in read(False):
        for i, part in zip(wanted, _parsed(block, dialect, wanted, n_columns), strict=True):
            texts[i].append(trimmed(part))
    return {i: _joined(parts) for i, parts in texts.items()}


def _parsed(block: RowBlock, dialect: Dialect, wanted: list[int], n_columns: int) -> list[Any]:
    """Return some columns of a block as text, null where a cell is empty."""
    import pyarrow as pa
    from pyarrow import csv

    names = [str(i) for i in range(n_columns)]
    try:
        table = csv.read_csv(
            pa.BufferReader(block.content),
            csv.ReadOptions(column_names=names, block_size=len(block.content) + 1),
            csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote or False,
                newlines_in_values=block.has_quotes,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[names[i] for i in wanted],
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowException:
        table = None
    if table is None or (wanted and table.num_rows != len(block.lines)):
        raise DataError(
            f"Quotes must stand around whole cells. Got others somewhere on the lines "
            f"{block.lines[0]} to {block.lines[-1]}: remove them."
        )
    return list(table.columns)


def _joined(parts: list[Any]) -> Any:
    """Return blocks as one piece, so that its memory can be given back when it is read."""
    import pyarrow as pa

    chunks = [chunk for part in parts for chunk in part.chunks]
    parts.clear()
    return pa.chunked_array([pa.concat_arrays(chunks)] if chunks else [], pa.string())


def _check_size(n_rows: int, n_columns: int) -> None:
    for what, size, most in (
        ("rows", n_rows, MAX_TABLE_ROWS),
        ("cells", n_rows * n_columns, MAX_TABLE_CELLS),
    ):
        if size > most:
            raise DataError(
                f"A table must have at most {most:,} {what}. Got more: use a sample of its rows, "
                f"or leave columns out."
            )
