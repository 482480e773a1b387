"""Nasty files: rows that are none of the data, and data that are none of the rows."""

from __future__ import annotations

from table_reader import Precedent, ReadOptions
from tests.table_reader.nasty import Nasty, text

TOTALS = (
    Nasty(
        "subtotals and a grand total",
        text("g,v\nA,1\nA,3\nTotal A,4\nB,5\nB,6\nTotal B,11\nGrand total,15\n"),
        {"g": ["A", "A", "B", "B"], "v": [1, 3, 5, 6]},
        says=("Left out rows 4, 7, 8, which look like totals",),
        lines=(2, 3, 5, 6),
    ),
    Nasty(
        "subtotals in the second column",
        text("r,i,v\nN,a,2\nN,b,4\nN,Subtotal,6\nS,a,3\nS,b,4\nS,Subtotal,7\n,Total,13\n"),
        {"r": ["N", "N", "S", "S"], "i": ["a", "b", "a", "b"], "v": [2, 4, 3, 4]},
    ),
    Nasty(
        "sums with decimal commas",
        text("g;v\nA;1,5\nA;3\nSumme A;4,5\nB;5\nB;6,5\nSumme B;11,5\nInsgesamt;16\n"),
        {"g": ["A", "A", "B", "B"], "v": [1.5, 3, 5, 6.5]},
    ),
    Nasty(
        "means and deviations of groups at the end",
        text("g,x,v\nA,1,2\nA,3,4\nB,2,3\nB,2,4\nMean A,2,3\nMean B,2,3.5\nSD A,1.4,1.4\n"),
        {"g": ["A", "A", "B", "B"], "x": [1, 3, 2, 2], "v": [2, 4, 3, 4]},
    ),
    Nasty(
        "what pandas describes",
        text(
            "id,x\na,1\nb,3\nc,2\nd,2\ncount,4\nmean,2\nstd,0.816\nmin,1\n25%,1.75\n50%,2\n"
            "75%,2.25\nmax,3\n"
        ),
        {"id": ["a", "b", "c", "d"], "x": [1, 3, 2, 2]},
        says=("8 rows dropped",),
    ),
    Nasty(
        "summaries below numbers that count the rows",
        text("id;x;v\n1;1;2\n2;3;4\n3;2;3,5\nMW;2;3,17\nSD;1;1,04\nn;3;3\n"),
        {"id": [1, 2, 3], "x": [1, 3, 2], "v": [2, 4, 3.5]},
    ),
    Nasty(
        "a total without a word",
        text("g,v,w\na,1,2\nb,2,7\nc,3,9\n,6,18\n"),
        {"g": ["a", "b", "c"], "v": [1, 2, 3], "w": [2, 7, 9]},
        says=("Left out row 5",),
    ),
    Nasty(
        "subtotals without a word, between the rows",
        text("g,v,w\nA,1,2\nA,3,5\n,4,7\nB,2,2\nB,4,5\n,6,7\n"),
        {"g": ["A", "A", "B", "B"], "v": [1, 3, 2, 4], "w": [2, 5, 2, 5]},
        says=("Left out rows 4, 7, which look like totals",),
    ),
    Nasty(
        "rows without a word that add nothing up",
        text("g,v,w\nA,1,2\nA,3,5\n,4,8\nB,2,2\nB,4,5\n,7,7\n"),
        {"g": ["A", "A", None, "B", "B", None], "v": [1, 3, 4, 2, 4, 7], "w": [2, 5, 8, 2, 5, 7]},
    ),
    Nasty(
        "totals of groups within groups",
        text(
            "name,v\nx,1\ny,2\nTotal A1,3\nz,4\nw,1\nTotal A2,5\nTotal A,8\np,3\nq,9\n"
            "Total B,12\nGrand total,20\n"
        ),
        {"name": list("xyzwpq"), "v": [1, 2, 4, 1, 3, 9]},
    ),
    Nasty(
        "sums of euros",
        text(
            "g;v\nA;1.200,50 €\nA;2.300,00 €\nSumme A;3.500,50 €\nB;1.000,00 €\nB;4.000,00 €\n"
            "Summe B;5.000,00 €\n"
        ),
        {"g": ["A", "A", "B", "B"], "v": [1200.5, 2300, 1000, 4000]},
    ),
    Nasty(
        "a total above its rows",
        text("name,v\nTotal,10\na,1\nb,2\nc,7\n"),
        {"name": ["a", "b", "c"], "v": [1, 2, 7]},
    ),
    Nasty(
        "a total in Japanese",
        text("店,数\n東,3\n西,4\n南,6\n合計,13\n"),
        {"店": ["東", "西", "南"], "数": [3, 4, 6]},
    ),
    Nasty(
        "totals that do not add up are asked about",
        text("g,v\nA,1\nA,3\nTotal A,7\nB,5\nB,6\nTotal B,19\nC,3\nC,1\n"),
        {"g": ["A", "A", "Total A", "B", "B", "Total B", "C", "C"], "v": [1, 3, 7, 5, 6, 19, 3, 1]},
        says=("Rows 4, 7 look like totals: if they are, leave them out",),
    ),
    Nasty(
        "totals that do not add up, said to be such",
        text("g,v\nA,1\nA,3\nTotal A,7\nB,5\nB,6\nTotal B,19\nC,3\nC,1\n"),
        {"g": ["A", "A", "B", "B", "C", "C"], "v": [1, 3, 5, 6, 3, 1]},
        options=ReadOptions(has_totals=True),
    ),
    Nasty(
        "the north is no count",
        text("dir,v\nE,3\nS,4\nW,6\nN,3\n"),
        {"dir": ["E", "S", "W", "N"], "v": [3, 4, 6, 3]},
    ),
    Nasty(
        "a dog named Max",
        text("name,v\nRex,3\nBo,4\nIda,6\nMax,6\n"),
        {"name": ["Rex", "Bo", "Ida", "Max"], "v": [3, 4, 6, 6]},
    ),
)

QUOTES = (
    Nasty(
        "ditto marks",
        text('who,item,n\nann,pen,3\n",",4\n",cup,5\nbob,pen,6\n'),
        {"who": ["ann", '"', '"', "bob"], "item": ["pen", '"', "cup", "pen"], "n": [3, 4, 5, 6]},
        says=("read as mere characters",),
    ),
    Nasty(
        "ditto marks deep in a file",
        text(
            "a,b,c\n" + "x,1,2\n" * 40_000 + '",1,2\n' + "x,1,2\n" * 20 + '",1,2\n' + "x,1,2\n" * 9
        ),
        refusal="a stray one, on line 40002 or just below.*say that quotes are mere characters",
    ),
    Nasty(
        "a quote that opens in one row and closes in another",
        text('id,what,n\n1,box,3\n2,"big tub,4\n3,cup,5\n4,small",6\n5,pot,8\n'),
        {
            "id": [1, 2, 3, 4, 5],
            "what": ["box", '"big tub', "cup", 'small"', "pot"],
            "n": [3, 4, 5, 6, 8],
        },
        says=("read as mere characters",),
    ),
    Nasty(
        "the same deep in a file",
        text("a,b,c\n" + "1,x,2\n" * 40_000 + '1,"x,2\n1,x,2\n1,x",2\n' + "1,x,2\n" * 9),
        refusal="a stray one, on line 40002",
    ),
    Nasty(
        "a backslash before a quote",
        text('a,b,c\n1,"He said \\"hi\\", ok",5\n2,"no",6\n3,x,7\n'),
        {"a": [1, 2, 3], "b": ['He said "hi", ok', "no", "x"], "c": [5, 6, 7]},
    ),
    Nasty(
        "a backslash at the end of a cell",
        text('a,b,c\n1,"C:\\dir\\",5\n2,"no, x",6\n3,x,7\n'),
        {"a": [1, 2, 3], "b": ["C:\\dir\\", "no, x", "x"], "c": [5, 6, 7]},
    ),
    Nasty(
        "an address of two lines with a comma in each",
        text('id,addr,zip\n1,"12 Main St, Apt 2\nSpringfield, IL",627\n2,"x, y",628\n3,z,629\n'),
        {
            "id": [1, 2, 3],
            "addr": ["12 Main St, Apt 2\nSpringfield, IL", "x, y", "z"],
            "zip": [627, 628, 629],
        },
    ),
    Nasty(
        "quotes that a person calls characters",
        text('a,b\n"x",1\n"y",2\n'),
        {"a": ['"x"', '"y"'], "b": [1, 2]},
        options=ReadOptions(quote=""),
    ),
)

HEADERS = (
    Nasty(
        "names, questions, and records in JSON",
        text(
            'Start;Q1;Q2\nStart Date;How many?;How old?\n{"I":"a"};{"I":"b"};{"I":"c"}\n'
            "2024-01-03;5;22\n2024-01-04;6;29\n2024-01-05;7;31\n"
        ),
        {"Start": ["2024-01-03", "2024-01-04", "2024-01-05"], "Q1": [5, 6, 7], "Q2": [22, 29, 31]},
        says=("Row 2 holds no values and was left out: 'Start Date'", "Row 3 holds no values"),
    ),
    Nasty(
        "two levels as pandas writes them",
        text(",a,a,b,b\n,x,y,x,y\nidx,,,,\n0,1,2,3,4\n1,4,4,4,6\n2,3,3,3,3\n"),
        {
            "idx": [0, 1, 2],
            "a x": [1, 4, 3],
            "a y": [2, 4, 3],
            "b x": [3, 4, 3],
            "b y": [4, 6, 3],
        },
        says=("The names are those of rows 1, 2, 3 together",),
    ),
    Nasty(
        "years above names that repeat",
        text(",2019,,2020,\ncity,price,size,price,size\nA,1,2,3,4\nB,5,6,7,8\n"),
        {
            "city": ["A", "B"],
            "2019 price": [1, 5],
            "2019 size": [2, 6],
            "2020 price": [3, 7],
            "2020 size": [4, 8],
        },
    ),
    Nasty(
        "years above names that repeat, beside a name",
        text("city,2019,,2020,\n,price,size,price,size\nA,1,2,3,4\nB,5,6,7,8\n"),
        {
            "city": ["A", "B"],
            "2019 price": [1, 5],
            "2019 size": [2, 6],
            "2020 price": [3, 7],
            "2020 size": [4, 8],
        },
    ),
    Nasty(
        "names that are words for roles, below a note",
        text("Made by hand,,\nid,weight,class\n1,2.5,0\n2,3.5,1\n4,4.5,1\n"),
        {"id": [1, 2, 4], "weight": [2.5, 3.5, 4.5], "class": [0, 1, 1]},
    ),
    Nasty(
        "levels that are units",
        text("size,colour\nS,red\nM,blue\nL,red\n"),
        {"size": ["S", "M", "L"], "colour": ["red", "blue", "red"]},
        options=ReadOptions(precedent=Precedent()),
    ),
    Nasty(
        "a level that is a unit, beside an empty cell",
        text("size,price\nS,\nM,5\nL,6\nS,4\n"),
        {"size": ["S", "M", "L", "S"], "price": [None, 5, 6, 4]},
    ),
    Nasty(
        "types and roles below the names",
        text("size\tcity\tprice\ncontinuous\tdiscrete\tcontinuous\n\t\tclass\n9\ta\t5\n8\tb\t6\n"),
        {"size": [9, 8], "city": ["a", "b"], "price": [5, 6]},
    ),
    Nasty(
        "a table in Markdown",
        text("| a | b |\n|---|---:|\n| 1 | 2 |\n| 3 | 4 |\n"),
        {"a": [1, 3], "b": [2, 4]},
    ),
    Nasty(
        "long labels below short names",
        text("v1,v2,v3\nAge of person,Income of person,Gender\n23,1000,m\n30,2000,f\n40,2500,f\n"),
        {"v1": [23, 30, 40], "v2": [1000, 2000, 2500], "v3": ["m", "f", "f"]},
    ),
    Nasty(
        "first rows with odd numbers are rows",
        text("p,v,w\na,~5,1\nb,~6,2\nc,7,3\n"),
        {"p": ["a", "b", "c"], "v": ["~5", "~6", "7"], "w": [1, 2, 3]},
        says=("'v' has 2 of 3 cells that are not numbers, such as '~5', '~6'",),
    ),
    Nasty(
        "a header that is asked for, above words",
        text("a,b\nx,y\n1,2\n3,4\n"),
        {"a": [1, 3], "b": [2, 4]},
        options=ReadOptions(has_header=True, skip_rows=0),
        says=("Row 2 holds no values and was left out: 'x', 'y'",),
    ),
    Nasty(
        "row names under semicolons",
        text('"mpg";"cyl"\n"Mazda";21,5;6\n"Datsun";22,8;4\n"Hornet";21,4;6\n'),
        {"row": ["Mazda", "Datsun", "Hornet"], "mpg": [21.5, 22.8, 21.4], "cyl": [6, 4, 6]},
    ),
    Nasty(
        "row names under bars, a count",
        text('"mpg"|"cyl"\n"1"|21.5|6\n"2"|22.8|4\n"3"|21.4|6\n'),
        {"row": [1, 2, 3], "mpg": [21.5, 22.8, 21.4], "cyl": [6, 4, 6]},
    ),
    Nasty(
        "a city of two words is no row name",
        text("name size price\nNew York 10 20\nOslo 12 30\nLos Angeles 15 35\n"),
        refusal="The header must name every column",
    ),
)

LENGTHS = (
    Nasty(
        "rows that stop at their last filled cell",
        text('a,b,c,d\r\n1,x,3,4\r\n3,y\r\n5,"z,z",2\r\n1,u\r\n2,v,3,1'),
        {
            "a": [1, 3, 5, 1, 2],
            "b": ["x", "y", "z,z", "u", "v"],
            "c": [3, None, 2, None, 3],
            "d": [4, None, None, None, 1],
        },
        says=(r"Rows that stop early got empty cells: 3 \(rows 3, 4, 5\)",),
    ),
    Nasty(
        "a header with a name for a column that is empty",
        text("a,b,c\n1,2\n3,4\n5,7\n"),
        {"a": [1, 3, 5], "b": [2, 4, 7]},
        says=("'c' is empty and was left out",),
    ),
    Nasty(
        "names above blocks of rows",
        text("g,v,w\nNorth\na,1,2\nSouth\nb,2,3\nWest\nc,3,4\n"),
        {"g": ["a", "b", "c"], "v": [1, 2, 3], "w": [2, 3, 4]},
        says=(r"rows with one cell, such as notes and names of groups: 3 \(rows 2, 4, 6\)",),
    ),
    Nasty(
        "as many notes with commas as rows",
        text("a,b,c\n1,2,3\nnote: x, y\n4,5,6\nnote: z, w\n7,8,9\nnote: z, w\n"),
        {"a": [1, 4, 7], "b": [2, 5, 8], "c": [3, 6, 9]},
        says=(r"3 of 6 rows have another number of cells than 3, .* \(rows 3, 5, 7\)",),
    ),
    Nasty(
        "fixed places with empty cells between",
        text(
            "id   size  price\n1      10     20\n2             30\n3      15       \n"
            "4      17     40\n5             50\n6              7\n"
        ),
        {
            "id": [1, 2, 3, 4, 5, 6],
            "size": [10, None, 15, 17, None, None],
            "price": [20, 30, None, 40, 50, 7],
        },
        says=("columns at fixed places",),
    ),
    Nasty(
        "fixed places with names of two words",
        text(
            "name          size  price\nNew York        10     20\nOslo            12     30\n"
            "Los Angeles     15     35\n"
        ),
        {"name": ["New York", "Oslo", "Los Angeles"], "size": [10, 12, 15], "price": [20, 30, 35]},
    ),
)

ROWS = (*TOTALS, *QUOTES, *HEADERS, *LENGTHS)
