"""Nasty files: cells of which other programs make the wrong numbers without a word."""

from __future__ import annotations

from table_reader import Precedent, ReadOptions
from tests.table_reader.nasty import Nasty, text

SCALES = (
    Nasty(
        "millions and thousands of euros",
        text("p,v\na,€1.2M\nb,€850K\nc,€3M\n"),
        {"p": ["a", "b", "c"], "v": [1.2e6, 850e3, 3e6]},
        says=("a number is multiplied by its 'M', 'K'; '€1.2M' was read as 1200000",),
    ),
    Nasty(
        "millions and thousands in German",
        text("p;v\na;1,2 Mio. €\nb;850 Tsd. €\nc;3 Mio €\n"),
        {"p": ["a", "b", "c"], "v": [1.2e6, 850e3, 3e6]},
    ),
    Nasty(
        "thousands beside plain numbers",
        text("p,v\na,1.2k\nb,950\nc,3.4k\nd,2.1M\n"),
        {"p": list("abcd"), "v": [1200, 950, 3400, 2.1e6]},
    ),
    Nasty(
        "lakh and crore",
        text("p,v\na,Rs. 12 crore\nb,Rs. 85 lakh\nc,Rs. 1.5 crore\n"),
        {"p": ["a", "b", "c"], "v": [120e6, 8.5e6, 15e6]},
    ),
    Nasty(
        "metres and kelvin multiply nothing",
        text("m,k\n12 m,300 K\n8 m,280 K\n3 m,310 K\n"),
        {"m": [12, 8, 3], "k": [300, 280, 310]},
        says=("'m' was taken off", "'K' was taken off"),
    ),
    Nasty(
        "kilograms are no thousands of grams",
        text("v,w\n500 g,1\n1.2 kg,2\n300 g,3\n2 kg,4\n"),
        {"v": ["500 g", "1.2 kg", "300 g", "2 kg"], "w": [1, 2, 3, 4]},
        says=("mixes numbers with 'g', 'kg' and others",),
    ),
    Nasty(
        "units that a person wants as numbers: those of most cells",
        text("v,w\n5 kg,1\n300 g,2\n5 kg,3\n6 kg,4\n"),
        {"v": [5, None, 5, 6], "w": [1, 2, 3, 4]},
        options=ReadOptions(as_number=("v",)),
        says=("taken as missing: '300 g'",),
    ),
)

UNITS = (
    Nasty(
        "one unit beside none, wanted as numbers",
        text("a,b\n50 m2,1\n60,2\n70 m2,3\n80,4\n"),
        {"a": [50, 60, 70, 80], "b": [1, 2, 3, 4]},
        options=ReadOptions(as_number=("a",)),
    ),
    Nasty(
        "fractions among percentages, wanted as numbers",
        text("a,b\n12%,1\n0.15,2\n18%,3\n0.2,4\n19%,4\n"),
        {"a": [12, None, 18, None, 19], "b": [1, 2, 3, 4, 4]},
        options=ReadOptions(as_number=("a",)),
    ),
)

EXPONENTS = (
    Nasty(
        "Fortran's exponents",
        text("a,b\n1.25d2,1\n5.75D+03,2\n1.D0,3\n"),
        {"a": [125, 5750, 1], "b": [1, 2, 3]},
    ),
    Nasty(
        "codes with a D are no numbers",
        text("a,b\n3D2,1\n4D7,2\n5D1,3\n"),
        {"a": ["3D2", "4D7", "5D1"], "b": [1, 2, 3]},
    ),
    Nasty(
        "wide digits, and those of other scripts",
        text("a,b,c\n１２０,١٢,1\n１３７,٣٤,2\n１２.５,٥,3\n"),
        {"a": [120, 137, 12.5], "b": [12, 34, 5], "c": [1, 2, 3]},
    ),
)

SHARES = (
    Nasty(
        "zero among percentages",
        text("s,v\n12%,1\n0,2\n15%,3\n0.0,4\n"),
        {"s": [12, 0, 15, 0], "v": [1, 2, 3, 4]},
        says=("'%' was taken off; 12% is 12",),
    ),
    Nasty(
        "a fraction among percentages",
        text("s,v\n12%,1\n0.15,2\n18%,3\n20%,4\n25%,2\n"),
        {"s": ["12%", "0.15", "18%", "20%", "25%"], "v": [1, 2, 3, 4, 2]},
        says=("mixes numbers with '%' and others \\(row 3\\)",),
    ),
)

ANSWERS = (
    Nasty(
        "several answers with commas",
        text('price,picks\n12.5,"1,3"\n11.5,"2"\n9.75,"1,2"\n14,"3"\n10.5,"2,3"\n9,1\n'),
        {"price": [12.5, 11.5, 9.75, 14, 10.5, 9], "picks": ["1,3", "2", "1,2", "3", "2,3", "1"]},
        says=("'picks' has what may be several answers in one cell, such as '1,3'",),
    ),
    Nasty(
        "several answers in no order, beside decimal points",
        text('id,picks,v\na,"3,1",2.5\nb,"2",3.5\nc,"2,1",4.5\nd,"3",4.6\ne,"1,2",4\n'),
        {
            "id": list("abcde"),
            "picks": ["3,1", "2", "2,1", "3", "1,2"],
            "v": [2.5, 3.5, 4.5, 4.6, 4],
        },
        says=("'picks' has commas in its numbers, such as '3,1'.*'v' has decimal points",),
    ),
    Nasty(
        "several answers with spaces",
        text("picks,v\n101 102,2.5\n102,3.5\n101 103,4.5\n103,4.6\n101,4\n102 103,1\n"),
        {
            "picks": ["101 102", "102", "101 103", "103", "101", "102 103"],
            "v": [2.5, 3.5, 4.5, 4.6, 4, 1],
        },
        says=("may be several answers in one cell, such as '101 102'",),
    ),
    Nasty(
        "thousands with spaces are no answers",
        text("v,w\n1 200,1\n950,2\n12 050,3\n101 102,4\n"),
        {"v": [1200, 950, 12050, 101102], "w": [1, 2, 3, 4]},
    ),
    Nasty(
        "halves with decimal commas are no answers",
        text("a\tb\n2,5\t1\n4,5\t2\n5\t3\n2\t4\n1,5\t5\n"),
        {"a": [2.5, 4.5, 5, 2, 1.5], "b": [1, 2, 3, 4, 5]},
    ),
    Nasty(
        "decimal commas are no answers",
        text("v;w\n1,3;1\n2;2\n1,7;3\n3;4\n2,0;5\n"),
        {"v": [1.3, 2, 1.7, 3, 2.0], "w": [1, 2, 3, 4, 5]},
    ),
)

KINDS = (
    Nasty(
        "north and south",
        text("h,t\nN,10\nS,23\nN,12\n"),
        {"h": ["N", "S", "N"], "t": [10, 23, 12]},
        says=("Column of text: 'h'",),
    ),
    Nasty("SI and NO", text("a,v\nSI,1\nNO,2\nSI,3\n"), {"a": ["SI", "NO", "SI"], "v": [1, 2, 3]}),
    Nasty(
        "yes and no are told",
        text("a,v\nja,1\nnein,2\nja,3\n"),
        {"a": [True, False, True], "v": [1, 2, 3]},
        says=("'a' was read as yes and no; 'ja' is yes",),
    ),
    Nasty(
        "NA that is a name",
        text("r,v\nNA,1\nEMEA,2\nNA,3\n"),
        {"r": ["NA", "EMEA", "NA"], "v": [1, 2, 3]},
        options=ReadOptions(as_text=("r",)),
    ),
    Nasty(
        "numbers that are names of groups",
        text("m,v\n1,5\n2,6\n10,7\n,8\n"),
        {"m": ["1", "2", "10", None], "v": [5, 6, 7, 8]},
        options=ReadOptions(as_category=("m",)),
    ),
    Nasty(
        "years that are dates",
        text("y,v\n2001,1\n2002,2\n2003,4\n"),
        {"y": ["2001-01-01", "2002-01-01", "2003-01-01"], "v": [1, 2, 4]},
        options=ReadOptions(as_date=("y",)),
    ),
    Nasty(
        "words that are yes and no for a person",
        text("d,v\nja,1\n0,2\nx,4\nhm,5\n"),
        {"d": [True, False, True, None], "v": [1, 2, 4, 5]},
        options=ReadOptions(as_yes_no=("d",)),
        says=("1 cell with neither yes nor no, taken as missing: 'hm'",),
    ),
    Nasty(
        "no dates where dates are asked for",
        text("d,v\nabc,1\nx,4\n"),
        {"d": ["abc", "x"], "v": [1, 4]},
        options=ReadOptions(as_date=("d",)),
        says=("'d' has no dates that can be read",),
    ),
)

PERIODS = tuple(
    Nasty(
        f"periods such as {cells[0]}",
        text("p,v\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))),
        {"p": days, "v": [0, 1]},
        says=(f"'{cells[0]}' is its first day",),
    )
    for cells, days in (
        (("2015-Q1", "2015-Q4"), ["2015-01-01", "2015-10-01"]),
        (("Q3 2015", "Q1 2016"), ["2015-07-01", "2016-01-01"]),
        (("2015M03", "2015M12"), ["2015-03-01", "2015-12-01"]),
        (("Mar 2015", "December 2015"), ["2015-03-01", "2015-12-01"]),
        (("03/2015", "12/2015"), ["2015-03-01", "2015-12-01"]),
        (("févr. 2015", "mars 2015"), ["2015-02-01", "2015-03-01"]),
        (("März 2015", "Dezember 2015"), ["2015-03-01", "2015-12-01"]),
    )
)

_ROWS = "".join(f"{10 + i / 10:.1f},{i}\n" for i in range(30))
_CODES = tuple(
    Nasty(
        f"{' and '.join(codes)} for missing values",
        text("t,v\n" + _ROWS + "".join(f"{code},1\n" for code in codes)),
        {
            "t": [10 + i / 10 for i in range(30)] + [float(code) for code in codes],
            "v": [*range(30), *([1] * len(codes))],
        },
        says=(rf"'t' has {len(codes)} cells? of .*, far from its other values \(10 to 12\.9\)",),
    )
    for codes in (
        ("-99.9",),
        ("9999.9", "999.9"),
        ("-999", "-888", "-777"),
        ("1e20",),
        ("9.96921e+36",),
        ("-1",),
        ("32767",),
        ("99", "98"),
    )
)
CODES = (
    *_CODES,
    Nasty(
        "codes that are said to be missing",
        text("t,v\n1,1\n-999,2\n3,3\n-888,4\n"),
        {"t": [1, None, 3, None], "v": [1, 2, 3, 4]},
        options=ReadOptions(missing_codes=(("t", -999.0), ("t", -888.0))),
        says=(r"'t': taken as missing -999 \(1\), -888 \(1\)",),
    ),
    Nasty(
        "prices in 99 cents are no codes",
        text("p,v\n19.99,1\n29.99,2\n99.99,3\n49.99,4\n9.99,5\n"),
        {"p": [19.99, 29.99, 99.99, 49.99, 9.99], "v": [1, 2, 3, 4, 5]},
        is_certain=True,
    ),
    Nasty(
        "a scale of 1 to 5 with 9 for no answer",
        text("q,v\n" + "".join(f"{1 + i % 5},{i}\n" for i in range(30)) + "9,1\n9,2\n"),
        {"q": [*(1 + i % 5 for i in range(30)), 9, 9], "v": [*range(30), 1, 2]},
        says=("'q' has 2 cells of 9, far from its other values",),
    ),
)

_BEFORE = Precedent(
    decimal=",",
    date_order="day",
    kinds=(("A", "number"), ("d", "date"), ("g", "text"), ("y", "yes/no")),
    missing_codes=(("a", -9.0),),
)
PRECEDENTS = (
    Nasty(
        "a second file that leaves all open",
        text("a;d;g;y\n1.500;03/04/2020;1;n\n2.500;05/06/2020;2;n\n-9;07/06/2020;2;n\n"),
        {
            "a": [1500, 2500, None],
            "d": ["2020-04-03", "2020-06-05", "2020-06-07"],
            "g": ["1", "2", "2"],
            "y": [False, False, False],
        },
        options=ReadOptions(precedent=_BEFORE),
        says=("as in the earlier file",),
    ),
    Nasty(
        "a second file of words alone",
        text("city,kind\nOslo,flat\nBergen,house\n"),
        {"city": ["Oslo", "Bergen"], "kind": ["flat", "house"]},
        options=ReadOptions(precedent=Precedent()),
    ),
    Nasty(
        "a second file that speaks for itself",
        text("a,d\n1.5,1\n2.25,2\n"),
        {"a": [1.5, 2.25], "d": [1, 2]},
        options=ReadOptions(precedent=Precedent(decimal=",")),
    ),
)

MEANINGS = (
    *(*SCALES, *UNITS, *EXPONENTS, *SHARES, *ANSWERS, *KINDS),
    *(*PERIODS, *CODES, *PRECEDENTS),
)
