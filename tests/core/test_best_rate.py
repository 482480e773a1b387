"""The best rate of any solver, against every rate of a fine grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linreg_core import SOLVERS, Problem, TrainConfig, best_rate, make_dataset, sweep
from linreg_core.theory import near_loss
from linreg_core.types import Status

GRID = np.geomspace(1e-4, 10, 161)


@pytest.fixture(scope="module")
def line() -> Problem:
    return Problem.from_dataset(make_dataset("line", noise=0.1, seed=2))


@pytest.mark.parametrize(
    "config",
    [
        *(TrainConfig(solver=name) for name, solver in SOLVERS.items() if solver.is_iterative),
        TrainConfig(batch_size=20),
        TrainConfig(solver="adam", batch_size=20),
        TrainConfig(solver="momentum", loss="huber"),
        TrainConfig(solver="adam", schedule="cosine"),
        TrainConfig(solver="rmsprop", warmup_epochs=20),
    ],
)
def test_no_rate_of_a_fine_grid_is_much_better(line: Problem, config: TrainConfig) -> None:
    config = replace(config, n_epochs=10 if config.solver == "lbfgs" else 300)
    rate = best_rate(line, config)
    assert rate is not None
    rates = [rate, *GRID[:: 8 if config.solver == "lbfgs" else 1]]
    runs = sweep(line, [replace(config, learning_rate=float(each)) for each in rates])
    stays = runs.settled_loss <= near_loss(line, config)
    epochs = np.where(stays, runs.epochs_to_1_percent, np.inf)
    found, others = epochs[0], epochs[1:]
    assert runs.status[0] is not Status.DIVERGED
    if np.isfinite(others).any():
        assert found <= 1.25 * others.min() + 1  # momentum's swings make single rates lucky
    else:
        assert runs.settled_loss[0] <= 1.01 * np.nanmin(runs.settled_loss[1:])


def test_a_ravines_best_rate_is_told_by_theory_and_does_not_diverge() -> None:
    condos = Problem.from_dataset(make_dataset("condos"))
    config = TrainConfig(n_epochs=2_000)
    rate = best_rate(condos, config)
    assert rate is not None and rate < 1e-5
    assert sweep(condos, [replace(config, learning_rate=rate)]).status[0] is not Status.DIVERGED


def test_there_is_none_without_a_rate_or_without_a_run_that_stays(line: Problem) -> None:
    assert best_rate(line, TrainConfig(solver="closed_form", n_epochs=1)) is None
    huge = make_dataset("line", noise=0.1)
    far = Problem.from_dataset(replace(huge, X=huge.X * 1e12))
    assert best_rate(far, TrainConfig(solver="sgd", batch_size=5, n_epochs=20)) is None


def test_of_a_run_with_changes_the_last_settings_count(line: Problem) -> None:
    changed = TrainConfig(n_epochs=300, changes=((5, (("solver", "adam"),)),))
    assert best_rate(line, changed) == best_rate(line, TrainConfig(n_epochs=300, solver="adam"))
