"""Nasty files: empty, damaged, hostile, or something else than a table."""

from __future__ import annotations

from table_reader import ReadOptions
from table_reader.limits import MAX_LINE_BYTES, MAX_TABLE_COLUMNS
from tests.table_reader.nasty import Nasty, text

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4

DAMAGED = (
    Nasty("empty", b"", refusal="'mine.csv' must not be empty. Got no columns"),
    Nasty("blanks only", b" \n\n\t \n", refusal="must not be empty. Got no columns"),
    Nasty("delimiters only", b",,\n,,\n", refusal="must not be empty. Got only empty cells"),
    Nasty("a byte-order mark only", b"\xef\xbb\xbf", refusal="must not be empty"),
    Nasty("header only", b"a,b\n", refusal="at least 1 row below its header. Got none"),
    Nasty("words only", b"a,b\nx,y\n", refusal="at least 1 column of numbers. Got 'a', 'b'"),
    Nasty("comments only", b"# a\n# b\n", refusal="at least 1 "),
    Nasty(
        "prose",
        text("Dear all,\n\nplease find the numbers below.\nBest wishes, Ann\n"),
        refusal="at least 1 ",
    ),
    Nasty(
        "a quote that never closes",
        text('a,b\n1,"2\n3,4\n'),
        refusal="quote that opens a cell must be closed. Got one that is not, on line 2 ",
    ),
    Nasty(
        "a quote that the next one closes by mistake",
        text('id,name\n1,"Bob\n2,"Al"\n3,Eve\n'),
        refusal="on line 2 or just below: close it",
    ),
    Nasty(
        "a quote that closes hundreds of lines below",
        text('a,b\n1,"2\n' + "3,4\n" * 500 + '5,6"\n7,8\n'),
        refusal="on line 2 or just below: close it",
    ),
    Nasty(
        "quotes that never close, deep in a large file",
        text("a,b\n" + "1,2\n" * 50_000 + '3,"' + "4,5\n" * 50_000),
        refusal="on line 50002 or just below",
    ),
    Nasty("zero bytes", b"a,b\n1,2\n\x00\x00,3\n", refusal="must be text. Got zero bytes"),
    Nasty(
        "zero bytes behind a megabyte",
        b"a,b\n" + b"1,2\n" * 300_000 + bytes(100),
        refusal="must be text. Got zero bytes",
    ),
    Nasty("control characters", b"a,b\n\x01\x02\x03,\x04\n" * 9, refusal="Got binary content"),
    Nasty("a PNG picture", PNG, refusal="must be a table. Got a PNG picture: type its numbers"),
    Nasty("a PDF", b"%PDF-1.7\n1 0 obj", refusal="Got a PDF: copy its table into a spreadsheet"),
    Nasty("old Excel", OLD_EXCEL, refusal=r"old Excel file \(.xls\).*save it as .xlsx"),
    Nasty("a program", b"MZ\x90\x00" + bytes(100), refusal="Got a program: choose the file"),
    Nasty("another program", b"\x7fELF" + bytes(100), refusal="Got a program"),
    Nasty("a web page", b"<!DOCTYPE html>\n<html><table>", refusal="Got a web page: copy its"),
    Nasty("JSON", b'[{"a": 1}, {"a": 2}]', refusal="Got JSON: save it as CSV"),
    Nasty("a 7z archive", b"7z\xbc\xaf\x27\x1c" + bytes(9), refusal="a 7z archive: unpack it"),
    Nasty("half a zip file", b"PK\x03\x04" + bytes(100), refusal="whole, unencrypted archive"),
    Nasty("half a gzip file", b"\x1f\x8b\x08" + bytes(20), refusal="whole, unencrypted archive"),
    Nasty("half a Parquet file", b"PAR1" + bytes(100), refusal="whole Parquet file"),
    Nasty(
        "half UTF-16",
        b"\xff\xfe\x00\xd8",
        refusal="must be UTF-16 text. Got bytes that are not: choose another encoding",
    ),
    Nasty(
        "not the encoding that was asked for",
        b"a,b\n\xff,2\n",
        refusal="must be UTF-8 text. Got bytes that are not",
        options=ReadOptions(encoding="utf-8"),
    ),
    Nasty(
        "an encoding that there is not",
        b"a,b\n1,2\n",
        refusal="`encoding` must be one such as 'utf-8' or 'cp1252'. Got 'klingon'",
        options=ReadOptions(encoding="klingon"),
    ),
    Nasty(
        "a delimiter of two characters",
        b"a||b\n1||2\n",
        refusal=r"`delimiter` must be one character .* Got '\|\|'",
        options=ReadOptions(delimiter="||"),
    ),
    Nasty(
        "a hundred thousand columns",
        text(",".join(f"c{i}" for i in range(100_000)) + "\n"),
        refusal=f"at most {MAX_TABLE_COLUMNS:,} columns. Got 100,000 on line 1: leave columns out",
    ),
    Nasty(
        "a million columns",
        b"1," * 1_000_000 + b"1\n",
        refusal=f"at most {MAX_TABLE_COLUMNS:,} columns. Got 1,000,001 on line 1",
    ),
    Nasty("an endless line", b"1" * (MAX_LINE_BYTES + 99), refusal="must have at most 4 MB"),
    Nasty(
        "an endless line below others",
        b"a,b\n1,2\n" + b"3" * (2 * MAX_LINE_BYTES),
        refusal="must have at most 4 MB",
    ),
)
