"""Random tables are read back equal; random bytes end in a table or a message."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from table_reader import DataError, Table, read_table
from tests.table_reader.dialects import Column, Written, is_undecided, written_tables
from tests.table_reader.nasty_files import NASTY_FILES

CONTENTS = [file.content for file in NASTY_FILES]
SEEDS = [content for content in CONTENTS if isinstance(content, bytes) and len(content) < 5000]


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(written_tables())
def test_random_tables_in_random_dialects_are_read_back_equal(written: Written) -> None:
    table = read_table(io.BytesIO(written.content))
    assert list(table.frame.columns) == list(written.names), table.notes
    asked = {name for question in table.questions for name in question.columns}
    for name, column in zip(written.names, written.columns, strict=True):
        if name in asked:
            assert is_undecided(column, written.style), (name, table.notes)
            assert name not in table.numeric_columns
        else:
            assert_read_back(table.frame[name], column, written)


def assert_read_back(read: pd.Series[object], column: Column, written: Written) -> None:
    if column.kind == "number":
        expected = [
            np.nan if value is None else float(f"{value:.{column.n_decimals}f}")
            for value in column.values
        ]
        np.testing.assert_array_equal(read.to_numpy(dtype=float), expected)
        return
    if column.kind == "date":
        assert [None if pd.isna(day) else str(day)[:10] for day in read] == list(column.values)
        return
    assert [None if pd.isna(cell) else cell for cell in read] == list(column.values)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_random_bytes_end_in_a_table_or_a_message(content: bytes) -> None:
    assert_table_or_message(content)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.data())
def test_mutated_files_end_in_a_table_or_a_message(content: bytes, data: st.DataObject) -> None:
    mutated = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutated)))
        n = data.draw(st.integers(0, 3))
        mutated[at : at + n] = data.draw(
            st.one_of(
                st.binary(max_size=4), st.sampled_from([b'"', b",", b"\n", b"\r", b";", b"'"])
            )
        )
    assert_table_or_message(bytes(mutated))


def assert_table_or_message(content: bytes) -> None:
    try:
        table = read_table(io.BytesIO(content))
    except DataError as error:
        assert str(error)
        return
    assert isinstance(table, Table)
    frame = table.frame
    assert len(frame) and frame.columns.is_unique
    assert all(isinstance(name, str) and name for name in frame.columns)
    assert table.line_numbers is None or len(table.line_numbers) == len(frame)
