"""Sweeps and what is measured by them, against runs made one by one; odd losses fool nobody."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import Any

import numpy as np
import pytest

from linreg_core import (
    ConfigError,
    Dataset,
    Problem,
    Status,
    TrainConfig,
    fit,
    make_dataset,
    sweep,
    sweep_blocks,
)
from linreg_core.theory import Sweep, learning_rate_zones, measured, measured_zones, near_loss
from linreg_core.theory.lasting import first_lasting

pytestmark = pytest.mark.usefixtures("compiled_engine")


@pytest.fixture(scope="module")
def line() -> Problem:
    return Problem.from_dataset(make_dataset("line"), standardize=True)


def test_a_sweep_is_runs_one_by_one(line: Problem) -> None:
    configs = [
        TrainConfig(solver, learning_rate=rate, batch_size=size, init="randn")
        for solver in ("sgd", "adam")
        for rate in (1e-4, 0.3, 3.0)
        for size in (None, 20)
    ]
    runs = sweep(line, configs)
    assert len(runs) == len(configs) == len(runs.status)
    for i, config in enumerate(configs):
        run = fit(line, replace(config, engine="compiled"))
        losses = run.trajectory.train_loss
        assert runs.final_loss[i] == pytest.approx(losses[-1], rel=1e-9)
        assert runs.status[i] is run.status
        near = np.flatnonzero(losses <= near_loss(line, config))
        if (
            config.batch_size is None
            and config.solver == "sgd"
            and run.status is not Status.DIVERGED
        ):
            assert runs.epochs_to_1_percent[i] == (near[0] if len(near) else np.inf)
    with pytest.raises(ValueError, match="read-only"):
        runs.final_loss[0] = 0


def test_a_sweep_of_nothing_and_of_what_does_not_fit(line: Problem) -> None:
    assert len(sweep(line, [])) == 0
    with pytest.raises(ConfigError, match="`batch_size` must be <="):
        sweep(line, [TrainConfig(), TrainConfig(batch_size=5000)])


@pytest.mark.parametrize(
    ("near", "place"),
    [
        ("", None),
        (".....", None),
        ("..#..", None),  # one that dips
        ("..##.", None),
        (".#..####", 4),
        (".####.##", 1),  # one that spikes
        (".......#", 7),  # the last: what comes after it would be like it
    ],
)
def test_one_odd_loss_is_no_arrival(near: str, place: int | None) -> None:
    flags = np.array([mark == "#" for mark in near or "."])
    assert first_lasting(flags) == place


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("line", {}),
        ("condos", {"solver": "nesterov"}),
        ("outliers", {"solver": "momentum", "momentum": 0.5}),
        ("correlated", {"loss": "half_mse"}),
    ],
)
def test_measured_where_theory_knows_it(name: str, values: dict[str, Any]) -> None:
    problem = Problem.from_dataset(make_dataset(name), standardize=True)
    config = TrainConfig(n_epochs=300, init="randn", **values)
    theory, found = learning_rate_zones(problem, config), measured_zones(problem, config)
    assert found.source == "measured"
    assert found.limit == pytest.approx(theory.limit, rel=0.1)
    assert found.slow_below == pytest.approx(theory.slow_below, rel=0.15)


@pytest.mark.parametrize(
    "values",
    [
        {"solver": "adam"},
        {"solver": "rmsprop"},
        {"loss": "l1"},
        {"loss": "huber", "solver": "momentum"},
        {"batch_size": 8, "sampling": "sequential"},
        {"batch_size": 8, "solver": "nesterov"},
        {"schedule": "cosine", "warmup_epochs": 5},
        {"solver": "lbfgs"},
    ],
    ids=str,
)
def test_zones_are_measured_where_theory_has_none(values: dict[str, Any]) -> None:
    problem = Problem.from_dataset(make_dataset("condos"), standardize=True)
    config = TrainConfig(n_epochs=100, **values)
    assert learning_rate_zones(problem, config) is None
    zones = measured_zones(problem, config)
    rates = [rate for rate in astuple(zones)[:4] if rate is not None]
    assert rates == sorted(rates) and zones.best is not None
    n_epochs = min(100, measured.affordable_epochs(problem, config))
    best = replace(config, learning_rate=zones.best, n_epochs=n_epochs, engine="compiled")
    if "warmup_epochs" not in values:
        assert fit(problem, best).final.train_loss <= 1.02 * near_loss(problem, config)


def test_one_spike_moves_no_zone(line: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that diverges by a spike, or settles on one, is an odd one among its neighbours."""
    config = TrainConfig(solver="adam", n_epochs=150)
    expected = measured_zones(line, config)
    odd_rate = expected.slow_below * 2.3

    def spiked(problem: Problem, configs: list[TrainConfig]) -> Sweep:
        runs = sweep(problem, configs)
        odd = np.array([0.8 < each.learning_rate / odd_rate < 1.25 for each in configs], dtype=bool)
        status = np.where(odd, Status.DIVERGED, runs.status)
        return Sweep(
            np.where(odd, np.inf, runs.final_loss),
            np.where(odd, np.inf, runs.settled_loss),
            np.where(odd, np.inf, runs.epochs_to_1_percent),
            status,
        )

    monkeypatch.setattr(measured, "sweep", spiked)
    found = measured_zones(Problem.from_dataset(make_dataset("line"), standardize=True), config)
    assert found.limit == expected.limit
    assert found.slow_below == pytest.approx(expected.slow_below, rel=0.01)


def test_large_problems_get_fewer_epochs_or_none() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20_000, 10))
    problem = Problem.from_dataset(Dataset("large", X, X[:, 0]))
    config = TrainConfig(solver="adam", loss="l1", n_epochs=1000)
    zones = measured_zones(problem, config)
    assert zones.note.startswith("Measured on the first")
    assert measured_zones(problem, replace(config, updates_per_epoch=10_000)) is None
    assert measured_zones(problem, TrainConfig(solver="closed_form")) is None


def test_values_out_of_range_get_a_sentence() -> None:
    problem = Problem.from_dataset(Dataset("huge", [[1.0], [2.0], [3.0]], [1e300, 0.0, -1e300]))
    zones = measured_zones(problem, TrainConfig(solver="adam"))
    assert astuple(zones)[:4] == (None,) * 4 and "larger units" in zones.note


def test_blocks_are_the_runs_in_order(line: Problem) -> None:
    other = Problem.from_dataset(make_dataset("condos"), standardize=True)
    rates = (1e-3, 0.1, 0.5, 3.0)
    runs = [(each, TrainConfig(learning_rate=rate)) for rate in rates for each in (line, other)]
    blocks = list(sweep_blocks(runs, max_seconds=0))
    assert len(blocks) > 1 and sum(map(len, blocks)) == len(runs)
    for block in blocks:
        for i in range(len(block)):
            expected = sweep(*_one(runs[block.first + i]))
            assert block.final_loss[i] == pytest.approx(expected.final_loss[0], rel=1e-9)
            assert block.epochs_to_1_percent[i] == expected.epochs_to_1_percent[0]
            assert block.status[i] is expected.status[0]
    firsts = np.cumsum([0, *map(len, blocks)])[:-1]
    assert [block.first for block in blocks] == firsts.tolist()


def _one(run: tuple[Problem, TrainConfig]) -> tuple[Problem, list[TrainConfig]]:
    return run[0], [run[1]]


def test_blocks_let_others_have_a_turn_within_a_run(line: Problem) -> None:
    config = TrainConfig(n_epochs=20_000, batch_size=1, solver="lbfgs", updates_per_epoch=1)
    blocks = sweep_blocks([(line, config)], max_seconds=0.001)
    assert len(next(blocks)) == 0
    with pytest.raises(ConfigError, match="`batch_size` must be <="):
        sweep_blocks([(line, config), (line, TrainConfig(batch_size=5000))])
