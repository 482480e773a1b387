"""Runs trained many at a time, against `fit` of each; and which of them the loops leave alone."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linreg_core import (
    LOSSES,
    SOLVERS,
    Dataset,
    Params,
    Problem,
    TrainConfig,
    fit,
    make_dataset,
    sweep,
    sweep_blocks,
)
from linreg_core.engines.compiled.compiler import COMPILER
from linreg_core.limits import INITS, SAMPLINGS, SCHEDULES
from linreg_core.sweeping.together import Together
from linreg_core.theory import near_loss
from linreg_core.theory.lasting import first_lasting
from linreg_core.types import Status

pytestmark = pytest.mark.usefixtures("compiled_engine")

RATES = (1e-3, 0.05, 0.4, 3.0)
"""The last is beyond what is stable. A squared loss diverges then; another, whose slopes are
bounded, wanders about, and multiplies every rounding."""
RULED = [name for name, solver in SOLVERS.items() if solver.update is not None]
PROXIMAL = [name for name, solver in SOLVERS.items() if "l1" in solver.knobs]


def problems() -> dict[str, Problem]:
    line = make_dataset("line", seed=3, n_samples=40)
    wide = make_dataset("correlated", n_samples=50, correlation=0.3)
    shifted = Dataset("shifted", line.X * 30 + 1e4, line.y * 5e3 - 1e5)
    constant = Dataset("constant", np.full((7, 1), 0.1), np.arange(7.0))
    return {
        "line": Problem.from_dataset(line),
        "standardised": Problem.from_dataset(shifted, 0.25, standardize=True, seed=2),
        "origin": Problem.from_dataset(line, fit_intercept=False),
        "exact": Problem.from_dataset(make_dataset("exact_line", n_samples=30)),
        "constant": Problem.from_dataset(constant),
        "features": Problem.from_dataset(wide, 0.2),
        "standard features": Problem.from_dataset(wide, standardize=True),
        "fewer rows": Problem.from_dataset(Dataset("few", np.eye(3, 5), np.ones(3))),
    }


PROBLEMS = problems()
KINDS: tuple[dict[str, Any], ...] = (
    {},
    *({"solver": solver, "weight_decay": 0.01} for solver in RULED),
    *({"loss": loss} for loss in LOSSES),
    *({"sampling": sampling, "batch_size": 3} for sampling in SAMPLINGS),
    *({"schedule": schedule, "warmup_epochs": 3} for schedule in SCHEDULES),
    *({"init": init, "seed": 4} for init in INITS if init != "torch"),
    {"solver": "adam", "batch_size": 3, "schedule": "cosine"},
    {"solver": "nesterov", "batch_size": 3, "loss": "huber"},
    {"solver": "momentum", "momentum": 0.0},
    {"updates_per_epoch": 3},
    {"batch_size": 3, "updates_per_epoch": 2, "evaluate_every": 7},
    {"batch_size": 1, "updates_per_epoch": 1, "n_epochs": 400},
    *({"solver": solver, "l1": 0.05, "schedule": "cosine"} for solver in PROXIMAL),
    {"l1": 0.05, "weight_decay": 0.02, "batch_size": 3},
    {"stop_when_converged": True, "n_epochs": 500, "evaluate_every": 50},
    {"stop_when_converged": True, "n_epochs": 500, "l1": 0.05},
    {"stop_when_converged": True, "batch_size": 3, "seed": 7},
    {"n_epochs": 1},
    {"n_epochs": 3000, "evaluate_every": 1000},
)


def expected_of(problem: Problem, config: TrainConfig) -> tuple[float, float, float, Status]:
    """Return what a sweep should say of a run, from all of its losses."""
    run = fit(problem, replace(config, engine="compiled"))
    known = ~np.isnan(run.trajectory.train_loss)
    losses, epochs = run.trajectory.train_loss[known], run.trajectory.epoch[known]
    settled = np.median(losses[-max(1, math.ceil(0.1 * len(losses))) :])
    place = first_lasting(losses <= near_loss(problem, config))
    arrives = place is not None and run.status is not Status.DIVERGED
    return losses[-1], float(settled), float(epochs[place]) if arrives else math.inf, run.status


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("values", KINDS, ids=str)
def test_many_runs_are_runs_one_by_one(name: str, values: dict[str, Any]) -> None:
    problem = PROBLEMS[name]
    is_squared = LOSSES[values.get("loss", "mse")].is_squared
    # From a start off the minimum in each direction: Adam makes full steps of rounding errors.
    configs = [
        TrainConfig(**{"n_epochs": 60, "init": "randn", **values, "learning_rate": rate})
        for rate in (RATES if is_squared else RATES[:-1])
    ]
    runs = sweep(problem, configs)
    for i, config in enumerate(configs):
        final, settled, epochs, status = expected_of(problem, config)
        assert runs.final_loss[i] == pytest.approx(final, rel=1e-9, abs=1e-14), config
        assert runs.settled_loss[i] == pytest.approx(settled, rel=1e-9, abs=1e-14), config
        assert runs.status[i] is status, config
        assert runs.epochs_to_1_percent[i] == epochs, config


def test_a_grid_over_problems_solvers_and_batch_sizes_is_its_runs() -> None:
    solvers = ("sgd", "lbfgs", "adam", "closed_form")
    runs = [
        (problem, TrainConfig(solver, batch_size=size, n_epochs=30, init="randn", seed=seed))
        for problem in PROBLEMS.values()
        for solver in solvers
        for size in (None, 2)
        for seed in (0, 1)
        if (solver, size) != ("lbfgs", 2)  # takes seconds
    ]
    runs += [
        (PROBLEMS["line"], TrainConfig(dtype="float32", n_epochs=30)),
        (PROBLEMS["line"], TrainConfig(changes=((9, (("learning_rate", 0.3),)),), n_epochs=30)),
        (PROBLEMS["line"], TrainConfig(init=Params([3.0], 1.0), n_epochs=30)),
    ]
    blocks = list(sweep_blocks(runs, max_seconds=0.001))
    final = np.concatenate([block.final_loss for block in blocks])
    epochs = np.concatenate([block.epochs_to_1_percent for block in blocks])
    status = np.concatenate([block.status for block in blocks])
    for i, (problem, config) in enumerate(runs):
        expected = expected_of(problem, config)
        assert final[i] == pytest.approx(expected[0], rel=1e-9, abs=1e-14), config
        assert (epochs[i], status[i]) == expected[2:], config


def test_who_trains_which_run() -> None:
    kernels = COMPILER.kernels()
    assert kernels is not None
    line = PROBLEMS["line"]

    def is_together(problem: Problem, **values: Any) -> bool:
        return Together(kernels).train([(problem, TrainConfig(**values))], 0, 1.0) is not None

    assert all(
        is_together(line, solver=solver, batch_size=size) for solver in RULED for size in (None, 2)
    )
    assert not is_together(line, solver="lbfgs") and not is_together(line, dtype="float32")
    assert not is_together(line, n_epochs=1_000_000) and is_together(line, n_epochs=10_000)
    wide = Problem.from_dataset(Dataset("wide", np.eye(30), np.ones(30)))
    assert not is_together(wide)
    large = Problem.from_dataset(make_dataset("line", n_samples=100_000))
    assert is_together(large) and not is_together(large, loss="l1")


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_what_leaves_the_range_of_a_float_is_the_engines(size: float) -> None:
    data = make_dataset("line", n_samples=20)
    problem = Problem.from_dataset(Dataset("odd", data.X * size, data.y * size))
    configs = [TrainConfig(learning_rate=rate, n_epochs=5) for rate in (1e-3, 1.0)]
    runs = sweep(problem, configs)
    for i, config in enumerate(configs):
        run = fit(problem, replace(config, engine="compiled"))
        assert runs.final_loss[i] == run.final.train_loss and runs.status[i] is run.status
