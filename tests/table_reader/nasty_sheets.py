"""Nasty workbooks: which sheet is read, and what is hidden in it."""

from __future__ import annotations

import datetime

from table_reader import ReadOptions
from table_reader.options import Precedent
from tests.table_reader import packing
from tests.table_reader.books import (
    DOSE_COLUMNS,
    DOSES,
    book,
    case,
    hide,
    hide_columns,
    hide_rows,
)
from tests.table_reader.nasty import Nasty

README = [["This workbook holds measurements."], ["Ask Ann about the units."]]

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

SHEET_KINDS = (*SHEETS, *HIDDEN)
