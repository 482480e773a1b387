"""Nasty files: cells that pass for other numbers than their writers meant."""

from __future__ import annotations

from table_reader import ReadOptions
from tests.table_reader import packing
from tests.table_reader.nasty import Nasty, text

MONEY = (
    Nasty("no cents, German", text("n;v\na;12,-\nb;13,50\n"), {"n": ["a", "b"], "v": [12, 13.5]}),
    Nasty("no cents, Swiss", text("n;v\na;12.-\nb;13.50\n"), {"n": ["a", "b"], "v": [12, 13.5]}),
    Nasty(
        "no cents, with currencies and a dash",
        text("a;b\nCHF 12.-;Fr. 12.–\nCHF 13.50;Fr. 7.–\n"),
        {"a": [12, 13.5], "b": [12, 7]},
    ),
    Nasty(
        "no cents, thousands", text("a;b\n1.200,-;1\n2.300,-;2\n"), {"a": [1200, 2300], "b": [1, 2]}
    ),
    Nasty(
        "minus behind decimals, as SAP writes",
        text("a;b\n12,00-;1\n13,50;2\n"),
        {"a": [-12, 13.5], "b": [1, 2]},
        says=("a minus behind a number is its sign; '12,00-' was read as -12",),
    ),
    Nasty(
        "school marks",
        text("mark;b\n1-;1\n2;2\n3-;3\n"),
        {"mark": ["1-", "2", "3-"], "b": [1, 2, 3]},
        says=("whole numbers with a minus behind, such as '1-', '3-', which may or may not be",),
    ),
    Nasty(
        "school marks with pluses",
        text("mark;b\n1-;1\n2+;2\n3;3\n2-;4\n"),
        {"mark": ["1-", "2+", "3", "2-"], "b": [1, 2, 3, 4]},
        says=("whole numbers with a minus behind",),
    ),
    Nasty(
        "two signs",
        text("n,v,w\na,--5,- -5\nb,6.5,6\nc,7,7\nd,8,8\ne,9,9\n"),
        {"n": list("abcde"), "v": [None, 6.5, 7, 8, 9], "w": [None, 6, 7, 8, 9]},
        says=("not a number, taken as missing: '--5'", "not a number, taken as missing: '- -5'"),
    ),
)

LOOK_ALIKES = (
    Nasty(
        "network addresses",
        text("ip,x\n192.168.100.101,1.5\n192.168.100.102,2\n"),
        {"ip": ["192.168.100.101", "192.168.100.102"], "x": [1.5, 2]},
        says=("four groups of digits, as network addresses have, such as '192.168.100.101'",),
    ),
    Nasty(
        "phone numbers with points and spaces",
        text("a;b;x\n555.123.456;601 234 567;1\n555.123.457;601 234 568;2\n"),
        {"a": ["555.123.456", "555.123.457"], "b": ["601 234 567", "601 234 568"], "x": [1, 2]},
        says=("'a' has three groups of three digits", "'b' has three groups of three digits"),
    ),
    Nasty(
        "millions that are no phone numbers",
        text("a;x\n555.123.456;1\n1.234.567;2\n"),
        {"a": [555123456, 1234567], "x": [1, 2]},
    ),
    Nasty(
        "days and months",
        text("d;x\n01.02;1\n02.03;2\n31.12;3\n"),
        {"d": ["01.02", "02.03", "31.12"], "x": [1, 2, 3]},
        says=("'d' has what may be days and months, such as '01.02', '02.03', '31.12'",),
    ),
    Nasty(
        "padded decimals that are no days and months",
        text("d;x\n01.02;1\n02.30;2\n31.12;3\n"),
        {"d": [1.02, 2.3, 31.12], "x": [1, 2, 3]},
    ),
    Nasty(
        "days and months that a person wants as numbers",
        text("d;x\n01.02;1\n31.12;3\n"),
        {"d": [1.02, 31.12], "x": [1, 3]},
        options=ReadOptions(as_number=("d",)),
    ),
    Nasty(
        "a workbook with numbers of eighteen digits",
        packing.workbook({"One": [["id", "y"], [10**17, 2], [10**18, 4]]}),
        {"id": [str(10**17), str(10**18)], "y": [2, 4]},
        says=("'id' has whole numbers of more than the 15 digits",),
    ),
    Nasty(
        "a workbook with large measurements",
        packing.workbook({"One": [["n", "y"], [6e23, 2], [7e23, 4]]}),
        {"n": [6e23, 7e23], "y": [2, 4]},
    ),
)

REVIEW = (*MONEY, *LOOK_ALIKES)
