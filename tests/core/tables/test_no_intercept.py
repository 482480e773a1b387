"""What is said about columns where the model has no intercept: nothing is up to a constant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from linreg_core.tables import Selection, prepare
from linreg_core.tables.collinearity import examine
from table_reader import Table

RNG = np.random.default_rng(5)
N = 60
A, B, Y = (np.round(RNG.normal(5, 10, N), 2) for _ in range(3))
TREATED = (np.arange(N) % 3 == 0).astype(int)


def warnings_of(columns: dict[str, Any], y: Any = Y, *, fit_intercept: bool) -> tuple[str, ...]:
    table = Table(pd.DataFrame({"y": y} | columns))
    selection = Selection("y", tuple(columns), fit_intercept=fit_intercept)
    return prepare(table, selection).warnings


BOTH = {"treated": TREATED, "control": 1 - TREATED}
CASES: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("both indicators", BOTH, ["'control' is 'treated' in another unit"], []),
    ("both yes and no", {k: v == 1 for k, v in BOTH.items()}, ["'control = yes' is"], []),
    (
        "both indicators and a constant",
        {**BOTH, "one": np.ones(N)},
        ["'one' has the same value, 1", "'control' is 'treated' in another"],
        ["'one' is a linear combination of 'treated' and 'control' ("],
    ),
    (
        "a constant",
        {"a": A, "five": np.full(N, 5)},
        ["'five' has the same value, 5, in every row used: it explains nothing"],
        [],
    ),
    ("zeros", {"a": A, "zero": np.zeros(N)}, ["'zero' has the same"], ["'zero' has the same"]),
    (
        "another unit with an offset",
        {"celsius": A, "fahrenheit": 1.8 * A + 32},
        ["'fahrenheit' is 'celsius' in another unit"],
        [],
    ),
    (
        "another unit",
        {"metres": A, "feet": 3.25 * A},
        ["'feet' is 'metres' in another unit ('feet' = 3.25 * 'metres', up to a constant)"],
        ["'feet' is 'metres' in another unit ('feet' = 3.25 * 'metres'): no fit"],
    ),
    ("a copy", {"a": A, "b": A}, ["'b' and 'a' are the same, up"], ["'b' and 'a' are the same: "]),
    (
        "near copies",
        {"a": A, "b": A + 1e-3 * B},
        ["'a' and 'b' are nearly the same (correlation"],
        ["'a' and 'b' are nearly proportional (cosine 1.00000) where there is no intercept"],
    ),
    (
        "far from zero, which the intercept takes out",
        {"a": 1000 + A, "b": 1000 + B},
        [],
        ["'a' and 'b' are nearly proportional"],
    ),
    (
        "the target with an offset",
        {"a": A, "leak": Y + 40},
        ["'leak' gives the target away ('y' is the same, up to a constant)"],
        [],
    ),
    (
        "the target in another unit",
        {"a": A, "leak": Y / 2},
        ["'leak' gives the target away ('y' is 2 times it, up to a constant)"],
        ["'leak' gives the target away ('y' is 2 times it): if"],
    ),
    (
        "a category",
        {"a": A, "city": [("Oslo", "Rome")[i % 2] for i in range(N)]},
        [],
        ["Without an intercept nothing stands for 'Oslo' in 'city'"],
    ),
]


@pytest.mark.parametrize(("name", "columns", "with_one", "without"), CASES, ids=lambda case: case)
def test_warnings_know_the_intercept(
    name: str, columns: dict[str, Any], with_one: list[str], without: list[str]
) -> None:
    for fit_intercept, expected in ((True, with_one), (False, without)):
        warnings = warnings_of(columns, fit_intercept=fit_intercept)
        assert len(warnings) == len(expected), warnings
        for warning, start in zip(warnings, expected, strict=True):
            assert warning.startswith(start)
        if not fit_intercept:
            assert not any("up to a constant" in warning for warning in warnings)


def test_few_rows_are_counted_without_an_intercept() -> None:
    columns = {"a": [1.0, 2.0, 4.0], "b": [3.0, 1.0, 7.0]}
    y = [1.0, 2.0, 3.5]
    assert warnings_of(columns, y, fit_intercept=True)[0].startswith("Too few rows")
    assert warnings_of(columns, y, fit_intercept=False)[0].startswith("Few rows")


@pytest.mark.parametrize("n_rows", [50, 30_000])
def test_the_rank_is_that_of_the_columns_themselves(n_rows: int) -> None:
    rng = np.random.default_rng(1)
    X = np.column_stack([np.full(n_rows, 3.0), rng.normal(100, 1, (n_rows, 3))])
    X[:, 3] = X[:, 0] + 2 * X[:, 1]
    y = X[:, 2] ** 2
    (found,) = examine(X, y, fit_intercept=False).combinations
    told = X[:, list(found.parents)] @ found.weights
    np.testing.assert_allclose(X[:, found.column], told, rtol=1e-9)
    assert {found.column, *found.parents} == {0, 1, 3}
    (within,) = examine(X, y).combinations
    assert {within.column, *within.parents} == {1, 3}
