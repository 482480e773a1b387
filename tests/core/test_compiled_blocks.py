"""The compiled engine's blocks: how long they are, and that where they end changes nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from linreg_core import SOLVERS, Dataset, Problem, TrainConfig, fit, train_blocks
from linreg_core.engines import ENGINES
from linreg_core.engines.compiled import training
from linreg_core.solvers import SolverKnobs
from tests.core.engine_runs import BATCHES, values_of

pytestmark = pytest.mark.usefixtures("compiled_engine")

RULES = tuple(solver for solver in SOLVERS.values() if solver.update is not None)


def some_problem(n_features: int, n_samples: int = 60, standardize: bool = True) -> Problem:
    generator = np.random.default_rng(7)
    X = generator.standard_normal((n_samples, n_features))
    y = X.sum(axis=1) + 2 + generator.standard_normal(n_samples)
    return Problem.from_dataset(Dataset("some", X, y), test_fraction=0.2, standardize=standardize)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("batching", BATCHES)
@pytest.mark.parametrize("n_features", [1, 3, 23])
def test_where_blocks_end_changes_nothing(n_features: int, batching: str, dtype: str) -> None:
    problem = some_problem(n_features)
    for solver, loss, options in (
        ("momentum", "mse", {}),
        ("adam", "huber", {"updates_per_epoch": 4}),
        ("sgd", "l1", {"evaluate_every": 7}),
        ("lbfgs", "mse", {"n_epochs": 2, "updates_per_epoch": 2}),  # of 20 inner steps each
    ):
        config = TrainConfig(
            solver,
            loss,
            **{"n_epochs": 20, **options, **BATCHES[batching]},
            learning_rate=0.01,
            dtype=dtype,
            engine="compiled",
        )
        runs = [
            [
                values_of(state)
                for block in train_blocks(problem, config, **limits)
                for state in block.states()
            ]
            for limits in (
                {"max_seconds": 0},
                {"max_seconds": math.inf},
                {"max_epochs": 1, "max_seconds": math.inf},
                {"max_epochs": 3, "max_seconds": math.inf},
                {"max_seconds": 1e-4},
            )
        ]
        assert len(runs[0]) == config.n_epochs + 1
        assert all(run == runs[0] for run in runs), (solver, loss)


def test_epoch_0_comes_alone_and_a_long_epoch_is_interrupted() -> None:
    config = TrainConfig("sgd", "l1", n_epochs=3, batch_size=1, engine="compiled")
    blocks = list(train_blocks(some_problem(2), config, max_seconds=0))
    assert blocks[0].epoch.tolist() == [0]
    assert len(blocks) == 1 + 3 * 48
    assert [epoch for block in blocks for epoch in block.epoch] == [0, 1, 2, 3]


class Clock:
    """A clock on which an update takes `seconds`, whatever it really takes."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.n_updates, self.asked = seconds, 0, []

    def perf_counter(self) -> float:
        return self.n_updates * self.seconds


def clocked(config: TrainConfig, problem: Problem, seconds: float, monkeypatch: Any) -> Any:
    """Return a training whose updates take `seconds` each on the clock that is returned too."""
    clock = Clock(seconds)
    monkeypatch.setattr(training, "time", clock)
    started = ENGINES["compiled"].start(problem, config)
    steps = started._steps
    run = steps.run

    def counted(n_updates: int) -> Any:
        before = steps.n_updates
        columns = run(n_updates)
        clock.asked.append(steps.n_updates - before)
        clock.n_updates += steps.n_updates - before
        return columns

    monkeypatch.setattr(steps, "run", counted)
    return started, clock


@pytest.mark.parametrize("batching", ["full", "shuffle"])
@pytest.mark.parametrize("seconds", [1e-7, 1e-5, 1e-3, 1.0])
def test_a_block_ends_when_its_time_is_over(
    batching: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the first guess of what an update costs is wrong: the second block is right."""
    config = TrainConfig("adam", "l1", n_epochs=1_000_000, engine="compiled", **BATCHES[batching])
    started, clock = clocked(config, some_problem(2), seconds, monkeypatch)
    assert started.advance(None, clock.perf_counter() + 0.008).epoch.tolist() == [0]
    assert clock.n_updates == 0
    for k in range(5):
        began = clock.perf_counter()
        started.advance(None, began + 0.008)
        took = clock.perf_counter() - began
        assert took >= 0.008 * (1 - 1e-6)
        if k:
            assert took <= max(0.008 + 2 * seconds, 0.0085)


def test_first_guesses_reckon_with_the_rows_of_evaluations() -> None:
    """One row an update, and every epoch's losses over all rows: those are what takes long."""
    problem = some_problem(2, 50_000)
    for loss in ("l1", "huber"):
        config = TrainConfig(
            "sgd", loss, n_epochs=200, batch_size=1, updates_per_epoch=1, engine="compiled"
        )
        started = ENGINES["compiled"].start(problem, config)
        started.advance(None, math.inf)
        assert started._affordable(0.008) < 200
        config = TrainConfig("sgd", loss, n_epochs=200, batch_size=1, engine="compiled")
        assert ENGINES["compiled"].start(problem, config)._affordable(0.008) > 2000


def test_nothing_runs_ahead() -> None:
    config = TrainConfig("sgd", "l1", n_epochs=1_000_000, batch_size=8, engine="compiled")
    started = ENGINES["compiled"].start(some_problem(2), config)
    assert started._steps.n_updates == 0
    started.advance(1, math.inf)
    assert started._steps.n_updates == 0
    for epoch in (1, 2):
        assert started.advance(1, math.inf).epoch.tolist() == [epoch]
        assert started._steps.n_updates == 6 * epoch


@pytest.mark.parametrize("solver", RULES, ids=[solver.name for solver in RULES])
def test_rules_run_uncompiled_to_the_same_effect(solver: Any) -> None:
    problem = some_problem(3, standardize=False)
    config = TrainConfig(
        solver.name,
        learning_rate=0.01,
        momentum=0.7,
        weight_decay=0.02,
        n_epochs=60,
        engine="compiled",
    )
    trajectory = fit(problem, config).trajectory
    A = np.column_stack([problem.X_train, np.ones(problem.n_train)])
    params, memory = np.zeros(4), np.zeros((max(1, solver.memory_rows), 4))
    for k in range(1, 61):
        gradient = 2 * A.T @ (A @ params - problem.y_train) / problem.n_train
        solver.update(params, gradient, memory, k, SolverKnobs(0.01, 0.7, 0.02, 0.0))
        np.testing.assert_allclose(trajectory.weights[k], params[:-1], rtol=1e-10)
        assert trajectory.bias[k] == pytest.approx(params[-1], rel=1e-10)
