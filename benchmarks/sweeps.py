"""Grids of 32 x 32 runs: together, against `fit` of each, and against scikit-learn on all cores.

python -m benchmarks.sweeps
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import SGDRegressor

from benchmarks.report import Row, milliseconds, print_table
from linreg_core import ENGINES, Problem, TrainConfig, fit, make_dataset, sweep_blocks

SIDE = 32
REPEATS = 3
N_ONE_BY_ONE = 32
"""Runs of the grid, evenly spaced, that are trained one by one: all would take minutes."""
N_SKLEARN = 64
Runs = list[tuple[Problem, TrainConfig]]


def seconds_of(
    work: Callable[[], object],
    repeats: int = REPEATS,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """The least that `work` takes of one core: what else happens there only adds to it."""
    seconds = []
    for _ in range(repeats):
        started = clock()
        work()
        seconds.append(clock() - started)
    return min(seconds)


def rates_and_momenta(**values: Any) -> Runs:
    """One problem of tutorial 4's size, as a map of two knobs has it."""
    problem = Problem.from_dataset(make_dataset("line"))
    config = TrainConfig(init="randn", **values)
    rates, momenta = np.geomspace(1e-3, 2.0, SIDE), np.linspace(0.0, 0.95, SIDE)
    return [
        (problem, replace(config, learning_rate=float(rate), momentum=float(momentum)))
        for rate in rates
        for momentum in momenta
    ]


def noises_and_seeds(standardize: bool, n_epochs: int) -> Runs:
    """A problem for each cell, all of them made anew."""
    config = TrainConfig(init="randn", n_epochs=n_epochs)
    datasets = (
        make_dataset("line", seed=seed, noise=float(noise))
        for noise in np.linspace(0.0, 0.5, SIDE)
        for seed in range(SIDE)
    )
    return [(Problem.from_dataset(each, standardize=standardize), config) for each in datasets]


def passes(problem: Problem, config: TrainConfig) -> None:
    """As many passes in one call: scikit-learn updates after each row, whatever the batch."""
    SGDRegressor(
        penalty=None,
        learning_rate="constant",
        eta0=config.learning_rate,
        max_iter=config.n_epochs,
        tol=None,
    ).fit(problem.X_scaled, problem.y_scaled)


def rows_of(what: str, target: str, **values: Any) -> list[Row]:
    runs = rates_and_momenta(**values)
    together = seconds_of(lambda: list(sweep_blocks(runs)))
    some = runs[:: len(runs) // N_ONE_BY_ONE]
    one_by_one = seconds_of(
        lambda: [fit(problem, replace(config, engine="compiled")) for problem, config in some], 3
    )
    ratio = one_by_one / len(some) * len(runs) / together
    return [
        Row(f"{len(runs):,} runs, {what}", milliseconds(together), target),
        Row("… a loop of single fits takes so many times as long", f"{ratio:.0f} x"),
    ]


def sklearn_row(what: str, n_epochs: int) -> Row:
    """As many passes of SGDRegressor, in as many processes as there are cores."""
    runs = rates_and_momenta(n_epochs=n_epochs, batch_size=10)
    together = seconds_of(lambda: list(sweep_blocks(runs)), REPEATS, time.perf_counter)
    some = [(problem, replace(c, learning_rate=1e-3)) for problem, c in runs[:N_SKLEARN]]
    with Parallel(n_jobs=os.cpu_count()) as pool:
        pool(delayed(passes)(*run) for run in some)
        took = seconds_of(lambda: pool(delayed(passes)(*run) for run in some), 2, time.perf_counter)
    ratio = took / len(some) * len(runs) / together
    return Row(f"scikit-learn in joblib, {what}", f"{ratio:.0f} x as long")


def problem_rows() -> list[Row]:
    rows = []
    for standardize in (False, True):
        what = "standardised" if standardize else "raw"
        made = seconds_of(lambda s=standardize: noises_and_seeds(s, 100), 3)
        runs = noises_and_seeds(standardize, 100)
        trained = seconds_of(lambda runs=runs: list(sweep_blocks(runs)), 3)
        rows.append(Row(f"1,024 problems made, noise by seed, {what}", milliseconds(made)))
        rows.append(Row("… trained for 100 epochs, references found", milliseconds(trained)))
    return rows


def main() -> None:
    ENGINES["compiled"].prepare()
    rows = []
    for n_epochs in (100, 1000):
        epochs = f"{n_epochs:,} epochs"
        rows += rows_of(f"full batch, {epochs}", "< 300 ms", n_epochs=n_epochs, solver="momentum")
        rows += rows_of(f"full batch, l1, {epochs}", "", n_epochs=n_epochs, loss="l1")
        batches = {"n_epochs": n_epochs, "batch_size": 10}
        rows += rows_of(f"batches of 10, {epochs}", "< 1.5 s", solver="momentum", **batches)
        rows += rows_of(f"batches of 10, Adam, {epochs}", "< 1.5 s", solver="adam", **batches)
        rows.append(sklearn_row(f"batches of 10, {epochs}", n_epochs))
    print_table("Sweeps of 32 x 32", rows + problem_rows())


if __name__ == "__main__":
    main()
