"""Unpacking gzip and zip files, never more than the limits allow."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

from table_reader.errors import DataError
from table_reader.limits import MAX_ARCHIVE_INDEX_BYTES, MAX_UNPACKED_BYTES
from table_reader.signatures import not_a_table
from table_reader.source import GivenFile, view_source

WORKBOOK = "xl/workbook.xml"
END_RECORD = b"PK\x05\x06"
END_RECORD_BYTES = 22
LOCATOR = b"PK\x06\x07"
LOCATOR_BYTES = 20
LONGEST_COMMENT = 2**16
READ_BYTES = 2**20

DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
)
"""What Python's own unpackers raise for damaged, encrypted or exotic archives."""

DOCUMENTS = (
    ("word/document.xml", "a Word document", "copy its table into a spreadsheet"),
    ("ppt/presentation.xml", "a PowerPoint file", "copy its table into a spreadsheet"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "save it as .xlsx or CSV"),
    ("content.xml", "an OpenDocument file", "save it as .xlsx or CSV"),
)


def gunzipped(source: GivenFile) -> GivenFile:
    """Return what a gzip file holds. Raises DataError when that is damaged or too much."""
    name = source.name[:-3] if source.name.lower().endswith(".gz") else source.name
    with _translated(source), gzip.GzipFile(fileobj=source.content()) as packed:
        return _view(_bounded(packed, source), name)


@contextmanager
def open_archive(source: GivenFile) -> Iterator[zipfile.ZipFile]:
    """Open a zip file whose list of contents is of a bearable size, and translate its errors.

    Raises DataError when it is damaged, encrypted or holds too many files.
    """
    content = source.content()
    _check_index(content, source)
    with _translated(source):
        archive = zipfile.ZipFile(content)
    with archive:
        yield archive


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip file is an .xlsx."""
    return WORKBOOK in archive.NameToInfo


def only_member(archive: zipfile.ZipFile, source: GivenFile) -> GivenFile:
    """Return the one file in a zip. Raises DataError when there are none or several."""
    for mark, what, remedy in DOCUMENTS:
        if mark in archive.NameToInfo:
            raise not_a_table(source, what, remedy)
    members = [info for info in archive.infolist() if _is_data(info)]
    if len(members) != 1:
        raise DataError(
            f"File {source.title} must hold exactly 1 file. Got {len(members)}: "
            f"unpack it and choose one of them."
        )
    with _translated(source), archive.open(members[0]) as packed:
        return _view(_bounded(packed, source), members[0].filename.rpartition("/")[2])


def unpacked_pieces(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: GivenFile, budget: int
) -> Iterator[bytes]:
    """Yield a member of a zip in pieces. Raises DataError beyond `budget` bytes."""
    with _translated(source), archive.open(info) as packed:
        while piece := packed.read(READ_BYTES):
            budget -= len(piece)
            if budget < 0:
                raise _too_much(source)
            yield piece


@contextmanager
def _translated(source: GivenFile) -> Iterator[None]:
    """Turn what unpackers raise into a DataError."""
    try:
        yield
    except DAMAGED:
        raise _damaged(source) from None


def _bounded(packed: IO[bytes] | gzip.GzipFile, source: GivenFile) -> bytearray:
    content = bytearray()
    while piece := packed.read(READ_BYTES):
        content += piece
        if len(content) > MAX_UNPACKED_BYTES:
            raise _too_much(source)
    return content


def _view(content: bytearray, name: str) -> GivenFile:
    if not content:
        raise DataError(f"File {name!r} must not be empty. Got no columns.")
    return view_source(memoryview(content), name)


def _check_index(content: BytesIO, source: GivenFile) -> None:
    """Refuse a list of contents that would cost more memory than the archive itself."""
    tail = content.getbuffer()[-(LONGEST_COMMENT + END_RECORD_BYTES + LOCATOR_BYTES) :].tobytes()
    at = tail.rfind(END_RECORD)
    record = tail[at : at + END_RECORD_BYTES]
    if at < 0 or len(record) < END_RECORD_BYTES:
        raise _damaged(source)
    index_bytes = int.from_bytes(record[12:16], "little")
    is_huge = tail[max(0, at - LOCATOR_BYTES) : at].startswith(LOCATOR)
    if is_huge or index_bytes > MAX_ARCHIVE_INDEX_BYTES:
        raise DataError(
            f"File {source.title} must hold a single table. Got an archive of very many or "
            f"huge files: unpack it and choose one of them."
        )


def _is_data(info: zipfile.ZipInfo) -> bool:
    path = info.filename
    is_folder = path.endswith("/")
    return bool(path) and not (is_folder or path.startswith("__MACOSX/") or "/." in f"/{path}")


def _too_much(source: GivenFile) -> DataError:
    return DataError(
        f"File {source.title} must unpack to at most {MAX_UNPACKED_BYTES // 2**20} MB. "
        f"Got more: use a sample of its rows."
    )


def _damaged(source: GivenFile) -> DataError:
    return DataError(
        f"File {source.title} must be a whole, unencrypted archive. Got one that cannot be "
        f"unpacked: copy it again, or unpack it first."
    )
