"""The same run with both engines, and how far apart two runs are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from linreg_core import Params, Problem, Run, TrainConfig, fit
from linreg_core.types import EpochState

START = Params(np.array([0.3, -0.2, 0.1]), 0.5)
BATCHES = {
    "full": {},
    "shuffle": {"batch_size": 8},
    "sequential": {"batch_size": 8, "sampling": "sequential"},
    "replacement": {"batch_size": 8, "sampling": "replacement"},
}


def both(problem: Problem, config: TrainConfig) -> tuple[Run, Run]:
    """Return the run with torch and the compiled run."""
    runs = [fit(problem, replace(config, engine=engine)) for engine in ("torch", "compiled")]
    return runs[0], runs[1]


def apart(first: Run, second: Run) -> float:
    """Return the largest relative difference of params, losses and gradients at any epoch.

    Params are compared with the largest of their epoch, losses with the run's largest final one,
    gradients with the first. Runs of different lengths, or with different epochs evaluated, or
    that end differently, are inf apart.
    """
    a, b = first.trajectory, second.trajectory
    if first.status is not second.status or not np.array_equal(a.n_updates, b.n_updates):
        return np.inf
    one, other = (np.column_stack([run.weights, run.bias]) for run in (a, b))
    size = np.maximum(np.abs(one).max(axis=1), np.abs(one).max() / 1000)
    parts = [np.abs(one - other).max(axis=1) / size]
    for name in ("train_loss", "test_loss", "batch_loss", "grad_norm"):
        values, others = getattr(a, name), getattr(b, name)
        if not np.array_equal(np.isnan(values), np.isnan(others)):
            return np.inf
        known = ~np.isnan(values)
        if known.any():
            unit = values[known][0] if name == "grad_norm" else a.train_loss[-1]
            parts.append(np.abs(values - others)[known] / max(unit, 1e-300))
    return float(max(part.max() for part in parts))


def moved(config: TrainConfig) -> list[TrainConfig]:
    """Return the config with starts of which one number is one rounding error larger."""
    assert isinstance(config.init, Params)
    start = np.array([*config.init.weights, config.init.bias], dtype=config.dtype)
    starts = []
    for j in range(len(start)):
        numbers = start.astype(np.float64)
        numbers[j] = np.nextafter(start[j], start.dtype.type(np.inf))
        starts.append(replace(config, init=Params(numbers[:-1], float(numbers[-1]))))
    return starts


def values_of(state: EpochState) -> tuple[object, ...]:
    """Return all of a state as plain values, to compare to the last bit."""
    return (
        state.epoch,
        state.n_updates,
        state.params.weights.tobytes(),
        state.params.bias,
        state.train_loss,
        state.test_loss,
        state.batch_loss,
        state.grad_norm,
        state.status,
    )
