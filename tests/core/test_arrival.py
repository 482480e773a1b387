"""A run that has arrived is near in every coefficient, and every way proposed leads there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linreg_core import Dataset, Params, Problem, Status, TrainConfig, fit, make_dataset, read_table
from linreg_core.arrival import (
    NEAR,
    aims_at_least_squares,
    has_arrived,
    root_mean_square_gap,
    tolerance,
    way_to_arrive,
)
from linreg_core.bundled import DATA_FOLDER
from linreg_core.inference import report
from linreg_core.tables import to_dataset

BASE = TrainConfig(n_epochs=200, engine="compiled")
LONGLEY = ("deflator", "gnp", "unemployed", "armed_forces", "population", "year")
UNFINISHED: dict[str, dict[str, Any]] = {
    "as the page starts": {},
    "tiny steps": {"learning_rate": 1e-6},
    "diverged": {"learning_rate": 10.0},
    "one epoch": {"n_epochs": 1},
    "minibatches": {"batch_size": 4, "learning_rate": 0.01},
    "momentum": {"solver": "momentum"},
    "nesterov": {"solver": "nesterov", "learning_rate": 0.01},
    "adam": {"solver": "adam", "learning_rate": 1e-4},
    "float32": {"dtype": "float32"},
    "given start": {"init": "randn"},
    "a decay that it has no use for": {
        "solver": "lbfgs",
        "weight_decay": 0.5,
        "learning_rate": 1e-6,
    },
}


def messy() -> Dataset:
    """Columns of very different sizes, two nearly alike, one superfluous."""
    rng = np.random.default_rng(3)
    a, b, c = rng.normal(size=(3, 60))
    X = np.column_stack([1e6 * a + 5e6, 0.01 * b, a + 0.02 * c, 3 * b])
    return Dataset("messy", X, 4 * a - b + 0.5 * rng.normal(size=60) + 100)


def exact() -> Dataset:
    X = np.arange(20.0).reshape(10, 2) ** 1.5
    return Dataset("exact", X, X @ [2.0, -1.0] + 3)


def dataset(name: str) -> Dataset:
    if name == "longley":
        return to_dataset(read_table(DATA_FOLDER / "longley.csv"), "employed", LONGLEY)
    own = {"messy": messy, "exact": exact}
    return own[name]() if name in own else make_dataset(name)


@pytest.mark.parametrize("is_standardized", [True, False], ids=["standardised", "raw"])
@pytest.mark.parametrize("name", ["longley", "condos", "messy", "exact"])
@pytest.mark.parametrize("values", UNFINISHED.values(), ids=UNFINISHED)
def test_the_way_proposed_arrives(name: str, is_standardized: bool, values: dict[str, Any]) -> None:
    data, config = dataset(name), replace(BASE, **values)
    way = way_to_arrive(Problem.from_dataset(data, standardize=is_standardized), config)
    problem = Problem.from_dataset(data, standardize=way.standardize)
    run = fit(problem, way.config)
    assert run.status is not Status.DIVERGED
    assert root_mean_square_gap(problem, run.final.params) <= tolerance(problem)
    assert has_arrived(problem, run.final.params)


def test_more_epochs_are_proposed_where_they_are_enough() -> None:
    problem = Problem.from_dataset(dataset("longley"), standardize=True)
    assert not has_arrived(problem, fit(problem, BASE).final.params)
    way = way_to_arrive(problem, BASE)
    assert way.standardize and way.config == replace(BASE, n_epochs=way.config.n_epochs)
    fewer = replace(way.config, n_epochs=way.config.n_epochs // 5)
    assert not has_arrived(problem, fit(problem, fewer).final.params)


def test_many_features_are_solved_in_one_step() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 250))
    problem = Problem.from_dataset(Dataset("wide", X, X.sum(axis=1) + rng.normal(size=400)))
    assert way_to_arrive(problem, BASE).config.solver == "closed_form"


@pytest.mark.parametrize("name", ["longley", "condos"])
def test_where_it_has_arrived_every_coefficient_is_near(name: str) -> None:
    """The bound is sharp: some direction reaches it, and none exceeds it."""
    problem = Problem.from_dataset(dataset(name))
    expected = report(problem)
    errors = np.array([c.standard_error for c in expected.coefficients], dtype=float)
    estimates = np.array([c.estimate for c in expected.coefficients])
    rng, off = np.random.default_rng(1), []
    A = np.column_stack([np.ones(problem.n_train), problem.X_train])
    whiten = np.linalg.inv(np.linalg.qr(A, mode="r"))
    for direction in rng.normal(size=(300, len(errors))):
        step = whiten @ (direction / np.linalg.norm(direction))
        scale = tolerance(problem) * np.sqrt(problem.n_train)
        moved = estimates + 0.999 * scale * step
        assert has_arrived(problem, Params(moved[1:], moved[0]))
        far = estimates + 1.01 * scale * step
        assert not has_arrived(problem, Params(far[1:], far[0]))
        off.append(np.abs((moved - estimates) / errors))
    assert 0.7 * NEAR < np.max(off) < 1.001 * NEAR


def test_numbers_that_are_none_have_not_arrived() -> None:
    problem = Problem.from_dataset(dataset("condos"))
    assert not has_arrived(problem, Params([np.nan], 0.0))
    assert not has_arrived(problem, Params([1e300], 1e300))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"loss": "half_mse"}, True),
        ({"loss": "l1"}, False),
        ({"loss": "huber"}, False),
        ({"solver": "adamw", "weight_decay": 0.1}, False),
        ({"solver": "sgd", "weight_decay": 0.0}, True),
    ],
)
def test_only_squared_losses_without_decay_aim_there(
    values: dict[str, Any], expected: bool
) -> None:
    assert aims_at_least_squares(replace(BASE, **values)) is expected
