"""Nasty files become exactly the right table, or a message that says what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from table_reader import DataError
from tests.table_reader.nasty import Nasty
from tests.table_reader.nasty_files import NASTY_FILES

MOST_FILES_WITH_THE_SAME_NAME = 1


@pytest.mark.parametrize("file", NASTY_FILES, ids=lambda file: file.name)
def test_nasty_files(file: Nasty) -> None:
    if file.columns is None:
        with pytest.raises(DataError) as raised:
            file.read()
        assert re.search(file.refusal, str(raised.value), re.DOTALL), str(raised.value)
        return
    table = file.read()
    assert list(table.frame.columns) == list(file.columns), table.notes
    for name, cells in file.columns.items():
        assert_same(name, table.frame[name], cells)
    said = [table.summary, *table.notes]
    for pattern in file.says:
        assert any(re.search(pattern, sentence) for sentence in said), said
    assert tuple(question.field for question in table.questions) == file.asks
    assert not (file.is_certain and table.doubts), table.doubts
    if file.lines is not None:
        assert [table.row_number(i) for i in range(len(table.frame))] == list(file.lines)


def assert_same(name: str, column: pd.Series[Any], cells: Sequence[Any]) -> None:
    """Compare a column with the cells that it must hold, by kind as well as by value."""
    assert len(column) == len(cells), name
    filled = [cell for cell in cells if cell is not None]
    if all(isinstance(cell, bool) for cell in filled):
        assert column.dtype == "boolean", name
        assert [None if cell is pd.NA else cell for cell in column] == list(cells)
    elif all(isinstance(cell, int | float) for cell in filled):
        assert column.dtype in (np.float64, np.int64), (name, column.dtype)
        expected = np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
        np.testing.assert_array_equal(column.to_numpy(dtype=float), expected, err_msg=name)
    elif pd.api.types.is_datetime64_any_dtype(column):
        assert column.dtype == "datetime64[ns]", name
        expected = np.array(["NaT" if cell is None else cell for cell in cells], "datetime64[ns]")
        np.testing.assert_array_equal(column.to_numpy(), expected, err_msg=name)
    else:
        assert [None if pd.isna(cell) else cell for cell in column] == list(cells), name


def test_there_are_many_different_nasty_files() -> None:
    assert len({file.name for file in NASTY_FILES}) == len(NASTY_FILES) >= 80
