"""What a streamed run tells of its fit: ridge or least squares, RMSE and R2, an early end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboard.settings import Settings, make_settings
from linreg_core import Problem, Status, TrainConfig, fit, reference_fit
from linreg_core.numerics.mean_squares import mean_squares
from linreg_core.run_reference import reference_for
from tests.dashboard.serving import streamed

RIDGE = {
    "a line": make_settings("line", n_epochs=40, weight_decay=0.2, test_fraction=0.25),
    "several features": make_settings(
        "correlated", n_epochs=50, learning_rate=0.01, weight_decay=0.1, solver="momentum"
    ),
    "many features": make_settings(
        "many_weights", {"n_samples": 1_000, "n_features": 600}, n_epochs=20, weight_decay=0.1
    ),
}
LASSO = {
    "several": make_settings(
        "correlated", n_epochs=50, standardize=True, l1=0.1, test_fraction=0.25
    ),
    "many": make_settings(
        "many_weights", {"n_samples": 200, "n_features": 30}, n_epochs=20, l1=0.2
    ),
    "both": make_settings("line", n_epochs=40, weight_decay=0.2, l1=0.1, solver="nesterov"),
}
OTHER_LOSSES = {
    "l1": make_settings("line", loss="l1", n_epochs=30, test_fraction=0.25),
    "huber": make_settings("correlated", loss="huber", n_epochs=30, learning_rate=0.01),
    "through the origin": make_settings("outliers", loss="l1", n_epochs=9, fit_intercept=False),
    "standardised": make_settings("condos", loss="huber", n_epochs=30, standardize=True),
}


def rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


@pytest.mark.parametrize("settings", [*RIDGE.values(), *LASSO.values()], ids=[*RIDGE, *LASSO])
def test_penalties_make_another_fit_the_reference(settings: Settings) -> None:
    problem, config = settings.problem_spec.build(), settings.config()
    received, expected = streamed(problem, config), reference_for(problem, config)
    chunk, end = received.the("reference"), received.the("end")
    np.testing.assert_array_equal(chunk.columns["weights"], expected.weights)
    penalised = {(True, False): "ridge", (False, True): "lasso", (True, True): "elastic net"}
    name = penalised[settings.weight_decay > 0, settings.l1 > 0]
    assert (chunk.fields["name"], chunk.fields["bias"]) == (name, expected.bias)
    residuals = expected.predict(problem.X_train) - problem.y_train
    assert chunk.fields["trainLoss"] == pytest.approx(np.mean(residuals**2), rel=1e-12)
    gap = fit(problem, config).final.params.predict(problem.X_train)
    gap -= expected.predict(problem.X_train)
    told = end.fields["distance"] or chunk.fields["endDistance"]
    assert told == pytest.approx(rms(gap), rel=1e-9)
    assert "standardErrors" not in received.the("start").fields


def test_partial_regression_stays_that_of_least_squares() -> None:
    settings = RIDGE["several features"]
    problem = settings.problem_spec.build()
    chunk, least = streamed(problem, settings.config()).the("reference"), reference_fit(problem)
    np.testing.assert_array_equal(chunk.columns["leastSquaresWeights"], least.weights)
    residuals = problem.dataset.y - least.predict(problem.dataset.X)
    np.testing.assert_allclose(chunk.columns["residuals"], residuals, rtol=1e-5, atol=1e-6)


def test_without_weight_decay_the_reference_has_no_name_of_its_own() -> None:
    settings = make_settings("correlated", n_epochs=5, solver="adamw", weight_decay=0.1)
    chunk = streamed(settings.problem_spec.build(), settings.config()).the("reference")
    assert chunk.fields["name"] is None and "leastSquaresWeights" not in chunk.columns


@pytest.mark.parametrize("settings", OTHER_LOSSES.values(), ids=OTHER_LOSSES)
def test_mean_squares_come_with_losses_that_are_none(settings: Settings) -> None:
    problem, config = settings.problem_spec.build(), settings.config()
    received, run = streamed(problem, config), fit(problem, config)
    expected: dict[str, list[float]] = {"train": [], "test": []}
    for weights, bias in zip(run.trajectory.weights, run.trajectory.bias, strict=True):
        for name, X, y in (
            ("train", problem.X_train, problem.y_train),
            ("test", problem.X_test, problem.y_test),
        ):
            if len(y):
                expected[name].append(float(np.mean((X @ weights + bias - y) ** 2)))
    told = received.column("trainSquares")
    np.testing.assert_allclose(told, expected["train"], rtol=1e-9)
    if problem.n_test:
        np.testing.assert_allclose(received.column("testSquares"), expected["test"], rtol=1e-9)


def test_squared_losses_need_no_mean_squares_beside_them() -> None:
    settings = make_settings("line", n_epochs=5, test_fraction=0.2)
    problem = settings.problem_spec.build()
    received = streamed(problem, settings.config())
    assert all("trainSquares" not in chunk.columns for chunk in received.rows())
    told = received.the("start").fields["variances"]
    assert told == pytest.approx({"train": problem.y_train.var(), "test": problem.y_test.var()})


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_mean_squares_keep_their_digits_far_from_zero(offset: float) -> None:
    settings = make_settings("line", {"noise": 0.0})
    data = settings.problem_spec.build().dataset
    X = data.X + offset
    problem = Problem.from_dataset(type(data)("far", X, data.y))
    fitted = reference_fit(problem)
    found = mean_squares(problem, fitted.weights[np.newaxis], np.array([fitted.bias]))
    assert found[0] <= 1e-12 * problem.y_train.var()


@pytest.mark.parametrize("values", [{"n_epochs": 3000}, {"n_epochs": 30_000}], ids=str)
def test_a_run_that_stops_early_ends_with_its_last_epoch(values: dict[str, Any]) -> None:
    problem = make_settings("line").problem_spec.build()
    config = TrainConfig(learning_rate=0.3, stop_when_converged=True, **values)
    received, run = streamed(problem, config), fit(problem, config)
    end = received.the("end").fields
    assert run.status is Status.CONVERGED and run.final.epoch < values["n_epochs"] / 10
    assert (end["status"], end["epoch"]) == ("converged", run.final.epoch)
    assert received.column("epoch")[-1] == run.final.epoch
    assert received.column("trainLoss")[-1] == run.final.train_loss
