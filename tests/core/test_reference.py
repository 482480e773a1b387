"""The fit that runs are compared with, against numpy (NIST's sets are in test_nist.py)."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import DataError, Dataset, Problem, polyfit_line, reference_fit
from linreg_core.numerics.reference import least_squares


@pytest.mark.parametrize("seed", range(5))
def test_one_feature_is_polyfit(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(10.0**seed, 3.0, 50)
    problem = Problem.from_dataset(Dataset("x", x[:, np.newaxis], generator.normal(size=50) + x))
    found = reference_fit(problem)
    expected = np.polyfit(x, problem.y_train, 1)
    np.testing.assert_allclose([found.weights[0], found.bias], expected, rtol=1e-9)
    line = polyfit_line(problem)
    assert [line.weights[0], line.bias] == expected.tolist()


def test_polyfit_line_needs_one_feature(problem: Problem) -> None:
    with pytest.raises(DataError) as raised:
        polyfit_line(problem)
    assert str(raised.value) == (
        "`polyfit_line` needs exactly 1 feature. Got 3: use `reference_fit`."
    )


def test_only_training_rows_count(split_problem: Problem) -> None:
    A = np.column_stack([split_problem.X_train, np.ones(split_problem.n_train)])
    expected = np.linalg.lstsq(A, split_problem.y_train)[0]
    found = reference_fit(split_problem)
    np.testing.assert_allclose(np.append(found.weights, found.bias), expected, rtol=1e-9)
    assert reference_fit(split_problem) is found


def test_superfluous_features_get_weight_0_and_the_rank_says_so() -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((30, 2))
    X = np.column_stack([X, X[:, 0] - 2 * X[:, 1], np.full(30, 5.0)])
    y = X[:, 0] + 3.0
    result = least_squares(Problem.from_dataset(Dataset("dependent", X, y)))
    assert result.rank == 2
    assert np.count_nonzero(result.params.weights) <= 2
    np.testing.assert_allclose(result.params.predict(X), y)
