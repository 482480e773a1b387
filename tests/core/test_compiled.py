"""The compiled engine against torch: the same updates from the same starts on the same batches."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from linreg_core import LOSSES, SOLVERS, Dataset, Params, Problem, Status, TrainConfig, fit
from tests.core.engine_runs import BATCHES, START, apart, both, moved

pytestmark = pytest.mark.usefixtures("compiled_engine")

ITERATIVE = tuple(solver.name for solver in SOLVERS.values() if solver.is_iterative)
TOLERANCE = {"float64": 1e-9, "float32": 1e-4}
MOVES = 20
"""How many times further from torch's run a run may be than torch's from moved starts."""
N_UPDATES = {"float64": 200, "float32": 100}
RATES = {"rmsprop": 0.001, "adam": 0.0003, "adamw": 0.0003, "adagrad": 0.05, "lbfgs": 0.0003}
"""Small enough that no run comes to rest and then only amplifies rounding; others take 0.01."""
N_STRICT = {("lbfgs", "float32"): 15}
"""Of 16 combinations, those in which rounding is not amplified; 16 of all others."""


def matrix_config(solver: str, loss: str, batches: dict[str, Any], dtype: str) -> TrainConfig:
    """200 updates in epochs of five, a thousand of the mean square; fewer in float32, whose digits
    they use up.

    With L-BFGS five, of 20 inner steps each: by then its memory is full.
    """
    n_updates = N_UPDATES[dtype]
    if (loss, dtype) == ("mse", "float64"):
        n_updates *= 5
    if solver == "lbfgs":
        n_updates = 5
    return TrainConfig(
        solver,
        loss,
        learning_rate=RATES.get(solver, 0.01),
        n_epochs=n_updates // 5,
        updates_per_epoch=5,
        momentum=0.8,
        weight_decay=0.0 if solver == "lbfgs" else 0.01,
        init=START,
        seed=4,
        dtype=dtype,
        **batches,
    )


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("solver", ITERATIVE)
def test_agrees_with_torch_after_many_updates(problem: Problem, solver: str, dtype: str) -> None:
    n_strict, too_far = 0, {}
    for loss, batching in itertools.product(LOSSES, BATCHES):
        config = matrix_config(solver, loss, BATCHES[batching], dtype)
        reference, compiled = both(problem, config)
        distance = apart(reference, compiled)
        if distance <= TOLERANCE[dtype]:
            n_strict += 1
            continue
        # Such a run amplifies rounding: torch does not agree with itself either.
        own = max(apart(reference, fit(problem, start)) for start in moved(config)[-2:])
        if not distance <= MOVES * own:
            too_far[loss, batching] = (distance, own)
    assert not too_far
    assert n_strict >= N_STRICT.get((solver, dtype), len(LOSSES) * len(BATCHES))


def wide(n_rows: int = 60, n_features: int = 23) -> Dataset:
    generator = np.random.default_rng(2)
    X = generator.standard_normal((n_rows, n_features)) + 0.5
    y = X @ np.linspace(-1, 1, n_features) + 2 + 0.3 * generator.standard_normal(n_rows)
    return Dataset("wide", X, y)


PROBLEMS = {
    "through the origin": {"fit_intercept": False, "test_fraction": 0.2},
    "standardised": {"standardize": True, "test_fraction": 0.25, "seed": 1},
    "standardised through the origin": {
        "standardize": True,
        "test_fraction": 0.25,
        "split": "sequential",
        "fit_intercept": False,
    },
}
SOLVERS_IN_TURN = (
    ("adam", "float64"),
    ("sgd", "float32"),
    ("nesterov", "float64"),
    ("sgd", "float64"),
)
EPOCHS = (
    {},
    {"updates_per_epoch": 3},
    {"batch_size": 1, "updates_per_epoch": 7},
    {"batch_size": 7, "sampling": "sequential"},
    {"batch_size": 25, "sampling": "replacement", "evaluate_every": 4},
    {"batch_size": 26},
)


@pytest.mark.parametrize("options", EPOCHS, ids=str)
@pytest.mark.parametrize("kind", PROBLEMS)
@pytest.mark.parametrize("is_wide", [False, True])
def test_agrees_with_torch_on_every_kind_of_problem(
    dataset: Dataset, is_wide: bool, kind: str, options: dict[str, Any]
) -> None:
    problem = Problem.from_dataset(wide() if is_wide else dataset, **PROBLEMS[kind])
    for loss, (solver, dtype) in zip(LOSSES, itertools.cycle(SOLVERS_IN_TURN), strict=False):
        config = TrainConfig(
            solver,
            loss,
            learning_rate=0.003,
            n_epochs=20,
            init="randn",
            seed=6,
            dtype=dtype,
            **options,
        )
        assert apart(*both(problem, config)) <= TOLERANCE[dtype], (loss, solver)


@pytest.mark.parametrize("init", ["zeros", "normal", "randn", "torch", START])
def test_both_start_alike(split_problem: Problem, init: str | Params) -> None:
    for dtype in TOLERANCE:
        config = TrainConfig("momentum", learning_rate=0.01, n_epochs=3, init=init, dtype=dtype)
        first, second = both(split_problem, config)
        assert np.array_equal(first.trajectory.weights[0], second.trajectory.weights[0])
        assert first.trajectory.bias[0] == second.trajectory.bias[0]
        assert apart(first, second) <= TOLERANCE[dtype]


@pytest.mark.parametrize("batching", BATCHES)
@pytest.mark.parametrize("solver", ITERATIVE)
def test_divergence_ends_both_in_the_same_epoch(
    problem: Problem, solver: str, batching: str
) -> None:
    # At 3 L-BFGS bounces about, each rounding elsewhere.
    rates = (1e12,) if solver == "lbfgs" else (3.0, 1e12)
    for loss, dtype, rate in itertools.product(LOSSES, TOLERANCE, rates):
        config = TrainConfig(
            solver,
            loss,
            learning_rate=rate,
            n_epochs=12,
            dtype=dtype,
            evaluate_every=5,
            **BATCHES[batching],
        )
        first, second = both(problem, config)
        assert first.status.name == second.status.name, (loss, dtype, rate)
        assert len(first.trajectory) == len(second.trajectory), (loss, dtype, rate)
        if rate == 1e12 and solver != "adagrad":  # whose second step is back again
            assert first.status is Status.DIVERGED


@pytest.mark.parametrize("rate", [0.5, 0.7, 1.2])
@pytest.mark.parametrize("solver", ["sgd", "momentum", "nesterov"])
def test_slow_divergence_ends_both_in_the_same_epoch(solver: str, rate: float) -> None:
    x = np.linspace(0, 1, 100)[:, np.newaxis]
    problem = Problem.from_dataset(Dataset("line", 3 * x, 2 * x[:, 0] + 1))
    for batching in BATCHES:
        config = TrainConfig(solver, learning_rate=rate, n_epochs=500, **BATCHES[batching])
        first, second = both(problem, config)
        assert (first.status, len(first.trajectory)) == (second.status, len(second.trajectory))
        assert first.status is Status.DIVERGED


def test_convergence_is_noticed_by_both(problem: Problem) -> None:
    config = TrainConfig("momentum", learning_rate=0.05, n_epochs=500)
    first, second = both(problem, config)
    assert first.status is second.status is Status.CONVERGED


def test_float32_agrees_with_float64_on_a_million_rows() -> None:
    """All residuals have one sign: a million equal slopes, whose sum must not drift."""
    x = np.random.default_rng(0).standard_normal((1_000_000, 1))
    problem = Problem.from_dataset(Dataset("long", x, 0.1 * x[:, 0] + 50))
    runs = [
        fit(problem, TrainConfig("sgd", "l1", n_epochs=2, engine="compiled", dtype=dtype))
        for dtype in TOLERANCE
    ]
    assert apart(*runs) <= TOLERANCE["float32"]
