"""What theory says of a run is what the run does: limits, losses and epochs on every data set."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from linreg_core import (
    DATASETS,
    Dataset,
    Params,
    Problem,
    Status,
    TrainConfig,
    best_learning_rate,
    fit,
    make_dataset,
    predicted_losses,
    stable_learning_rate,
)
from linreg_core.theory import near_loss, predicted_epochs, spectrum, spectrum_otherwise
from linreg_core.theory.courses import update_matrices

SMALL = {"many_weights": {"n_samples": 300, "n_features": 40}}
LINEAR = ("sgd", "momentum", "nesterov")
pytestmark = pytest.mark.usefixtures("compiled_engine")


def problem_of(name: str, standardize: bool) -> Problem:
    dataset = make_dataset(name, **SMALL.get(name, {}))
    return Problem.from_dataset(dataset, standardize=standardize)


def config_of(name: str, solver: str, **values: object) -> TrainConfig:
    return TrainConfig(solver=solver, engine="compiled", init="randn", **values)


@pytest.mark.parametrize("standardize", [True, False], ids=["standardised", "raw"])
@pytest.mark.parametrize("solver", LINEAR)
@pytest.mark.parametrize("name", DATASETS)
def test_the_limit_found_by_bisection(name: str, solver: str, standardize: bool) -> None:
    """From a start along the steepest direction, a run grows above the limit and only there."""
    problem = problem_of(name, standardize)
    config = config_of(name, solver, n_epochs=3000, evaluate_every=3000)
    limit = stable_learning_rate(problem, config)
    assert limit is not None
    low, high = limit / 3, limit * 3
    while high / low > 1.004:
        rate = float(np.sqrt(low * high))
        run = fit(problem, replace(config, learning_rate=rate))
        losses = run.trajectory.train_loss
        grows = run.status is Status.DIVERGED or losses[-1] > losses[0]
        low, high = (low, rate) if grows else (rate, high)
    assert np.sqrt(low * high) == pytest.approx(limit, rel=0.01)


@pytest.mark.parametrize("standardize", [True, False], ids=["standardised", "raw"])
@pytest.mark.parametrize("solver", LINEAR)
@pytest.mark.parametrize("name", DATASETS)
def test_losses_and_epochs_agree_with_runs(name: str, solver: str, standardize: bool) -> None:
    problem = problem_of(name, standardize)
    for values in (
        {"loss": "mse"},
        {"loss": "half_mse", "weight_decay": 0.05},
        {"updates_per_epoch": 3, "momentum": 0.5},
    ):
        config = config_of(name, solver, n_epochs=300, **values)
        limit = stable_learning_rate(problem, config)
        for part in (0.05, 0.6, 0.95, 1.05):
            case = replace(config, learning_rate=part * limit)
            losses = fit(problem, case).trajectory.train_loss
            predicted = predicted_losses(problem, case)
            assert predicted.shape == (case.n_epochs + 1,)
            # Below 1e-11 of the first, the loss of an exact fit is what rounding has left.
            gap = np.abs(predicted[: len(losses)] - losses)
            assert (gap <= 1e-9 * losses + 1e-20 * losses[0]).all() or (gap <= 1e-9 * losses)[
                losses > 1e-11 * losses[0]
            ].all()
            near = np.flatnonzero(losses <= near_loss(problem, case))
            epochs = predicted_epochs(problem, case, case.n_epochs)
            if len(near):
                assert epochs == pytest.approx(near[0], rel=0.02, abs=0.5)
            else:
                assert epochs is None


@pytest.mark.parametrize("engine", ["torch", "compiled"])
@pytest.mark.parametrize("init", ["zeros", "normal", "randn", "torch", Params([3.0, 1, -2], 5.0)])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_any_start_and_both_engines(
    dataset: Dataset, engine: str, init: str | Params, fit_intercept: bool
) -> None:
    for standardize in (True, False):
        problem = Problem.from_dataset(
            dataset, 0.2, standardize=standardize, fit_intercept=fit_intercept
        )
        for solver in LINEAR:
            config = TrainConfig(solver, learning_rate=0.02, init=init, engine=engine, seed=3)
            losses = fit(problem, config).trajectory.train_loss
            assert predicted_losses(problem, config) == pytest.approx(losses, rel=1e-9)


@pytest.mark.parametrize("name", ["line", "correlated", "two_groups"])
@pytest.mark.parametrize("solver", LINEAR)
def test_no_rate_is_better_in_the_long_run_than_the_best(name: str, solver: str) -> None:
    problem = problem_of(name, False)
    config = TrainConfig(solver, momentum=0.3)
    values = 2 * spectrum(problem).values

    def slowest(rate: float) -> float:
        matrices = update_matrices(replace(config, learning_rate=rate), values)
        return float(np.abs(np.linalg.eigvals(matrices)).max())

    best, limit = best_learning_rate(problem, config), stable_learning_rate(problem, config)
    others = [slowest(rate) for rate in np.geomspace(limit / 1000, limit, 2000)]
    assert slowest(best) <= min(others) + 1e-9


def test_of_a_singular_hessian_only_what_learns_counts() -> None:
    x = np.linspace(-1, 1, 9)
    twice = Problem.from_dataset(Dataset("twice", np.column_stack([x, x]), 3 * x + 1))
    once = Problem.from_dataset(Dataset("once", np.sqrt(2) * x[:, None], 3 * x + 1))
    config = TrainConfig()
    assert best_learning_rate(twice, config) == pytest.approx(best_learning_rate(once, config))
    assert spectrum(twice).learns.tolist() == [True, True, False]


@pytest.mark.parametrize("standardize", [True, False], ids=["standardised", "raw"])
def test_losses_where_columns_depend_on_one_another(standardize: bool) -> None:
    """What the target has beside all columns is no part of what a run learns."""
    X = np.random.default_rng(4).standard_normal((60, 4))
    X[:, 1], X[:, 3] = 0.1, X[:, 0] - 2.0 * X[:, 2]
    y = X @ [1.0, 2.0, 3.0, 4.0] + np.random.default_rng(5).standard_normal(60)
    problem = Problem.from_dataset(Dataset("dependent", X, y), standardize=standardize)
    config = config_of("dependent", "sgd", learning_rate=0.02, n_epochs=40)
    losses = fit(problem, config).trajectory.train_loss
    assert predicted_losses(problem, config) == pytest.approx(losses, rel=1e-9)


def test_the_other_way_of_scaling() -> None:
    raw = problem_of("condos", False)
    standardised = problem_of("condos", True)
    assert spectrum_otherwise(raw).values == pytest.approx(spectrum(standardised).values)
    assert spectrum_otherwise(standardised).values == pytest.approx(spectrum(raw).values)
    assert spectrum(raw).condition_number > 1e6 > spectrum(standardised).condition_number


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig("adam"),
        TrainConfig("closed_form"),
        TrainConfig(loss="l1"),
        TrainConfig(loss="huber"),
        TrainConfig(batch_size=8),
    ],
)
def test_none_where_there_is_no_closed_answer(problem: Problem, config: TrainConfig) -> None:
    assert predicted_losses(problem, config) is None
    assert predicted_epochs(problem, config) is None
    assert best_learning_rate(problem, config) is None


def test_a_curve_that_runs_away_ends_in_inf() -> None:
    losses = predicted_losses(
        problem_of("line", False), TrainConfig(learning_rate=9, n_epochs=9999)
    )
    assert not np.isnan(losses).any() and losses[-1] == np.inf


def test_very_many_rows_by_products(monkeypatch: pytest.MonkeyPatch, dataset: Dataset) -> None:
    config = TrainConfig("nesterov", learning_rate=0.05, momentum=0.5, n_epochs=50)
    for standardize in (True, False):
        exact = Problem.from_dataset(dataset, standardize=standardize)
        expected = predicted_losses(exact, config)
        with monkeypatch.context() as patch:
            patch.setattr(sys.modules[spectrum.__module__], "_QR_WORK", 0)
            quick = Problem.from_dataset(dataset, standardize=standardize)
            assert predicted_losses(quick, config) == pytest.approx(expected, rel=1e-9)
            assert spectrum(quick).values == pytest.approx(spectrum(exact).values, rel=1e-9)
