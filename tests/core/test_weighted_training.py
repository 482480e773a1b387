"""Training with weights: both engines alike, and counts as the table with its rows repeated."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linreg_core import LOSSES, SOLVERS, Dataset, Problem, TrainConfig, fit, reference_fit
from linreg_core.limits import DTYPES
from linreg_core.numerics.mean_squares import mean_squares
from linreg_core.numerics.ridge import ridge_fit
from linreg_core.theory import sweep
from tests.core.engine_runs import BATCHES, apart, both

N = 60
rng = np.random.default_rng(11)


def data(n_features: int, n: int = N, kind: str = "frequency") -> Dataset:
    X = rng.normal(size=(n, n_features)) + 0.5
    y = X @ np.linspace(1, 2, n_features) + rng.normal(size=n)
    w = rng.integers(1, 7, size=n) * (1.0 if kind == "frequency" else 0.37)
    return Dataset("weighted", X, y, weights=w, weight_kind=kind)


def repeated(dataset: Dataset) -> Dataset:
    assert dataset.weights is not None
    at = np.repeat(np.arange(dataset.n_samples), dataset.weights.astype(int))
    return Dataset("repeated", dataset.X[at], dataset.y[at])


NARROW, WIDE, LINE, LONG = data(3), data(20), data(1), data(2, 3000)
CONFIG = TrainConfig(learning_rate=0.02, n_epochs=15)


@pytest.mark.parametrize("dataset", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("standardize", [False, True])
def test_the_engines_agree_with_every_loss_and_sampling(
    dataset: Dataset, standardize: bool
) -> None:
    problem = Problem.from_dataset(dataset, test_fraction=0.2, standardize=standardize)
    for loss, options in itertools.product(LOSSES, BATCHES.values()):
        config = replace(CONFIG, loss=loss, **options)
        assert apart(*both(problem, config)) < 1e-9, (loss, options)


def test_the_engines_agree_with_every_solver() -> None:
    problem = Problem.from_dataset(NARROW, test_fraction=0.2)
    for solver in SOLVERS:
        assert apart(*both(problem, replace(CONFIG, solver=solver))) < 1e-9, solver
    config = replace(CONFIG, batch_size=8, dtype=DTYPES[1] if DTYPES[0] == "float64" else DTYPES[0])
    assert apart(*both(problem, config)) < 1e-4


def test_moments_serve_weighted_rows_too() -> None:
    problem = Problem.from_dataset(LONG, test_fraction=0.2)
    for loss in ("mse", "half_mse"):
        assert apart(*both(problem, replace(CONFIG, loss=loss, n_epochs=100))) < 1e-9


@pytest.mark.parametrize("dataset", [LINE, NARROW, LONG], ids=["line", "narrow", "long"])
@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_a_row_that_counts_k_times_trains_as_k_rows(
    dataset: Dataset, standardize: bool, fit_intercept: bool
) -> None:
    one, other = (
        Problem.from_dataset(each, standardize=standardize, fit_intercept=fit_intercept)
        for each in (dataset, repeated(dataset))
    )
    for loss, engine in itertools.product(LOSSES, ("torch", "compiled")):
        config = replace(CONFIG, loss=loss, engine=engine)
        assert apart(fit(one, config), fit(other, config)) < 1e-10, (loss, engine)


def test_the_loss_is_the_weighted_mean() -> None:
    problem = Problem.from_dataset(data(3, kind="analytic"), test_fraction=0.3)
    run = fit(problem, replace(CONFIG, loss="huber"))
    wrong = problem.y_train - run.final.params.predict(problem.X_train)
    expected = np.average(LOSSES["huber"].row_losses(wrong), weights=problem.w_train)
    assert run.final.train_loss == pytest.approx(expected, rel=1e-12)
    wrong = problem.y_test - run.final.params.predict(problem.X_test)
    expected = np.average(LOSSES["huber"].row_losses(wrong), weights=problem.w_test)
    assert run.final.test_loss == pytest.approx(expected, rel=1e-12)


def test_minibatches_are_unbiased() -> None:
    """The mean of an epoch's gradients at one point is the full batch's, if batches are equal."""
    problem = Problem.from_dataset(NARROW)
    still = replace(CONFIG, learning_rate=1e-12, n_epochs=1)
    full = fit(problem, still).trajectory.batch_loss[1]
    ones = [
        fit(problem, replace(still, batch_size=20, sampling="shuffle", updates_per_epoch=k))
        for k in (1, 2, 3)
    ]
    assert np.mean([run.trajectory.batch_loss[1] for run in ones]) == pytest.approx(full, rel=1e-8)


@pytest.mark.parametrize("dataset", [LINE, NARROW], ids=["line", "narrow"])
def test_runs_of_a_sweep_end_as_they_do_alone(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset, standardize=dataset is NARROW)
    plans: tuple[dict[str, Any], ...] = (
        {},
        {"loss": "l1"},
        {"batch_size": 8},
        {"batch_size": 50, "loss": "huber"},
        {"solver": "adam", "batch_size": 8, "loss": "l1"},
    )
    configs = [replace(CONFIG, engine="compiled", **options) for options in plans]
    result = sweep(problem, configs)
    for loss, config in zip(result.final_loss, configs, strict=True):
        assert loss == pytest.approx(fit(problem, config).final.train_loss, rel=1e-9)


def test_what_runs_are_compared_with_is_weighted() -> None:
    problem, expanded = Problem.from_dataset(NARROW), Problem.from_dataset(repeated(NARROW))
    for penalty in (0.0, 0.3):
        ours, theirs = ridge_fit(problem, penalty), ridge_fit(expanded, penalty)
        np.testing.assert_allclose(ours.weights, theirs.weights, rtol=1e-11)
    ours, theirs = reference_fit(problem), reference_fit(expanded)
    np.testing.assert_allclose([*ours.weights, ours.bias], [*theirs.weights, theirs.bias], 1e-12)
    some, bias = np.array([[1.0, 0.5, 0.2]]), np.array([0.3])
    np.testing.assert_allclose(
        mean_squares(problem, some, bias), mean_squares(expanded, some, bias), rtol=1e-12
    )
