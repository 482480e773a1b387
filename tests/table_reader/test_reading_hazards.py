"""Random tables with hazards in them are read right, asked about, or refused: never otherwise."""

from __future__ import annotations

import io

import numpy as np
from hypothesis import HealthCheck, given, settings

from table_reader import SUSPICIOUS, DataError, read_table
from tests.table_reader.hazards import Hazardous, hazardous_tables


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(hazardous_tables())
def test_hazards_are_read_right_or_asked_about(file: Hazardous) -> None:
    try:
        table = read_table(io.BytesIO(file.content))
    except DataError as error:
        assert str(error)
        return
    asked = {column for question in table.questions for column in question.columns}
    asked |= {doubt.column for doubt in table.doubts if doubt.kind == SUSPICIOUS}
    assert list(table.frame) == ["city", *file.columns], table.notes
    assert "" in asked or table.frame["city"].tolist() == list(file.groups), table.notes
    for name, values in file.columns.items():
        if name not in asked and "" not in asked:
            assert name not in file.coded, table.notes
        if "" not in asked:
            np.testing.assert_array_equal(table.frame[name].to_numpy(dtype=float), values)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(hazardous_tables())
def test_few_hazards_are_refused_or_left_to_people(file: Hazardous) -> None:
    table = read_table(io.BytesIO(file.content))
    assert not table.questions
    assert {doubt.column for doubt in table.doubts} == file.coded
