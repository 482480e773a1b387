"""Nasty files: several tables in one file, delimiters that change, comments and footers in rows."""

from __future__ import annotations

from tests.table_reader.nasty import Nasty, text

STRUCTURES = (
    Nasty(
        "a delimiter that changes halfway",
        text("x,y\n1,2\n3,4\n5,6\n7;8\n9;10\n11;12\n"),
        refusal=r"same delimiter. Got ',' in row 2, but ';' in other rows",
    ),
    Nasty(
        "commas above a few rows with tabs",
        text("x,y\n" + "1,2\n" * 30 + "3\t4\n" * 10),
        refusal=r"same delimiter. Got .* in row \d+, but .* in other rows",
    ),
    Nasty(
        "a narrower table above",
        text("x,y\n1,2\n3,4\n\na,b,c\n10,20,30\n40,50,60\n"),
        refusal=r"one table. Got rows of numbers \(row 2\) above .* row 5",
    ),
    Nasty(
        "a table as wide below",
        text("x,y\n1,2\n3,4\n\na,b\n10,20\n40,50\n"),
        refusal=r"one table. Got words .* in row 5: 'a', 'b'",
    ),
    Nasty(
        "a table as wide below without a blank line",
        text("x,y\n1,2\n3,4\na,b\n10,20\n40,50\n"),
        refusal=r"one table. Got words .* in row 4",
    ),
    Nasty(
        "a footer with as many cells as the table",
        text("x,y\n1,2\n3,4\n5,6\nSource: Office, 2020\n"),
        {"x": [1, 3, 5], "y": [2, 4, 6]},
        says=("Left out row 5, which is a note below the table",),
    ),
    Nasty(
        "a footer below a total in a table with labels",
        text("n,y\na,2\nb,4\nc,6\nTotal,12\nSource: Office, 2020\n"),
        {"n": ["a", "b", "c"], "y": [2, 4, 6]},
        says=("row 6, which is a note", "row 5, which looks like a total"),
    ),
    Nasty(
        "comments with as many cells as the table",
        text("x,y\n1,2\n# gap here, sensor off\n3,4\n5,6\n# end\n"),
        {"x": [1, 3, 5], "y": [2, 4, 6]},
        says=("Left out row 3, which is a comment",),
    ),
    Nasty(
        "words that begin with # in a column of text",
        text("tag,n\n#food,5\n#sun,7\n#sea,9\n"),
        {"tag": ["#food", "#sun", "#sea"], "n": [5, 7, 9]},
    ),
    Nasty(
        "# as the name of the row numbers",
        text("#,x,y\n1,10,20\n2,30,41\n3,50,60\n"),
        {"#": [1, 2, 3], "x": [10, 30, 50], "y": [20, 41, 60]},
    ),
    Nasty(
        "a firm named Total",
        text("firm,v\nShell,5\nTotal,7\nBP,9\n"),
        {"firm": ["Shell", "Total", "BP"], "v": [5, 7, 9]},
    ),
    Nasty(
        "a delimiter that is not known",
        text("x~y\n1~2\n3~4\n"),
        refusal=r"1 column of numbers. Got one column .*'x~y', since no delimiter was found",
    ),
    Nasty(
        "errors of a spreadsheet that begin as comments do",
        text("x;y\n1,5;2\n#XY!;4\n3,5;5\n2,5;7\n#####;8\n"),
        {"x": ["1,5", "#XY!", "3,5", "2,5", "#####"], "y": [2, 4, 5, 7, 8]},
    ),
    Nasty(
        "a word in one column of numbers",
        text("x,y\n1,2\nfailed,3\n5,6\n7,8\n"),
        {"x": [1, None, 5, 7], "y": [2, 3, 6, 8]},
    ),
)
