"""What is said of minibatches is approximate, and this is how far it is from what runs do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linreg_core import Problem, Status, TrainConfig, fit, make_dataset
from linreg_core.theory import learning_rate_zones, minibatch_limit, noise_floor
from linreg_core.theory.courses import reference_loss

NAMES = ("line", "condos", "outliers", "growing_variance", "curved", "two_groups", "correlated")
BATCHES = [(sampling, size) for sampling in ("replacement", "shuffle") for size in (1, 8)]
pytestmark = pytest.mark.usefixtures("compiled_engine")


def problem_of(name: str) -> Problem:
    return Problem.from_dataset(make_dataset(name), standardize=True)


@pytest.mark.parametrize(("sampling", "size"), BATCHES)
@pytest.mark.parametrize("name", NAMES)
def test_runs_diverge_from_the_limit_to_twice_of_it(name: str, sampling: str, size: int) -> None:
    problem = problem_of(name)
    config = TrainConfig(batch_size=size, sampling=sampling, n_epochs=1000, engine="compiled")
    limit = minibatch_limit(problem, config)
    low, high = limit / 2, limit * 8
    while high / low > 1.1:
        rate = float(np.sqrt(low * high))
        run = fit(problem, replace(config, learning_rate=rate))
        low, high = (low, rate) if run.status is Status.DIVERGED else (rate, high)
    assert 0.9 < np.sqrt(low * high) / limit < 2.5


@pytest.mark.parametrize(("sampling", "size"), BATCHES)
@pytest.mark.parametrize("name", NAMES)
def test_the_noise_floor_within_a_fifth(name: str, sampling: str, size: int) -> None:
    problem = problem_of(name)
    config = TrainConfig(batch_size=size, sampling=sampling, n_epochs=4000, engine="compiled")
    limit = minibatch_limit(problem, config)
    for part in (0.03, 0.1, 0.3):
        case = replace(config, learning_rate=part * limit)
        losses = fit(problem, case).trajectory.train_loss[1000:]
        floor = losses.mean() - reference_loss(problem, case)
        assert noise_floor(problem, case) == pytest.approx(floor, rel=0.2)


@pytest.mark.parametrize("name", NAMES)
def test_zones_of_minibatches_keep_what_they_promise(name: str) -> None:
    problem = problem_of(name)
    config = TrainConfig(batch_size=8, n_epochs=300, engine="compiled")
    zones = learning_rate_zones(problem, config)
    assert zones.source == "approximation"
    assert zones.slow_below < zones.best <= zones.oscillates_above <= zones.limit

    def excess(rate: float) -> float:
        losses = fit(problem, replace(config, learning_rate=rate)).trajectory.train_loss[-50:]
        return float(losses.mean() / reference_loss(problem, config)) - 1

    assert excess(0.7 * zones.slow_below) > 0.01
    assert excess(0.8 * zones.oscillates_above) < 0.015
    assert excess(2 * zones.oscillates_above) > 0.01


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(),
        TrainConfig("momentum", batch_size=8),
        TrainConfig(loss="l1", batch_size=8),
        TrainConfig(batch_size=8, sampling="sequential"),
    ],
)
def test_none_where_nothing_is_known(config: TrainConfig) -> None:
    assert minibatch_limit(problem_of("line"), config) is None
    assert noise_floor(problem_of("line"), config) is None


def test_above_the_limit_there_is_no_floor() -> None:
    assert noise_floor(problem_of("line"), TrainConfig(batch_size=1, learning_rate=5.0)) is None
