"""What a file is, by its first bytes: one that can be read, or one that needs a word of advice."""

from __future__ import annotations

from table_reader.errors import DataError
from table_reader.source import HEAD_BYTES, GivenFile

TAR_MARK = slice(257, 262)

READABLE = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
)
_UNREADABLE = (
    (b"%PDF", "a PDF", "copy its table into a spreadsheet and save that as CSV"),
    (b"\x89PNG", "a PNG picture", "type its numbers into a spreadsheet and save that as CSV"),
    (b"\xff\xd8\xff", "a JPEG picture", "type its numbers into a spreadsheet"),
    (b"GIF8", "a GIF picture", "type its numbers into a spreadsheet and save that as CSV"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel file (.xls) or a workbook with a password",
        "open it in Excel and save it as .xlsx without a password, or as CSV",
    ),
    (b"MZ", "a program", "choose the file that holds your table"),
    (b"\x7fELF", "a program", "choose the file that holds your table"),
    (b"SQLite format 3", "an SQLite database", "export one table of it as CSV"),
    (b"\x89HDF", "an HDF5 file", "export one table of it as CSV"),
    (b"ARROW1", "an Arrow file", "save it as Parquet or CSV"),
    (b"BZh", "packed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "packed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it and choose one file of it"),
    (b"Rar!", "a RAR archive", "unpack it and choose one file of it"),
    (b"{\\rtf", "a text document (RTF)", "copy its table into a spreadsheet and save that as CSV"),
)
MARKUP = (
    (b"<!doctype html", "a web page", "copy its table into a spreadsheet and save that as CSV"),
    (b"<html", "a web page", "copy its table into a spreadsheet and save that as CSV"),
    (b"<table", "a web page", "copy its table into a spreadsheet and save that as CSV"),
    (b"<?xml", "an XML file", "open it in Excel and save it as .xlsx or CSV"),
    (b"{", "JSON", "save it as CSV"),
    (b"[{", "JSON", "save it as CSV"),
    (b"[[", "JSON", "save it as CSV"),
)


def file_kind(source: GivenFile) -> str:
    """Return a kind that `READABLE` has, or "text".

    Raises DataError for what is known to be something else, saying what it is.
    """
    head = source.read_at(0, HEAD_BYTES)
    for mark, kind in READABLE:
        if head.startswith(mark):
            return kind
    words = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, marks in ((head, _UNREADABLE), (words, MARKUP)):
        for mark, what, remedy in marks:
            if start.startswith(mark) and not _is_text_all_the_same(mark, head):
                raise not_a_table(source, what, remedy)
    if head[TAR_MARK] == b"ustar":
        raise not_a_table(source, "a tar archive", "unpack it and choose one file of it")
    return "text"


def not_a_table(source: GivenFile, what: str, remedy: str) -> DataError:
    """Return the error for a file that is something else than a table."""
    return DataError(f"File {source.title} must be a table. Got {what}: {remedy}.")


def _is_text_all_the_same(mark: bytes, head: bytes) -> bool:
    """Whether letters that mark a program or archive begin a column's name instead."""
    return mark.isalnum() and b"\x00" not in head and head.isascii()
