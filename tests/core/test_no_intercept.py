"""Lines through the origin: the bias is 0 everywhere, and the weights are those of torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from linreg_core import (
    LOSSES,
    SOLVERS,
    ConfigError,
    DataError,
    Dataset,
    Params,
    Problem,
    Status,
    TrainConfig,
    fit,
    make_dataset,
    polyfit_line,
    reference_fit,
    stable_learning_rate,
)
from linreg_core.limits import INITS, SAMPLINGS
from linreg_core.theory import rows_overshooting, sample_stable_learning_rate


@pytest.fixture(params=[False, True], ids=["raw", "standardised"])
def through_origin(request: pytest.FixtureRequest, dataset: Dataset) -> Problem:
    return Problem.from_dataset(
        dataset, test_fraction=0.2, standardize=request.param, fit_intercept=False
    )


def test_an_intercept_is_the_default_and_a_flag(dataset: Dataset) -> None:
    assert Problem.from_dataset(dataset).fit_intercept
    with pytest.raises(ConfigError, match="`fit_intercept` must be True or False. Got 1."):
        Problem.from_dataset(dataset, fit_intercept=1)  # type: ignore[arg-type]


def test_scales_are_root_mean_squares_about_0(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset, standardize=True, fit_intercept=False)
    np.testing.assert_allclose(problem.x_scale, np.sqrt((dataset.X**2).mean(axis=0)))
    assert problem.y_scale == pytest.approx(np.sqrt((dataset.y**2).mean()))
    assert (problem.x_mean.tolist(), problem.y_mean) == ([0.0] * 3, 0.0)
    zeros = Dataset("zeros", np.zeros((3, 1)), np.zeros(3))
    problem = Problem.from_dataset(zeros, standardize=True, fit_intercept=False)
    assert (problem.x_scale[0], problem.y_scale) == (1.0, 1.0)


def test_the_reference_is_least_squares_without_ones(through_origin: Problem) -> None:
    expected = np.linalg.lstsq(through_origin.X_train, through_origin.y_train)[0]
    found = reference_fit(through_origin)
    np.testing.assert_allclose(found.weights, expected, rtol=1e-9)
    assert found.bias == 0.0


def test_polyfit_is_refused() -> None:
    problem = Problem.from_dataset(make_dataset("line"), fit_intercept=False)
    with pytest.raises(DataError) as raised:
        polyfit_line(problem)
    assert str(raised.value) == (
        "`polyfit_line` needs a problem with an intercept. Got fit_intercept=False: "
        "use `reference_fit`."
    )


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("solver", SOLVERS)
def test_the_bias_stays_0(through_origin: Problem, solver: str, loss: str) -> None:
    if solver == "closed_form" and not LOSSES[loss].is_squared:
        return
    for init in (*INITS, Params(np.ones(3), 5.0)):
        for sampling in SAMPLINGS:
            config = TrainConfig(
                solver, loss, learning_rate=0.01, n_epochs=3, batch_size=None, init=init,
                sampling=sampling, weight_decay=0.1 if solver == "adamw" else 0.0,
            )  # fmt: skip
            run = fit(through_origin, config)
            assert (run.trajectory.bias == 0).all()
            assert np.isfinite(run.trajectory.train_loss).all()


@pytest.mark.parametrize("solver", [name for name in SOLVERS if name != "closed_form"])
def test_weights_are_those_of_a_linear_layer_without_bias(dataset: Dataset, solver: str) -> None:
    problem = Problem.from_dataset(dataset, fit_intercept=False)
    config = TrainConfig(solver, learning_rate=0.01, n_epochs=20)
    X, y = torch.tensor(dataset.X), torch.tensor(dataset.y)
    layer = torch.nn.Linear(3, 1, bias=False, dtype=torch.float64)
    torch.nn.init.zeros_(layer.weight)
    optimizer = SOLVERS[solver].optimizer(list(layer.parameters()), config.knobs)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(layer(X)[:, 0], y)
        loss.backward()
        return loss

    for _ in range(20):
        optimizer.step(closure)
    found = fit(problem, config).final.params.weights
    np.testing.assert_allclose(found, layer.weight[0].detach().numpy(), rtol=1e-9)


def test_minibatches_too(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset, standardize=True, fit_intercept=False)
    run = fit(problem, TrainConfig(n_epochs=5, batch_size=4, learning_rate=0.05))
    assert (run.trajectory.bias == 0).all()
    assert run.trajectory.train_loss[-1] < run.trajectory.train_loss[0]


@pytest.mark.parametrize("rate", [5.0, 1e12])
def test_the_bias_is_0_even_where_a_run_diverges(through_origin: Problem, rate: float) -> None:
    run = fit(through_origin, TrainConfig(learning_rate=rate, n_epochs=50))
    assert run.status is Status.DIVERGED
    assert (run.trajectory.bias == 0).all()


def test_the_closed_form_converges_at_once(through_origin: Problem) -> None:
    run = fit(through_origin, TrainConfig("closed_form", n_epochs=2))
    assert run.status is Status.CONVERGED
    np.testing.assert_allclose(run.final.params.weights, run.reference.weights, rtol=1e-12)
    assert run.final.grad_norm < 1e-12 * run.trajectory.grad_norm[1]


def test_gradient_descent_is_known_in_closed_form() -> None:
    """One feature with mean square 1: the slope's error shrinks by 1 - 2 rate each epoch."""
    data = make_dataset("condos")
    problem = Problem.from_dataset(data, standardize=True, fit_intercept=False)
    run = fit(problem, TrainConfig(learning_rate=0.1, n_epochs=10))
    slope = run.reference.weights[0] * (1 - 0.8 ** np.arange(11))
    np.testing.assert_allclose(run.trajectory.weights[:, 0], slope, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("n_features", [3, 300])
def test_the_stable_rate_has_no_bias_in_it(n_features: int) -> None:
    """300 features go through products with the Hessian instead of the Hessian."""
    generator = np.random.default_rng(0)
    data = Dataset("wide", generator.standard_normal((400, n_features)), np.ones(400))
    problem = Problem.from_dataset(data, fit_intercept=False)
    largest = np.linalg.eigvalsh(2 * data.X.T @ data.X / 400)[-1]
    assert stable_learning_rate(problem, TrainConfig()) == pytest.approx(2 / largest, rel=1e-9)


def test_the_stable_rate_of_single_rows_has_no_bias_in_it() -> None:
    data = Dataset("two", np.array([[1.0], [2.0]]), [1.0, 2.0])
    problem = Problem.from_dataset(data, fit_intercept=False)
    config = TrainConfig(batch_size=1, learning_rate=0.5)
    assert sample_stable_learning_rate(problem, config) == 0.25
    assert rows_overshooting(problem, config) == 1
