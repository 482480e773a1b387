"""The minimiser of a loss with weight decay: closed form by augmented rows, and long runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core import (
    Dataset,
    Params,
    Problem,
    Status,
    TrainConfig,
    fit,
    reference_fit,
)
from linreg_core.losses import LOSSES
from linreg_core.run_reference import reference_for, reference_name

COORDINATES: tuple[dict[str, Any], ...] = (
    {},
    {"standardize": True},
    {"fit_intercept": False},
    {"standardize": True, "fit_intercept": False, "test_fraction": 0.25},
)
PENALISING = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")


def by_augmented_rows(problem: Problem, config: TrainConfig) -> Params:
    """The ridge solution straight from its definition."""
    X, y = problem.X_scaled, problem.y_scaled
    A = np.column_stack([X, np.ones(len(y))]) if problem.fit_intercept else X
    curvature = LOSSES[config.loss].curvature
    assert curvature is not None
    strength = np.sqrt(len(y) * config.weight_decay / curvature)
    rows = np.vstack([A, strength * np.eye(A.shape[1])])
    found = np.linalg.lstsq(rows, np.append(y, np.zeros(A.shape[1])), rcond=None)[0]
    weights, bias = found[: X.shape[1]], found[-1] if problem.fit_intercept else 0.0
    return problem.to_original(weights, float(bias))


def same(found: Params, expected: Params, tolerance: float = 1e-9) -> None:
    numbers = [[*params.weights, params.bias] for params in (found, expected)]
    np.testing.assert_allclose(*numbers, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("coordinates", COORDINATES, ids=str)
@pytest.mark.parametrize("loss", ["mse", "half_mse"])
@pytest.mark.parametrize("decay", [1e-9, 0.01, 1.0, 1e3])
def test_it_is_the_solution_of_augmented_rows(
    dataset: Dataset, decay: float, loss: str, coordinates: dict[str, Any]
) -> None:
    problem = Problem.from_dataset(dataset, **coordinates)
    config = TrainConfig(loss=loss, weight_decay=decay)
    same(reference_for(problem, config), by_augmented_rows(problem, config))


@pytest.mark.parametrize("coordinates", COORDINATES, ids=str)
@pytest.mark.parametrize("solver", ["sgd", "momentum", "nesterov"])
def test_runs_with_weight_decay_converge_to_it(
    dataset: Dataset, solver: str, coordinates: dict[str, Any]
) -> None:
    problem = Problem.from_dataset(dataset, **coordinates)
    config = TrainConfig(
        solver, learning_rate=0.03, momentum=0.8, n_epochs=2000, weight_decay=0.2
    )  # fmt: skip
    run = fit(problem, config)
    assert run.status is Status.CONVERGED
    same(run.final.params, run.reference, 1e-6)
    assert np.abs(run.reference.weights - reference_fit(problem).weights).max() > 0.01


def test_adam_converges_to_it_too(problem: Problem) -> None:
    config = TrainConfig(
        "adam", n_epochs=4000, weight_decay=0.1, schedule="cosine", learning_rate=0.05
    )  # fmt: skip
    run = fit(problem, config)
    same(run.final.params, run.reference, 1e-5)


def test_which_runs_it_is_the_reference_of() -> None:
    for solver in PENALISING:
        assert reference_name(TrainConfig(solver, weight_decay=0.1)) == "ridge"
        assert reference_name(TrainConfig(solver)) == "least squares"
        assert reference_name(TrainConfig(solver, "huber", weight_decay=0.1)) == "least squares"
    for solver in ("adamw", "lbfgs", "closed_form"):
        assert reference_name(TrainConfig(solver, weight_decay=0.1)) == "least squares"


def test_the_last_settings_count(problem: Problem) -> None:
    config = TrainConfig(weight_decay=0.5, changes=((50, (("weight_decay", 0.0),)),))
    assert reference_for(problem, config) is reference_fit(problem)
    config = TrainConfig("adamw", weight_decay=0.5, changes=((50, (("solver", "adam"),)),))
    same(reference_for(problem, config), by_augmented_rows(problem, config))


@pytest.mark.parametrize("size", [1e-160, 1.0, 1e150, 1e300])
@pytest.mark.parametrize("decay", [1e-300, 1e-12, 1.0])
def test_it_is_finite_whatever_the_data(size: float, decay: float) -> None:
    x = np.array([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0], [3.0, 6.0, 5.0]])
    for standardize in (False, True):
        dataset = Dataset("degenerate", size * x, np.array([1.0, 2.0, 3.0]) * size)
        problem = Problem.from_dataset(dataset, standardize=standardize)
        found = reference_for(problem, TrainConfig(weight_decay=decay))
        assert np.isfinite([*found.weights, found.bias]).all()


def test_columns_that_say_the_same_share_the_weight() -> None:
    x = np.arange(10.0)
    problem = Problem.from_dataset(Dataset("twice", np.column_stack([x, x]), x), standardize=True)
    weights = reference_for(problem, TrainConfig(weight_decay=0.01)).weights
    assert weights[0] == pytest.approx(weights[1], rel=1e-9)
