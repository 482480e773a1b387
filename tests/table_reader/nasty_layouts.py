"""Nasty files: headers, what stands above and below them, and rows that do not fit."""

from __future__ import annotations

from table_reader import ReadOptions
from tests.table_reader.nasty import Nasty, text

LAYOUTS = (
    Nasty(
        "no header",
        text("1,2.5\n3,4.5\n"),
        {"column 1": [1, 3], "column 2": [2.5, 4.5]},
        says=("There is no header", "no header$"),
        lines=(1, 2),
    ),
    Nasty(
        "title, blank lines and a comment above the header",
        text("Sales of 2024\n\n# made by hand\nname,price\nA,5\nB,6\n"),
        {"name": ["A", "B"], "price": [5, 6]},
        says=("The header is row 4", "header on row 4"),
        lines=(5, 6),
    ),
    Nasty(
        "facts about the station above the header",
        text("Station,Oslo\nDate,2020-01-01\ntime,temp\n1,20\n2,21\n3,20\n"),
        {"time": [1, 2, 3], "temp": [20, 21, 20]},
        says=("The header is row 3",),
    ),
    Nasty(
        "header in a comment, as numpy writes it",
        text("# x y\n1.5 2\n2.5 3\n"),
        {"x": [1.5, 2.5], "y": [2, 3]},
    ),
    Nasty(
        "units below the header",
        text("time,temp\ns,°C\n1,20.5\n2,21.5\n"),
        {"time": [1, 2], "temp": [20.5, 21.5]},
        says=("Row 2 holds units and was left out: 's', '°C'",),
        lines=(3, 4),
    ),
    Nasty(
        "years for names",
        text("country,2019,2020\nNO,1.5,2.5\nSE,3.5,4.5\n"),
        {"country": ["NO", "SE"], "2019": [1.5, 3.5], "2020": [2.5, 4.5]},
    ),
    Nasty(
        "a header where the index has no name, as pandas writes it",
        text(",size\n0,1.5\n1,2.5\n"),
        {"column 1": [0, 1], "size": [1.5, 2.5]},
        says=("A column without a name was named 'column 1'",),
    ),
    Nasty(
        "row names without a header, as R writes them",
        text('"x" "y"\n"1" 1.5 2\n"2" 2.5 3\n'),
        {"row": [1, 2], "x": [1.5, 2.5], "y": [2, 3]},
        says=("row names",),
    ),
    Nasty(
        "names twice and none",
        text("a,a,,a (2)\n1,2,3,4\n5,6,7,8\n"),
        {"a": [1, 5], "a (3)": [2, 6], "column 3": [3, 7], "a (2)": [4, 8]},
        says=(r"with the name of another was renamed 'a \(3\)'", "named 'column 3'"),
    ),
    Nasty(
        "names with spaces and line breaks",
        text('" size\n(m2)", price \n1,2\n3,4\n'),
        {"size (m2)": [1, 3], "price": [2, 4]},
        lines=(3, 4),
    ),
    Nasty(
        "delimiters at the ends of lines",
        text("a,b,\n1,2,\n3,4,\n"),
        {"a": [1, 3], "b": [2, 4]},
    ),
    Nasty(
        "delimiters at the ends of rows only",
        text("a,b\n1,2,\n3,4,\n"),
        {"a": [1, 3], "b": [2, 4]},
    ),
    Nasty(
        "blank lines everywhere",
        text("\n\na,b\n\n1,2\n \n,\n3,4\n\n\n"),
        {"a": [1, 3], "b": [2, 4]},
        lines=(5, 8),
    ),
    Nasty(
        "rows too long and too short",
        text("a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n13,14,15\n16,17,18\n"),
        {"a": [1, 6, 13, 16], "b": [2, 7, 14, 17], "c": [3, 8, 15, 18]},
        says=(
            r"Left out rows with more cells than the others: 1 \(row 5\)",
            r"Left out rows with fewer cells than the others: 1 \(row 3\)",
            "2 rows dropped$",
        ),
        lines=(2, 4, 6, 7),
    ),
    Nasty(
        "a thousands comma without quotes in one row",
        text("name,price\nA,950\nB,1,234\nC,870\nD,910\n"),
        {"name": ["A", "C", "D"], "price": [950, 870, 910]},
        says=(r"more cells than the others: 1 \(row 3\)",),
    ),
    Nasty(
        "decimal commas without quotes in every row",
        text("name,price\nA,1,5\nB,2,5\nC,3,5\n"),
        refusal=r"The header must name every column.*names 2 on line 1.*3 cells \(as row 2\)",
    ),
    Nasty(
        "rows of every length",
        text("a,b\n1,2\n1,2,3\n1\n1,2,3,4\n5\n"),
        refusal=r"must have the same number of cells. Got 2 .* in 4 rows \(rows 3, 4, 5, 6\)",
        options=ReadOptions(delimiter=","),
    ),
    Nasty(
        "the header again in the middle",
        text("a,b\n1,2\n3,4\na,b\n5,6\n"),
        {"a": [1, 3, 5], "b": [2, 4, 6]},
        says=("Left out row 4, which repeats the header",),
    ),
    Nasty(
        "a second table below the first",
        text("a,b\n1,2\n3,4\n\nc,d,e\n5,6,7\n"),
        refusal=r"Got 2 in most of the first rows, but other numbers in 2 rows \(rows 5, 6\)",
    ),
    Nasty(
        "totals and averages at the end",
        text("region,sales\nN,5\nS,6\nW,7\nSum,18\nAverage,6\n"),
        {"region": ["N", "S", "W"], "sales": [5, 6, 7]},
        says=("Left out rows 5, 6, which look like totals",),
    ),
    Nasty(
        "a comment with the delimiter in it",
        text("; made by hand\na;b\n1;2\n"),
        {"a": [1], "b": [2]},
    ),
    Nasty(
        "a total at the end",
        text("region,sales\nN,5\nS,6\nW,7\nTotal,18\n"),
        {"region": ["N", "S", "W"], "sales": [5, 6, 7]},
        says=("Left out row 5, which looks like a total", "1 row dropped"),
    ),
    Nasty(
        "a total that is to be kept",
        text("region,sales\nN,5\nS,6\nW,7\nTotal,18\n"),
        {"region": ["N", "S", "W", "Total"], "sales": [5, 6, 7, 18]},
        options=ReadOptions(has_totals=False),
    ),
    Nasty(
        "a footer with the source",
        text("a,b,c\n1,2,3\n4,5,6\n\nSource: the office\n"),
        {"a": [1, 4], "b": [2, 5], "c": [3, 6]},
        says=(r"rows with one cell, such as notes and names of groups: 1 \(row 5\)",),
    ),
    Nasty(
        "comments between rows",
        text("a,b\n1,2\n# broken sensor\n3,4\n"),
        {"a": [1, 3], "b": [2, 4]},
        says=(r"Left out comments: 1 \(row 3\)",),
    ),
    Nasty(
        "a header that a person says is data",
        text("2019,2020\n1,2\n3,4\n"),
        {"column 1": [2019, 1, 3], "column 2": [2020, 2, 4]},
        options=ReadOptions(has_header=False),
    ),
    Nasty(
        "a first row that a person says is a header",
        text("1,2\n1.5,4\n2.5,6\n"),
        {"1": [1.5, 2.5], "2": [4, 6]},
        options=ReadOptions(has_header=True),
    ),
    Nasty(
        "lines to skip as a person says",
        text("x,y\na,b\n1,2\n3,4\n"),
        {"a": [1, 3], "b": [2, 4]},
        options=ReadOptions(skip_rows=1),
        lines=(3, 4),
    ),
)
