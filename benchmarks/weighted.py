"""What weights cost an epoch of the compiled engine: `python -m benchmarks.weighted`.

Runs with and without weights take turns in one process; the least of several rounds counts, since
whatever else the machine does only adds to it. The ratio is what is told of.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from linreg_core import Dataset, Problem, TrainConfig, fit

ROUNDS: Final = 7


class Case(NamedTuple):
    """Rows and features of a problem, and how it is trained."""

    name: str
    n_samples: int
    n_features: int
    config: TrainConfig


_COMPILED: Final = TrainConfig(engine="compiled", learning_rate=1e-3, evaluate_every=10**6)
CASES: Final = (
    Case("small, full batch", 100, 1, replace(_COMPILED, n_epochs=100_000)),
    Case("small, batches of 10", 100, 1, replace(_COMPILED, n_epochs=20_000, batch_size=10)),
    Case("small, l1, full batch", 100, 3, replace(_COMPILED, n_epochs=50_000, loss="l1")),
    Case("large by moments", 1_000_000, 10, replace(_COMPILED, n_epochs=10_000)),
    Case("large, l1, full batch", 200_000, 10, replace(_COMPILED, n_epochs=20, loss="l1")),
    Case("large, batches of 256", 200_000, 10, replace(_COMPILED, n_epochs=10, batch_size=256)),
    Case("wide, batches of 256", 20_000, 100, replace(_COMPILED, n_epochs=10, batch_size=256)),
    Case("wide, huber, full batch", 20_000, 100, replace(_COMPILED, n_epochs=20, loss="huber")),
)


def problems(case: Case) -> tuple[Problem, Problem]:
    """Return a case's problem with rows that count alike, and with weights."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((case.n_samples, case.n_features))
    plain = Dataset("plain", X, X.sum(axis=1) + rng.standard_normal(case.n_samples))
    weighted = replace(plain, weights=rng.uniform(0.5, 2.0, case.n_samples))
    return Problem.from_dataset(plain), Problem.from_dataset(weighted)


def seconds(problem: Problem, config: TrainConfig) -> float:
    """Return how long a run takes."""
    began = time.perf_counter()
    fit(problem, config)
    return time.perf_counter() - began


def measured(case: Case) -> tuple[float, float]:
    """Return nanoseconds an epoch, without and with weights."""
    both = problems(case)
    for problem in both:  # what is made once per problem
        seconds(problem, case.config)
    rounds = [[seconds(problem, case.config) for problem in both] for _ in range(ROUNDS)]
    plain, weighted = np.min(rounds, axis=0) / case.config.n_epochs * 1e9
    return float(plain), float(weighted)


def main() -> None:
    """Print the table."""
    print(f"{'':26}{'ns an epoch':>14}{'weighted':>14}{'ratio':>8}")
    for case in CASES:
        plain, weighted = measured(case)
        print(f"{case.name:26}{plain:14,.0f}{weighted:14,.0f}{weighted / plain:8.2f}")


if __name__ == "__main__":
    main()
