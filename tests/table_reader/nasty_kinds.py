"""Nasty files of other kinds than text: workbooks, Parquet, packed files."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa

from table_reader import ReadOptions
from tests.table_reader import packing
from tests.table_reader.nasty import Nasty, text

CSV = text("a;b\n1,5;2\n3,5;4\n")
TABLE = {"a": [1.5, 3.5], "b": [2, 4]}
DAY, NOON = datetime.date(2020, 1, 31), datetime.datetime(2020, 2, 29, 12, 30)

WORKBOOKS = (
    Nasty(
        "a workbook with cells of all types",
        packing.workbook(
            {
                "Data": [
                    ["n", "x", "day", "ok", "word", "mixed"],
                    [1, 1.5, DAY, True, "a", 7],
                    [2, None, NOON, False, None, "7,5 €"],
                    [3, 2.5, None, None, "c", "n/a"],
                ]
            }
        ),
        {
            "n": [1, 2, 3],
            "x": [1.5, None, 2.5],
            "day": ["2020-01-31", "2020-02-29T12:30", None],
            "ok": [True, False, None],
            "word": ["a", None, "c"],
            "mixed": [7, 7.5, None],
        },
        says=("^sheet 'Data'",),
        filename="mine.xlsx",
    ),
    Nasty(
        "a workbook with a title, gaps, units and a total",
        packing.workbook(
            {
                "Sales": [
                    ["Sales of 2024"],
                    [],
                    [None, "region", "sales", "growth"],
                    [None, None, "EUR", "%"],
                    [None, "N", 5, 0.5],
                    [],
                    [None, "S", 6, 0.25],
                    [None, "W", 7, -0.5],
                    [None, "Total", 18, None],
                ]
            }
        ),
        {"region": ["N", "S", "W"], "sales": [5, 6, 7], "growth": [0.5, 0.25, -0.5]},
        says=(
            "The header is row 3",
            "Row 4 holds units",
            "Left out row 9, which looks like a total",
        ),
        lines=(5, 7, 8),
    ),
    Nasty(
        "a workbook whose second sheet has the table",
        packing.workbook({"Empty": [], "Data": [["a", "b"], [1.5, 2], [3.5, 4]], "More": [["z"]]}),
        TABLE,
        says=("Sheet 'Data' was read; there are also 'Empty', 'More'",),
    ),
    Nasty(
        "the sheet that was asked for",
        packing.workbook({"One": [["z"], [1]], "Two": [["a", "b"], [1.5, 2], [3.5, 4]]}),
        TABLE,
        options=ReadOptions(sheet="Two"),
    ),
    Nasty(
        "a sheet that there is not",
        packing.workbook({"One": [["z"], [1]]}),
        refusal="`sheet` must be one of 'One' in 'mine.csv'. Got 'Two'",
        options=ReadOptions(sheet="Two"),
    ),
    Nasty("an empty workbook", packing.workbook({"One": []}), refusal="a sheet with cells in it"),
    Nasty(
        "a workbook with a header only",
        packing.workbook({"One": [["a", "b"]]}),
        refusal="at least 1 row below its header",
    ),
    Nasty(
        "a sheet far below the first row",
        packing.workbook_of(
            '<row r="1000"><c r="C1000" t="inlineStr"><is><t>a</t></is></c></row>'
            '<row r="1001"><c r="C1001"><v>1.5</v></c></row>'
            '<row r="1002"><c r="C1002"><v>2.5</v></c></row>'
        ),
        {"a": [1.5, 2.5]},
        lines=(1001, 1002),
    ),
    Nasty(
        "two cells in opposite corners",
        packing.workbook_of(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        refusal="one spans 1,048,576 rows and 16,384 columns: delete stray cells",
    ),
    Nasty(
        "a document type that multiplies itself",
        packing.workbook_of(
            "",
            {
                packing.SHEET: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                b"<worksheet>&b;</worksheet>"
            },
        ),
        refusal="must be a plain workbook. Got one with a document type",
    ),
    Nasty(
        "a workbook with a damaged sheet",
        packing.workbook_of("", {packing.SHEET: b"<worksheet><sheetData><row>"}),
        refusal="must be a whole workbook",
    ),
)

PARQUET_COLUMNS = {
    "n": pa.array([1, 2, 3], pa.int32()),
    "gap": pa.array([1, None, 3], pa.int64()),
    "x": pa.array([1.5, None, 2.5], pa.float32()),
    "price": pa.array([Decimal("1.25"), Decimal("2.50"), None]),
    "ok": pa.array([True, False, None]),
    "day": pa.array([DAY, None, DAY]),
    "at": pa.array([NOON, NOON, None], pa.timestamp("us", tz="Europe/Oslo")),
    "word": pa.array(["a", None, "c"]).dictionary_encode(),
    "written": pa.array(["1,5", "2,5", "NA"]),
}

LONG_WORDS = pa.DictionaryArray.from_arrays(np.zeros(1_000_000, np.int32), ["x" * 1000])

PARQUETS = (
    Nasty(
        "Parquet with columns of all types",
        packing.parquet({**PARQUET_COLUMNS, "list": pa.array([[1], [2], []])}),
        {
            "n": [1, 2, 3],
            "gap": [1, None, 3],
            "x": [1.5, None, 2.5],
            "price": [1.25, 2.5, None],
            "ok": [True, False, None],
            "day": ["2020-01-31", None, "2020-01-31"],
            "at": ["2020-02-29T12:30", "2020-02-29T12:30", None],
            "word": ["a", None, "c"],
            "written": [1.5, 2.5, None],
        },
        says=("Left out columns of lists, records or bytes: 'list'", "^Parquet, decimal comma"),
        filename="mine.parquet",
    ),
    Nasty("Parquet without rows", packing.parquet({"a": []}), refusal="at least 1 row. Got none"),
    Nasty(
        "Parquet with a billion rows in a few bytes",
        packing.parquet({"a": np.ones(20_000_000, np.int8)}),
        refusal="at most 10,000,000 rows. Got 20,000,000",
    ),
    Nasty(
        "Parquet with a long word in a million cells",
        packing.parquet({"a": LONG_WORDS}, store_schema=False),  # as a column of plain words
        refusal="bytes of text in a column. Got 1,000,000,000",
    ),
)

PACKED = (
    Nasty("gzip", packing.gzipped(CSV), TABLE, filename="mine.csv.gz"),
    Nasty(
        "a zip of one file", packing.zipped({"x/mine.csv": CSV, "__MACOSX/._mine.csv": b"x"}), TABLE
    ),
    Nasty(
        "a zip of two files",
        packing.zipped({"a.csv": CSV, "b.csv": CSV}),
        refusal="must hold exactly 1 file. Got 2: unpack it and choose one",
    ),
    Nasty("an empty zip", packing.zipped({}), refusal="exactly 1 file. Got 0"),
    Nasty("an empty file in a zip", packing.zipped({"a.csv": b""}), refusal="'a.csv' must not be"),
    Nasty("gzip in gzip", packing.gzipped(packing.gzipped(CSV)), refusal="must be packed once"),
    Nasty(
        "a Word document",
        packing.zipped({"word/document.xml": b"<x/>"}),
        refusal="Got a Word document: copy its table into a spreadsheet",
    ),
    Nasty("a gzip bomb", lambda: packing.gzip_bomb(300), refusal="must unpack to at most 256 MB"),
    Nasty(
        "a zip of twenty thousand files",
        lambda: packing.zipped({f"{i:06}.csv": b"" for i in range(20_000)}),
        refusal="an archive of very many or huge files",
    ),
)

KINDS = (*WORKBOOKS, *PARQUETS, *PACKED)
