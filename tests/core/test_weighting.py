"""Weights of a data set's rows: what they may be, and what they do to a problem's coordinates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from linreg_core import DataError, Dataset, Problem

rng = np.random.default_rng(3)
X = rng.normal(size=(30, 2)) * [2.0, 30.0] + [5.0, -3.0]
Y = X @ [1.0, 0.2] + rng.normal(size=30)
COUNTS = rng.integers(1, 6, size=30).astype(float)


def weighted(w: object = COUNTS, kind: str = "frequency") -> Dataset:
    return Dataset("weighted", X, Y, weights=w, weight_kind=kind, weights_name="n")  # type: ignore[arg-type]


def repeated() -> Dataset:
    at = np.repeat(np.arange(30), COUNTS.astype(int))
    return Dataset("repeated", X[at], Y[at])


@pytest.mark.parametrize(
    ("w", "kind", "what"),
    [
        (COUNTS[1:], "analytic", "one value for each of the 30 rows. Got 29"),
        (np.where(np.arange(30) == 4, 0.0, COUNTS), "analytic", "Row 4 has 0.0"),
        (np.where(np.arange(30) == 5, -1.0, COUNTS), "analytic", "Row 5 has -1.0"),
        (np.where(np.arange(30) == 6, math.nan, COUNTS), "analytic", "Row 6 has nan"),
        (np.where(np.arange(30) == 7, math.inf, COUNTS), "analytic", "Row 7 has inf"),
        (np.where(np.arange(30) == 8, 1e-200, COUNTS), "analytic", "Row 8 has 1e-200"),
        (np.where(np.arange(30) == 9, 1.5, COUNTS), "frequency", "Row 9 has 1.5"),
        (["a"] * 30, "analytic", "real numbers"),
    ],
)
def test_what_is_no_weight_is_told(w: object, kind: str, what: str) -> None:
    with pytest.raises(DataError, match=what):
        weighted(w, kind)


def test_a_problem_splits_weights_as_it_splits_rows() -> None:
    problem = Problem.from_dataset(weighted(), test_fraction=0.3, seed=4)
    assert problem.w_train is not None and problem.w_test is not None
    np.testing.assert_array_equal(problem.w_train, COUNTS[problem.train_rows])
    np.testing.assert_array_equal(problem.w_test, COUNTS[problem.test_rows])
    assert problem.v_train is not None and math.isclose(problem.v_train.mean(), 1.0)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_standardising_counts_rows_as_often_as_they_stand(fit_intercept: bool) -> None:
    ours, theirs = (
        Problem.from_dataset(data, standardize=True, fit_intercept=fit_intercept)
        for data in (weighted(), repeated())
    )
    for name in ("x_mean", "x_scale", "y_mean", "y_scale"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-13)


def test_without_weights_nothing_is_weighted() -> None:
    problem = Problem.from_dataset(Dataset("plain", X, Y), test_fraction=0.2)
    assert problem.w_train is problem.w_test is problem.v_train is problem.v_test is None
