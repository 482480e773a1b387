"""Nasty files: numbers as people write them."""

from __future__ import annotations

from table_reader import ReadOptions
from tests.table_reader.nasty import Nasty, text

ASKED = ("decimal",)

NUMBERS = (
    Nasty(
        "thousands and decimals, English",
        text('a,b\n"1,234.50",1\n"12,345,678.25",2\n950,3\n'),
        {"a": [1234.5, 12345678.25, 950], "b": [1, 2, 3]},
        says=("thousands are separated; '1,234.50' was read as 1234.5",),
    ),
    Nasty(
        "thousands and decimals, German",
        text("a;b\n1.234,50;1\n12.345.678,25;2\n"),
        {"a": [1234.5, 12345678.25], "b": [1, 2]},
        says=("^semicolons, decimal comma",),
    ),
    Nasty(
        "thousands and decimals, French and Swiss",
        text("a;b;c\n1 234,5;1'234.5;1\u202f234,5\n12 345,5;12'345.25;7\u00a0890,25\n"),
        {"a": [1234.5, 12345.5], "b": [1234.5, 12345.25], "c": [1234.5, 7890.25]},
        says=("decimal points and commas",),
    ),
    Nasty(
        "thousands, Indian",
        text('a,b\n"1,23,456.50",1\n"12,34,567",2\n'),
        {"a": [123456.5, 1234567], "b": [1, 2]},
    ),
    Nasty(
        "a comma that may mean two things",
        text('price,b\n"1,234",1\n"5,678",2\n'),
        {"price": ["1,234", "5,678"], "b": [1, 2]},
        asks=ASKED,
        says=("1 question$",),
    ),
    Nasty(
        "a comma that means thousands, as a person says",
        text('price,b\n"1,234",1\n"5,678",2\n'),
        {"price": [1234, 5678], "b": [1, 2]},
        options=ReadOptions(decimal="."),
    ),
    Nasty(
        "a comma that means decimals, as a person says",
        text('price,b\n"1,234",1\n"5,678",2\n'),
        {"price": [1.234, 5.678], "b": [1, 2]},
        options=ReadOptions(decimal=","),
    ),
    Nasty(
        "a comma that another column explains",
        text('price,rate\n"1,234",0.5\n"5,678",0.25\n'),
        {"price": [1234, 5678], "rate": [0.5, 0.25]},
        says=("'1,234' was read as 1234, since column 'rate' has decimal points",),
    ),
    Nasty(
        "a comma that another row explains",
        text('price,b\n"1,234",1\n"5,678",2\n"0,5",3\n'),
        {"price": [1.234, 5.678, 0.5], "b": [1, 2, 3]},
    ),
    Nasty(
        "a point that may mean two things",
        text("salary;b\n23.400;1\n31.250;2\n"),
        {"salary": ["23.400", "31.250"], "b": [1, 2]},
        asks=ASKED,
    ),
    Nasty(
        "a point that another column explains",
        text("salary;rate\n23.400;0,5\n31.250;0,75\n"),
        {"salary": [23400, 31250], "rate": [0.5, 0.75]},
    ),
    Nasty(
        "three decimals in every cell",
        text("a,b\n1.234,5.678\n2.345,6.789\n"),
        {"a": [1.234, 2.345], "b": [5.678, 6.789]},
    ),
    Nasty(
        "semicolons against a comma that another column explains",
        text("a;b\n1,234;59.9139\n5,678;60.3913\n"),
        {"a": ["1,234", "5,678"], "b": [59.9139, 60.3913]},
        asks=ASKED,
    ),
    Nasty(
        "points that turn out to separate thousands, late",
        text("a;b\n" + "1.234;1\n" * 3000 + "1.234.567;2\n"),
        {"a": [1234] * 3000 + [1234567], "b": [1] * 3000 + [2]},
    ),
    Nasty(
        "decimal points and commas in one column",
        text('a,b\n"0,5",1\n0.5,2\n"1,5",3\n1.5,4\n'),
        {"a": ["0,5", "0.5", "1,5", "1.5"], "b": [1, 2, 3, 4]},
        says=(r"mixes decimal points and decimal commas \(commas in rows 2, 4\)",),
    ),
    Nasty(
        "currencies before and behind",
        text("a;b;c;d\n$1.50;2,5 €;NOK 5;kr 7\n$2.25;3,5 €;NOK 6;kr 8\n"),
        {"a": [1.5, 2.25], "b": [2.5, 3.5], "c": [5, 6], "d": [7, 8]},
        says=(r"Column 'a': '\$' was taken off", "Column 'b': '€' was taken off"),
    ),
    Nasty(
        "two currencies in one column",
        text("a,b\n$5,1\n€6,2\n$7,3\n"),
        {"a": ["$5", "€6", "$7"], "b": [1, 2, 3]},
        says=(r"mixes numbers with '\$', '€' and others \(row 3\): it was kept as text",),
    ),
    Nasty(
        "percent",
        text("a,b\n12%,1\n7.5 %,2\n"),
        {"a": [12, 7.5], "b": [1, 2]},
        says=("'%' was taken off; 12% is 12",),
    ),
    Nasty(
        "with and without percent",
        text("a,b\n12%,1\n0.12,2\n13%,3\n"),
        {"a": ["12%", "0.12", "13%"], "b": [1, 2, 3]},
        says=(r"mixes numbers with '%' and others \(row 3\)",),
    ),
    Nasty(
        "one unit in every cell",
        text("a,b\n12 kg,1\n7.5 kg,2\n"),
        {"a": [12, 7.5], "b": [1, 2]},
        says=("'kg' was taken off",),
    ),
    Nasty(
        "two units",
        text("a,b\n12 kg,1\n300 g,2\n"),
        {"a": ["12 kg", "300 g"], "b": [1, 2]},
        says=("mixes numbers with 'g', 'kg' and others",),
    ),
    Nasty(
        "one percent sign and one unit among plain numbers",
        text("a,b\n" + "1.5,2\n" * 20 + "12%,2\n7.5,12 kg\n"),
        {"a": [1.5] * 20 + [None, 7.5], "b": [2] * 21 + [None]},
        says=(r"missing: '12%' \(row 22\)", r"missing: '12 kg' \(row 23\)"),
    ),
    Nasty(
        "accountants' negatives",
        text('a,b\n"(1,234.50)",1\n200.25,2\n(7),3\n'),
        {"a": [-1234.5, 200.25, -7], "b": [1, 2, 3]},
        says=(r"parentheses mean minus; '\(1,234.50\)' was read as -1234.5",),
    ),
    Nasty(
        "all numbers in parentheses",
        text("a,b\n(1.5),1\n(2.5),2\n"),
        {"a": ["(1.5)", "(2.5)"], "b": [1, 2]},
        says=("all its numbers in parentheses",),
    ),
    Nasty(
        "minus signs of all kinds",
        text("a,b,c\n\u22121.5,5.5-,-$3\n\u20132.5,6,$4\n"),
        {"a": [-1.5, -2.5], "b": [-5.5, 6], "c": [-3, 4]},
        says=("a minus behind a number is its sign",),
    ),
    Nasty(
        "powers of ten, signs and bare points",
        text("a,b\n1.5e3,+5\n-2E-2,.5\n1e+05,7.\n"),
        {"a": [1500, -0.02, 100000], "b": [5, 0.5, 7]},
    ),
    Nasty(
        "a few words among numbers",
        text("a,b\n" + "".join(f"{i},{i}.5\n" for i in range(20)) + "n.d.,1.5\n5,<0.1\n"),
        {"a": [*range(20), None, 5], "b": [*(i + 0.5 for i in range(20)), 1.5, None]},
        says=(
            r"Column 'a' has 1 cell that is not a number, taken as missing: 'n.d.' \(row 22\)",
            r"Column 'b' has 1 cell that is not a number, taken as missing: '<0.1' \(row 23\)",
        ),
    ),
    Nasty(
        "many words among numbers",
        text("a,b\n1,1\n<5,2\n3,3\n<5,4\n"),
        {"a": ["1", "<5", "3", "<5"], "b": [1, 2, 3, 4]},
        says=(r"has 2 of 4 cells that are not numbers, such as '<5' \(rows 3, 5\)",),
    ),
    Nasty(
        "a column that a person wants as numbers",
        text("a,b\n1,1\n<5,2\n3,3\n<5,4\n"),
        {"a": [1, None, 3, None], "b": [1, 2, 3, 4]},
        options=ReadOptions(as_number=("a",)),
    ),
    Nasty(
        "a column that a person wants as text",
        text("a,b\n1,1\n2,2\n"),
        {"a": ["1", "2"], "b": [1, 2]},
        options=ReadOptions(as_text=("a",)),
    ),
    Nasty(
        "postal codes",
        text("zip,b\n01234,1\n90210,2\n"),
        {"zip": ["01234", "90210"], "b": [1, 2]},
        says=("codes with leading zeros, such as '01234': it was kept as text",),
    ),
    Nasty(
        "numbers of twenty digits",
        text("id,b\n12345678901234567890,1\n12345678901234567891,2\n"),
        {"id": ["12345678901234567890", "12345678901234567891"], "b": [1, 2]},
        says=("more than the 15 digits",),
    ),
    Nasty(
        "numbers of eighteen digits, and one that is missing",
        text("id,b\n180100708913146047,1\n,2\n180100708913146049,4\n"),
        {"id": ["180100708913146047", None, "180100708913146049"], "b": [1, 2, 4]},
        says=("more than the 15 digits",),
    ),
    Nasty(
        "numbers too large for floats",
        text("a,b\n1e400,1\n2.5,2\n3.5,3\n4.5,4\n5.5,5\n"),
        {"a": [None, 2.5, 3.5, 4.5, 5.5], "b": [1, 2, 3, 4, 5]},
        says=(r"not a number, taken as missing: '1e400' \(row 2\)",),
    ),
    Nasty(
        "infinities",
        text("a,b\ninf,1\n2.5,2\n3.5,3\n4.5,4\n5.5,5\n"),
        {"a": [None, 2.5, 3.5, 4.5, 5.5], "b": [1, 2, 3, 4, 5]},
        says=(r"'inf' \(row 2\)",),
    ),
    Nasty(
        "hexadecimal",
        text("a,b\n0x1F,1\n0x2A,2\n"),
        {"a": ["0x1F", "0x2A"], "b": [1, 2]},
    ),
    Nasty(
        "numbers that Excel was told are text",
        text('a,b\n"=""00123""",1\n"=""00456""",2\n'),
        {"a": ["00123", "00456"], "b": [1, 2]},
    ),
    Nasty(
        "a stand-in for missing values",
        text("temp,b\n3.5,1\n-999,2\n27.5,3\n-999,4\n"),
        {"temp": [3.5, -999, 27.5, -999], "b": [1, 2, 3, 4]},
        says=("'temp' has 2 cells of -999, far from its other values",),
    ),
)
