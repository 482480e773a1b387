"""Nasty workbooks: merged cells, merged names, and what stands below the table."""

from __future__ import annotations

from tests.table_reader.books import (
    DOSE_COLUMNS,
    DOSES,
    book,
    case,
    merge,
)
from tests.table_reader.nasty import Nasty

MERGED = (
    Nasty(
        "case 32: a species merged over five rows",
        case("c32-merged-cells.xlsx"),
        {
            "species": [*["alba"] * 5, *["nigra"] * 5, *["rubra"] * 5],
            "width": [2, 3, 4, 5, 6] * 3,
            "length": [6, 10, 12, 16, 18, 16, 20, 22, 26, 28, 26, 30, 32, 36, 38],
        },
        says=("Merged cells were taken apart.*12 cells filled in 'species'",),
    ),
    Nasty(
        "a number merged over rows, and one over columns",
        book(
            {"S": [["plot", "a", "b"], [1, 2.5, 3], [None, 4.5, None], [2, 6, 7.5]]},
            merge("A2:A3", "B3:C3"),
        ),
        {"plot": [1, 1, 2], "a": [2.5, 4.5, 6], "b": [3, 4.5, 7.5]},
        says=("2 cells filled in 'plot', 'b'",),
    ),
    Nasty(
        "a title merged over all columns",
        book({"S": [["Doses of May", None], *DOSES]}, merge("A1:B1")),
        DOSE_COLUMNS,
        says=("The header is row 2",),
    ),
    Nasty(
        "merged cells beyond the sheet's cells",
        book({"S": DOSES}, merge("A5:A900", "D1:F9")),
        DOSE_COLUMNS,
    ),
)

YEARS = [
    ["city", 2019, None, 2020, None],
    [None, "price", "size", "price", "size"],
    ["Oslo", 1.5, 2, 3, 4],
    ["Rome", 2, 3, 4, 5],
]
TWO_LEVELS = {
    "city": ["Oslo", "Rome"],
    "2019 price": [1.5, 2],
    "2019 size": [2, 3],
    "2020 price": [3, 4],
    "2020 size": [4, 5],
}

NAMES = (
    Nasty(
        "years merged over names",
        book({"S": YEARS}, merge("A1:A2", "B1:C1", "D1:E1")),
        TWO_LEVELS,
        says=("The names are those of rows 1, 2 together",),
    ),
    Nasty(
        "words merged over names, below a title over all columns",
        book(
            {
                "S": [
                    ["Prices", None, None, None, None],
                    ["", "in 2019", None, "in 2020", None],
                    ["city", *YEARS[1][1:]],
                    *YEARS[2:],
                ]
            },
            merge("A1:E1", "B2:C2", "D2:E2"),
        ),
        {name.replace("20", "in 20", 1): cells for name, cells in TWO_LEVELS.items()},
        says=("The names are those of rows 2, 3 together",),
    ),
    Nasty(
        "years over names, not merged",
        book({"S": YEARS}),
        TWO_LEVELS,
        says=("The names are those of rows 1, 2 together",),
    ),
    Nasty(
        "years over names, each written, as text",
        book(
            {"S": [["city", "2019", "2019", "2020", "2020"], ["city", *YEARS[1][1:]], *YEARS[2:]]}
        ),
        TWO_LEVELS,
    ),
    Nasty(
        "years as names above words",
        book({"S": [["city", 2019, 2020, "n"], ["Oslo", "lo", "hi", 1], ["Rome", "hi", "lo", 2]]}),
        {"city": ["Oslo", "Rome"], "2019": ["lo", "hi"], "2020": ["hi", "lo"], "n": [1, 2]},
    ),
    Nasty(
        "a name merged over columns of words",
        book({"S": [["n", "taste", None], [1, "lo", "hi"], [2, "hi", "lo"]]}, merge("B1:C1")),
        {"n": [1, 2], "taste": ["lo", "hi"], "taste (2)": ["hi", "lo"]},
    ),
    Nasty(
        "one name merged over two columns",
        book({"S": [["city", "size", None], ["Oslo", 1.5, 2], ["Rome", 2, 3]]}, merge("B1:C1")),
        {"city": ["Oslo", "Rome"], "size": [1.5, 2], "size (2)": [2, 3]},
        says=("renamed 'size \\(2\\)'",),
    ),
)

NOTES_BELOW = (
    Nasty(
        "a source below the table, in the first column",
        book({"S": [["", *DOSES[0]], *[["", *row] for row in DOSES[1:]], [], ["Source: us"]]}),
        DOSE_COLUMNS,
        says=("Left out row 7, which is a note below the table",),
    ),
    Nasty(
        "a legend below the table",
        book({"S": [*DOSES, [], ["Legend"], ["dose", "in mg"], ["gain", "in g"]]}),
        DOSE_COLUMNS,
        says=("Left out rows 7, 8, 9, which are notes below the table",),
    ),
    Nasty(
        "a total whose formula was never calculated",
        book({"S": [["site", "gain"], ["a", 1.5], ["b", 2.5], ["Total", "=SUM(B2:B3)"]]}),
        {"site": ["a", "b"], "gain": [1.5, 2.5]},
        says=("Left out row 4",),
    ),
    Nasty(
        "last rows with a name and no number",
        book({"S": [["site", "kind", "gain"], ["a", "x", 1.5], ["b", "y", 2.5], ["c", "z", None]]}),
        {"site": ["a", "b", "c"], "kind": ["x", "y", "z"], "gain": [1.5, 2.5, None]},
    ),
)

MERGED_KINDS = (*MERGED, *NAMES, *NOTES_BELOW)
