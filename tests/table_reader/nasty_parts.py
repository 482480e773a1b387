"""Nasty files with two tables: side by side, or one above the other."""

from __future__ import annotations

from table_reader import ReadOptions
from tests.table_reader.books import (
    DOSE_COLUMNS,
    DOSES,
    book,
    case,
)
from tests.table_reader.nasty import Nasty

BESIDE = [["dose", "gain", None, "month", "rain"], [1, 2, None, 1, 50], [2, 4, None, 2, 48]]
LONGER = [*BESIDE, [3, 7, None, None, None], [4, 8, None, None, None]]
BELOW = [*DOSES, [], ["month", "rain"], [1, 50], [2, 48], [3, 30]]

PARTS = (
    Nasty(
        "case 35: two tables side by side",
        case("c35-side-by-side.xlsx"),
        {"dose": list(range(12)), "gain": [1, 6, 7, 8, 9, 14, 15, 16, 17, 22, 23, 24]},
        asks=("part",),
    ),
    Nasty(
        "the second of two tables side by side",
        case("c35-side-by-side.xlsx"),
        {"month": [1, 2, 3, 4, 5, 6, 7], "rain": [50, 48, 44, 42, 38, 36, 32]},
        options=ReadOptions(part=2),
    ),
    Nasty(
        "side by side, all of it as one",
        book({"S": LONGER}),
        {
            "dose": [1, 2, 3, 4],
            "gain": [2, 4, 7, 8],
            "month": [1, 2, None, None],
            "rain": [50, 48, None, None],
        },
        options=ReadOptions(part=0),
    ),
    Nasty(
        "a part that there is not",
        book({"S": LONGER}),
        refusal="`part` must be from 0 to 2 in 'mine.csv'. Got 3",
        options=ReadOptions(part=3),
    ),
    Nasty(
        "side by side and equally long",
        book({"S": BESIDE}),
        {"dose": [1, 2], "gain": [2, 4]},
        asks=("part",),
    ),
    Nasty(
        "side by side, further down, below titles",
        book(
            {
                "S": [
                    ["Feeding", None, None, "Weather", None],
                    [None] * 5,
                    *LONGER,
                ]
            }
        ),
        {"dose": [1, 2, 3, 4], "gain": [2, 4, 7, 8]},
        asks=("part",),
    ),
    Nasty(
        "the same names twice, without a column between",
        book({"S": [["x", "y", "x", "y"], [1, 2.5, 1, 3.5], [2, 4.5, 2, 5.5]]}),
        {"x": [1, 2], "y": [2.5, 4.5]},
        asks=("part",),
    ),
    Nasty(
        "the same names twice, the second time",
        book({"S": [["x", "y", "x", "y"], [1, 2.5, 1, 3.5], [2, 4.5, 2, 5.5]]}),
        {"x": [1, 2], "y": [3.5, 5.5]},
        options=ReadOptions(part=2),
    ),
    Nasty(
        "one above the other",
        book({"S": BELOW}),
        DOSE_COLUMNS,
        asks=("part",),
    ),
    Nasty(
        "one above the other, with a title and more columns below",
        book({"S": [*DOSES, [], ["Weather"], ["month", "rain", "sun"], [1, 50, 2], [2, 48, 3]]}),
        {"month": [1, 2], "rain": [50, 48], "sun": [2, 3]},
        says=("The header is row 8",),
        options=ReadOptions(part=2),
    ),
    Nasty(
        "one directly above the other",
        book({"S": [*DOSES, ["month", "rain"], [1, 50], [2, 48]]}),
        {"month": [1, 2], "rain": [50, 48]},
        options=ReadOptions(part=2),
    ),
    Nasty(
        "two above, one below beside another",
        book({"S": [*LONGER, [], ["a", "b"], [1, 1.5], [2, 2.5]]}),
        {"a": [1, 2], "b": [1.5, 2.5]},
        options=ReadOptions(part=2),
    ),
    Nasty(
        "a column left empty in one table",
        book({"S": [["x", None, "y"], [1, None, 2.5], [2, None, 4.5]]}),
        {"x": [1, 2], "y": [2.5, 4.5]},
    ),
    Nasty(
        "the header again after an empty row",
        book({"S": [*DOSES, [], *DOSES]}),
        {"dose": [1, 2, 3, 4] * 2, "gain": [2.5, 4.5, 6.5, 9] * 2},
        says=("repeats the header",),
    ),
    Nasty(
        "the same names below, under a title of their own",
        book({"S": [["Site A"], *DOSES, [], ["Site B"], *DOSES]}),
        DOSE_COLUMNS,
        says=("The header is row 2",),
        asks=("part",),
    ),
    Nasty(
        "years as names, and other years below",
        book(
            {
                "S": [
                    *(["city", 2019, 2020], ["Oslo", 1, 2], ["Rome", 3, 4], []),
                    *(["city", 2021, 2022], ["Oslo", 5, 6], ["Rome", 7, 8]),
                ]
            }
        ),
        {"city": ["Oslo", "Rome"], "2021": [5, 7], "2022": [6, 8]},
        options=ReadOptions(part=2),
    ),
    Nasty(
        "years among the data, with an empty row between",
        book(
            {
                "S": [
                    *(["city", "from", "to"], ["Oslo", 2001, 2005], ["Rome", 2002, 2003], []),
                    *(["Pisa", 2003, 2004], ["Bari", 2001, 2004]),
                ]
            }
        ),
        {
            "city": ["Oslo", "Rome", "Pisa", "Bari"],
            "from": [2001, 2002, 2003, 2001],
            "to": [2005, 2003, 2004, 2004],
        },
    ),
    Nasty(
        "cells of TRUE and FALSE",
        book({"S": [["ok", "y"], [True, 1.5], [False, 2], [None, 3]]}),
        {"ok": [True, False, None], "y": [1.5, 2, 3]},
        says=("Column 'ok' was read as yes and no; TRUE is yes",),
    ),
    Nasty(
        "one column above another",
        book({"S": [["a"], [1], [3], [], ["b"], [5], [7]]}),
        {"a": [1, 3]},
        asks=("part",),
    ),
    Nasty(
        "side by side without names",
        book({"S": [[1, 2.5, None, 7, 8], [3, 4, None, 9, 10], [5, 6, None, None, None]]}),
        {"column 1": [1, 3, 5], "column 2": [2.5, 4, 6]},
        asks=("part",),
    ),
    Nasty(
        "a list of codes beside the table",
        book(
            {
                "S": [
                    ["x", "y", None, "code", "meaning"],
                    [1, 2.5, None, "a", "alpha"],
                    [2, 4.5, None, "b", "beta"],
                    [3, 6, None, None, None],
                ]
            }
        ),
        {"x": [1, 2, 3], "y": [2.5, 4.5, 6]},
        asks=("part",),
    ),
    Nasty(
        "a comment beside the table",
        book({"S": [[*DOSES[0], None, "note"], *[[*row, None, None] for row in DOSES[1:]]]}),
        DOSE_COLUMNS,
    ),
    Nasty(
        "labels with values above the table",
        book({"S": [["Operator:", "Ann"], ["Samples:", 12], ["Degrees:", 20.5], [], *DOSES]}),
        DOSE_COLUMNS,
        says=("The header is row 5; what stands above it was left out",),
    ),
    Nasty(
        "two tables side by side in text",
        b"dose,gain,,month,rain\n1,2,,1,50\n2,4,,2,48\n3,7,,,\n4,8,,,\n",
        {"dose": [1, 2, 3, 4], "gain": [2, 4, 7, 8]},
        asks=("part",),
    ),
    Nasty(
        "the second of two tables side by side in text",
        b"dose;gain;;;month;rain\n1;2,5;;;1;50\n2;4;;;2;48\n3;7;;;;\n",
        {"month": [1, 2], "rain": [50, 48]},
        options=ReadOptions(part=2),
    ),
    Nasty(
        "the same names twice in text",
        b"x\ty\tx\ty\n1\t2.5\t1\t3.5\n2\t4.5\t2\t5.5\n",
        {"x": [1, 2], "y": [2.5, 4.5]},
        asks=("part",),
    ),
)
