"""A second file to predict: its levels, its answers, and what its percentages mean."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from linreg_core.tables import Recipe, Selection, prepare
from table_reader import ReadOptions, Table, read_table
from table_reader.table import SUSPICIOUS


def read(content: str, options: ReadOptions | None = None) -> Table:
    return read_table(io.BytesIO(content.encode()), options=options or ReadOptions())


def fit_of(column: list[Any]) -> Recipe:
    frame = pd.DataFrame({"x": column, "y": np.arange(len(column)) ** 1.5})
    return prepare(Table(frame), Selection("y", ("x",))).recipe


def second_of(first: Table, content: str) -> Table:
    return read(content, ReadOptions(precedent=first.precedent))


FILES: list[tuple[str, str, str, list[list[float]]]] = [
    ("N and S", "pole,y\nN,1\nS,2\nN,1.5\nS,3\n", "pole,n\nS,1\nS,2\n", [[1], [1]]),
    ("north alone", "pole,y\nN,1\nS,2\nN,1.5\nS,3\n", "pole,n\nN,1\n", [[0]]),
    ("y alone", "ok,y\ny,1\nn,2\ny,1.5\nn,3\n", "ok\ny\ny\n", [[1], [1]]),
    ("nein alone", "ok,y\nja,1\nnein,2\nja,1.5\n", "ok\nnein\n", [[0]]),
    ("oui alone", "ok,y\noui,1\nnon,2\noui,1.5\n", "ok\nOUI\n", [[1]]),
    ("words of another pair", "ok,y\nyes,1\nno,2\nyes,1.5\n", "ok\ntrue\nfalse\n", [[1], [0]]),
    ("ones and zeros", "ok,y\nyes,1\nno,2\nyes,1.5\n", "ok\n1\n0\n", [[1], [0]]),
    ("categories alone", "a,b,y\nu,r,1\nv,s,2\nu,s,3\n", "a,b\nv,r\nu,s\n", [[1, 1], [0, 0]]),
    ("a share", "s,y\n5%,1\n12.5%,2\n8%,4\n", "s\n7.5%\n", [[7.5]]),
    ("one case and spaces", "City ,y\nOslo,1\nRome,2\n", "city\nRome\n", [[1]]),
    ("missing codes", "x,y\n1,1\n2,2\n4,3\n", "x\n3\n", [[3]]),
]


@pytest.mark.parametrize(("name", "first", "second", "X"), FILES, ids=lambda case: str(case)[:24])
def test_a_second_file_is_read_as_the_first_one(
    name: str, first: str, second: str, X: list[list[float]]
) -> None:
    table = read(first)
    features = tuple(name for name in table.frame.columns if name != "y")
    recipe = prepare(table, Selection("y", features)).recipe
    encoded = recipe.encode(second_of(table, second).frame)
    assert not encoded.problems
    assert encoded.X.tolist() == X


@pytest.mark.parametrize(
    ("levels", "cells", "X"),
    [
        (["1", "2", "10", "2"], [10, 1.0, 2], [[0, 1], [1, 0], [0, 0]]),
        (["1.50", "2.25", "2.25"], [1.5, 2.25], [[1], [0]]),
        (["2020-01-01", "2020-02-01", "2020-02-01"], ["2020-01-01", "2020-02-01"], [[1], [0]]),
        (["Ja", "Nein", "?!", "Ja"], [True, False], [[0, 0], [0, 1]]),
    ],
)
def test_levels_are_found_whatever_the_second_file_holds(
    levels: list[str], cells: list[Any], X: list[list[float]]
) -> None:
    series = pd.Series(pd.to_datetime(cells) if isinstance(cells[0], str) else cells)
    encoded = fit_of(levels).encode(pd.DataFrame({"x": series}))
    assert not encoded.problems
    assert encoded.X.tolist() == X


def test_numbers_as_groups_are_in_the_order_of_their_size() -> None:
    recipe = fit_of(["10", "2", "1", "10", "2.5", "-3"])
    assert recipe.columns[0].levels == ("-3", "1", "2", "2.5", "10")
    assert fit_of(["b10", "b2", "b1", "b1"]).columns[0].levels == ("b1", "b10", "b2")


SHARES = "s,n,y\n5%,1,1\n12%,2,2\n8%,3,4\n"
PLAIN = "s,n,y\n5,1,1\n12,2,2\n8,3,4\n"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (SHARES, "s,n\n6%,1\n", ()),
        (PLAIN, "s,n\n6,1\n", ()),
        (
            SHARES,
            "S ,n\n0.05,1\n0.12,2\n",
            ("has percentages in the first file.*0.05%, not as 5%",),
        ),
        (SHARES, "s,n\n5,1\n12,2\n", ("12 is taken as 12%, and 0.12 as 0.12%",)),
        (PLAIN, "s,n\n5%,1\n12%,2\n", ("has percentages here",)),
        (SHARES, "n\n1\n2\n", ()),
    ],
)
def test_shares_in_one_of_two_files_are_told(
    first: str, second: str, expected: tuple[str, ...]
) -> None:
    doubts = second_of(read(first), second).doubts
    assert len(doubts) == len(expected), doubts
    for doubt, pattern in zip(doubts, expected, strict=True):
        assert re.search(pattern, doubt.text)
        assert (doubt.kind, doubt.column.strip().casefold()) == (SUSPICIOUS, "s")
