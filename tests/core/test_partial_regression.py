"""Partial regressions against least squares of each feature on the others, one by one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from linreg_core import Dataset, Problem, reference_fit
from linreg_core.arrays import column_scales
from linreg_core.numerics.partial_regression import partial_regression_of

Array = NDArray[np.float64]


def mixed(n_samples: int, n_features: int, seed: int = 0) -> Array:
    """Correlated features, in units that are far apart, with means that are large beside them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, n_features)) + rng.normal(size=(n_samples, 1))
    return (X + 20 * rng.normal(size=n_features)) * 10.0 ** rng.integers(-6, 7, n_features)


def problem_of(X: Array, **settings: object) -> Problem:
    y = np.random.default_rng(1).normal(size=len(X))
    return Problem.from_dataset(Dataset("made", X, y), **settings)  # type: ignore[arg-type]


def residual(
    target: Array, features: Array, rows: NDArray[np.int64], has_constant: bool = True
) -> Array:
    """What least squares on the training rows leaves of `target`, at every row."""
    center = features[rows].mean(axis=0) if has_constant else np.zeros(features.shape[1])
    scale = features[rows].std(axis=0)
    ones = np.ones((len(features), int(has_constant)))
    A = np.column_stack([ones, (features - center) / np.where(scale > 0, scale, 1)])
    return np.asarray(target - A @ np.linalg.lstsq(A[rows], target[rows], rcond=1e-10)[0])


SHAPES = {
    "two features": mixed(40, 2),
    "five features": mixed(300, 5),
    "sixteen features": mixed(60, 16),
    "more rows than a chunk": mixed(20_000, 3),
    "as many parameters as rows": mixed(4, 3),
}


@pytest.mark.parametrize("has_constant", [True, False])
@pytest.mark.parametrize("test_fraction", [0.0, 0.25])
@pytest.mark.parametrize("X", SHAPES.values(), ids=SHAPES)
def test_residuals_are_those_of_least_squares(
    X: Array, test_fraction: float, has_constant: bool
) -> None:
    problem = problem_of(X, test_fraction=test_fraction, fit_intercept=has_constant)
    partial = partial_regression_of(problem)
    if problem.n_train <= X.shape[1] - (not has_constant):
        assert partial.follows == tuple(range(X.shape[1]))
        return
    assert partial.follows == partial.constant == ()
    residuals = partial.residuals(X)
    for j in range(X.shape[1]):
        others = np.delete(X, j, axis=1)
        expected = residual(X[:, j], others, problem.train_rows, has_constant)
        close = 1e-8 * np.abs(expected).max() + 1e-13 * np.abs(X[:, j]).max()
        np.testing.assert_allclose(residuals[:, j], expected, rtol=0, atol=close)


def test_the_slope_of_the_partial_residuals_is_the_weight() -> None:
    problem = problem_of(mixed(200, 5))
    params, X = reference_fit(problem), partial_regression_of(problem).residuals(problem.dataset.X)
    rest = problem.dataset.y - params.predict(problem.dataset.X)
    for j, weight in enumerate(params.weights):
        y = rest + weight * X[:, j]
        assert np.polyfit(X[:, j], y, 1)[0] == pytest.approx(weight, rel=1e-8)
        others = np.delete(problem.dataset.X, j, axis=1)
        expected = residual(problem.dataset.y, others, problem.train_rows)
        np.testing.assert_allclose(y, expected, atol=1e-8)


BASE = mixed(80, 3, seed=2)
SUM = (BASE / BASE.std(axis=0)) @ np.array([1.0, -2.0, 0.5])
COLLINEAR = {
    "a sum of all": ([BASE, SUM], (0, 1, 2, 3), ()),
    "a copy": ([BASE, 3 * BASE[:, 1] + 7], (1, 3), ()),
    "a constant": ([BASE, np.full(80, 0.1)], (), (3,)),
    "a large constant": ([BASE, np.full(80, 1e9 + 0.1)], (), (3,)),
    "a copy and a constant": ([BASE, BASE[:, 0], np.ones(80)], (0, 3), (4,)),
    "fewer rows than features": ([mixed(3, 6)], tuple(range(6)), ()),
    "one row": ([mixed(1, 2)], (), (0, 1)),
}


@pytest.mark.parametrize(("columns", "follows", "constant"), COLLINEAR.values(), ids=COLLINEAR)
def test_features_without_an_effect_of_their_own(
    columns: list[Array], follows: tuple[int, ...], constant: tuple[int, ...]
) -> None:
    X = np.column_stack(columns)
    partial = partial_regression_of(problem_of(X))
    assert (partial.follows, partial.constant) == (follows, constant)
    residuals = partial.residuals(X)
    for j in range(X.shape[1]):
        if j in follows + constant:
            assert not residuals[:, j].any()
            continue
        expected = residual(X[:, j], np.delete(X, j, axis=1), np.arange(len(X)))
        np.testing.assert_allclose(residuals[:, j], expected, atol=1e-8 * np.ptp(X[:, j]))


def test_a_constant_is_a_feature_like_others_where_there_is_no_intercept() -> None:
    X = np.column_stack([BASE, np.ones(80)])
    partial = partial_regression_of(problem_of(X, fit_intercept=False))
    assert partial.follows == partial.constant == ()


def test_the_units_of_features_do_not_matter_up_to_the_ends_of_floats() -> None:
    X, units = mixed(50, 4), np.array([2.0**-900, 2.0**900, 1.0, 2.0**30])
    plain, scaled = (partial_regression_of(problem_of(each)) for each in (X, X * units))
    assert scaled.follows == scaled.constant == ()
    np.testing.assert_allclose(scaled.residuals(X * units), plain.residuals(X) * units, rtol=1e-9)


def test_it_is_computed_once() -> None:
    problem = problem_of(BASE)
    assert partial_regression_of(problem) is partial_regression_of(problem)


@pytest.mark.parametrize("X", [*SHAPES.values(), BASE * 1e200], ids=[*SHAPES, "large"])
def test_column_scales_are_population_standard_deviations(X: Array) -> None:
    largest = np.abs(X).max(axis=0)
    expected = (X / largest).std(axis=0) * largest
    np.testing.assert_allclose(column_scales(X), expected, rtol=1e-9)


def test_the_scale_of_a_constant_is_1() -> None:
    assert column_scales(np.column_stack([np.full(9, 0.1), np.arange(9.0)]))[0] == 1
