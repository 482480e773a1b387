"""Files that are read in place: which ones were meant, and whether they are still the same."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linreg_core.errors import DataError
from table_reader.wording import SHOWN_CHARACTERS, counted, shown

PARQUET: Final = (".parquet", ".pq")
_MOST_SHOWN: Final = SHOWN_CHARACTERS - len("'...'")
TEXT_FILES: Final = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")


@dataclass(frozen=True)
class StoredFile:
    """A file as it was when it was opened."""

    path: str
    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: str) -> StoredFile:
        """Return the file as it is now.

        Raises DataError when it cannot be opened.
        """
        try:
            state = os.stat(path)
        except OSError as error:
            raise unreadable(path, error) from None
        if not stat.S_ISREG(state.st_mode):
            raise DataError(
                f"A source is made of files. Got {shown(os.path.basename(path))}, which is a "
                f"folder, a pipe or a device: give a file that is stored."
            )
        return cls(path, state.st_size, state.st_mtime_ns)

    @property
    def title(self) -> str:
        """The file's name in quotation marks, as messages have it."""
        return repr(os.path.basename(self.path))

    def check_unchanged(self) -> None:
        """Raise DataError when it is not what it was."""
        if StoredFile.of(self.path) != self:
            raise DataError(
                f"File {self.title} must stay as it is while it is read. It has changed: nothing "
                f"was kept of it; start again when it is written."
            )

    @contextmanager
    def reading(self, place: str) -> Iterator[None]:
        """Read of it within: what goes wrong is told with its `place`.

        Raises DataError when it cannot be read, or has changed.
        """
        from pyarrow.lib import ArrowException

        self.check_unchanged()
        try:
            yield
        except (ArrowException, OSError, EOFError, *_duckdb_errors()) as error:
            if type(error).__name__ == "OutOfMemoryException":  # the file is not to blame
                raise
            self.check_unchanged()
            raise DataError(
                f"{place} must be whole. Got one that cannot be read: write the file again, or "
                f"leave it out. ({_short(error)})"
            ) from None
        self.check_unchanged()


def found_files(wanted: Sequence[str | Path]) -> tuple[str, ...]:
    """Return the files that paths, folders and patterns (with *, ? or **) stand for, sorted, once.

    Of a folder these are its Parquet files, or where it has none those of text; in its folders too.
    A file that links lead to twice is one.

    Raises DataError when one stands for none.
    """
    found: dict[str, str] = {}
    for each in map(str, wanted):
        paths = _expanded(each)
        if not paths:
            raise DataError(
                f"There is no file for {_shown_path(each)}: give the path of a Parquet or CSV "
                f"file, of a folder of them, or a pattern such as 'sales/*.parquet'."
            )
        for path in _each_once(paths):
            found.setdefault(os.path.realpath(path), path)
    return tuple(found.values())


def _shown_path(path: str) -> str:
    """Return a path as a message shows it; of a long one the end, which names the file."""
    if len(path) <= _MOST_SHOWN:
        return shown(path)
    return shown(f"...{path[-_MOST_SHOWN:]}")


def _expanded(path: str) -> list[str]:
    if os.path.isdir(path):
        inside = list(_files_inside(path))
        return [p for p in inside if is_parquet(p)] or [p for p in inside if is_text_file(p)]
    if os.path.exists(path):
        return [path]
    return [p for p in glob.glob(path, recursive=True) if os.path.isfile(p)]


def _each_once(paths: Iterable[str]) -> list[str]:
    """Return paths in their order, of those that lead to the same file the shortest."""
    found: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (path.count(os.sep), path)):
        found.setdefault(os.path.realpath(path), path)
    return sorted(found.values())


def _files_inside(folder: str) -> Iterator[str]:
    """Yield the files of a folder and of those inside, each folder once, wherever links lead."""
    seen = {os.path.realpath(folder)}
    for here, folders, files in os.walk(folder, followlinks=True):
        visible = sorted(name for name in folders if not name.startswith("."))
        inside = {os.path.realpath(os.path.join(here, name)): name for name in visible}
        folders[:] = [name for path, name in inside.items() if path not in seen]
        seen |= set(inside)
        paths = (os.path.join(here, name) for name in files if not name.startswith("."))
        yield from (path for path in paths if os.path.isfile(path))


def is_parquet(path: str) -> bool:
    """Whether the name says that it is a Parquet file."""
    return path.lower().endswith(PARQUET)


def is_text_file(path: str) -> bool:
    """Whether the name says that its values are separated by commas, semicolons or tabs."""
    return path.lower().endswith(TEXT_FILES)


def digest_of(files: Iterable[StoredFile]) -> str:
    """Return a text that changes with the files' names, sizes and times."""
    told = hashlib.blake2b(digest_size=16)
    for file in files:
        told.update(repr((file.path, file.size, file.changed_ns)).encode())
    return told.hexdigest()


def titles(files: Sequence[StoredFile]) -> str:
    """Return what a source of these files is called."""
    if len(files) == 1:
        return os.path.basename(files[0].path)
    folder = os.path.basename(os.path.commonpath([os.path.dirname(f.path) or "." for f in files]))
    return f"{folder or 'files'} ({counted(len(files), 'file')})"


def unreadable(path: str, error: OSError) -> DataError:
    """Return the error for a file that the system does not give."""
    return DataError(
        f"File {os.path.basename(path)!r} cannot be opened ({error.strerror}): check the path and "
        f"who may read it."
    )


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]


def _duckdb_errors() -> tuple[type[Exception], ...]:
    """Return what DuckDB raises, if it is in use: it takes time and memory to load."""
    duckdb = sys.modules.get("duckdb")
    return () if duckdb is None else (duckdb.Error,)
