"""Zones of the learning rate: in order, with the runs that they promise, whatever the data."""

from __future__ import annotations

import math
from dataclasses import astuple, replace

import numpy as np
import pytest

from linreg_core import DATASETS, Dataset, Params, Problem, TrainConfig, make_dataset
from linreg_core.theory import (
    learning_rate_zones,
    momentum_zones,
    predicted_losses,
    stable_learning_rate,
)
from linreg_core.theory import zones as zones_module
from linreg_core.theory.predictions import near_loss
from linreg_core.theory.zones import MOST_KEPT

SMALL = {"many_weights": {"n_samples": 300, "n_features": 40}}
LINEAR = ("sgd", "momentum", "nesterov")


def stays_near_from(problem: Problem, config: TrainConfig) -> float:
    """Return from which epoch on the losses are near, inf where the last is not."""
    far = np.flatnonzero(predicted_losses(problem, config) > near_loss(problem, config))
    first = 0 if not len(far) else int(far[-1]) + 1
    return first if first <= config.n_epochs else math.inf


@pytest.mark.parametrize("standardize", [True, False], ids=["standardised", "raw"])
@pytest.mark.parametrize("solver", LINEAR)
@pytest.mark.parametrize("name", DATASETS)
def test_zones_keep_what_they_promise(name: str, solver: str, standardize: bool) -> None:
    problem = Problem.from_dataset(
        make_dataset(name, **SMALL.get(name, {})), standardize=standardize
    )
    config = TrainConfig(solver, n_epochs=200)
    zones = learning_rate_zones(problem, config)
    assert zones.source == "theory"
    slow, best, swings, limit = astuple(zones)[:4]
    assert 0 < slow <= best <= swings <= limit < math.inf

    def epochs(rate: float) -> float:
        return stays_near_from(problem, replace(config, learning_rate=rate))

    others = [epochs(rate) for rate in np.geomspace(slow, limit * (1 - 1e-9), 60)]
    assert epochs(best) <= 1.2 * min(others) + 1
    if math.isfinite(epochs(best)):
        assert slow == best or epochs(0.97 * slow) == math.inf
        assert epochs(1.03 * slow) < math.inf or slow > 0.9 * best
        assert not zones.note
    else:
        assert zones.note and slow == best == swings


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig("adam"),
        TrainConfig(loss="l1"),
        TrainConfig("momentum", batch_size=8),
        TrainConfig(batch_size=8, sampling="sequential"),
    ],
)
def test_none_where_theory_has_no_answer(problem: Problem, config: TrainConfig) -> None:
    assert learning_rate_zones(problem, config) is None


HARD = {
    "two points": ([[0.0], [1.0]], [1.0, 3.0]),
    "one point": ([[3.0]], [7.0]),
    "all x equal": ([[5.0]] * 4, [1.0, 2.0, 3.0, 4.0]),
    "all y equal": ([[1.0], [2.0], [4.0]], [2.0] * 3),
    "all 0": ([[0.0]] * 3, [0.0] * 3),
    "duplicate columns": ([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]], [1.0, 2.0, 2.0]),
    "more columns than rows": (np.eye(3, 5), [1.0, 2.0, 3.0]),
    "1e300": ([[1e300], [2e300], [-1e300]], [1.0, 2.0, 2.0]),
    "1e300 in y": ([[1.0], [2.0], [4.0]], [1e300, 2e300, 0.0]),
    "1e160": ([[1e160], [2e160], [-1e160]], [1.0, 2.0, 2.0]),
    "1e-300": ([[1e-300], [2e-300], [-1e-300]], [1.0, 2.0, 2.0]),
    "largest floats": ([[1.7e308], [-1.7e308], [0.0]], [1.7e308, -1.7e308, 0.0]),
}


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("rows", HARD.values(), ids=HARD)
def test_numbers_or_a_sentence_on_any_data(
    rows: tuple[object, object], standardize: bool, fit_intercept: bool
) -> None:
    problem = Problem.from_dataset(
        Dataset("hard", *rows), standardize=standardize, fit_intercept=fit_intercept
    )
    for values in ({}, {"solver": "nesterov"}, {"batch_size": 1}, {"weight_decay": 0.1}):
        zones = learning_rate_zones(problem, TrainConfig(**values))
        rates = [rate for rate in astuple(zones)[:4] if rate is not None]
        assert all(0 < rate < math.inf for rate in rates) and rates == sorted(rates)
        assert zones.note or None not in astuple(zones)[:4]
        assert "nan" not in zones.note and "inf" not in zones.note


def test_what_does_not_learn_is_named() -> None:
    X = np.column_stack([np.arange(5.0), np.full(5, 3.0)])
    data = Dataset("constant", X, np.arange(5.0) ** 2, ("age", "<b>floor</b>"))
    note = learning_rate_zones(Problem.from_dataset(data), TrainConfig()).note
    assert note.startswith("`<b>floor</b>` is the same in every row")
    twins = Dataset("twins", X[:, [0, 0]], np.arange(5.0) ** 2)
    note = learning_rate_zones(Problem.from_dataset(twins), TrainConfig()).note
    assert note.startswith("One combination of the weights")


def test_the_own_rate_does_not_matter_and_only_the_latest_are_kept(problem: Problem) -> None:
    config = TrainConfig()
    first = learning_rate_zones(problem, config)
    assert learning_rate_zones(problem, replace(config, learning_rate=3.0)) is first
    n_kept = len(problem.memo.values())
    for size in range(MOST_KEPT + 1):
        learning_rate_zones(problem, replace(config, init=Params(np.full(3, size), 0.0)))
    assert len(problem.memo.values()) == n_kept
    assert learning_rate_zones(problem, config) is not first


def test_many_features_go_nearly_as_few() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 201)) * np.geomspace(1, 0.2, 201)
    y = X @ rng.standard_normal(201) + 0.3 * rng.standard_normal(400)
    zones = [
        learning_rate_zones(Problem.from_dataset(Dataset("wide", X[:, :k], y)), TrainConfig())
        for k in (200, 201)
    ]
    assert [*astuple(zones[0])[:4]] == pytest.approx([*astuple(zones[1])[:4]], rel=0.1)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("solver", ["momentum", "nesterov"])
@pytest.mark.parametrize("name", ["line", "outliers", "correlated", "norris"])
def test_zones_of_the_momentum_keep_what_they_promise(name: str, solver: str, part: float) -> None:
    problem = Problem.from_dataset(make_dataset(name), standardize=name != "line")
    plain = stable_learning_rate(problem, TrainConfig())
    config = TrainConfig(solver, learning_rate=part * plain, n_epochs=100)
    zones = momentum_zones(problem, config)

    def epochs(momentum: float) -> float:
        return stays_near_from(problem, replace(config, momentum=momentum))

    stop = 0.999 if zones.limit is None else zones.limit
    others = [epochs(momentum) for momentum in np.linspace(0, stop, 60)[:-1]]
    assert epochs(zones.best) <= 1.2 * min(others) + 1
    assert zones.slow_below <= zones.best <= zones.oscillates_above <= stop
    if zones.slow_below > 0.01 and not zones.note:
        assert epochs(zones.slow_below - 0.01) == math.inf


@pytest.mark.parametrize(
    ("solver", "part", "stable_above", "limit", "note"),
    [
        ("momentum", 0.9, None, None, ""),
        ("momentum", 1.5, 0.5, None, ""),
        ("momentum", 2.5, None, None, "At this learning rate a run diverges"),
        ("nesterov", 0.5, None, None, ""),
        ("nesterov", 0.8, None, 1 / 3, ""),
        ("nesterov", 1.1, None, None, "At this learning rate a run diverges"),
    ],
)
def test_limits_of_the_momentum(
    solver: str, part: float, stable_above: float | None, limit: float | None, note: str
) -> None:
    """At `part` of plain descent's limit; see `stable_learning_rate` for the same, solved."""
    problem = Problem.from_dataset(make_dataset("correlated"))
    rate = part * stable_learning_rate(problem, TrainConfig())
    config = TrainConfig(solver, learning_rate=rate, n_epochs=1000)
    zones = momentum_zones(problem, config)
    assert zones.note.startswith(note) and bool(note) == (zones.best is None)
    for found, wanted in ((zones.stable_above, stable_above), (zones.limit, limit)):
        assert found == (None if wanted is None else pytest.approx(wanted, rel=1e-6))
        if found is not None:
            assert stable_learning_rate(problem, replace(config, momentum=found)) == pytest.approx(
                rate, rel=1e-6
            )


def test_no_momentum_zones_without_momentum(problem: Problem) -> None:
    assert momentum_zones(problem, TrainConfig()) is None
    assert momentum_zones(problem, TrainConfig("momentum", batch_size=4)) is None
    assert momentum_zones(problem, TrainConfig("adam")) is None


def test_an_equal_start_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request brings parameters of its own: those of a drag are equal, not the same."""
    problem = Problem.from_dataset(make_dataset("line"))
    asked = []
    compute = zones_module._full_batch_zones
    monkeypatch.setattr(
        zones_module, "_full_batch_zones", lambda *of: asked.append(of) or compute(*of)
    )
    for rate, weight in ((0.1, 1.0), (0.2, 1.0), (0.2, 3.0)):
        config = TrainConfig(learning_rate=rate, init=Params([weight], 0.5))
        assert learning_rate_zones(problem, config) is not None
    assert len(asked) == 2
