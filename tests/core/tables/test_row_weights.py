"""Weights from a column of a table: what may be one, and which rows have none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from linreg_core import DataError
from linreg_core.tables import Selection, Table, prepare, weight_columns

FRAME = pd.DataFrame(
    {
        "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "y": [1.0, 3.0, 2.0, 5.0, 4.0, 7.0],
        "w": [0.5, 1.0, 2.0, 1.0, 0.25, 3.0],
        "n": [1, 2, 3, 4, 5, 6],
        "gaps": [1.0, 0.0, math.nan, 2.0, math.inf, 1.0],
        "signed": [1.0, -2.0, 3.0, 1.0, 1.0, -1.0],
        "huge": [1.0, 1e200, 3.0, 1.0, 1.0, 1.0],
        "none": [0.0, 0.0, 0.0, 0.0, 0.0, 4.0],
        "city": list("aabbcc"),
        "open": [True, False, True, False, True, False],
    }
)
TABLE = Table(FRAME, "t")


def chosen(weights: str, kind: str = "analytic", excluded: tuple[int, ...] = ()) -> Selection:
    return Selection("y", ("x",), "drop", excluded, weights=weights, weight_kind=kind)


def test_weights_come_with_their_rows_and_their_name() -> None:
    dataset = prepare(TABLE, chosen("w", excluded=(1,))).dataset
    assert dataset.weights is not None
    np.testing.assert_array_equal(dataset.weights, FRAME["w"].drop(1))
    assert (dataset.weights_name, dataset.weight_kind) == ("w", "analytic")
    dataset = prepare(TABLE, chosen("n", "frequency")).dataset
    assert dataset.weights is not None
    assert (dataset.weights.tolist(), dataset.weight_kind) == ([1, 2, 3, 4, 5, 6], "frequency")


def test_rows_without_a_weight_are_left_out_and_told() -> None:
    prepared = prepare(TABLE, chosen("gaps"))
    assert prepared.rows.tolist() == [0, 3, 5]
    text = " ".join(prepared.notes)
    assert "Left out 2 of 6 rows without a weight in 'gaps' (rows 4, 6)." in text
    assert "Left out 1 of 6 rows of weight 0 in 'gaps' (row 3)." in text


@pytest.mark.parametrize(
    ("column", "kind", "what"),
    [
        ("signed", "analytic", r"must not be negative. In 'signed', 2 cells are \(rows 3, 7\)"),
        ("huge", "analytic", r"'huge', 1 cell is not \(row 3\): measure them in another unit"),
        ("w", "frequency", r"whole numbers. In 'w', 2 cells are not \(rows 2, 6\): say that"),
        ("none", "analytic", "At least 2 rows must have a weight above 0 in 'none'. Got 1"),
        ("city", "analytic", "column of numbers. Got 'city', which holds text"),
        ("open", "analytic", "Got 'open', which holds yes and no"),
        ("gone", "analytic", "The weights 'gone' must be one of"),
        ("y", "analytic", "'y' is the target"),
    ],
)
def test_what_cannot_be_weights_is_told(column: str, kind: str, what: str) -> None:
    with pytest.raises(DataError, match=what):
        prepare(TABLE, chosen(column, kind))


def test_a_feature_that_gives_weights_is_told() -> None:
    told = [
        prepare(TABLE, Selection("y", features, weights="w")).warnings
        for features in (("x", "w"), ("x",))
    ]
    assert ["'w' is both a feature and the column of weights" in " ".join(t) for t in told] == [
        True,
        False,
    ]


def test_a_negative_weight_of_a_row_that_is_left_out_harms_nobody() -> None:
    assert prepare(TABLE, chosen("signed", excluded=(1, 5))).dataset.n_samples == 4


def test_columns_that_may_give_weights_are_offered() -> None:
    assert weight_columns(TABLE) == ["x", "y", "w", "n", "gaps", "huge", "none"]
