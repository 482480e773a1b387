"""Nasty workbooks: what a sheet shows and what stands in its cells are two things."""

from __future__ import annotations

import datetime

from table_reader import ReadOptions
from table_reader.options import Precedent
from tests.table_reader import packing
from tests.table_reader.books import (
    book,
    case,
    hide,
    hide_columns,
    hide_rows,
    merge,
    put,
    show_as,
)
from tests.table_reader.nasty import Nasty

DOSES = [["dose", "gain"], [1, 2.5], [2, 4.5], [3, 6.5], [4, 9]]
DOSE_COLUMNS = {"dose": [1, 2, 3, 4], "gain": [2.5, 4.5, 6.5, 9]}
README = [["This workbook holds measurements."], ["Ask Ann about the units."]]
SHARE = {"share": [5, 8, 12]}
SIGN_OFF = "Column 'share': '%' was taken off; 12% is 12"

SHEETS = (
    Nasty(
        "case 30: a hidden first sheet",
        case("c30-hidden-sheet.xlsx"),
        {
            "dose": list(range(14)),
            "gain": [1.5, 6.5, 7.5, 8.5, 9.5, 14.5, 15.5, 16.5, 17.5, 22.5, 23.5, 24.5, 25.5, 30.5],
        },
        says=("Sheet 'Measurements' was read; there is also 'lookup' \\(hidden\\)",),
    ),
    Nasty(
        "a very hidden first sheet",
        book(
            {"codes": [["a", "b"], [1, 2], [3, 4]], "Data": DOSES},
            hide("codes", state="veryHidden"),
        ),
        DOSE_COLUMNS,
        says=("'codes' \\(hidden\\)",),
    ),
    Nasty(
        "a hidden sheet that is asked for",
        book({"codes": [["a", "b"], [1, 2], [3, 4]], "Data": DOSES}, hide("codes")),
        {"a": [1, 3], "b": [2, 4]},
        says=("Sheet 'codes' is hidden in the workbook",),
        options=ReadOptions(sheet="codes"),
    ),
    Nasty(
        "empty visible sheets beside a hidden table",
        book({"Start": [], "Data": DOSES}, hide("Data")),
        DOSE_COLUMNS,
        says=("Sheet 'Data' is hidden in the workbook",),
    ),
    Nasty(
        "a readme in front",
        book({"Read me": README, "Data": DOSES}),
        DOSE_COLUMNS,
        says=("Passed over 'Read me', which holds no table of numbers", "Sheet 'Data' was read"),
    ),
    Nasty(
        "a readme with a numbered list, a version and a date in front",
        book(
            {
                "Lies mich": [["Version", 3], [1, "Einheiten in mm"], [2, "Fragen an Ann"]],
                "Daten": DOSES,
            }
        ),
        DOSE_COLUMNS,
        says=("Passed over 'Lies mich'",),
    ),
    Nasty(
        "a list of columns in front",
        book(
            {
                "Codebook": [["column", "meaning"], ["dose", "in mg"], ["gain", "in g"]],
                "hidden": [["a", "b"], [1, 2], [3, 4]],
                "Data": DOSES,
            },
            hide("hidden"),
        ),
        DOSE_COLUMNS,
        says=("Passed over 'Codebook'", "there are also 'Codebook', 'hidden' \\(hidden\\)"),
    ),
    Nasty(
        "a contact in front, with a telephone number and a date",
        book(
            {
                "Info": [["Contact", "Ann"], ["Phone", 12345], ["Date", datetime.date(2020, 1, 1)]],
                "Data": DOSES,
            }
        ),
        DOSE_COLUMNS,
        says=("Passed over 'Info'",),
    ),
    Nasty(
        "a summary in front of a larger sheet",
        book(
            {
                "Summary": [["figure", "value"], ["mean", 5.6], ["slope", 2.1]],
                "Data": [DOSES[0], *[[i, 1.5 * i] for i in range(9)]],
            }
        ),
        {"figure": ["mean", "slope"], "value": [5.6, 2.1]},
        says=("Sheet 'Summary' was read, with 3 rows; larger than it is 'Data'",),
    ),
    Nasty(
        "a readme that is asked for",
        book({"Read me": README, "Data": DOSES}),
        refusal="at least 1 column of numbers",
        options=ReadOptions(sheet="Read me"),
    ),
    Nasty(
        "an empty sheet that is asked for",
        book({"One": [], "Data": DOSES}),
        refusal="Sheet 'One' of 'mine.csv' must have cells in it",
        options=ReadOptions(sheet="One"),
    ),
    Nasty(
        "a second file of words only, behind a sheet of numbers",
        book({"Prices": DOSES, "Flats": [["city", "floor"], ["Oslo", "top"], ["Bergen", "low"]]}),
        {"city": ["Oslo", "Bergen"], "floor": ["top", "low"]},
        options=ReadOptions(precedent=Precedent(kinds=(("city", "text"), ("Floor ", "text")))),
    ),
    Nasty(
        "charts among the sheets",
        book(
            {"Data": DOSES},
            lambda made: made.create_chartsheet("Picture", 0) and None,
        ),
        DOSE_COLUMNS,
    ),
)

HIDDEN = (
    Nasty(
        "case 31: rows hidden by a filter",
        case("c31-hidden-rows.xlsx"),
        {
            "dose": list(range(16)),
            "gain": [
                *(1.5, 6.5, -50, 8.5, 9.5, 14.5, -50, 16.5),
                *(17.5, 22.5, -50, 24.5, 25.5, 30.5, -50, 32.5),
            ],
        },
        says=("4 rows of the sheet are hidden, by a filter or by hand \\(rows 4, 8, 12, 16\\)",),
    ),
    Nasty(
        "hidden rows left out",
        book({"S": DOSES}, hide_rows(3)),
        {"dose": [1, 3, 4], "gain": [2.5, 6.5, 9]},
        says=("Left out 1 hidden row \\(row 3\\)",),
        lines=(2, 4, 5),
        options=ReadOptions(has_hidden_rows=False),
    ),
    Nasty(
        "rows without height",
        packing.workbook_of(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
            '<row r="2" ht="0" customHeight="1"><c r="A2"><v>1.5</v></c></row>'
            '<row r="3" ht="15"><c r="A3"><v>2.5</v></c></row>'
        ),
        {"a": [1.5, 2.5]},
        says=("1 row of the sheet is hidden.*row 2.*was read like the others",),
    ),
    Nasty(
        "hidden columns",
        book({"S": DOSES}, hide_columns("B")),
        DOSE_COLUMNS,
        says=("Column 'gain' is hidden in the sheet, and was read like the others",),
    ),
)

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

FORMULAS = (
    Nasty(
        "case 33: formulas that were never calculated",
        case("c33-formulas.xlsx"),
        {"mass": list(range(10, 40, 3)), "volume": list(range(4, 14))},
        says=("Column 'density' holds formulas that were never calculated.*save it again",),
    ),
    Nasty(
        "some formulas that were never calculated",
        book({"S": [*DOSES, [5, "=B5+2"], [6, "=B6+2"]]}),
        {"dose": [1, 2, 3, 4, 5, 6], "gain": [2.5, 4.5, 6.5, 9, None, None]},
        says=(
            "'gain' has 2 formulas that were never calculated \\(rows 6, 7\\), taken as missing",
        ),
    ),
    Nasty(
        "formulas with 0 for a value, as some programs write them",
        packing.workbook_of(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
            + "".join(
                f'<row r="{i}"><c r="A{i}"><v>{i}</v></c>'
                f'<c r="B{i}"><f>A{i}*2</f><v>0</v></c></row>'
                for i in (2, 3, 4)
            )
        ),
        {"a": [2, 3, 4]},
        says=("Column 'b' holds formulas that were never calculated",),
    ),
    Nasty(
        "formulas that were calculated, to words, errors, nothing and numbers",
        packing.workbook_of(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
            '<row r="2"><c r="A2"><f>1+1</f><v>2.5</v></c>'
            '<c r="B2" t="str"><f>X</f><v></v></c></row>'
            '<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
            '<c r="B3" t="str"><f>X</f><v>w</v></c></row>'
            '<row r="4"><c r="A4"><f>1</f><v>0</v></c><c r="B4" t="str"><f>X</f><v>z</v></c></row>'
        ),
        {"a": [2.5, None, 0], "b": [None, "w", "z"]},
        says=("Column 'a' has 1 error, such as #N/A or #DIV/0!, taken as missing \\(row 3\\)",),
    ),
    Nasty(
        "a sheet of formulas only that were never calculated",
        book({"S": [["a", "b"], ["=1", "=2"], ["=3", "=4"]]}),
        refusal="Got formulas that were never calculated: open the file in Excel and save it again",
    ),
    Nasty(
        "a column of errors",
        packing.workbook_of(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
            '<row r="2"><c r="A2"><v>2.5</v></c><c r="B2" t="e"><v>#REF!</v></c></row>'
            '<row r="3"><c r="A3"><v>3.5</v></c><c r="B3" t="e"><v>#REF!</v></c></row>'
        ),
        {"a": [2.5, 3.5]},
        says=("Column 'b' holds only errors, such as #N/A",),
    ),
)

FORMATS = (
    Nasty(
        "case 11: cells with a percentage's format",
        case("c11-shares-new.xlsx"),
        SHARE,
        says=(SIGN_OFF,),
    ),
    Nasty(
        "percentages with decimals, colours and signs, exact to the last digit",
        book(
            {"S": [["share"], [0.07], [0.57], [-0.145], [0.00625], [None], [0]]},
            put(B1="n", B2=1, B3=2, B4=3, B5=4, B6=5, B7=6),
            show_as("0.00%", "A2", "A3"),
            show_as("[Red]+0.0%;[Blue]-0.0%", "A4"),
            show_as("#,##0.0###\\ %", "A5", "A6", "A7"),
        ),
        {"share": [7, 57, -14.5, 0.625, None, 0], "n": [1, 2, 3, 4, 5, 6]},
        says=(SIGN_OFF,),
    ),
    Nasty(
        "a percent sign in quotes, which multiplies nothing",
        book({"S": [["share"], [5], [8], [12]]}, show_as('0.0" %"', "A2", "A3", "A4")),
        SHARE,
        says=(SIGN_OFF,),
    ),
    Nasty(
        "percentages, some of them written as text",
        book({"S": [["share"], [0.05], ["8%"], [0.12]]}, show_as("0%", "A2", "A4")),
        SHARE,
        says=(SIGN_OFF,),
    ),
    Nasty(
        "percentages and fractions in one column",
        book({"S": [["share", "n"], [0.05, 1], [0.08, 2], [0.12, 3]]}, show_as("0%", "A2", "A4")),
        {"share": ["5%", "0.08", "12%"], "n": [1, 2, 3]},
        says=("Column 'share' mixes numbers with '%' and others",),
    ),
    Nasty(
        "durations of more than a day",
        book(
            {
                "S": [
                    ["spent"],
                    [datetime.timedelta(hours=30)],
                    [datetime.timedelta(minutes=90)],
                ]
            }
        ),
        {"spent": [30, 1.5]},
        says=("Column 'spent' holds durations, which were read as hours",),
    ),
    Nasty(
        "numbers with three decimals beside words",
        book({"S": [["x"], [1.234], ["n/a"], [5.678], [-0.125]]}),
        {"x": [1.234, None, 5.678, -0.125]},
    ),
    Nasty(
        "numbers that are asked to be text",
        book({"S": [["code", "x"], [1.5, 1], [2.25, 2]]}),
        {"code": ["1.5", "2.25"], "x": [1, 2]},
        options=ReadOptions(as_text=("code",)),
    ),
)

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

WORKBOOK_KINDS = (*(*SHEETS, *HIDDEN, *MERGED, *NAMES, *NOTES_BELOW, *FORMULAS, *FORMATS, *PARTS),)
