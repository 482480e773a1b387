"""What an L1 penalty costs an epoch of the compiled engine: `python -m benchmarks.penalised`.

Runs with and without take turns in one process; the least of several rounds counts, of the time
that the processor spent on them. The ratio is what is told of.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

import numpy as np

from linreg_core import Dataset, Problem, TrainConfig, fit

ROUNDS: Final = 15

_COMPILED: Final = TrainConfig(engine="compiled", learning_rate=1e-3, evaluate_every=10**6)
SHAPES: Final = (
    ("small, full batch", 100, 1, replace(_COMPILED, n_epochs=100_000)),
    ("small, batches of 10", 100, 1, replace(_COMPILED, n_epochs=20_000, batch_size=10)),
    ("by moments", 100_000, 10, replace(_COMPILED, n_epochs=20_000)),
    ("wide, by moments", 20_000, 100, replace(_COMPILED, n_epochs=2_000)),
    ("batches of 256", 50_000, 20, replace(_COMPILED, n_epochs=20, batch_size=256)),
)


def processor_seconds(problem: Problem, config: TrainConfig) -> float:
    """Return how long the processor works on a run, which is trained in this thread."""
    began = time.thread_time()
    fit(problem, config)
    return time.thread_time() - began


def measured(problem: Problem, config: TrainConfig) -> tuple[float, float]:
    """Return nanoseconds an epoch, without and with l1."""
    both = (config, replace(config, l1=0.1))
    for each in both:  # what is made once per problem
        processor_seconds(problem, each)
    rounds = [[processor_seconds(problem, each) for each in both] for _ in range(ROUNDS)]
    plain, penalised = np.min(rounds, axis=0) / config.n_epochs * 1e9
    return float(plain), float(penalised)


def main() -> None:
    """Print the table."""
    print(f"{'':32}{'ns an epoch':>14}{'with l1':>14}{'ratio':>8}")
    for name, n_samples, n_features, config in SHAPES:
        rng = np.random.default_rng(0)
        X = rng.standard_normal((n_samples, n_features))
        y = X.sum(axis=1) + rng.standard_normal(n_samples)
        problem = Problem.from_dataset(Dataset("rows", X, y))
        for solver in ("sgd", "momentum", "nesterov"):
            plain, penalised = measured(problem, replace(config, solver=solver))
            line = f"{name + ', ' + solver:32}{plain:14,.0f}{penalised:14,.0f}"
            print(f"{line}{penalised / plain:8.2f}")


if __name__ == "__main__":
    main()
