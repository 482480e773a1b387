"""The bytes of what a person brought: a path, an upload, or anything with `read`."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from table_reader.errors import DataError
from table_reader.limits import MAX_FILE_BYTES
from table_reader.wording import shown

UNNAMED = "table.csv"
HEAD_BYTES = 4096
"""What is looked at to find out what a file is."""
PIECE_BYTES = 2**20
SHOWN_NAME_CHARACTERS = 80
ENDINGS_WITHOUT_MEANING = (".gz", ".zip")


@dataclass(frozen=True, eq=False)
class GivenFile:
    """A file's name and its bytes, of which only the pieces that are asked for are in memory.

    `is_text` marks what came as str: it is UTF-8, whatever it may look like.
    """

    name: str
    size: int
    read_at: Callable[[int, int], bytes]
    is_text: bool = False

    @property
    def title(self) -> str:
        """The name as messages show it, in quotes."""
        return shown(self.name)

    @property
    def stem(self) -> str:
        """The name without its ending (of "sales.csv.gz", both)."""
        name = self.name
        for ending in ENDINGS_WITHOUT_MEANING:
            name = name[: -len(ending)] if name.lower().endswith(ending) else name
        return Path(name).stem[:SHOWN_NAME_CHARACTERS] or "table"

    def pieces(self, n_bytes: int = PIECE_BYTES) -> Iterator[bytes]:
        """Yield the bytes in pieces of `n_bytes`."""
        start = 0
        while piece := self.read_at(start, n_bytes):
            yield piece
            start += len(piece)

    def content(self) -> BytesIO:
        """Return the whole file, for readers that move about in it."""
        return BytesIO(self.read_at(0, self.size))


@contextmanager
def open_given_file(
    file_or_path: str | Path | IO[Any], name: str | None = None
) -> Iterator[GivenFile]:
    """Open what a person brought, always from its beginning, and close what was opened here.

    Raises DataError when it is missing, unreadable or larger than MAX_FILE_BYTES.
    """
    name = base_name(name or getattr(file_or_path, "name", file_or_path))
    if isinstance(file_or_path, str | Path):
        with _open_path(Path(file_or_path), name) as handle:
            yield _handle_source(handle, name)
    elif isinstance(file_or_path, BytesIO) and not file_or_path.closed:
        with file_or_path.getbuffer() as view:
            _check_size(len(view), name)
            yield view_source(view, name)
    else:
        content, is_text = _drained(file_or_path, name)
        _check_size(len(content), name)
        yield view_source(memoryview(content), name, is_text)


def view_source(view: memoryview, name: str, is_text: bool = False) -> GivenFile:
    """Return the source of bytes in memory."""
    return GivenFile(name, len(view), lambda start, n: bytes(view[start : start + n]), is_text)


def base_name(path: object) -> str:
    """Return a name to show: the file's own, never its folder.

    >>> base_name("C:\\\\Users\\\\me\\\\sales.csv"), base_name(3)
    ('sales.csv', 'table.csv')
    """
    if not isinstance(path, str | Path):
        return UNNAMED
    return str(path).replace("\\", "/").rstrip("/").rpartition("/")[2] or UNNAMED


def _open_path(path: Path, name: str) -> IO[bytes]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise DataError(f"File {shown(name)} must be a file. Got something else of that name.")
        return path.open("rb")
    except FileNotFoundError:
        raise DataError(
            f"File {shown(name)} must exist. Got no such file: check its name."
        ) from None
    except (OSError, ValueError):
        raise DataError(
            f"File {shown(name)} must be readable. Got no access: check its permissions."
        ) from None


def _handle_source(handle: IO[bytes], name: str) -> GivenFile:
    try:
        size = handle.seek(0, 2)
    except OSError:
        raise _unreadable(name) from None
    _check_size(size, name)

    def read_at(start: int, n: int) -> bytes:
        try:
            handle.seek(start)
            return handle.read(n)
        except OSError:
            raise _unreadable(name) from None

    return GivenFile(name, size, read_at)


def _drained(file: Any, name: str) -> tuple[bytes, bool]:
    """Return all that a file-like object holds, and whether it came as text."""
    if not callable(getattr(file, "read", None)):
        raise DataError(f"A table must be a path or a file. Got {shown(file)}.")
    try:
        if callable(getattr(file, "seekable", None)) and file.seekable():
            file.seek(0)
        pieces = list(_read_pieces(file, name))
    except (OSError, ValueError):
        raise DataError(
            f"File {shown(name)} must be open and readable: open it again, in binary mode."
        ) from None
    if pieces and isinstance(pieces[0], str):
        return "".join(pieces).encode("utf-8", errors="replace"), True
    return b"".join(pieces), False


def _read_pieces(file: Any, name: str) -> Iterator[Any]:
    """Yield what a file holds, up to one byte above the limit; a short read is not the end."""
    n_left = MAX_FILE_BYTES + 1
    while n_left > 0:
        piece = file.read(n_left)
        if piece is None:
            raise _unreadable(name)
        if not piece:
            return
        yield piece
        n_left -= len(piece)


def _unreadable(name: str) -> DataError:
    return DataError(
        f"File {shown(name)} must be readable to its end. Got an error on the way: "
        f"check its drive or connection, or copy it."
    )


def _check_size(size: int, name: str) -> None:
    if size > MAX_FILE_BYTES:
        raise DataError(
            f"File {shown(name)} must have at most {MAX_FILE_BYTES // 2**20} MB. "
            f"Got {size / 2**20:,.1f} MB: use a sample of its rows."
        )
    if size == 0:
        raise DataError(f"File {shown(name)} must not be empty. Got no columns.")
