"""What is doubtful about prepared data: collinear columns above all, and too few rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linreg_core.tables import Selection, collinearity, prepare
from linreg_core.tables.collinearity import Collinearity, examine
from table_reader import Table

RNG = np.random.default_rng(3)
N = 80
A, B, C, Y = (np.round(RNG.normal(50, 10, N), 2) for _ in range(4))


def warnings_of(**columns: Any) -> tuple[str, ...]:
    features = tuple(columns)
    frame = pd.DataFrame({"y": Y[: len(columns[features[0]])]} | columns)
    return prepare(Table(frame), Selection("y", features)).warnings


def alternating(n: int, *levels: str) -> list[str]:
    return [levels[i % len(levels)] for i in range(n)]


TOWNS = alternating(N, "Oslo", "Bergen", "Rome", "Pisa")
COUNTRY = ["Norway" if town in ("Oslo", "Bergen") else "Italy" for town in TOWNS]

COLLINEAR: list[tuple[dict[str, Any], list[str]]] = [
    ({"a": A, "b": B, "c": C}, []),
    (
        {"a": A, "b": B, "total": A + B},
        [
            "'total' is a linear combination of 'a' and 'b' ('total' = 'a' + 'b', up to a "
            "constant): no fit can tell their coefficients apart; leave one of them out."
        ],
    ),
    (
        {"total": 2 * A - 0.5 * B + 7, "b": B, "c": C, "a": A},
        ["'total' is a linear combination of 'b' and 'a' ('total' = -0.5 * 'b' + 2 * 'a', up to a"],
    ),
    (
        {"celsius": A, "fahrenheit": 1.8 * A + 32, "c": C},
        [
            "'fahrenheit' is 'celsius' in another unit ('fahrenheit' = 1.8 * 'celsius', up to a "
            "constant): no fit can tell their coefficients apart; leave one of the two out."
        ],
    ),
    (
        {"a": A, "b": A, "c": A},
        ["'b' and 'a' are the same, up to a constant: no fit", "'c' and 'a' are the same"],
    ),
    (
        {"town": TOWNS, "country": COUNTRY},
        ["'country = Norway' is a linear combination of 'town = Pisa' and 'town = Rome' ("],
    ),
    (
        {**{f"p{i}": np.roll(A, i) for i in range(6)}, "s": sum(np.roll(A, i) for i in range(6))},
        ["'s' is a linear combination of 'p0', 'p1', 'p2', 'p3', 'p4' and 1 more: no fit"],
    ),
    (
        {"a": A, "b": A + 0.2 * np.sin(A), "c": C},
        ["'a' and 'b' are nearly the same (correlation 0.999"],
    ),
    ({"a": A, "b": -A + 0.2 * np.sin(A)}, ["'a' and 'b' are nearly the same (correlation -0.99"]),
    ({"a": A, "b": A + 1.2 * np.sin(A), "c": C}, []),
    ({"a": A, "half": Y / 2 + 1}, ["'half' gives the target away ('y' is 2 times it, up to a"]),
    ({"a": 1e9 + A, "b": B, "total": 1e9 + A + B}, ["'total' is a linear combination of 'a' and"]),
    ({"a": 1e-9 * A, "b": 1e9 * B, "c": C}, []),
    ({"a": 1e300 * A, "b": -1e300 * B}, []),
]


@pytest.mark.parametrize(("columns", "expected"), COLLINEAR)
def test_collinear_columns_are_named(columns: dict[str, Any], expected: list[str]) -> None:
    warnings = warnings_of(**columns)
    assert len(warnings) == len(expected), warnings
    for warning, start in zip(warnings, expected, strict=True):
        assert warning.startswith(start)


COLUMN = st.lists(st.integers(-3, 3), min_size=12, max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(COLUMN, min_size=1, max_size=7), st.lists(st.integers(-2, 2), min_size=7))
def test_combinations_make_up_the_missing_rank(
    columns: list[list[int]], weights: list[int]
) -> None:
    X = np.array(columns, dtype=float).T
    X = np.column_stack([X, X @ weights[: X.shape[1]]])
    found = examine(X, np.arange(12.0)).combinations
    varying = np.ptp(X, axis=0) > 0
    rank = int(np.linalg.matrix_rank(X - X.mean(axis=0)))
    assert len(found) == np.count_nonzero(varying) - rank
    for combination in found:
        told = X[:, list(combination.parents)] @ combination.weights
        assert np.ptp(X[:, combination.column] - told) < 1e-9
    assert len({combination.column for combination in found}) == len(found)


@pytest.mark.parametrize("degree", [5, 10])
def test_polynomials_are_ill_conditioned_but_not_collinear(degree: int) -> None:
    """NIST's Wampler and Filip are such: their fits are hard, and right."""
    x = np.linspace(-8.8, -3.1, 82)
    X = np.column_stack([x**power for power in range(1, degree + 1)])
    assert not examine(X, np.sin(x)).combinations


def test_a_sum_is_found_in_a_million_values() -> None:
    X = np.random.default_rng(0).normal(100, 1, (200_000, 5))
    X[:, 4] = X[:, 0] - 3 * X[:, 2]
    (found,) = examine(X, X[:, 1] ** 2).combinations
    assert (found.column, found.parents) == (4, (0, 2))
    np.testing.assert_allclose(found.weights, [1, -3], rtol=1e-9)


@pytest.mark.parametrize("row", [1, 9_000, 19_999])
def test_one_row_is_enough_to_tell_columns_apart(row: int) -> None:
    X = np.random.default_rng(0).normal(0, 1, (20_000, 3))
    X[:, 2] = X[:, 0] + X[:, 1]
    X[row, 2] += 1.0
    assert not examine(X, X[:, 0] ** 2).combinations


def spoil_one_row(X: np.ndarray) -> None:
    X[-1, 2] += 1.0


def change_nothing(X: np.ndarray) -> None:
    pass


@pytest.mark.parametrize(("change", "n_found"), [(change_nothing, 1), (spoil_one_row, 0)])
def test_what_a_sample_suggests_is_verified_in_every_row(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[np.ndarray], None], n_found: int
) -> None:
    monkeypatch.setattr(collinearity, "MAX_WORK", 2500)
    X = np.random.default_rng(0).normal(0, 1, (5_000, 3))
    X[:, 2] = X[:, 0] + X[:, 1]
    change(X)
    assert len(examine(X, X[:, 0] ** 2).combinations) == n_found


def test_data_without_more_rows_than_columns_are_not_examined() -> None:
    X = np.column_stack([A, B, A + B])
    assert examine(X[:4], Y[:4]) == Collinearity()
    assert examine(X[:5], Y[:5]) != Collinearity()


def test_too_many_columns_to_examine_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collinearity, "MAX_COLUMNS", 2)
    monkeypatch.setattr("linreg_core.tables.advice.MAX_COLUMNS", 2)
    assert warnings_of(a=A, b=B, total=A + B) == (
        "3 feature columns are too many to look for collinear ones (at most 2): watch the rank "
        "that the fit reports.",
    )


def test_many_warnings_of_a_kind_are_counted() -> None:
    warnings = warnings_of(**{f"c{i}": A * (i + 1) for i in range(9)})
    collinear = [warning for warning in warnings if "in another unit" in warning]
    assert len(collinear) == 5
    assert "And 3 more warnings of this kind." in warnings


SIZES = [
    (3, 2, "Too few rows: 3 rows for 2 feature columns. The line can pass through every point"),
    (4, 2, "Few rows: 4 rows for 2 feature columns, fewer than 10 for each."),
    (2, 1, "Too few rows: 2 rows for 1 feature column."),
    (19, 2, "Few rows: 19 rows for 2 feature columns"),
    (20, 2, None),
]


@pytest.mark.parametrize(("n_rows", "n_features", "start"), SIZES)
def test_too_few_rows(n_rows: int, n_features: int, start: str | None) -> None:
    warnings = warnings_of(**dict(zip("ab", (A[:n_rows], B[:n_rows])[:n_features], strict=False)))
    assert [warning for warning in warnings if " rows: " in warning] == list(warnings)
    assert [warning.startswith(str(start)) for warning in warnings] == ([True] if start else [])


ADVICE = [
    (2, 1, "can be had: add rows."),
    (3, 2, "can be had: choose at most 1 feature or add rows."),
    (9, 1, "trust the cross-validated R² more than R²."),
    (19, 2, "R²; fewer features are safer."),
]


@pytest.mark.parametrize(("n_rows", "n_features", "end"), ADVICE)
def test_fewer_features_are_advised_where_there_are_fewer(
    n_rows: int, n_features: int, end: str
) -> None:
    (warning,) = warnings_of(**dict(zip("ab", (A[:n_rows], B[:n_rows])[:n_features], strict=False)))
    assert warning.endswith(end), warning


def test_levels_of_one_feature_are_not_several_to_choose_from() -> None:
    (warning, *_) = warnings_of(town=["Oslo", "Rome", "Pisa", "Oslo"])
    assert warning.startswith("Few rows: 4 rows for 2 feature columns") or "add rows." in warning
    assert "fewer features" not in warning and "choose at most" not in warning


CONSTANT = [
    ({"a": A, "b": np.full(N, 3.5)}, "'b' has the same value, 3.5, in every row used: it explains"),
    ({"a": A, "b": ["x"] * N}, "'b' has the same value, x, in every row used: it explains"),
    (
        {"a": A, "b": pd.array([False] * N, dtype="boolean")},
        "'b' has the same value, no, in every row used: it explains nothing; leave it out.",
    ),
    (
        {"a": A, "b": pd.to_datetime(["2020-02-03"] * N)},
        "'b' has the same value, 2020-02-03, in every row used",
    ),
    ({"a": np.append(A[:-1], np.nan), "b": [1.0] * (N - 1) + [2.0]}, "'b' has the same value, 1,"),
]


@pytest.mark.parametrize(("columns", "start"), CONSTANT)
def test_constant_features(columns: dict[str, Any], start: str) -> None:
    (warning,) = warnings_of(**columns)
    assert warning.startswith(start)


def test_rare_levels() -> None:
    (warning,) = warnings_of(town=["Pisa", "Rome", *alternating(N - 2, "Oslo", "Bergen")])
    assert warning.startswith(
        "'town' has 2 levels with a single row ('Pisa', 'Rome'): the fit passes through such a row"
    )


@pytest.mark.parametrize(("n_others", "is_told"), [(4, True), (5, False)])
def test_a_nearly_constant_target(n_others: int, is_told: bool) -> None:
    y = np.where(np.arange(N) % (N // n_others) == 0, 7.0, 0.0)
    assert np.count_nonzero(y) == n_others
    frame = pd.DataFrame({"a": A, "y": y})
    warnings = prepare(Table(frame), Selection("y", ("a",))).warnings
    expected = f"The target 'y' is 0 in all but {n_others} of 80 rows: the fit hangs on those few."
    assert warnings == ((expected,) if is_told else ())
