"""Nasty files: delimiters, quotes, line ends and encodings."""

from __future__ import annotations

from table_reader import ReadOptions
from tests.table_reader.nasty import Nasty, text

DIALECTS = (
    Nasty(
        "semicolons with decimal commas",
        text("a;b\n1,5;2,25\n3,5;4,75\n"),
        {"a": [1.5, 3.5], "b": [2.25, 4.75]},
        says=("^semicolons, decimal comma, UTF-8$",),
    ),
    Nasty(
        "semicolons, decimal commas and text with commas",
        text("name;price\nSmith, John;5,5\nDoe, Jane;16,25\n"),
        {"name": ["Smith, John", "Doe, Jane"], "price": [5.5, 16.25]},
    ),
    Nasty(
        "tabs with commas in text",
        text("city\tpop\nOslo, Norway\t700\nRome, Italy\t2800\n"),
        {"city": ["Oslo, Norway", "Rome, Italy"], "pop": [700, 2800]},
        says=("^tabs",),
        filename="mine.tsv",
    ),
    Nasty(
        "vertical bars",
        text("a|b\n1|2.5\n3|4.5\n"),
        {"a": [1, 3], "b": [2.5, 4.5]},
        says=("^vertical bars, decimal point",),
    ),
    Nasty(
        "aligned with spaces",
        text("   x      y\n 1.5   20.25\n12.5    3.125\n"),
        {"x": [1.5, 12.5], "y": [20.25, 3.125]},
        says=("^spaces",),
        filename="mine.txt",
    ),
    Nasty("one column", text("x\n1.5\n2.5\n"), {"x": [1.5, 2.5]}, says=("^one column",)),
    Nasty(
        "one column with decimal commas",
        text("price\n1,5\n2,75\n"),
        {"price": [1.5, 2.75]},
        says=("^one column, decimal comma",),
    ),
    Nasty(
        "one column with spaces between thousands",
        text("population\n1 234\n5 678 901\n"),
        {"population": [1234, 5678901]},
        says=("thousands are separated; '1 234' was read as 1234",),
    ),
    Nasty(
        "one column with spaces in its name and its numbers, as a person says",
        text("size (m2)\n1 234\n5 678\n"),
        {"size (m2)": [1234, 5678]},
        options=ReadOptions(delimiter=""),
    ),
    Nasty(
        "quotes with delimiters, doubled quotes and line breaks in them",
        text('a,b\n"1, ""one""",2\n"two\nlines",3\nx,4\n'),
        {"a": ['1, "one"', "two\nlines", "x"], "b": [2, 3, 4]},
        lines=(2, 3, 5),
    ),
    Nasty(
        "single quotes",
        text("'a','b'\n'x, y','2'\n'it is','3'\n"),
        {"a": ["x, y", "it is"], "b": [2, 3]},
    ),
    Nasty(
        "spaces before quotes",
        text('a, "b"\n1, "x, y"\n2, "z"\n'),
        {"a": [1, 2], "b": ["x, y", "z"]},
    ),
    Nasty(
        "inches in cells",
        text('pipe,size\n5" pipe,1\n7" pipe,2\n'),
        {"pipe": ['5" pipe', '7" pipe'], "size": [1, 2]},
    ),
    Nasty(
        "words behind a closing quote",
        text('a,b\n"x" y,1\nz,2\n'),
        {"a": ["x y", "z"], "b": [1, 2]},
    ),
    Nasty(
        "quoted decimal commas between commas",
        text('a,b\n"1,5","2,25"\n"3,5","4,75"\n'),
        {"a": [1.5, 3.5], "b": [2.25, 4.75]},
        says=("^commas, decimal comma",),
    ),
    Nasty("old Mac line ends", text("a,b\r1,2\r3,4\r"), {"a": [1, 3], "b": [2, 4]}),
    Nasty(
        "three kinds of line ends",
        text("a,b\r\n1,2\n3,4\r5,6"),
        {"a": [1, 3, 5], "b": [2, 4, 6]},
    ),
    Nasty(
        "line ends translated twice",
        text("a,b\r\r\n1,2\r\r\n3,4\r\r\n"),
        {"a": [1, 3], "b": [2, 4]},
    ),
    Nasty("no line end at the end", text("a,b\n1,2"), {"a": [1], "b": [2]}),
    Nasty(
        "Excel's word on the separator",
        text("sep=;\r\na;b\r\n1,5;2\r\n2,5;3\r\n"),
        {"a": [1.5, 2.5], "b": [2, 3]},
        says=("^semicolons, decimal comma, UTF-8, header on row 2$",),
        lines=(3, 4),
    ),
    Nasty(
        "UTF-8 with a byte-order mark",
        b"\xef\xbb\xbf" + text("größe,b\n1,2\n3,4\n"),
        {"größe": [1, 3], "b": [2, 4]},
    ),
    Nasty(
        "UTF-16 as Excel's Unicode text",
        text("name\tprice\r\nÅse\t1,5\r\nBjörn\t2,5\r\n", "utf-16"),
        {"name": ["Åse", "Björn"], "price": [1.5, 2.5]},
        says=("UTF-16",),
        filename="mine.txt",
    ),
    Nasty(
        "UTF-16 without its mark",
        text("a,b\n1,2\n3,4\n", "utf-16-be"),
        {"a": [1, 3], "b": [2, 4]},
    ),
    Nasty(
        "Windows-1252",
        text("Größe;Preis €\n1,5;2\n2,5;3\n", "cp1252"),
        {"Größe": [1.5, 2.5], "Preis €": [2, 3]},
        says=("^semicolons, decimal comma, Windows-1252$",),
    ),
    Nasty(
        "Windows-1251",
        text("Город;Цена\nМосква;100\nКазань;200\nСочи;300\n", "cp1251"),
        {"Город": ["Москва", "Казань", "Сочи"], "Цена": [100, 200, 300]},
        says=("taken to be CP1251",),
    ),
    Nasty(
        "Shift JIS",
        text("都市,価格\n東京,100\n大阪,200\n名古屋,300\n", "shift_jis"),
        {"都市": ["東京", "大阪", "名古屋"], "価格": [100, 200, 300]},
    ),
    Nasty(
        "the encoding that was asked for",
        text("Größe,b\n1,2\n3,4\n", "mac_roman"),
        {"Größe": [1, 3], "b": [2, 4]},
        options=ReadOptions(encoding="mac_roman"),
    ),
    Nasty(
        "one bad byte in UTF-8",
        text("name,x\n" + "Müller,1\nÅse,2\n" * 9) + b"B\xffd,3\n",
        {"name": ["Müller", "Åse"] * 9 + ["B\ufffdd"], "x": [1, 2] * 9 + [3]},
        says=("Some bytes are not UTF-8",),
    ),
    Nasty(
        "the delimiter that was asked for",
        text("a:b\n1:2\n3:4\n"),
        {"a": [1, 3], "b": [2, 4]},
        options=ReadOptions(delimiter=":"),
    ),
)
