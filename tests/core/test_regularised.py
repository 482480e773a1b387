"""Ridge and lasso against scikit-learn's, and what they do where data are poor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso, LassoCV, Ridge

from linreg_core import ConfigError, DataError, Dataset, Params, Problem, TrainConfig, reference_fit
from linreg_core.arrays import FloatArray
from linreg_core.inference import report
from linreg_core.numerics.folds import folds
from linreg_core.regularised import CrossValidation, lasso_at, lasso_path, ridge_path
from linreg_core.regularised.coordinate_descent import duality_gap, lasso_minimum
from linreg_core.regularised.unit_moments import measured_units, unit_pull
from linreg_core.run_reference import reference_for

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


def sklearn_model(kind: str, problem: Problem, penalty: float, n_rows: int) -> Any:
    """The model of scikit-learn whose minimum a path has at `penalty`, for so many rows."""
    intercept = problem.fit_intercept
    if kind == "ridge":
        return Ridge(n_rows * penalty / 2, fit_intercept=intercept, solver="cholesky")
    return Lasso(penalty / 2, fit_intercept=intercept, tol=1e-14, max_iter=10**6)


PATHS = {"ridge": ridge_path, "lasso": lasso_path}


@pytest.mark.parametrize("coordinates", COORDINATES, ids=str)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", PATHS)
def test_paths_and_their_validation_are_loops_of_scikit_learns(
    kind: str, weighted: bool, coordinates: dict[str, Any]
) -> None:
    problem = Problem.from_dataset(random_data(47, 6, weighted), **coordinates)
    X, y = problem.X_scaled, problem.y_scaled
    v = np.ones(len(y)) if problem.v_train is None else problem.v_train
    penalties = largest_penalty(problem) * np.array([0.5, 0.1, 0.01])
    path = PATHS[kind](problem, penalties, seed=3)
    assert path.validation is not None
    for at, penalty in enumerate(penalties):
        model = sklearn_model(kind, problem, penalty, len(y)).fit(X, y, v)
        intercept = float(np.ravel(model.intercept_)[0]) if problem.fit_intercept else 0.0
        same(path.params(at), problem.to_original(np.ravel(model.coef_), intercept))
        loss = float(np.mean(v * np.square(model.predict(X) - y))) * problem.y_scale**2
        assert path.train_loss[at] == pytest.approx(loss, rel=1e-8)
        errors, totals = [], []
        for fold in folds(len(y), 3):
            kept = np.setdiff1d(np.arange(len(y)), fold)
            other = sklearn_model(kind, problem, penalty, float(v[kept].sum()))
            other.fit(X[kept], y[kept], v[kept])
            wrong = np.square(other.predict(X[fold]) - y[fold]) * problem.y_scale**2
            errors.append(float(np.average(wrong, weights=v[fold])))
            totals.append(float(v[fold].sum()))
        mean = np.average(errors, weights=totals)
        spread = np.sqrt(np.average(np.square(errors - mean), weights=totals) / 9)
        assert path.validation.error[at] == pytest.approx(mean, rel=1e-8)
        assert path.validation.standard_error[at] == pytest.approx(spread, rel=1e-7)


def test_the_lasso_is_chosen_as_by_lasso_cv() -> None:
    problem = Problem.from_dataset(random_data(100, 12), standardize=True)
    path = lasso_path(problem)
    everything = np.arange(100)
    splits = [(np.setdiff1d(everything, fold), fold) for fold in folds(100, 0)]
    model = LassoCV(alphas=path.penalties / 2, cv=splits, tol=1e-12, max_iter=10**6)
    model.fit(problem.X_scaled, problem.y_scaled)
    assert path.validation is not None
    assert 2 * model.alpha_ == pytest.approx(path.penalties[path.validation.least])
    errors = model.mse_path_.mean(axis=1) * problem.y_scale**2
    np.testing.assert_allclose(path.validation.error, errors, rtol=1e-8)
    assert path.penalties[0] == pytest.approx(largest_penalty(problem))
    assert path.n_used[0] == 0
    assert path.n_used[1] == 1


def test_the_simplest_model_is_the_first_within_one_standard_error() -> None:
    errors, spread = np.array([9.0, 5.0, 4.4, 4.0, 4.2]), np.array([1.0, 1.0, 0.5, 0.5, 0.5])
    choice = CrossValidation(10, errors, spread)
    assert (choice.least, choice.simplest) == (3, 2)
    alike = CrossValidation(10, np.ones(3), np.zeros(3))
    assert (alike.least, alike.simplest) == (0, 0)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_penalties_are_a_runs_weight_decay_and_l1(fit_intercept: bool) -> None:
    data = random_data(60, 8, weighted=True)
    problem = Problem.from_dataset(data, standardize=True, fit_intercept=fit_intercept)
    path = ridge_path(problem)
    for at in (0, 50, 99):
        decay = float(path.penalties[at])
        same(path.params(at), reference_for(problem, TrainConfig(weight_decay=decay)))
        lasso = float(lasso_path(problem).penalties[at])
        found = lasso_path(problem).params(at)
        same(found, reference_for(problem, TrainConfig(l1=lasso)))


@pytest.mark.parametrize("weighted", [False, True])
def test_next_to_no_penalty_is_the_reports_least_squares(weighted: bool) -> None:
    problem = Problem.from_dataset(random_data(60, 8, weighted), standardize=True)
    made = report(problem)
    for kind in PATHS:
        path = PATHS[kind](problem, [1e-11])
        assert path.cv_r_squared(0) == pytest.approx(made.cv_r_squared, abs=1e-9)
        assert 1 - path.train_loss[0] / path.variance == pytest.approx(made.r_squared, abs=1e-9)


def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix() -> None:
    problem = Problem.from_dataset(random_data(30, 5), standardize=True)
    path, X = ridge_path(problem), problem.X_scaled
    for at, penalty in enumerate(path.penalties):
        hat = X @ np.linalg.inv(X.T @ X + 15 * penalty * np.eye(5)) @ X.T
        assert path.degrees_of_freedom[at] == pytest.approx(np.trace(hat), rel=1e-9)
    assert (np.diff(path.degrees_of_freedom) > 0).all()
    lasso = lasso_path(problem)
    assert (lasso.degrees_of_freedom == lasso.n_used).all()


def poor_data(case: str) -> Dataset:
    """Data that leave something open, or nothing to say."""
    data = random_data(40, 5)
    X, y = data.X.copy(), data.y.copy()
    if case == "twice":
        X = np.column_stack([X, X[:, 0], X[:, 1] - X[:, 2]])
    elif case == "wide":
        return random_data(12, 40)
    elif case == "constant":
        X[:, 1] = 7.0
    elif case == "all alike in size":  # every feature enters at once
        X = np.kron(np.array([[1.0, 1.0], [1.0, -1.0]]), np.ones((20, 1)))
        y = X.sum(axis=1)
    elif case == "powers":
        X = np.linspace(1.0, 2.0, 40)[:, np.newaxis] ** np.arange(1, 8)
    elif case == "two rows":
        X, y = X[:2], y[:2]
    elif case == "exact":
        y = X @ np.arange(5.0)
    return Dataset(case, X, y)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize(
    "case", ["twice", "wide", "constant", "all alike in size", "powers", "two rows", "exact"]
)
def test_paths_of_poor_data_are_minima(case: str, kind: str, fit_intercept: bool) -> None:
    problem = Problem.from_dataset(poor_data(case), standardize=True, fit_intercept=fit_intercept)
    path = PATHS[kind](problem)
    assert path.validation is not None
    for figures in (path.weights, path.bias, path.validation.error, path.validation.standard_error):
        assert np.isfinite(figures).all()
    assert (path.validation.error >= 0).all()
    X, y = problem.X_scaled, problem.y_scaled
    for at in range(0, 100, 9):
        weights, bias = problem.to_training(path.params(at))
        residuals = y - X @ weights - bias
        slope, pull = 2 * X.T @ residuals / len(y), path.penalties[at]
        if kind == "ridge":
            np.testing.assert_allclose(slope, pull * weights, atol=1e-12)
        else:
            used = weights != 0
            np.testing.assert_allclose(slope[used], pull * np.sign(weights[used]), atol=1e-11)
            assert (np.abs(slope[~used]) <= pull * (1 + 1e-9) + 1e-12).all()


def test_sweeps_alone_find_what_the_course_finds() -> None:
    problem = Problem.from_dataset(random_data(60, 12), standardize=True)
    path = lasso_path(problem)
    units, moments = measured_units(problem)
    for at in range(0, 100, 11):
        pull = path.penalties[at] * unit_pull(problem, units)
        found = lasso_minimum(moments, pull, np.zeros(12))
        same(units.to_params(found), path.params(at), 1e-10)
        assert 0 <= duality_gap(moments, pull, found) + 1e-15 < 1e-12
        nearby = found + 0.01
        assert duality_gap(moments, pull, nearby) > 1e-5


def test_what_is_special_is_told() -> None:
    constant = lasso_path(Problem.from_dataset(poor_data("constant"), standardize=True))
    assert constant.notes == ("'x2' does not vary in the training rows: its weight is 0.",)
    assert (constant.weights[:, 1] == 0).all()
    one = Dataset("one", [[2.0]], [4.0])
    alone = ridge_path(Problem.from_dataset(one, standardize=True, fit_intercept=False))
    assert alone.validation is None
    assert alone.notes == (
        "One training row cannot be cross-validated: no penalty is better than another.",
    )
    assert ridge_path(Problem.from_dataset(poor_data("twice"), standardize=True)).notes == ()


@pytest.mark.parametrize("path", PATHS.values())
def test_what_has_no_path_is_refused_by_a_sentence(path: Any) -> None:
    rows = np.arange(8.0).reshape(4, 2)
    cases = (
        (Dataset("still", rows, np.ones(4)), "need a target that varies. 'y' has one value"),
        (Dataset("one row", rows[:1], [1.0]), "in all of 1 training row"),
        (Dataset("flat", np.ones((4, 2)), rows[:, 0]), "need a column that varies. Got 'x1', 'x2'"),
        (Dataset("wide", np.ones((2, 1001)), [1.0, 2.0]), "at most 1,000 features. Got 1,001"),
    )
    for dataset, message in cases:
        with pytest.raises(DataError, match=message):
            path(Problem.from_dataset(dataset, standardize=True))
    for penalties in ([], [0.0], [1.0, -1.0], [np.nan], [np.inf]):
        with pytest.raises(ConfigError, match="`penalties` must be one finite number > 0 or more"):
            path(Problem.from_dataset(random_data(20, 2)), penalties)
