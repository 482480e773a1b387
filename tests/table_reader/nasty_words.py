"""Nasty files: words for nothing, dates, yes and no, and text."""

from __future__ import annotations

from table_reader import ReadOptions
from tests.table_reader.nasty import Nasty, text

WORDS = (
    Nasty(
        "words for nothing",
        text("a,b\n1.5,1\nNA,2\nn/a,3\n-,4\n?,5\n#N/A,6\n#DIV/0!,7\nnull,8\nNaN,9\n2.5,10\n"),
        {"a": [1.5, *[None] * 8, 2.5], "b": list(range(1, 11))},
        says=(r"Taken as missing: 'NA' \(1\)",),
    ),
    Nasty(
        "words for nothing in text",
        text("a,b\nx,1\nNA,2\nnone,3\n?,4\n"),
        {"a": ["x", None, "none", None], "b": [1, 2, 3, 4]},
    ),
    Nasty(
        "Namibia among country codes",
        text("country,b\nNO,1\nNA,2\nSE,3\nDK,4\n"),
        {"country": ["NO", "NA", "SE", "DK"], "b": [1, 2, 3, 4]},
    ),
    Nasty(
        "a column of nothing",
        text("a,b,c\n,1,NA\n,2,NA\n"),
        {"b": [1, 2]},
        says=("The columns 'a', 'c' are empty and were left out",),
    ),
    Nasty(
        "ISO dates and times",
        text(
            "day,at,b\n2020-01-31,2020-01-31T10:30:15.5Z,1\n2020-02-29,2020-02-29 23:00+02:00,2\n"
        ),
        {
            "day": ["2020-01-31", "2020-02-29"],
            "at": ["2020-01-31T10:30:15.5", "2020-02-29T21:00"],
            "b": [1, 2],
        },
        says=("Column 'at' has time zones",),
    ),
    Nasty(
        "German dates",
        text("Tag;b\n03.04.2020;1\n05.06.2020 12:30;2\n"),
        {"Tag": ["2020-04-03", "2020-06-05T12:30"], "b": [1, 2]},
        says=("day first in dates",),
    ),
    Nasty(
        "dates that may mean two things",
        text("day,b\n03/04/2020,1\n05/06/2020,2\n"),
        {"day": ["03/04/2020", "05/06/2020"], "b": [1, 2]},
        asks=("date_order",),
    ),
    Nasty(
        "dates with the month first, as a person says",
        text("day,b\n03/04/2020,1\n05/06/2020,2\n"),
        {"day": ["2020-03-04", "2020-05-06"], "b": [1, 2]},
        options=ReadOptions(date_order="month"),
    ),
    Nasty(
        "dates that another row explains",
        text("day,b\n03/04/2020,1\n25/12/2020,2\n"),
        {"day": ["2020-04-03", "2020-12-25"], "b": [1, 2]},
    ),
    Nasty(
        "dates that another column explains",
        text("from,to,b\n03/04/2020,12/25/2020,1\n05/06/2020,12/31/2020,2\n"),
        {"from": ["2020-03-04", "2020-05-06"], "to": ["2020-12-25", "2020-12-31"], "b": [1, 2]},
        says=("month first in dates",),
    ),
    Nasty(
        "dates in both orders",
        text("day,b\n25/12/2020,1\n12/25/2020,2\n"),
        {"day": ["25/12/2020", "12/25/2020"], "b": [1, 2]},
        says=(r"month first in row 3\): it was kept as text",),
    ),
    Nasty(
        "dates with names of months and short years",
        text('a,b,c\n03-Mar-99,"March 3, 2020",1\n04-Apr-20,"Apr 4, 2020",2\n'),
        {"a": ["1999-03-03", "2020-04-04"], "b": ["2020-03-03", "2020-04-04"], "c": [1, 2]},
        says=("years of two digits, read as 1969 to 2068",),
    ),
    Nasty(
        "days that there are not",
        text(
            "day,b\n2020-02-30,1\n2020-02-28,2\n2020-03-01,3\n2020-03-02,4\n2020-03-03 25:10,5\n"
            "2020-03-04,6\n2020-03-05,7\n2020-03-06,8\n"
        ),
        {
            "day": [
                *(None, "2020-02-28", "2020-03-01", "2020-03-02"),
                *(None, "2020-03-04", "2020-03-05", "2020-03-06"),
            ],
            "b": list(range(1, 9)),
        },
        says=(r"2 cells that are not dates, taken as missing: .* \(rows 2, 6\)",),
    ),
    Nasty(
        "dates as numbers, and months",
        text("date,month,b\n20240131,2024-01,1\n20240229,2024-02,2\n"),
        {
            "date": ["2024-01-31", "2024-02-29"],
            "month": ["2024-01-01", "2024-02-01"],
            "b": [1, 2],
        },
        says=("Column 'date' was read as dates; 20240131 is one",),
    ),
    Nasty(
        "numbers that are no dates",
        text("day,updated,b\n20240131,3,1\n20240230,4,2\n"),
        {"day": [20240131, 20240230], "updated": [3, 4], "b": [1, 2]},
    ),
    Nasty(
        "yes and no",
        text("a,b,c,d\nyes,TRUE,ja,1\nNo,false,nein,0\n,TRUE,ja,1\n"),
        {
            "a": [True, False, None],
            "b": [True, False, True],
            "c": [True, False, True],
            "d": [1, 0, 1],
        },
    ),
    Nasty(
        "yes, no and perhaps",
        text("a,b\nyes,1\nno,2\nperhaps,3\n"),
        {"a": ["yes", "no", "perhaps"], "b": [1, 2, 3]},
    ),
    Nasty(
        "times of the day and versions stay text",
        text("a,b,c\n12:30,1.2.3,1\n13:45,1.2.4,2\n"),
        {"a": ["12:30", "13:45"], "b": ["1.2.3", "1.2.4"], "c": [1, 2]},
    ),
    Nasty(
        "markup and formulas stay text",
        text('"<b>x</b>",y\n<script>alert(1)</script>,1\n=1+1,2\n@SUM(A1),3\n'),
        {"<b>x</b>": ["<script>alert(1)</script>", "=1+1", "@SUM(A1)"], "y": [1, 2, 3]},
    ),
)
