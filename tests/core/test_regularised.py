"""Ridge and lasso against scikit-learn's, and what they do where data are poor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso

from linreg_core import ConfigError, Dataset, Params, Problem, reference_fit
from linreg_core.arrays import FloatArray
from linreg_core.regularised import lasso_at

COORDINATES: tuple[dict[str, Any], ...] = (
    {"standardize": True},
    {},
    {"standardize": True, "fit_intercept": False},
    {"fit_intercept": False},
    {"standardize": True, "test_fraction": 0.25},
)


def random_data(n_samples: int, n_features: int, weighted: bool = False) -> Dataset:
    """Columns that are correlated, far from 0 and of different sizes; three of them count."""
    generator = np.random.default_rng(0)
    mixed = np.eye(n_features) + 0.3 * generator.standard_normal((n_features, n_features))
    X = generator.standard_normal((n_samples, n_features)) @ mixed
    y = X[:, :3].sum(axis=1) + generator.standard_normal(n_samples) + 7.0
    weights = generator.uniform(0.5, 2.0, n_samples) if weighted else None
    sizes = np.linspace(0.5, 2.0, n_features)
    return Dataset("random", (X + 5.0) * sizes, y, weights=weights)


def by_sklearn(problem: Problem, model: Any, X: FloatArray, y: FloatArray) -> Params:
    """Fit `model` to rows in training coordinates, and bring what it finds back."""
    model.fit(X, y, sample_weight=problem.w_train)
    bias = np.ravel(model.intercept_)[0] if problem.fit_intercept else 0.0
    return problem.to_original(np.ravel(model.coef_), float(bias))


def largest_penalty(problem: Problem) -> float:
    """The penalty at which the lasso's first weight leaves 0, from the rows."""
    v = np.ones(problem.n_train) if problem.v_train is None else problem.v_train
    X, y = problem.X_scaled, problem.y_scaled
    y = y - np.mean(v * y) * problem.fit_intercept
    return float(2 * np.abs(X.T @ (v * y)).max() / len(y))


def same(found: Params, expected: Params, tolerance: float = 1e-8) -> None:
    numbers = [[*params.weights, params.bias] for params in (found, expected)]
    np.testing.assert_allclose(*numbers, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("coordinates", COORDINATES, ids=str)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(60, 8), (20, 30)])
def test_a_lasso_is_scikit_learns(
    shape: tuple[int, int], weighted: bool, coordinates: dict[str, Any]
) -> None:
    problem = Problem.from_dataset(random_data(*shape, weighted), **coordinates)
    X, y = problem.X_scaled, problem.y_scaled
    for penalty in largest_penalty(problem) * np.array([0.5, 0.1, 0.02]):
        model = Lasso(penalty / 2, fit_intercept=problem.fit_intercept, tol=1e-14, max_iter=10**6)
        expected = by_sklearn(problem, model, X, y)
        found = lasso_at(problem, penalty)
        same(found, expected)
        assert ((found.weights == 0) == (expected.weights == 0)).all()


def test_a_lasso_of_no_penalty_is_least_squares() -> None:
    problem = Problem.from_dataset(random_data(60, 8))
    assert lasso_at(problem, 0.0) is reference_fit(problem)
    same(lasso_at(problem, 1e-12), reference_fit(problem))


@pytest.mark.parametrize("penalty", [-1.0, float("nan"), float("inf")])
def test_a_penalty_is_a_number_from_0_up(penalty: float) -> None:
    with pytest.raises(ConfigError, match="`penalty` must be"):
        lasso_at(Problem.from_dataset(random_data(60, 8)), penalty)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e150, 1e300])
@pytest.mark.parametrize("penalty", [1e-300, 1e-6, 1.0, 1e300])
def test_a_lasso_is_finite_whatever_the_data(size: float, penalty: float) -> None:
    x = np.array([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0], [3.0, 6.0, 5.0]])
    for standardize in (False, True):
        for rows in (1, 3):
            dataset = Dataset("poor", size * x[:rows], np.array([1.0, 2.0, 3.0])[:rows] * size)
            problem = Problem.from_dataset(dataset, standardize=standardize)
            found = lasso_at(problem, penalty)
            assert np.isfinite([*found.weights, found.bias]).all()
            assert found.weights[2] == 0
