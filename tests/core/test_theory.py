"""Stable learning rates, tested by training just below and just above them."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import (
    Dataset,
    Params,
    Problem,
    Status,
    TrainConfig,
    fit,
    stable_learning_rate,
)
from linreg_core.theory import rows_overshooting, sample_stable_learning_rate, stability


@pytest.mark.parametrize("solver", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("loss", ["mse", "half_mse"])
@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("fixture", ["problem", "split_problem"])
def test_training_is_stable_just_below_and_not_just_above(
    solver: str, loss: str, weight_decay: float, fixture: str, request: pytest.FixtureRequest
) -> None:
    problem: Problem = request.getfixturevalue(fixture)

    def loss_growth(factor: float) -> float:
        options = {"momentum": 0.7, "weight_decay": weight_decay, "init": "randn"}
        edge = stable_learning_rate(problem, TrainConfig(solver, loss, **options))
        assert edge is not None
        config = TrainConfig(solver, loss, learning_rate=factor * edge, n_epochs=500, **options)
        trajectory = fit(problem, config).trajectory
        return float(trajectory.train_loss[-1] / trajectory.train_loss[0])

    assert loss_growth(0.97) < 2
    assert loss_growth(1.03) > 1000


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig("adam"),
        TrainConfig("closed_form"),
        TrainConfig(loss="l1"),
        TrainConfig(loss="huber"),
        TrainConfig(batch_size=8),
        TrainConfig(batch_size=37, sampling="replacement"),
    ],
)
def test_none_where_there_is_no_closed_answer(problem: Problem, config: TrainConfig) -> None:
    assert stable_learning_rate(problem, config) is None


def test_products_and_matrices_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.random.default_rng(0).standard_normal((60, 8)) * 3 + 1
    dataset = Dataset("eight", X, X[:, 0])
    expected = stable_learning_rate(Problem.from_dataset(dataset), TrainConfig())
    monkeypatch.setattr(stability, "DENSE_FEATURES", 0)
    found = stable_learning_rate(Problem.from_dataset(dataset), TrainConfig())
    assert found == pytest.approx(expected, rel=1e-4)


def test_one_row_shrinks_its_error_only_below_the_sample_rate() -> None:
    problem = Problem.from_dataset(Dataset("row", [[3.0]], [7.0]))
    edge = sample_stable_learning_rate(problem, TrainConfig(batch_size=1))
    assert edge == pytest.approx(2 / (2 * 10))
    for factor, shrinks in ((0.99, True), (1.01, False)):
        config = TrainConfig(learning_rate=factor * edge, batch_size=1, n_epochs=1)
        losses = fit(problem, config).trajectory.train_loss
        assert (losses[1] < losses[0]) == shrinks
        assert rows_overshooting(problem, config) == (0 if shrinks else 1)


@pytest.mark.parametrize("loss", ["mse", "half_mse"])
def test_rows_overshooting_by_its_definition(split_problem: Problem, loss: str) -> None:
    config = TrainConfig(loss=loss, learning_rate=0.4, batch_size=1)
    sizes = (split_problem.X_scaled**2).sum(axis=1) + 1
    factors = np.abs(1 - 0.4 * (2 if loss == "mse" else 1) * sizes)
    assert 0 < rows_overshooting(split_problem, config) == np.count_nonzero(factors > 1) < 28


def test_rows_overshooting_is_0_where_it_means_nothing(problem: Problem) -> None:
    for config in (TrainConfig(loss="l1", learning_rate=9), TrainConfig("adam", learning_rate=9)):
        assert sample_stable_learning_rate(problem, config) is None
        assert rows_overshooting(problem, config) == 0


def test_diverged_runs_are_above_their_stable_rate(problem: Problem) -> None:
    config = TrainConfig(learning_rate=1.0, n_epochs=300, init=Params(np.ones(3), 1.0))
    assert fit(problem, config).status is Status.DIVERGED
    assert stable_learning_rate(problem, config) < 1.0
