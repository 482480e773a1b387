"""How long it takes to tell the zones of a new data set, to predict a run, and to diagnose one.

python -m benchmarks.zones
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.report import Row, milliseconds, percentile, print_table
from linreg_core import (
    DATASETS,
    ENGINES,
    Dataset,
    Problem,
    TrainConfig,
    diagnose,
    fit,
    make_dataset,
    predicted_losses,
    reference_fit,
)
from linreg_core.theory import learning_rate_zones, measured_zones

REPEATS = 20
LARGE_REPEATS = 3
SHAPES = ((118, 1), (1_000, 10), (10_000, 20), (1_000, 100), (1_000_000, 10))
SMALL_CELLS = 100_000


def random_dataset(n_samples: int, n_features: int) -> Dataset:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((n_samples, n_features)) * 3.0 + 1.0
    y = X @ generator.standard_normal(n_features) + generator.standard_normal(n_samples)
    return Dataset("random", X, y)


def median_of(
    make: Callable[[], Problem], work: Callable[[Problem], object], repeats: int
) -> list[float]:
    """The seconds that `work` takes on problems that were never seen before."""
    seconds = []
    for _ in range(repeats):
        problem = make()
        reference_fit(problem)  # every run has it
        started = time.perf_counter()
        work(problem)
        seconds.append(time.perf_counter() - started)
    return seconds


def zones_row(n_samples: int, n_features: int, config: TrainConfig, what: str) -> Row:
    dataset = random_dataset(n_samples, n_features)
    repeats = REPEATS if dataset.X.size <= SMALL_CELLS else LARGE_REPEATS
    seconds = median_of(
        lambda: Problem.from_dataset(dataset, standardize=True),
        lambda problem: learning_rate_zones(problem, config),
        repeats,
    )
    target = "< 30 ms" if dataset.X.size <= SMALL_CELLS else ""
    took = milliseconds(percentile(seconds, 50))
    return Row(f"zones of {n_samples:,} x {n_features}, {what}", took, target)


def bundled_row() -> Row:
    """The slowest of our own small data sets, raw and standardised, by theory's three solvers."""
    worst = 0.0
    for name in DATASETS.keys() - {"many_weights"}:
        dataset = make_dataset(name)
        for solver in ("sgd", "momentum", "nesterov"):
            for standardize in (False, True):
                seconds = median_of(
                    lambda d=dataset, s=standardize: Problem.from_dataset(d, standardize=s),
                    lambda problem, s=solver: learning_rate_zones(
                        problem, TrainConfig(s, n_epochs=1000)
                    ),
                    5,
                )
                worst = max(worst, percentile(seconds, 50))
    return Row("zones of a bundled data set, the slowest", milliseconds(worst), "< 30 ms")


def measured_row(config: TrainConfig) -> Row:
    dataset = make_dataset("condos")
    seconds = median_of(
        lambda: Problem.from_dataset(dataset, standardize=True),
        lambda problem: measured_zones(problem, config),
        REPEATS,
    )
    took = milliseconds(percentile(seconds, 50))
    return Row(f"zones measured on condos, {config.solver}, {config.loss}", took)


def predicted_row() -> Row:
    problem = Problem.from_dataset(make_dataset("longley"), standardize=True)
    config = TrainConfig("momentum", n_epochs=20_000)
    predicted_losses(problem, config)
    started = time.perf_counter()
    predicted_losses(problem, config)
    took = milliseconds(time.perf_counter() - started)
    return Row("losses of longley predicted, 20,000 epochs", took)


def doctor_row(what: str, config: TrainConfig, standardize: bool) -> Row:
    dataset = make_dataset("condos")
    seconds = []
    for _ in range(REPEATS):
        problem = Problem.from_dataset(dataset, standardize=standardize)
        run = fit(problem, config)
        started = time.perf_counter()
        diagnose(run)
        seconds.append(time.perf_counter() - started)
    return Row(f"diagnosis of condos, {what}", milliseconds(percentile(seconds, 50)))


def main() -> None:
    ENGINES["compiled"].prepare()
    full, batches = TrainConfig(n_epochs=200), TrainConfig(n_epochs=200, batch_size=32)
    rows = [bundled_row()]
    rows += [zones_row(*shape, full, "full batches") for shape in SHAPES]
    rows += [zones_row(*shape, batches, "batches of 32") for shape in SHAPES[:-1]]
    rows += [measured_row(TrainConfig(solver, n_epochs=200)) for solver in ("adam", "rmsprop")]
    rows += [measured_row(TrainConfig(loss="l1", n_epochs=200)), predicted_row()]
    rows += [
        doctor_row("healthy", TrainConfig(n_epochs=200, engine="compiled"), True),
        doctor_row("diverged", TrainConfig(n_epochs=200, engine="compiled"), False),
    ]
    print_table("Zones", rows)


if __name__ == "__main__":
    main()
