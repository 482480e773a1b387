"""What a source reads from: columns with types, and parts of rows that are read one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

MOST_BATCH_ROWS: Final = 65_536
LEAST_BATCH_ROWS: Final = 4_096
_BATCH_CELLS: Final = 655_360
_CELLS_AHEAD: Final = 10_000_000


def batch_rows(n_columns: int) -> int:
    """Return the most rows that are decoded at a time: 5 MB, unless there are very many columns.

    >>> batch_rows(9), batch_rows(65), batch_rows(1_000)
    (65536, 10082, 4096)
    """
    return min(max(_BATCH_CELLS // n_columns, LEAST_BATCH_ROWS), MOST_BATCH_ROWS)


def batches_ahead(n_columns: int) -> int:
    """Return how many batches are decoded ahead of one that waits for compiled code: 80 MB.

    >>> batches_ahead(9), batches_ahead(1_000)
    (16, 2)
    """
    return max(_CELLS_AHEAD // (batch_rows(n_columns) * n_columns), 1)


@dataclass(frozen=True)
class StoredPart:
    """Rows that are read together, a row group or a file: `place` is how people find them.

    `first_row` is the position of the first one in `file`. `n_rows` is None where only reading
    tells.
    """

    place: str
    file: str = ""
    first_row: int = 0
    n_rows: int | None = None


class Storage(Protocol):
    """Where rows come from; it keeps none of them."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def schema(self) -> Schema:
        """The columns' names as they are stored, which all differ, and their types."""
        ...

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """The parts, in the order of the rows."""
        ...

    @property
    def digest(self) -> str:
        """A text that changes when what is stored does, as far as can be told without reading."""
        ...

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield the rows of a part in order, a batch at a time, with these columns.

        Raises DataError when it cannot be read, or has changed since it was opened.
        """
        ...

    def count_rows(self) -> int:
        """Return how many rows there are; where the parts do not tell, they are counted."""
        ...
