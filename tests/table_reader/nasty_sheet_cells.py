"""Nasty workbooks: formulas, errors and formats, where cells show something else."""

from __future__ import annotations

import datetime

from table_reader import ReadOptions
from tests.table_reader import packing
from tests.table_reader.books import (
    DOSES,
    book,
    case,
    put,
    show_as,
)
from tests.table_reader.nasty import Nasty

SHARE = {"share": [5, 8, 12]}
SIGN_OFF = "Column 'share': '%' was taken off; 12% is 12"

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

SHEET_CELLS = (*FORMULAS, *FORMATS)
