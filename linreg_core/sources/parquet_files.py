"""Parquet files read in place: each row group is a part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from linreg_core.errors import DataError
from linreg_core.sources.alike_files import chosen_fields, common_schema, in_types
from linreg_core.sources.files import StoredFile, digest_of, titles
from linreg_core.sources.storage import StoredPart, batch_rows

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema
    from pyarrow.parquet import FileMetaData, ParquetFile

_BUFFER: Final = 262_144
_FOOTERS_BYTES: Final = 4_000_000
"""So much of the footers is kept, parsed, which takes ten times as much; but always the first."""


@dataclass(frozen=True)
class ParquetFiles:
    """Row groups of files with the same columns; `places` are (file, row group) of each part.

    `footers` are those of the first files, as many as there is room for: to parse one again for
    each of its row groups takes the longer the more there are.
    """

    files: tuple[StoredFile, ...]
    schema: Schema
    parts: tuple[StoredPart, ...]
    places: tuple[tuple[int, int], ...]
    footers: tuple[FileMetaData, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def open(cls, paths: Sequence[str]) -> ParquetFiles:
        """Return what the files say about themselves; no row is read.

        Raises DataError when one is damaged, or their columns or kinds differ.
        """
        files = tuple(map(StoredFile.of, paths))
        schemas, parts, places, room = [], [], [], _FOOTERS_BYTES
        footers: list[FileMetaData] = []
        for i, file in enumerate(files):
            schema, footer = _described(file)
            schemas.append(schema)
            room -= footer.serialized_size
            if room >= 0 or not footers:
                footers.append(footer)
            row = 0
            for group in range(footer.num_row_groups):
                n_rows = footer.row_group(group).num_rows
                parts.append(
                    StoredPart(f"Row group {group + 1} of {file.title}", file.title, row, n_rows)
                )
                places.append((i, group))
                row += n_rows
        schema = common_schema(files, schemas)
        return cls(files, schema, tuple(parts), tuple(places), tuple(footers))

    @property
    def name(self) -> str:
        """The file's name, or the folder's with how many files there are."""
        return titles(self.files)

    @property
    def digest(self) -> str:
        """A text that changes with the files' names, sizes and times."""
        return digest_of(self.files)

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield a row group's rows; a few columns of it are in memory at a time."""
        number, group = self.places[part]
        file, place = self.files[number], self.parts[part].place
        footer = self.footers[number] if number < len(self.footers) else None
        wanted = chosen_fields(self.schema, columns)
        with file.reading(place), _checked(file, footer) as stored:
            rows = batch_rows(len(columns))
            read = stored.iter_batches(rows, row_groups=[group], columns=wanted.names)
            yield from in_types(read, wanted)

    def count_rows(self) -> int:
        """Return how many rows the files say that they have."""
        return sum(part.n_rows or 0 for part in self.parts)


def _checked(file: StoredFile, footer: FileMetaData | None) -> ParquetFile:
    """Open a file, whose pages are checked where their writer has kept checksums.

    A page of each column is in memory at a time: Arrow would read all of a row group at once.
    """
    from pyarrow import parquet

    return parquet.ParquetFile(
        file.path,
        metadata=footer,
        pre_buffer=False,
        buffer_size=_BUFFER,
        page_checksum_verification=True,
    )


def _described(file: StoredFile) -> tuple[Schema, FileMetaData]:
    """Return a file's columns, and its footer, which has the sizes of its row groups."""
    from pyarrow import parquet

    with file.reading(f"File {file.title}"), parquet.ParquetFile(file.path) as stored:
        schema, footer = stored.schema_arrow, stored.metadata
    names = schema.names
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            f"Columns must have different names. {file.title} has {twice!r} twice: write it again."
        )
    return schema.remove_metadata(), footer
