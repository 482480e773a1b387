"""Stand-ins train as all rows do, and theory says the same of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linreg_core import (
    ConfigError,
    DataError,
    Dataset,
    Params,
    Problem,
    Run,
    TrainConfig,
    fit,
    reference_fit,
)
from linreg_core.scale import (
    RowsInMemory,
    RowTriangle,
    second_moments,
    square_root_of_moments,
    stand_in_dataset,
    stand_in_problem,
    streamed_factor,
    triangle_of_factor,
)
from linreg_core.theory import (
    best_learning_rate,
    learning_rate_zones,
    predicted_losses,
    stable_learning_rate,
)
from linreg_core.types import ShownRows

pytestmark = pytest.mark.usefixtures("compiled_engine")

generator = np.random.default_rng(12)


def rows_of(n: int, p: int = 3) -> tuple[np.ndarray, np.ndarray]:
    X = generator.standard_normal((n, p)) + [0.0, 1.0, -2.0, 0.5, 0.0][:p]
    return X, X @ np.arange(1.0, p + 1) + 0.5 * generator.standard_normal(n) + 3.0


def with_constant() -> tuple[np.ndarray, np.ndarray]:
    X, y = rows_of(60)
    X[:, 1] = 0.1
    return X, y


CASES: dict[str, tuple[tuple[np.ndarray, np.ndarray], str]] = {
    "plain": (rows_of(300), "none"),
    "analytic weights": (rows_of(101), "analytic"),
    "frequency weights": (rows_of(80), "frequency"),
    "a constant column": (with_constant(), "none"),
    "fewer rows than features": (rows_of(4, 5), "none"),
    "few rows": (rows_of(7, 3), "analytic"),
    "two rows": (rows_of(2, 1), "none"),
}
RUNS: dict[str, TrainConfig] = {
    "sgd": TrainConfig(solver="sgd", learning_rate=0.02, loss="half_mse"),
    "momentum": TrainConfig(solver="momentum", learning_rate=0.01, loss="mse", weight_decay=0.01),
    "adam": TrainConfig(solver="adam", learning_rate=0.1, loss="mse"),
    "lbfgs": TrainConfig(solver="lbfgs", learning_rate=0.5, loss="half_mse"),
    "a rate that is too high": TrainConfig(solver="sgd", learning_rate=3.0, loss="mse"),
}

COORDINATES = [(False, True), (True, True), (False, False), (True, False)]
LOSSES_TOLD = ("train_loss", "batch_loss", "grad_norm")


def weights_of(kind: str, n: int) -> np.ndarray | None:
    w = np.random.default_rng(n).uniform(0.5, 4.0, n)
    return {"none": None, "analytic": w, "frequency": np.ceil(w)}[kind]


def triangles(dataset: Dataset) -> tuple[RowTriangle, RowTriangle]:
    """Return the triangle from moments and that of a QR decomposition."""
    source = RowsInMemory(dataset.X, dataset.y, dataset.weights, dataset.weight_kind, block_rows=17)
    moments = second_moments(source)
    factor = streamed_factor(source, moments)
    kind = dataset.weight_kind
    return square_root_of_moments(moments, kind), triangle_of_factor(factor, moments, kind)


def dataset_of(case: str) -> Dataset:
    (X, y), kind = CASES[case]
    kinds = {} if kind == "none" else {"weight_kind": kind}
    return Dataset("rows", X, y, weights=weights_of(kind, len(y)), **kinds)


def problems(case: str, n_test: int, by_qr: bool, **options: Any) -> tuple[Problem, Problem]:
    """Return the problem of all rows, the last `n_test` for the test, and that of stand-ins."""
    dataset = dataset_of(case)
    n = dataset.n_samples
    whole = Problem.from_dataset(dataset, test_fraction=n_test / n, split="sequential", **options)
    train = triangles(dataset.of_rows(slice(0, n - n_test)))[by_qr]
    test = triangles(dataset.of_rows(slice(n - n_test, n)))[by_qr] if n_test else None
    return whole, stand_in_problem(stand_in_dataset(train, test), test, **options)


@pytest.mark.parametrize("case", CASES)
def test_means_products_and_counts(case: str) -> None:
    dataset = dataset_of(case)
    w = np.ones(dataset.n_samples) if dataset.weights is None else dataset.weights
    rows = np.column_stack([dataset.X, dataset.y])
    n = w.sum() if dataset.weight_kind == "frequency" else dataset.n_samples
    mean = w @ rows / w.sum()
    products = ((rows - mean).T * w) @ (rows - mean) * (n / w.sum())
    for triangle in triangles(dataset):
        found = stand_in_dataset(triangle)
        v = found.weights
        assert v is not None and v.sum() == n == triangle.n_samples
        assert found.n_samples == min(n, 2 * rows.shape[1] + 1)
        few = np.column_stack([found.X, found.y])
        np.testing.assert_allclose(v @ few / n, mean, rtol=1e-14, atol=1e-14)
        about = ((few - mean).T * v) @ (few - mean)
        np.testing.assert_allclose(about, products, rtol=1e-12, atol=1e-13 * products.max())
        assert (np.ptp(found.X, axis=0) == 0).tolist() == (
            np.ptp(rows[:, :-1], axis=0) == 0
        ).tolist()


def apart(one: Run, other: Run) -> float:
    """Return the largest difference of two runs' params and losses, over the largest there are."""
    a, b = one.trajectory, other.trajectory
    if one.status is not other.status or not np.array_equal(a.n_updates, b.n_updates):
        return np.inf
    pairs = [(np.column_stack([run.weights, run.bias]) for run in (a, b))]
    pairs += [(getattr(a, name), getattr(b, name)) for name in LOSSES_TOLD]
    return max(float(np.nanmax(np.abs(x - y)) / np.nanmax(np.abs(y))) for x, y in pairs)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(
    ("case", "engine"),
    [*((case, "compiled") for case in CASES), ("a constant column", "torch")],
)
def test_training_is_that_of_all_rows(case: str, run: str, engine: str) -> None:
    """From a start that is nobody's minimum: Adam makes large steps of gradients of rounding."""
    n = len(CASES[case][0][1])
    start = Params(0.3 * np.arange(1.0, dataset_of(case).n_features + 1), 0.2)
    config = replace(RUNS[run], engine=engine, n_epochs=25, evaluate_every=1, init=start)
    for number, (standardize, fit_intercept) in enumerate(COORDINATES):
        options = {"standardize": standardize, "fit_intercept": fit_intercept}
        n_test = n // 3 if number % 2 else 0
        whole, few = problems(case, n_test, by_qr=number > 1, **options)
        assert (few.n_test > 0) == (n_test > 0)
        one, other = fit(whole, config), fit(few, config)
        assert apart(one, other) < 1e-10
        if n_test:
            losses, others = one.trajectory.test_loss, other.trajectory.test_loss
            np.testing.assert_allclose(losses, others, rtol=1e-10, atol=1e-10 * losses.max())


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_theory_is_that_of_all_rows(case: str, standardize: bool) -> None:
    whole, few = problems(case, 0, True, standardize=standardize)
    for config in (RUNS["sgd"], RUNS["momentum"]):
        for told in (stable_learning_rate, best_learning_rate, predicted_losses):
            np.testing.assert_allclose(told(few, config), told(whole, config), rtol=1e-10)
        zones, others = learning_rate_zones(few, config), learning_rate_zones(whole, config)
        assert zones is not None and others is not None
        for name, value in vars(others).items():
            assert getattr(zones, name) == (
                pytest.approx(value, rel=1e-10) if isinstance(value, float) else value
            )
    if case != "fewer rows than features":  # many fits are as good there
        one, other = reference_fit(few), reference_fit(whole)
        gap = [*(one.weights - other.weights), one.bias - other.bias]
        assert np.abs(gap).max() < 1e-10


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (TrainConfig(loss="l1"), "`loss` must be one of 'mse', 'half_mse'. Got 'l1'"),
        (TrainConfig(batch_size=7), "`batch_size` must be None, all rows. Got 7"),
        (TrainConfig(changes=((3, (("batch_size", 9),)),)), "Got 9"),
    ],
)
def test_what_needs_rows_is_refused(config: TrainConfig, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        config.check_needs_no_rows()
    assert said in str(error.value)
    rows = Dataset("few", [[0.0], [1.0]], [0.0, 1.0], shown=ShownRows([[0.5]], [0.4]))
    with pytest.raises(ConfigError) as error:
        fit(Problem.from_dataset(rows), config)
    assert said in str(error.value)


@pytest.mark.parametrize("config", RUNS.values(), ids=RUNS)
def test_what_needs_none_is_not(config: TrainConfig) -> None:
    config.check_needs_no_rows()
    TrainConfig(solver="closed_form", batch_size=3).check_needs_no_rows()


def test_a_million_million_rows() -> None:
    """Doubled 30 times, the rows say the same with more certainty."""
    (X, y), _ = CASES["plain"]
    moments = second_moments(RowsInMemory(X, y))
    for _ in range(30):
        moments = moments.merged(moments)
    triangle = square_root_of_moments(moments)
    few = stand_in_problem(stand_in_dataset(triangle), standardize=True)
    whole = Problem.from_dataset(dataset_of("plain"), standardize=True)
    assert triangle.n_samples == 300 * 2**30 == few.dataset.weights.sum()
    config = replace(RUNS["momentum"], engine="compiled", n_epochs=50)
    assert apart(fit(whole, config), fit(few, config)) < 1e-12


def test_stand_ins_of_other_columns() -> None:
    one, other = (triangles(dataset_of(case))[0] for case in ("plain", "two rows"))
    with pytest.raises(DataError, match="Got 4 and 2, the target among them"):
        stand_in_dataset(one, other)
