"""Where runs start."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from linreg_core import Params, Problem, TrainConfig, fit, train


def test_initial_params(problem: Problem) -> None:
    def start(**options: Any) -> Params:
        return next(train(problem, TrainConfig(**options))).params

    assert start().weights.tolist() == [0, 0, 0]
    assert 0 < np.abs(start(init="normal").weights).max() < 0.1
    assert start(init="normal").bias == 0
    assert start(init="randn", seed=1).bias != start(init="randn", seed=2).bias
    given = start(init=Params(np.array([1.0, 2.0, 3.0]), 4.0))
    assert (given.weights.tolist(), given.bias) == ([1, 2, 3], 4)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_start_is_that_of_a_linear_layer(problem: Problem, dtype: str) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(7)
        layer = torch.nn.Linear(3, 1, dtype=getattr(torch, dtype))
    state = next(train(problem, TrainConfig(init="torch", dtype=dtype, seed=7)))
    assert state.params.weights.tolist() == layer.weight[0].tolist()
    assert state.params.bias == layer.bias.item()


def test_start_at_the_solution_stays_there(split_problem: Problem) -> None:
    reference = fit(split_problem, TrainConfig(n_epochs=1)).reference
    run = fit(split_problem, TrainConfig(n_epochs=5, init=reference))
    np.testing.assert_allclose(run.final.params.weights, reference.weights, rtol=1e-12)
