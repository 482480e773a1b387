"""Text with numbers as people write them: stored, it has the numbers that the reader finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linreg_core import read_table
from linreg_core.errors import DataError
from linreg_core.sources import Source, first_rows, open_source, prepare_source
from linreg_core.tables import Selection, prepare
from table_reader import Table

NUMBERS = {
    "money": (
        "$1,234.50",
        "$5",
        "($7.25)",
        "-$3.00",
        "$-2.50",
        "$ 8",
        "$+6",
        "8 $",
        "7",
        "NA",
        "-",
    ),
    "percent": ("12%", "0", "3.5 %", "-1%", "0.0", "?", "(4 %)"),
    "thousands of points": ("1,234,567", "12,345", "999", "1,000.5"),
    "spaces": ("1 234.5", "2\u00a0000.25", "7"),
    "apostrophes": ("1'234.5", "2\u2019000.25", "7"),
    "a minus sign": ("\u22125 €", "5 €", "7 €"),
    "units": ("12 kg", "3 kg", "7.5 kg"),
    "a minus behind": ("5.5-", "6.5", "12.-"),
    "exponents": ("$1.5e3", "$2.5D2", "$4"),
    "lakhs": ("₹12,34,567", "₹1,234", "₹5.5"),
    "no cents": ("12.-", "7.50", "-3.-", "1'000.-"),
}
TEXTS = {
    "two moneys": ("$12", "€3", "$7", "€8"),
    "shares among percentages": ("12%", "0.5", "3.5 %"),
    "all in parentheses": ("(5)", "(6)", "(7)"),
    "whole with a minus behind": ("5-", "6", "7-"),
    "telephones": ("555 123 4567", "555 123 4568", "555 123 4569"),
    "answers": ("1,3", "2", "1,2,3", "2,3", "1", "3"),
    "words": ("$ign", "5 or 6", "%"),
}
GERMAN = {
    "decimal commas": ("1.234,50", "12,00", "7"),
    "thousands that DuckDB takes for decimals": ("1.234", "12.345", "7"),
    "money behind": ("1.234,50 €", "-12,5 €", "7 €"),
}


def text(cells: tuple[str, ...], separator: str = ",", decimal: str = ".", name: str = "x") -> str:
    """A column x of these cells, and numbers y that say what separates decimals."""
    quoted = [f'"{cell}"' for cell in (name, *cells)]
    ys = ["y", *(f"{i * i + 0.25}".replace(".", decimal) for i in range(len(cells)))]
    return "".join(f"{x}{separator}{y}\n" for x, y in zip(quoted, ys, strict=True))


def stored(folder: Path, written: str, name: str = "a.csv") -> Path:
    (folder / name).write_text(written, encoding="utf-8")
    return folder / name


def check_as_read(path: Path, kind: str) -> None:
    """A sample, a look and a pass have the reader's columns, kinds and values."""
    source, read = open_source(path), read_table(path)
    assert source.kinds == {"x": kind, "y": "number"}
    for table in (source.sample(100), source.look()):
        for name in ("x", "y"):
            assert table.frame[name].isna().tolist() == read.frame[name].isna().tolist()
            assert table.frame[name].dropna().tolist() == read.frame[name].dropna().tolist()
    if kind == "number":
        np.testing.assert_array_equal(passed(source), rows_of(read))


def rows_of(table: Table) -> Any:
    data = prepare(table, Selection("y", ("x",))).dataset
    return np.column_stack([data.X, data.y])


def passed(source: Source) -> Any:
    blocks = list(prepare_source(source, Selection("y", ("x",))).blocks())
    return np.concatenate([np.column_stack([block.X, block.y]) for block in blocks])


@pytest.mark.parametrize("cells", NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_those_of_the_reader(cells: tuple[str, ...], tmp_path: Path) -> None:
    check_as_read(stored(tmp_path, text(cells)), "number")
    check_as_read(stored(tmp_path, text(cells, ";"), "b.csv"), "number")


@pytest.mark.parametrize("cells", GERMAN.values(), ids=GERMAN)
def test_numbers_with_decimal_commas_are_those_of_the_reader(
    cells: tuple[str, ...], tmp_path: Path
) -> None:
    check_as_read(stored(tmp_path, text(cells, ";", ",")), "number")


@pytest.mark.parametrize("cells", TEXTS.values(), ids=TEXTS)
def test_what_the_reader_keeps_as_text_stays_text(cells: tuple[str, ...], tmp_path: Path) -> None:
    check_as_read(stored(tmp_path, text(cells)), "category")


def test_other_columns_say_what_marks_mean(tmp_path: Path) -> None:
    check_as_read(stored(tmp_path, text(("1,234", "12,345", "999"))), "number")


def test_a_word_among_numbers_leaves_them_text(tmp_path: Path) -> None:
    """The reader takes it as missing, which it says: here nobody would be told."""
    path = stored(tmp_path, text(("5 %", "7 %", "8 %", "9 %", "many")))
    assert open_source(path).kinds["x"] == "category"


def test_a_column_may_begin_with_nothing(tmp_path: Path) -> None:
    source = open_source(stored(tmp_path, text((*("",) * 70, "$1,234.50", "$2"))))
    assert source.sample(100).frame.x.dropna().tolist() == [1234.5, 2.0]


def test_what_nobody_can_tell_stays_text(tmp_path: Path) -> None:
    path = stored(tmp_path, 'x;y\n"1,234";1\n"12,345";2\n')
    assert open_source(path).kinds == {"x": "category", "y": "number"}
    assert read_table(path).questions


@pytest.mark.parametrize(
    "name", ["a \"quoted\" 'name'", "x'); DROP TABLE t; --", "parts", "linreg"]
)
def test_a_column_may_have_any_name(name: str, tmp_path: Path) -> None:
    path = stored(tmp_path, text(NUMBERS["money"], name=name.replace('"', '""')))
    source = open_source(path)
    assert source.kinds == {name: "number", "y": "number"}
    assert source.sample(100).frame[name].dropna().tolist() == [
        *(1234.5, 5.0, -7.25, -3.0, -2.5, 8.0, 6.0, 8.0, 7.0)
    ]


@pytest.mark.parametrize(
    ("first", "late"),
    [
        ("$1,234.50", "€5"),
        ("$1,234.50", "1.234,50"),
        ("$1,234.50", "5 apples"),
        ("12%", "0.5"),
        ("12%", "12"),
        ("$5", "$1,234"),
        ("$5", "$1.5"),
        ("$1,234.50", "oops"),
    ],
)
def test_a_later_cell_that_is_written_otherwise_is_told(
    first: str, late: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_rows, "TYPED_ROWS", 60)
    cells = (*(first,) * 60, "NA", first, "0" if "%" in first else first, late, first)
    source = open_source(stored(tmp_path, text(cells)))
    assert source.kinds["x"] == "number"
    with pytest.raises(DataError) as caught:
        source.sample(1000)
    assert str(caught.value) == (
        f"Column 'x' must hold numbers that are written as those of its first rows. Got {late!r} "
        f"in 'a.csv': correct it, or leave the row out."
    )
    with pytest.raises(DataError, match="as those of its first rows"):
        passed(source)
    good = open_source(stored(tmp_path, text(cells[:-2])))
    assert good.n_rows == len(good.sample(1000).frame) == 63


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (("12%", "7%"), ("0.5", "0.25"), "It has '%' in '0.csv' and none in '1.csv'"),
        (("0.5", "0.25"), ("12%", "7%"), "It has none in '0.csv' and '%' in '1.csv'"),
        (("$12", "$7"), ("€12", "€7"), r"It has '\$' in '0.csv' and '€' in '1.csv'"),
        (("12 kg", "7 kg"), ("12 g", "7 g"), "It has 'kg' in '0.csv' and 'g' in '1.csv'"),
    ],
)
def test_files_have_the_same_unit(
    one: tuple[str, ...], other: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    stored(tmp_path, text(one), "0.csv")
    stored(tmp_path, text(other), "1.csv")
    with pytest.raises(DataError, match=f"Column 'x' must have the same unit in all files. {told}"):
        open_source(tmp_path)


def test_words_in_another_file_are_another_kind(tmp_path: Path) -> None:
    stored(tmp_path, text(("12%", "7%")), "0.csv")
    stored(tmp_path, text(("many", "few")), "1.csv")
    with pytest.raises(DataError, match="It is number .* in '0.csv' and category .* in '1.csv'"):
        open_source(tmp_path)


def test_money_may_stand_without_its_sign_and_be_missing_in_a_file(tmp_path: Path) -> None:
    for i, cells in enumerate([("", ""), ("$1,200.50", "$7"), ("0.5", "3"), ("$4", "5")]):
        stored(tmp_path, text(cells), f"{i}.csv")
    source = open_source(tmp_path)
    assert source.sample(100).frame.x.dropna().tolist() == [1200.5, 7, 0.5, 3, 4, 5]
