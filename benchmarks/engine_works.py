"""What the engines are measured at: data, hyperparameters and targets, and who is compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np

from linreg_core import ENGINES, Dataset, Params, Problem, TrainConfig, fit, generators

Call = Callable[[], object]
CALL_SECONDS: Final = 0.02
"""Short runs are repeated until a measurement takes this long."""
MAX_CALLS: Final = 300


@dataclass(frozen=True)
class Work:
    """One training; `against_plain` and `against_sklearn` are the ratios that we aim at.

    `name` is that of a tutorial.
    """

    make: Callable[[np.random.Generator, int, int], Dataset]
    n_samples: int
    n_features: int
    config: TrainConfig
    name: str = ""
    against_plain: float | None = None
    against_sklearn: float | None = None

    @property
    def title(self) -> str:
        config = self.config
        batch = "full batch" if config.batch_size is None else f"batch {config.batch_size:,}"
        epochs = f"{config.n_epochs:,} epoch{'s' if config.n_epochs > 1 else ''}"
        parts = [f"{self.n_samples:,} x {self.n_features:,}", batch, epochs, config.loss]
        parts += [config.solver] if config.solver != "sgd" else []
        parts += [config.dtype] if config.dtype != "float64" else []
        return (f"{self.name}: " if self.name else "") + ", ".join(parts)

    @property
    def n_updates(self) -> int:
        return self.config.n_epochs * self.config.updates_in_epoch(self.n_samples)

    def dataset(self) -> Dataset:
        return self.make(np.random.default_rng(0), self.n_samples, self.n_features)

    def recording(self, engine: str) -> TrainConfig:
        """The config with which `engine` records what a plain loop does, and no loss more.

        That is the batch's loss at every epoch; the training loss at the first and the last
        epoch comes with every run.
        """
        return replace(self.config, engine=engine, evaluate_every=self.config.n_epochs)


def prepare(engine: str) -> None:
    """Import and compile, and stop where another engine would train in this one's place."""
    ENGINES[engine].prepare()
    hindrance = ENGINES[engine].hindrance()
    if hindrance:
        raise SystemExit(f"Nothing is measured: {hindrance}")


def line(generator: np.random.Generator, n_samples: int, n_features: int) -> Dataset:
    return generators.line(generator, n_samples, slope=1.0, intercept=0.0, noise=0.1)


def exact_line(generator: np.random.Generator, n_samples: int, n_features: int) -> Dataset:
    return generators.exact_line(generator, n_samples, slope=0.8, intercept=0.2, noise=0.0)


many_weights = partial(generators.many_weights, noise=0.1)
_TUTORIAL_2_START = Params(np.array([-0.4936685]), 0.37220125)
_T3 = TrainConfig(
    loss="half_mse",
    learning_rate=0.01,
    n_epochs=2000,
    batch_size=64,
    sampling="replacement",
    updates_per_epoch=1,
    init="normal",
    dtype="float32",
)

_T1 = TrainConfig(learning_rate=0.01, batch_size=1, sampling="sequential")
_T2 = TrainConfig(loss="l1", learning_rate=0.01, n_epochs=500, init=_TUTORIAL_2_START)
_T4 = TrainConfig(learning_rate=0.1, n_epochs=1000, init="randn")
_ADAM = TrainConfig("adam", learning_rate=0.01, batch_size=10)
_LARGE_BATCHES = TrainConfig(learning_rate=0.01, n_epochs=1, batch_size=1024)
_LARGE_FULL = TrainConfig(learning_rate=0.01, n_epochs=50)

WORKS: Final = (
    Work(line, 100, 1, _T4, name="T4", against_plain=500),
    Work(exact_line, 100, 1, _T2, name="T2", against_plain=200),
    Work(line, 100, 1, _T1, name="T1", against_plain=1500, against_sklearn=20),
    Work(many_weights, 4000, 2000, _T3, name="T3", against_plain=12),
    Work(many_weights, 1_000_000, 8, _LARGE_BATCHES, against_plain=5, against_sklearn=1),
    Work(many_weights, 1_000_000, 8, _LARGE_FULL, against_plain=60, against_sklearn=1),
    Work(line, 100, 1, _ADAM, against_plain=500),
)
"""The tutorials' runs (T1, T2 and T4 at a hundred points all alike), large data, and Adam."""


@dataclass
class Contestant:
    """One way to train: `prepare()` makes what is then called and timed.

    `count` is how many calls one measurement takes together, `seconds` what a call took in
    each measurement.
    """

    prepare: Callable[[], Call]
    count: int = 1
    seconds: list[float] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The median. (The best favours short runs, which find a quiet moment more easily.)"""
        return statistics.median(self.seconds)

    @property
    def best(self) -> float:
        return min(self.seconds)

    def measure(self) -> float:
        calls = [self.prepare() for _ in range(self.count)]
        began = time.perf_counter()
        for call in calls:
            call()
        return (time.perf_counter() - began) / self.count


def alternate(contestants: Mapping[str, Contestant], rounds: int, seconds: float = 0.0) -> None:
    """Measure all of them in turn, at least `rounds` times and until `seconds` have passed.

    Two turns before that do not count.
    """
    for contestant in contestants.values():
        contestant.measure()  # compiles and imports
        once = contestant.measure()
        contestant.count = min(MAX_CALLS, max(1, round(CALL_SECONDS / once)))
    began = time.perf_counter()
    while rounds > 0 or time.perf_counter() - began < seconds:
        rounds -= 1
        for contestant in contestants.values():
            contestant.seconds.append(contestant.measure())


def fresh(dataset: Dataset, config: TrainConfig) -> Contestant:
    """Our run on a problem that was never trained on: nothing is remembered."""
    return Contestant(lambda: partial(fit, Problem.from_dataset(dataset), config))


def again(dataset: Dataset, config: TrainConfig) -> Contestant:
    """Our run on a problem that was trained on before: what a slider's next move costs."""
    problem = Problem.from_dataset(dataset)
    return Contestant(lambda: partial(fit, problem, config))


def largest_difference(ours: Params, theirs: Params) -> float:
    """The largest difference of a parameter, relative to the largest parameter."""
    a, b = (np.append(params.weights, params.bias) for params in (ours, theirs))
    return float(np.abs(a - b).max() / np.abs(b).max())
