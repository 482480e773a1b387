"""What a nasty file is: its bytes, and either the table that it must become or the message."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from table_reader import ReadOptions, Table, read_table

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Nasty:
    """A file and its expected outcome.

    `content` is its bytes, or makes them where that takes a second: only who reads it waits.
    `columns` are the right table (None is a missing cell, dates are ISO text), or `refusal` is a
    pattern that the message matches. `says` are patterns that notes or summary match, `asks`
    the fields of the questions, `lines` the line numbers of the rows; a file that `is_certain`
    leaves no doubts.
    """

    name: str
    content: bytes | Callable[[], bytes]
    columns: Columns | None = None
    refusal: str = ""
    says: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    lines: tuple[int, ...] | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    filename: str = "mine.csv"
    is_certain: bool = False

    def read(self) -> Table:
        """Return the table that it becomes."""
        content = self.content if isinstance(self.content, bytes) else self.content()
        return read_table(io.BytesIO(content), options=self.options, name=self.filename)


def text(content: str, encoding: str = "utf-8") -> bytes:
    """Return a file's bytes."""
    return content.encode(encoding)
