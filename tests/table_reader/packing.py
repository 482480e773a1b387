"""Files of other kinds than text, made by the libraries that people's tools are made of."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(
    sheets: Mapping[str, Iterable[Sequence[Any]]], formats: Mapping[str, str] = {}
) -> bytes:  # noqa: B006
    """Return an .xlsx as openpyxl writes it; `formats` are number formats by cell."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cell, number_format in formats.items():
            sheet[cell].number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def workbook_of(cells: str, others: Mapping[str, bytes] | None = None) -> bytes:
    """Return an .xlsx whose one sheet holds these rows as XML, with other files replaced."""
    replaced = {
        SHEET: f"<worksheet {NAMESPACE}><sheetData>{cells}</sheetData></worksheet>".encode()
    }
    replaced |= others or {}
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook({"Sheet": [[1]]}))) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename not in replaced:
                new.writestr(info.filename, old.read(info))
        for name, data in replaced.items():
            new.writestr(name, data)
    return content.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of these."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def gzipped(data: bytes) -> bytes:
    """Return a gzip file of this."""
    return gzip.compress(data, compresslevel=1, mtime=0)  # no clock: the bytes name tests


def gzip_bomb(n_megabytes: int) -> bytes:
    """Return a small gzip file of so many megabytes of rows."""
    content = io.BytesIO()
    rows = b"1,2,3,4\n" * 2**17
    with gzip.GzipFile(fileobj=content, mode="wb", compresslevel=6) as packed:
        for _ in range(n_megabytes):
            packed.write(rows)
    return content.getvalue()


def parquet(columns: Mapping[str, Any], **options: Any) -> bytes:
    """Return a Parquet file of these columns."""
    content = io.BytesIO()
    pa.parquet.write_table(pa.table(dict(columns)), content, **options)
    return content.getvalue()
