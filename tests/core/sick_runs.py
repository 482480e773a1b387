"""Runs that are sick, each with what is wrong, and runs that are not: one line a case."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from linreg_core import Dataset, Params, make_dataset


class Case(NamedTuple):
    """A run, and the kinds that a good doctor may call it (the first is the best)."""

    kinds: str
    data: str
    problem: dict[str, Any] = {}
    config: dict[str, Any] = {}
    epochs_made: int | None = None


def _rows(name: str, n: int, k: int, noise: float, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, k))
    return Dataset(name, X, X @ np.linspace(1, 2, k) + 3 + noise * rng.standard_normal(n))


def _houses() -> Dataset:
    rng = np.random.default_rng(4)
    feet, rooms = rng.uniform(500, 2500, 80), rng.integers(1, 6, 80)
    price = 150 * feet + 9000 * rooms + 20_000 + 15_000 * rng.standard_normal(80)
    return Dataset("houses", np.column_stack([feet, rooms]), price, ("sq_footage", "rooms"))


def _years() -> Dataset:
    years = np.arange(1950.0, 2011.0)
    y = 0.02 * (years - 1950) + 14 + 0.1 * np.random.default_rng(1).standard_normal(len(years))
    return Dataset("years", years[:, None], y, ("year",), "temperature")


def _far_rows(n_far: int, size: float) -> Dataset:
    rng = np.random.default_rng(2)
    x = np.linspace(0, 10, 60)
    y = 2 * x + 1 + 0.3 * rng.standard_normal(60)
    y[-n_far:] += size
    return Dataset("far rows", x[:, None], y)


def _sensor() -> Dataset:
    rows = _rows("", 80, 1, 0.2)
    return Dataset("sensor", rows.X, 1e5 + 0.01 * rows.y)


OWN = {
    "houses": _houses,
    "years": _years,
    "wide": lambda: _rows("wide", 30, 25, 1.0),
    "noisy": lambda: _rows("noisy", 40, 20, 3.0, 5),
    "easy": lambda: _rows("easy", 200, 3, 0.5),
    "clean": lambda: _rows("clean", 100, 2, 0.0),
    "three far": lambda: _far_rows(3, 40.0),
    "one far": lambda: _far_rows(1, -80.0),
    "large": lambda: _rows("large", 5000, 5, 1.0),
    "pixels": lambda: Dataset("pixels", 255 * _rows("", 100, 4, 0).X, _rows("", 100, 4, 1.0).y),
    "tiny": lambda: Dataset("tiny", 1e-3 * _rows("", 60, 1, 0).X, _rows("", 60, 1, 0.3).y),
    "millions": lambda: Dataset("millions", 1e6 + _rows("", 50, 1, 0).X, _rows("", 50, 1, 0.2).y),
    "twins": lambda: Dataset("twins", _rows("", 50, 1, 0).X[:, [0, 0]], _rows("", 50, 1, 0.3).y),
    "sensor": _sensor,
}


def lr(learning_rate: float, **config: Any) -> dict[str, Any]:
    return {"learning_rate": learning_rate, **config}


def data_of(case: Case) -> Dataset:
    return OWN[case.data]() if case.data in OWN else make_dataset(case.data)


STANDARD = {"standardize": True}
LAST_ROWS = {"test_fraction": 0.2, "split": "sequential"}
HALF = {"standardize": True, "test_fraction": 0.5}

SICK = (
    Case("diverged", "condos", {}, lr(0.1)),
    Case("diverged", "condos", {}, lr(1e-6)),
    Case("diverged", "condos", {}, lr(1e-5, batch_size=1)),
    Case("diverged", "condos", STANDARD, lr(1.2)),
    Case("diverged", "condos", STANDARD, lr(5.0, solver="momentum")),
    Case("diverged", "condos", STANDARD, lr(2.0, batch_size=1)),
    Case("diverged", "line", {}, lr(1.0, n_epochs=300)),
    Case("diverged", "line", {}, lr(2.0, solver="nesterov")),
    Case("diverged", "houses", {}, lr(0.01)),
    Case("diverged", "houses", {}, lr(1e-3, solver="momentum")),
    Case("diverged", "houses", {}, lr(0.1, batch_size=8)),
    Case("diverged", "years", {}, lr(0.01)),
    Case("diverged", "pixels", {}, lr(0.1)),
    Case("diverged", "easy", {}, lr(3.0, dtype="float32")),
    Case("diverged", "norris", {}, lr(0.1)),
    Case("diverged", "longley", {}, lr(0.1)),
    Case("diverged", "correlated", STANDARD, lr(0.5)),
    Case("diverged", "curved", {}, lr(0.01, loss="half_mse")),
    Case("diverged", "two_groups", {"fit_intercept": False}, lr(0.1)),
    Case("diverged", "line", STANDARD, lr(4.0, batch_size=4)),
    Case("crawling_bias", "years", {}, lr(2e-7, n_epochs=1000)),
    Case("crawling_bias", "curved", {}, lr(1e-4, n_epochs=300)),
    Case("crawling_bias", "growing_variance", {}, lr(5e-5, n_epochs=300)),
    Case("crawling_bias", "norris", {}, lr(2e-6)),
    Case("crawling_bias", "condos", {}, lr(5e-7, n_epochs=500)),
    Case("crawling_bias crawling", "houses", {}, lr(2e-7, n_epochs=500)),
    Case("crawling_bias", "millions", {}, lr(5e-13, n_epochs=500)),
    Case("crawling", "longley", STANDARD, lr(0.2, n_epochs=500)),
    Case("oscillation", "line", {}, lr(0.788, n_epochs=100, init="randn")),
    Case("oscillation", "condos", STANDARD, lr(0.999)),
    Case("oscillation", "outliers", {}, lr(0.0253, n_epochs=100)),
    Case("oscillation", "correlated", STANDARD, lr(0.2165, n_epochs=100)),
    Case("oscillation", "easy", {}, lr(1.0, solver="momentum", momentum=0.99)),
    Case("oscillation", "condos", STANDARD, lr(1.5, loss="l1")),
    Case("oscillation", "easy", {}, lr(20.0, solver="adam")),
    Case("oscillation", "line", STANDARD, lr(0.1, solver="momentum", momentum=0.999)),
    Case("noise_floor", "line", STANDARD, lr(0.2, batch_size=1)),
    Case("noise_floor", "condos", STANDARD, lr(0.2, batch_size=4)),
    Case("noise_floor", "outliers", STANDARD, lr(0.3, batch_size=8)),
    Case("noise_floor", "correlated", STANDARD, lr(0.02, batch_size=1)),
    Case("noise_floor", "easy", {}, lr(0.1, batch_size=2, sampling="replacement")),
    Case("noise_floor", "easy", {}, lr(0.02, batch_size=2, solver="momentum")),
    Case("noise_floor", "condos", STANDARD, lr(0.1, batch_size=2, sampling="sequential")),
    Case("noise_floor", "easy", {}, lr(0.3, batch_size=4, solver="adam")),
    Case("noise_floor", "condos", {}, lr(1e-6, batch_size=1, sampling="sequential", n_epochs=101)),
    Case("oscillation", "exact_line", LAST_ROWS, lr(0.01, loss="l1", n_epochs=500)),
    Case("slow_rate", "condos", STANDARD, lr(1e-4)),
    Case("slow_rate", "line", {}, lr(1e-3, init="randn")),
    Case("slow_rate", "easy", {}, lr(1e-5, solver="momentum")),
    Case("slow_rate", "easy", {}, lr(1e-4, solver="adam")),
    Case("slow_rate", "easy", {}, lr(1e-5, batch_size=20)),
    Case("slow_rate", "tiny", STANDARD, lr(1e-3, loss="l1")),
    Case("crawling slow_rate too_few_epochs", "tiny", {}, lr(0.1)),
    Case("too_few_epochs", "easy", {}, lr(0.3, n_epochs=2)),
    Case("too_few_epochs", "condos", STANDARD, lr(0.2, n_epochs=2)),
    Case("too_few_epochs slow_rate", "line", {}, lr(0.3, n_epochs=10, init="randn")),
    Case("too_few_epochs", "correlated", STANDARD, lr(0.1, n_epochs=50)),
    Case("too_few_epochs slow_rate", "easy", {}, lr(0.1, solver="adam", n_epochs=20)),
    Case("stopped_early", "line", {}, lr(0.1, n_epochs=500, init="randn"), 20),
    Case("stopped_early", "condos", STANDARD, lr(0.02, n_epochs=500), 10),
    Case("stopped_early", "easy", {}, lr(0.01, batch_size=50, n_epochs=200), 3),
    Case("overfitting", "wide", HALF, lr(0.05, n_epochs=2000)),
    Case("overfitting", "noisy", HALF, lr(0.05, n_epochs=2000)),
    Case("overfitting", "noisy", HALF, lr(0.02, solver="momentum", n_epochs=500)),
    Case("overfitting", "noisy", {"test_fraction": 0.4}, lr(0.02, solver="adam", n_epochs=2000)),
    Case("outliers", "outliers", STANDARD, lr(0.1, n_epochs=200)),
    Case("outliers", "outliers", {}, lr(0.02, n_epochs=500)),
    Case("outliers", "three far", STANDARD, lr(0.1, n_epochs=200)),
    Case("outliers", "one far", STANDARD, {"solver": "closed_form"}),
    Case("outliers", "anscombe_3", STANDARD, lr(0.1, n_epochs=200)),
    Case("weight_decay", "condos", STANDARD, lr(0.1, loss="l1", weight_decay=0.5, n_epochs=300)),
    Case("weight_decay", "easy", {}, lr(0.05, solver="adamw", weight_decay=1.0, n_epochs=500)),
    Case("l1", "condos", STANDARD, lr(0.1, loss="l1", l1=0.5, n_epochs=300)),
    Case("float32", "sensor", {}, lr(0.2, dtype="float32", n_epochs=300)),
    Case("float32", "sensor", {}, lr(0.4, dtype="float32", loss="half_mse", n_epochs=300)),
    Case("float32", "sensor", {}, lr(0.02, dtype="float32", solver="momentum", n_epochs=900)),
)  # fmt: skip

HEALTHY = (
    Case("healthy", "line", {}, lr(0.1, n_epochs=1000)),
    Case("healthy", "line", {}, lr(0.1, n_epochs=1000, init="randn")),
    Case("healthy", "exact_line", {}, lr(0.1, n_epochs=1000)),
    Case("healthy", "exact_line", LAST_ROWS, lr(0.1, n_epochs=1000)),
    Case("healthy", "condos", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "condos", {"standardize": True, "test_fraction": 0.3}, lr(0.1, n_epochs=200)),
    Case("healthy", "condos", STANDARD, lr(0.01, n_epochs=200, batch_size=8)),
    Case("healthy", "condos", STANDARD, lr(1e-3, n_epochs=200, batch_size=1)),
    Case("healthy", "condos", STANDARD, lr(0.05, solver="momentum", n_epochs=200)),
    Case("healthy", "condos", STANDARD, lr(0.05, solver="nesterov", n_epochs=200)),
    Case("healthy", "condos", STANDARD, lr(0.05, solver="adam", n_epochs=300)),
    Case("healthy", "condos", STANDARD, lr(0.01, solver="rmsprop", n_epochs=300)),
    Case("healthy", "condos", STANDARD, lr(0.5, solver="adagrad", n_epochs=300)),
    Case("healthy", "condos", STANDARD, lr(1.0, solver="lbfgs", n_epochs=5)),
    Case("healthy", "condos", {}, {"solver": "closed_form"}),
    Case("healthy", "condos", STANDARD, lr(0.1, loss="half_mse", n_epochs=200)),
    Case("healthy", "condos", STANDARD, lr(0.05, loss="l1", n_epochs=300)),
    Case("healthy", "condos", STANDARD, lr(0.1, weight_decay=0.1, n_epochs=200)),
    Case("healthy", "condos", STANDARD, lr(0.1, l1=0.1, n_epochs=200)),
    Case("healthy", "condos", STANDARD, lr(0.1, dtype="float32", n_epochs=200)),
    Case("healthy", "condos", STANDARD, lr(0.5, schedule="cosine", batch_size=8, n_epochs=200)),
    Case("healthy", "growing_variance", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "curved", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "two_groups", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "correlated", STANDARD, lr(0.1, n_epochs=1000)),
    Case("healthy", "anscombe_1", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "anscombe_2", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "anscombe_4", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "norris", STANDARD, lr(0.1, n_epochs=200)),
    Case("healthy", "longley", STANDARD, lr(0.2, n_epochs=20_000)),
    Case("healthy", "outliers", STANDARD, lr(0.1, loss="l1", n_epochs=300)),
    Case("healthy", "outliers", STANDARD, lr(0.1, loss="huber", n_epochs=300)),
    Case("healthy", "easy", {}, lr(0.1, n_epochs=200)),
    Case("healthy", "easy", {"test_fraction": 0.3}, lr(0.1, n_epochs=200)),
    Case("healthy", "easy", {"fit_intercept": False}, lr(0.1, n_epochs=200)),
    Case("healthy", "clean", {}, lr(0.1, n_epochs=200)),
    Case("healthy", "clean", {}, lr(0.1, n_epochs=200, batch_size=10)),
    Case("healthy", "twins", {}, lr(0.1, n_epochs=200)),
    Case("healthy", "large", {}, lr(0.05, n_epochs=100, batch_size=500)),
    Case("already_solved", "large", {}, lr(0.01, init=Params(np.linspace(1, 2, 5), 3.0))),
    Case("healthy", "two_groups", {}, lr(0.02, n_epochs=1000)),
)  # fmt: skip
