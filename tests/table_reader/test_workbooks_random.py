"""Random tables, written as people's workbooks, are read back or asked about."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from table_reader import ReadOptions, Table, read_table

WORDS = ("alba", "nigra", "rubra", "viridis")


@dataclass(frozen=True)
class Hazards:
    """What is done to a sheet of numbers with a category in front."""

    hidden_first: bool
    readme_first: bool
    title: bool
    merged: bool
    hidden_rows: frozenset[int]
    has_shares: bool
    note_below: bool
    beside: bool


HAZARDS = st.builds(
    Hazards,
    *(st.booleans() for _ in range(4)),
    st.frozensets(st.integers(0, 7), max_size=3),
    *(st.booleans() for _ in range(3)),
)


def written(numbers: np.ndarray, shares: np.ndarray, hazards: Hazards) -> bytes:
    """Return a workbook of rows (word, number, share), two rows for each word."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if hazards.hidden_first:
        hidden = book.create_sheet("codes")
        hidden.sheet_state = "hidden"
        for row in (["a", "b"], [1, 2], [3, 4]):
            hidden.append(row)
    if hazards.readme_first:
        book.create_sheet("Read me").append(["Ask Ann about the units."])
    sheet = book.create_sheet("Data")
    top = 1
    if hazards.title:
        sheet.append(["Measured in May"])
        top = 2
    sheet.append(["species", "number", "share"])
    for i, (number, share) in enumerate(zip(numbers, shares, strict=True)):
        word = WORDS[i // 2] if not hazards.merged or i % 2 == 0 else None
        sheet.append([word, float(number), share / 100 if hazards.has_shares else float(share)])
        if hazards.has_shares:
            sheet.cell(top + 1 + i, 3).number_format = "0.00%"
        if hazards.merged and i % 2 == 1:
            sheet.merge_cells(f"A{top + i}:A{top + 1 + i}")
        sheet.row_dimensions[top + 1 + i].hidden = i in hazards.hidden_rows
    if hazards.note_below:
        sheet.cell(sheet.max_row + 2, 1, "Source: our own")
    if hazards.beside:
        for i, row in enumerate((["month", "rain"], [1, 50.5], [2, 48.5], [3, 47])):
            for j, cell in enumerate(row):
                sheet.cell(top + i, 5 + j, cell)
    book.active = len(book.worksheets) - 1
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(content: bytes, options: ReadOptions) -> Table:
    return read_table(io.BytesIO(content), options=options, name="mine.xlsx")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    hazards=HAZARDS,
    numbers=st.lists(st.integers(-9999, 9999), min_size=8, max_size=8, unique=True),
    shares=st.lists(st.integers(0, 10_000), min_size=8, max_size=8, unique=True),
)
def test_a_workbook_is_read_back(hazards: Hazards, numbers: list[int], shares: list[int]) -> None:
    x, percent = np.array(numbers) / 8, np.array(shares) / 100
    content = written(x, percent, hazards)
    table = read(content, ReadOptions())
    assert [question.field for question in table.questions] == ["part"] * hazards.beside
    if hazards.beside:
        (question,) = table.questions
        assert question.columns == ("species", "number", "share")
        table = read(content, ReadOptions(part=1))
        rain = read(content, ReadOptions(part=2)).frame
        assert rain.to_dict("list") == {"month": [1, 2, 3], "rain": [50.5, 48.5, 47]}
    frame: Any = table.frame
    assert list(frame["species"]) == [WORDS[i // 2] for i in range(8)]
    np.testing.assert_array_equal(frame["number"], x)
    np.testing.assert_allclose(frame["share"], percent, rtol=1e-13)
    assert table.shares == (("share",) if hazards.has_shares else ())
    notes = " ".join(table.notes)
    assert ("(hidden)" in notes) == hazards.hidden_first
    assert ("Passed over 'Read me'" in notes) == hazards.readme_first
    assert ("Merged cells" in notes) == hazards.merged
    assert ("hidden, by a filter" in notes) == bool(hazards.hidden_rows)
    assert ("below the table" in notes) == hazards.note_below


@pytest.mark.parametrize("digits", [1, 2, 3, 4])
def test_shares_are_exact(digits: int) -> None:
    percents = np.round(np.arange(1, 200) * 0.37, digits)
    shares = [float(f"{percent}e-2") for percent in percents]
    book = openpyxl.Workbook()
    book.active.append(["share"])
    for share in shares:
        book.active.append([share])
        book.active.cell(book.active.max_row, 1).number_format = "0%"
    content = io.BytesIO()
    book.save(content)
    assert read(content.getvalue(), ReadOptions()).frame["share"].tolist() == percents.tolist()
