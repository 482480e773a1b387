"""What every run promises, whatever solver, loss and sampling make it."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from linreg_core import (
    LOSSES,
    SOLVERS,
    ConfigError,
    Dataset,
    Params,
    Problem,
    Status,
    TrainConfig,
    fit,
    train,
    train_blocks,
)
from linreg_core.engines import ENGINES
from tests.core.engine_runs import values_of

pytestmark = pytest.mark.usefixtures("compiled_engine")

CONFIGS = [
    TrainConfig(
        solver,
        loss,
        learning_rate=0.02,
        n_epochs=2 if solver == "lbfgs" else 4,
        engine=engine,
        seed=3,
        **batches,
    )
    for engine, solver, loss, batches in itertools.product(
        ENGINES,
        SOLVERS,
        LOSSES,
        ({}, {"batch_size": 8}, {"batch_size": 8, "sampling": "replacement", "dtype": "float32"}),
    )
    if solver != "closed_form" or LOSSES[loss].is_squared and not batches
]
ITERATIVE = [config for config in CONFIGS if config.solver != "closed_form"]


def name_of(config: TrainConfig) -> str:
    names = (config.engine, config.solver, config.loss, config.batch_size, config.sampling)
    return "-".join(map(str, names))


def states_of(problem: Problem, config: TrainConfig) -> list[tuple[Any, ...]]:
    return [values_of(state) for state in train(problem, config)]


@pytest.mark.parametrize("config", CONFIGS, ids=name_of)
def test_states_come_in_order_and_are_what_they_say(
    split_problem: Problem, config: TrainConfig
) -> None:
    states = list(train(split_problem, config))
    assert [state.epoch for state in states] == list(range(config.n_epochs + 1))
    updates = config.updates_in_epoch(split_problem.n_train)
    assert [state.n_updates for state in states] == [
        updates * k for k in range(config.n_epochs + 1)
    ]
    assert [state.status for state in states[:-1]] == [Status.RUNNING] * config.n_epochs
    assert states[-1].status in (Status.FINISHED, Status.CONVERGED)
    assert (states[0].batch_loss, states[0].grad_norm) == (None, None)
    assert len({id(state.params.weights) for state in states}) == len(states)
    tolerance = 1e-4 if config.dtype == "float32" else 1e-9
    for state in states:
        assert not state.params.weights.flags.writeable
        loss = LOSSES[config.loss]
        train_residuals = state.params.predict(split_problem.X_train) - split_problem.y_train
        test_residuals = state.params.predict(split_problem.X_test) - split_problem.y_test
        assert state.train_loss == pytest.approx(loss.value(train_residuals), rel=tolerance)
        assert state.test_loss == pytest.approx(loss.value(test_residuals), rel=tolerance)


@pytest.mark.parametrize("config", CONFIGS, ids=name_of)
def test_same_seed_same_states_whatever_global_seeds_do(
    split_problem: Problem, config: TrainConfig
) -> None:
    torch.manual_seed(1)
    np.random.seed(1)
    before = (torch.get_rng_state(), np.random.get_state()[1].copy())
    first = states_of(split_problem, config)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])
    torch.manual_seed(2)
    again = Problem.from_dataset(
        split_problem.dataset, test_fraction=0.25, standardize=True, seed=1
    )
    assert states_of(again, config) == first


@pytest.mark.parametrize("config", ITERATIVE, ids=name_of)
def test_a_huge_learning_rate_diverges_at_once_and_quietly(
    split_problem: Problem, config: TrainConfig
) -> None:
    huge = TrainConfig(
        config.solver,
        config.loss,
        learning_rate=1e12,
        n_epochs=100_000,
        batch_size=config.batch_size,
        sampling=config.sampling,
        engine=config.engine,
        dtype=config.dtype,
        evaluate_every=1000,
    )
    run = fit(split_problem, huge)
    assert run.status is Status.DIVERGED
    assert run.final.epoch < 20
    assert run.final.train_loss is not None and run.final.train_loss > 0
    assert run.final.test_loss is not None
    assert len(run.trajectory) == run.final.epoch + 1


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch_size", [None, 8])
@pytest.mark.parametrize("sampling", ["shuffle", "sequential", "replacement"])
def test_where_blocks_end_changes_nothing(
    split_problem: Problem, batch_size: int | None, sampling: str, engine: str
) -> None:
    config = TrainConfig(n_epochs=12, batch_size=batch_size, sampling=sampling, engine=engine)
    expected = states_of(split_problem, config)
    for options in ({"max_seconds": 0}, {"max_epochs": 5, "max_seconds": 1}, {"max_seconds": 9}):
        blocks = list(train_blocks(split_problem, config, **options))
        assert blocks[0].epoch.tolist() == [0]
        states = [values_of(state) for block in blocks for state in block.states()]
        assert states == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_a_long_epoch_is_interrupted_between_two_updates(problem: Problem, engine: str) -> None:
    config = TrainConfig(n_epochs=2, batch_size=1, engine=engine)
    blocks = list(train_blocks(problem, config, max_seconds=0))
    assert [len(block) for block in blocks].count(0) == 2 * 36
    assert all(block.status is Status.RUNNING for block in blocks if not len(block))
    assert [epoch for block in blocks for epoch in block.epoch] == [0, 1, 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_diverged_run_is_cut_at_the_same_epoch_however_large_its_blocks(
    problem: Problem, engine: str
) -> None:
    config = TrainConfig(learning_rate=1.2, n_epochs=300, evaluate_every=50, engine=engine)
    one_by_one = states_of(problem, config)
    in_blocks = [
        values_of(state)
        for block in train_blocks(problem, config, max_seconds=9)
        for state in block.states()
    ]
    assert one_by_one == in_blocks
    assert one_by_one[-1][-1] is Status.DIVERGED
    assert one_by_one[-1][4] is not None, "the last state is evaluated"


@pytest.mark.parametrize("engine", ENGINES)
def test_divergence_is_noticed_while_floats_are_still_finite(engine: str) -> None:
    X = np.linspace(0, 1, 100)[:, np.newaxis]
    problem = Problem.from_dataset(Dataset("line", X, X[:, 0]))
    run = fit(problem, TrainConfig(learning_rate=1.2, n_epochs=300, engine=engine))
    assert run.status is Status.DIVERGED
    assert np.isfinite(run.final.train_loss)


@pytest.mark.parametrize("engine", ENGINES)
def test_infinite_start_ends_at_epoch_0(problem: Problem, engine: str) -> None:
    config = TrainConfig(init=Params(np.full(3, 1e300), 0.0), engine=engine)
    states = list(train(problem, config))
    assert [(state.epoch, state.status) for state in states] == [(0, Status.DIVERGED)]
    assert states[0].train_loss == np.inf


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_runs_ahead_of_the_consumer(problem: Problem, engine: str) -> None:
    next(train(problem, TrainConfig(engine=engine)))  # whatever is made ready once
    started = time.process_time()  # what others do does not count
    states = train(problem, TrainConfig(n_epochs=1_000_000, engine=engine))
    assert next(states).epoch == 0
    assert next(states).epoch == 1
    assert time.process_time() - started < 2


class _CountingTraining:
    """A training that only counts how often it was advanced."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.n_advances = inner, 0

    def advance(self, max_epochs: int | None, deadline: float) -> Any:
        self.n_advances += 1
        return self.inner.advance(max_epochs, deadline)


@pytest.mark.parametrize("engine", ENGINES)
def test_each_state_costs_one_advance(
    problem: Problem, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def start(self: Any, problem: Problem, config: TrainConfig) -> Any:
        made.append(_CountingTraining(self.begin(problem, config)))
        return made[-1]

    monkeypatch.setattr(type(ENGINES[engine]), "start", start)
    states = train(problem, TrainConfig(n_epochs=10, engine=engine))
    counts = []
    for _ in range(4):
        next(states)
        counts.append(made[0].n_advances)
    assert counts == [1, 2, 3, 4]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch_size", [None, 8])
def test_interleaved_generators_and_no_grad_do_not_disturb_one_another(
    problem: Problem, engine: str, batch_size: int | None
) -> None:
    configs = [
        TrainConfig("adam", loss, n_epochs=8, batch_size=batch_size, seed=seed, engine=engine)
        for seed, loss in ((1, "mse"), (2, "huber"))
    ]
    expected = [states_of(problem, config) for config in configs]
    with torch.no_grad(), torch.inference_mode():
        fresh = Problem.from_dataset(problem.dataset)
        pairs = zip(*(train(fresh, config) for config in configs), strict=True)
        interleaved = [(values_of(one), values_of(two)) for one, two in pairs]
        assert not torch.is_grad_enabled()
    assert [list(column) for column in zip(*interleaved, strict=True)] == expected
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch_size", [None, 8])
def test_threads_get_identical_states(
    dataset: Dataset, engine: str, batch_size: int | None
) -> None:
    problem = Problem.from_dataset(dataset, standardize=True)
    config = TrainConfig(
        "momentum", learning_rate=0.01, n_epochs=40, batch_size=batch_size, engine=engine
    )
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: states_of(problem, config), range(8)))
    assert all(run == runs[0] for run in runs)
    assert runs[0] == states_of(Problem.from_dataset(dataset, standardize=True), config)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            TrainConfig(batch_size=38),
            "`batch_size` must be <= the number of training rows, 37. Got 38.",
        ),
        (
            TrainConfig(n_epochs=1_000_000, updates_per_epoch=101),
            "`n_epochs` times the updates of an epoch must be <= 100,000,000. "
            "Got 101,000,000: use fewer epochs or larger batches.",
        ),
        (
            TrainConfig(init=Params(np.zeros(2), 0.0)),
            "`init` must have one weight for each of the 3 features. Got 2.",
        ),
    ],
)
def test_what_does_not_fit_is_said_at_the_call(
    problem: Problem, config: TrainConfig, message: str
) -> None:
    for start in (train, train_blocks, fit):
        with pytest.raises(ConfigError) as raised:
            start(problem, config)
        assert str(raised.value) == message


@pytest.mark.parametrize(
    ("option", "value"), [("max_epochs", 0), ("max_seconds", -1), ("max_seconds", float("nan"))]
)
def test_bad_slices_are_said_at_the_call(problem: Problem, option: str, value: float) -> None:
    with pytest.raises(ConfigError, match=option):
        train_blocks(problem, TrainConfig(), **{option: value})


@pytest.mark.parametrize("engine", ENGINES)
def test_evaluation_is_sparse_where_it_would_cost_more_than_training(
    problem: Problem, engine: str
) -> None:
    config = TrainConfig(n_epochs=1000, batch_size=2, updates_per_epoch=1, engine=engine)
    trajectory = fit(problem, config).trajectory
    evaluated = np.flatnonzero(~np.isnan(trajectory.train_loss))
    assert len(evaluated) == 201
    assert (evaluated[0], evaluated[-1]) == (0, 1000)
    assert set(np.diff(evaluated)) == {5}
    assert not np.isnan(trajectory.batch_loss[1:]).any()


@pytest.mark.parametrize("engine", ENGINES)
def test_evaluate_every_keeps_first_and_last(split_problem: Problem, engine: str) -> None:
    config = TrainConfig(n_epochs=10, evaluate_every=4, engine=engine)
    states = list(train(split_problem, config))
    assert [s.epoch for s in states if s.train_loss is not None] == [0, 4, 8, 10]
    assert [s.epoch for s in states if s.test_loss is not None] == [0, 4, 8, 10]


@pytest.mark.parametrize("engine", ENGINES)
def test_updates_per_epoch(problem: Problem, engine: str) -> None:
    config = TrainConfig(n_epochs=2, batch_size=8, learning_rate=0.01, engine=engine)
    passes = fit(problem, config).trajectory
    single = fit(problem, replace(config, n_epochs=10, updates_per_epoch=1)).trajectory
    assert passes.n_updates.tolist() == [0, 5, 10]
    assert single.n_updates.tolist() == list(range(11))
    np.testing.assert_array_equal(single.weights[[0, 5, 10]], passes.weights)


def test_a_run_keeps_what_it_was_made_of(problem: Problem) -> None:
    config = TrainConfig(n_epochs=3)
    run = fit(problem, config)
    assert (run.problem, run.config) == (problem, config)
    assert run.final.epoch == 3
    assert run.status is run.final.status
    assert run.seconds > 0
