"""What the benchmark of the engines compares does make the same updates, at a small size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.engine_works import WORKS, Work, largest_difference, line
from benchmarks.plain_loop import OPTIMIZERS, PlainTraining
from benchmarks.sklearn_passes import SklearnTraining
from linreg_core import ENGINES, Params, Problem, TrainConfig, fit

TOLERANCES = {"float64": 1e-9, "float32": 1e-4}


def small(work: Work) -> Work:
    return replace(
        work,
        n_samples=min(work.n_samples, 3_000),
        n_features=min(work.n_features, 50),
        config=replace(work.config, n_epochs=min(work.config.n_epochs, 10)),
    )


def assert_same_run(work: Work, engine: str) -> None:
    problem, config = Problem.from_dataset(work.dataset()), work.recording(engine)
    run, history = fit(problem, config), PlainTraining(problem, config).start()()
    tolerance = TOLERANCES[config.dtype]
    assert largest_difference(run.final.params, history.final()) < tolerance
    assert len(history.losses) == config.n_epochs
    np.testing.assert_allclose(run.trajectory.batch_loss[1:], history.losses, rtol=tolerance)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.title)
def test_plain_loop_and_engine_agree(work: Work, engine: str) -> None:
    assert_same_run(small(work), engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch_size", [10, None])
@pytest.mark.parametrize("solver", OPTIMIZERS)
def test_plain_loop_and_engine_agree_with_every_solver(
    solver: str, batch_size: int | None, engine: str
) -> None:
    config = TrainConfig(solver, learning_rate=0.01, n_epochs=5, batch_size=batch_size)
    assert_same_run(Work(line, 100, 1, config), engine)


def test_passes_of_sklearn_are_our_updates_at_batch_size_1() -> None:
    work = next(work for work in WORKS if work.config.batch_size == 1)
    problem = Problem.from_dataset(work.dataset())
    passes = SklearnTraining(problem, work.config).start()()
    run = fit(problem, work.config)
    assert len(passes) == work.config.n_epochs
    for epoch in (1, work.config.n_epochs):
        ours = Params(run.trajectory.weights[epoch], run.trajectory.bias[epoch])
        assert largest_difference(ours, Params(*passes[epoch - 1])) < TOLERANCES["float64"]


def test_a_wrong_engine_would_be_seen() -> None:
    work = small(WORKS[0])
    problem = Problem.from_dataset(work.dataset())
    wrong = replace(work.config, learning_rate=1.01 * work.config.learning_rate)
    history = PlainTraining(problem, work.config).start()()
    assert largest_difference(fit(problem, wrong).final.params, history.final()) > 1e-4
