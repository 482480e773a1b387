"""Text as people write it: separated, decimal commas, in other encodings, and of uneven lines."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linreg_core import read_table
from linreg_core.errors import DataError
from linreg_core.sources import open_source, prepare_source
from linreg_core.tables import Selection

ROWS = [(0.5, 1.25, "Köln"), (1.5, 2.0, "Ulm"), (2.5, 7.75, "Köln")]


def text(separator: str, decimal: str = ".", above: str = "") -> str:
    lines = [f"x{separator}y{separator}city"]
    for *numbers, city in ROWS:
        written = (str(number).replace(".", decimal) for number in numbers)
        lines.append(separator.join([*written, city]))
    return above + "\n".join(lines) + "\n"


WRITTEN: dict[str, bytes] = {
    "commas": text(",").encode(),
    "semicolons": text(";").encode(),
    "decimal commas": text(";", ",").encode(),
    "tabs and decimal commas": text("\t", ",").encode(),
    "bars": text("|").encode(),
    "a mark in front": text(",").encode("utf-8-sig"),
    "Latin-1": text(";", ",").encode("latin-1"),
    "UTF-16": text(",").encode("utf-16"),
    "UTF-16 without a mark": text(",").encode("utf-16-le"),
    "a title above": text(",", above="Rents\n\n").encode(),
}


def rows_of(path: Path) -> Any:
    rows = prepare_source(open_source(path), Selection("y", ("x", "city")))
    blocks = list(rows.blocks())
    assert rows.feature_names == ("x", "city = Ulm")
    return np.concatenate([np.column_stack([block.X, block.y]) for block in blocks])


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("name", WRITTEN)
def test_text_is_read_as_it_is_written(name: str, is_packed: bool, tmp_path: Path) -> None:
    path = tmp_path / ("a.csv.gz" if is_packed else "a.csv")
    path.write_bytes(gzip.compress(WRITTEN[name]) if is_packed else WRITTEN[name])
    assert rows_of(path).tolist() == [[x, float(city == "Ulm"), y] for x, y, city in ROWS]


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("cp1251", "CP1251"),
        ("utf-32", "UTF-32"),
        ("utf-16-be", "UTF-16, big-endian"),
        ("utf-16", "UTF-16, big-endian"),
        ("damaged", "UTF-8 with damaged characters"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_an_encoding_that_duckdb_lacks_is_named(encoding: str, label: str, tmp_path: Path) -> None:
    cities = ("Москва", "Санкт-Петербург", "Нижний Новгород") * 20
    if encoding == "utf-16-be":  # which is told by its zeros
        cities = ("Moscow", "Saint Petersburg", "Nizhny Novgorod") * 20
    if encoding == "cp1252":  # the euro's sign is not in Latin-1
        cities = ("5 €", "6 €", "7 €") * 20
    written = "x,city\n" + "".join(f"{i},{city}\n" for i, city in enumerate(cities))
    content = {
        "damaged": written.encode() + b"61,\xff\n",
        "utf-16": codecs.BOM_UTF16_BE + written.encode("utf-16-be"),
    }.get(encoding)
    (tmp_path / "a.csv").write_bytes(content or written.encode(encoding))
    with pytest.raises(DataError) as caught:
        open_source(tmp_path)
    assert f"'a.csv' seems to be {label}: save it as CSV UTF-8" in str(caught.value)


@pytest.mark.parametrize(
    ("first", "late", "told"),
    [
        ("Köln", "5 €", "Windows-1252"),
        ("Bonn", "Köln", "in another encoding than its beginning"),
    ],
)
def test_a_later_sign_of_another_encoding_is_told(
    first: str, late: str, told: str, tmp_path: Path
) -> None:
    lines = "".join(f"{i},{i * i},{first}\n" for i in range(100_000))
    (tmp_path / "a.csv").write_bytes(f"x,y,city\n{lines}1,2,{late}\n".encode("cp1252"))
    with pytest.raises(DataError, match=f"'a.csv' seems to be {told}: save it as CSV UTF-8"):
        open_source(tmp_path).sample(10)


@pytest.mark.parametrize(("line", "n_cells"), [("9,9,9,9", 4), ("9", 1)])
def test_a_line_of_another_length_is_named(line: str, n_cells: int, tmp_path: Path) -> None:
    rows = [f"{i},{i * i},a" for i in range(30)]
    (tmp_path / "a.csv").write_text("\n".join(["x,y,city", *rows, line, *rows]))
    with pytest.raises(DataError, match=f"In 'a.csv', line 32 has {n_cells} and most have 3"):
        open_source(tmp_path)


MONTHS = range(1, 13)
DATES = {
    "open": ([f"{month}/1/2020" for month in MONTHS], "category"),
    "open, with times": ([f"{month:02}-01-20 10:30:00" for month in MONTHS], "category"),
    "open, and told by another column": ([f"{m}/1/2020,{m}/28/2020" for m in MONTHS], "category"),
    "months first": ([f"{month}/1/2020" for month in MONTHS] + ["1/13/2020"], "date"),
    "days first": ([f"1/{month}/2020" for month in MONTHS] + ["13/1/2020"], "date"),
    "days first, by the points": ([f"{month:02}.01.2020" for month in MONTHS], "date"),
    "years first": ([f"2020-{month:02}-01" for month in MONTHS], "date"),
}


@pytest.mark.parametrize("name", DATES)
def test_dates_are_those_of_the_reader_or_text(name: str, tmp_path: Path) -> None:
    """DuckDB by itself takes 2/1/2020 for January, whatever other columns tell."""
    dates, kind = DATES[name]
    header = "d,e,y" if "," in dates[0] else "d,y"
    lines = "".join(f"{date},{i}\n" for i, date in enumerate(dates))
    (tmp_path / "a.csv").write_text(f"{header}\n{lines}")
    source, read = open_source(tmp_path), read_table(tmp_path / "a.csv").frame
    assert source.kinds["d"] == kind
    found = source.sample(100).frame.d.tolist()
    assert found == ([d.split(",")[0] for d in dates] if kind == "category" else read.d.tolist())


POINTS = {
    "open": (";", ["1.250", "950", "2.100"], "category"),
    "open, between tabs": ("\t", ["1.250", "950", "2.100"], "category"),
    "a zero that none needs before thousands": (";", ["1.250", "0.950", "2.100"], "number"),
    "not three digits": (";", ["1.25", "950", "2.100"], "number"),
    "between commas": (",", ["1.250", "4.950", "2.100"], "number"),
}


@pytest.mark.parametrize("name", POINTS)
def test_points_are_those_of_the_reader_or_text(name: str, tmp_path: Path) -> None:
    """DuckDB by itself takes all of them for decimal points: a price of 1.250 for 1.25."""
    separator, prices, kind = POINTS[name]
    lines = "".join(f"{price}{separator}{i}\n" for i, price in enumerate(prices))
    (tmp_path / "a.csv").write_text(f"price{separator}y\n{lines}")
    source, read = open_source(tmp_path), read_table(tmp_path / "a.csv")
    assert source.kinds == {"price": kind, "y": "number"}
    assert source.sample(100).frame.price.tolist() == read.frame.price.tolist()


@pytest.mark.parametrize(("y", "price"), [("0,25", 1250), ("0.25", 1.25)])
def test_points_may_be_told_by_another_column(y: str, price: float, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"price;y\n1.250;{y}\n950;{y}\n")
    source, read = open_source(tmp_path), read_table(tmp_path / "a.csv").frame
    assert source.sample(9).frame.price.tolist() == read.price.tolist() == [price, 950]


def test_an_apostrophe_within_quotes_escapes_nothing(tmp_path: Path) -> None:
    rows = [("1'234", "it's"), ("20'000", "o'clock"), ("370", "one"), ("847", "two")] * 3
    lines = "".join(f'"{number}","{word}","{i}"\n' for i, (number, word) in enumerate(rows))
    (tmp_path / "a.csv").write_text(f'"x","word","y"\n{lines}')
    frame = open_source(tmp_path).sample(20).frame
    assert frame.x.tolist()[:4] == [1234, 20_000, 370, 847]
    assert frame.word.tolist()[:4] == ["it's", "o'clock", "one", "two"]


def test_a_quote_within_quotes_is_two(tmp_path: Path) -> None:
    lines = "".join(f'"a ""b"", c",{i}\n' for i in range(9))
    (tmp_path / "a.csv").write_text(f'"x","y"\n{lines}')
    assert open_source(tmp_path).sample(1).frame.x.tolist() == ['a "b", c']


def test_nan_is_no_word(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\na,1\nNaN,2\nb,3\n")
    assert open_source(tmp_path).sample(10).frame.x.isna().tolist() == [False, True, False]


def test_a_character_in_two_halves_ends_no_beginning(tmp_path: Path) -> None:
    """What is looked at may end within a character, or within a line."""
    lines = "".join(f"{i},{i * i},ä\n" for i in range(9_000))
    (tmp_path / "a.csv").write_text(f"x,y,city\n{lines}", encoding="utf-8")
    source = open_source(tmp_path)
    assert (source.n_rows, source.sample(1).frame.city.tolist()) == (9_000, ["ä"])


def test_a_first_line_may_be_longer_than_what_is_looked_at(tmp_path: Path) -> None:
    names = ",".join(f"{'ä' * 200}{i}" for i in range(300))
    for shift in ("", "x"):  # what is looked at ends with a character, or within one
        numbers = "\n".join(",".join(map(str, range(i, i + 300))) for i in range(3))
        (tmp_path / "a.csv").write_text(f"{shift}{names}\n{numbers}\n", encoding="utf-8")
        assert len(open_source(tmp_path).columns) == 300


def test_too_little_memory_is_no_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n" + "1,2\n" * 300_000)
    with pytest.raises(DataError, match="need memory to be read. 1MB, half of what was given"):
        _ = open_source(tmp_path, memory="1MB").n_rows
