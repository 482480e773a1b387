"""Every solver with every loss and sampling, against a plain torch.optim loop."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks.plain_loop import LOSS_FUNCTIONS, OPTIMIZERS
from linreg_core import LOSSES, SOLVERS, Params, Problem, TrainConfig, fit, train
from linreg_core.engines import ENGINES
from linreg_core.losses import Loss
from linreg_core.sampling import row_batches

pytestmark = pytest.mark.usefixtures("compiled_engine")

START = Params(np.array([0.3, -0.2, 0.1]), 0.5)


def plain_torch_loop(problem: Problem, config: TrainConfig) -> np.ndarray:
    """Return weights and bias after each epoch, as one would write it without this project."""
    X, y = torch.tensor(problem.X_train), torch.tensor(problem.y_train)
    model = torch.nn.Linear(X.shape[1], 1, dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(START.weights))
        model.bias.fill_(START.bias)
    optimizer = OPTIMIZERS[config.solver](model.parameters(), config)
    size = config.batch_size or len(y)
    batches = row_batches(len(y), size, config.sampling, config.seed)
    params = []
    for _ in range(config.n_epochs):
        for _ in range(-(-len(y) // size)):
            rows = torch.tensor(next(batches)) if config.batch_size else torch.arange(len(y))

            def closure(rows: torch.Tensor = rows) -> torch.Tensor:
                optimizer.zero_grad()
                loss = LOSS_FUNCTIONS[config.loss](model(X[rows])[:, 0], y[rows])
                loss.backward()
                return loss

            optimizer.step(closure)
        params.append([*model.weight[0].tolist(), model.bias.item()])
    return np.array(params)


@pytest.mark.parametrize("batching", ["full", "shuffle", "sequential", "replacement"])
@pytest.mark.parametrize(("solver", "loss"), list(itertools.product(OPTIMIZERS, LOSS_FUNCTIONS)))
def test_engines_agree_with_a_plain_torch_loop(
    problem: Problem, solver: str, loss: str, batching: str
) -> None:
    batches = {} if batching == "full" else {"batch_size": 8, "sampling": batching}
    config = TrainConfig(
        solver,
        loss,
        learning_rate=0.03,
        n_epochs=2 if solver == "lbfgs" else 6,
        momentum=0.8,
        weight_decay=0.01 if "weight_decay" in SOLVERS[solver].knobs else 0.0,
        init=START,
        seed=4,
        **batches,
    )
    expected = plain_torch_loop(problem, config)
    for engine in ENGINES:
        trajectory = fit(problem, replace(config, engine=engine)).trajectory
        ours = np.column_stack([trajectory.weights, trajectory.bias])[1:]
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-12, err_msg=engine)


@pytest.mark.parametrize("solver", OPTIMIZERS)
def test_a_twin_is_torchs_optimiser_to_the_bit(solver: str) -> None:
    config = TrainConfig(solver, learning_rate=0.1, momentum=0.8)
    config = replace(config, weight_decay=0.01 if "weight_decay" in SOLVERS[solver].knobs else 0.0)
    make = SOLVERS[solver].optimizer
    assert make is not None
    ours, theirs = (torch.nn.Parameter(torch.tensor([3.0, -2.0])) for _ in range(2))
    optimizers = make([ours], config.knobs), OPTIMIZERS[solver]([theirs], config)
    for _ in range(3):
        for params, optimizer in zip((ours, theirs), optimizers, strict=True):

            def closure(params: Any = params) -> torch.Tensor:
                params.grad = None
                loss = (params - torch.tensor([1.0, 0.5])).pow(2).dot(torch.tensor([1.0, 0.3]))
                loss.backward()
                return loss

            closure()
            optimizer.step(closure if SOLVERS[solver].needs_closure else None)
        assert ours.tolist() == theirs.tolist() != [3.0, -2.0]
    states = [repr(optimizer.state_dict()["state"]) for optimizer in optimizers]
    assert states[0] == states[1]


def test_every_iterative_solver_and_every_loss_has_a_twin_in_the_test_above() -> None:
    assert set(OPTIMIZERS) == {name for name, solver in SOLVERS.items() if solver.is_iterative}
    assert set(LOSS_FUNCTIONS) == set(LOSSES)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("fixture", ["problem", "split_problem"])
def test_gradient_is_that_of_finite_differences(
    fixture: str, loss: str, engine: str, request: pytest.FixtureRequest
) -> None:
    problem: Problem = request.getfixturevalue(fixture)
    start = np.array([0.3, -0.2, 0.1, 0.5])
    unit = problem.y_scale ** LOSSES[loss].unit_exponent

    def objective(params: np.ndarray) -> float:
        residuals = problem.X_scaled @ params[:-1] + params[-1] - problem.y_scaled
        return LOSSES[loss].value(residuals * problem.y_scale) / unit

    step = 1e-6
    gradient = [
        (objective(start + step * row) - objective(start - step * row)) / (2 * step)
        for row in np.eye(4)
    ]
    init = problem.to_original(start[:-1], start[-1])
    final = fit(problem, TrainConfig(loss=loss, n_epochs=1, init=init, engine=engine)).final
    assert final.grad_norm == pytest.approx(np.linalg.norm(gradient), rel=1e-6)


@pytest.mark.parametrize("loss", ["mse", "half_mse"])
def test_closed_form_is_there_after_one_epoch_and_stays(split_problem: Problem, loss: str) -> None:
    states = list(train(split_problem, TrainConfig("closed_form", loss, n_epochs=3)))
    A = np.column_stack([split_problem.X_train, np.ones(split_problem.n_train)])
    solution = np.linalg.lstsq(A, split_problem.y_train)[0]
    assert [state.epoch for state in states] == [0, 1, 2, 3]
    assert states[0].params.weights.tolist() != states[1].params.weights.tolist()
    for state in states[1:]:
        np.testing.assert_allclose(state.params.weights, solution[:-1], rtol=1e-9)
        assert state.params.bias == pytest.approx(solution[-1], rel=1e-9)
    assert states[1].batch_loss == pytest.approx(states[0].train_loss)
    assert states[-1].status.name == "CONVERGED"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("solver", ["lbfgs", "sgd", "momentum", "nesterov", "adam"])
def test_converges_to_least_squares(split_problem: Problem, solver: str, engine: str) -> None:
    rate, epochs = {"lbfgs": (1.0, 3), "adam": (0.01, 2500)}.get(solver, (0.1, 600))
    config = TrainConfig(solver, learning_rate=rate, n_epochs=epochs, engine=engine)
    run = fit(split_problem, config)
    np.testing.assert_allclose(run.final.params.weights, run.reference.weights, rtol=1e-5)
    assert run.final.params.bias == pytest.approx(run.reference.bias, rel=1e-5)
    # L-BFGS stops by its own, looser tolerance once the loss no longer changes.
    assert run.status.name == ("FINISHED" if solver == "lbfgs" else "CONVERGED")


@pytest.mark.parametrize("engine", ENGINES)
def test_momentum_zero_is_plain_gradient_descent(problem: Problem, engine: str) -> None:
    config = TrainConfig(learning_rate=0.05, momentum=0.0, n_epochs=5, engine=engine)
    runs = [
        fit(problem, replace(config, solver=solver)).final
        for solver in ("sgd", "momentum", "nesterov")
    ]
    assert len({tuple(state.params.weights) for state in runs}) == 1


@pytest.mark.parametrize("solver", list(SOLVERS.values()), ids=list(SOLVERS))
def test_solvers_are_documented(solver: Any) -> None:
    assert solver.label and solver.source and solver.formula
    assert solver.summary.endswith(".")
    assert set(solver.knobs) <= set(TrainConfig.__dataclass_fields__)


def test_knobs() -> None:
    assert SOLVERS["momentum"].knobs == ("learning_rate", "momentum", "weight_decay", "l1")
    assert SOLVERS["closed_form"].knobs == ()
    assert "weight_decay" not in SOLVERS["lbfgs"].knobs


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_losses_are_documented_and_their_slope_is_that_of_finite_differences(loss: Loss) -> None:
    assert loss.label and loss.formula and loss.source and loss.summary.endswith(".")
    smooth = np.array([-3.0, -0.4, 0.9, 7.0])
    difference = (loss.row_losses(smooth + 1e-6) - loss.row_losses(smooth - 1e-6)) / 2e-6
    np.testing.assert_allclose(loss.slope(smooth), difference, rtol=1e-6)


@pytest.mark.parametrize("name", LOSS_FUNCTIONS)
def test_losses_agree_with_torch(name: str) -> None:
    residuals = np.array([-3.0, -0.4, 0.0, 0.9, 1.0, 7.0])
    expected = LOSS_FUNCTIONS[name](torch.tensor(residuals), torch.zeros(6)).item()
    assert LOSSES[name].value(residuals) == pytest.approx(expected)
