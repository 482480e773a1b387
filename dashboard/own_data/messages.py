"""What a page and the process that reads its file say to each other, pickled."""

from __future__ import annotations

from dataclasses import dataclass

from table_reader import ReadOptions, Table


@dataclass(frozen=True)
class Request:
    """What is to be read: `size` bytes follow."""

    name: str
    size: int
    options: ReadOptions


@dataclass(frozen=True, eq=False)
class Reply:
    """How far reading has come (0 to 1); the last one has the table, a message or neither."""

    progress: float = 0.0
    table: Table | None = None
    message: str = ""
    is_last: bool = False
