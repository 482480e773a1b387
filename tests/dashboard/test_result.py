"""A run's result as the trainer tells it, against the core's own sweep of the same run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from dashboard.live.result import RunResult
from dashboard.settings import make_settings
from linreg_core import Status, reference_fit
from linreg_core.theory.sweeps import sweep
from tests.dashboard.serving import LocalServer, read_all, submit, within_patience

RUNS: dict[str, Any] = {
    "converges": make_settings("line", {"noise": 0.3}, learning_rate=0.2, n_epochs=200),
    "never near": make_settings("line", {"noise": 0.3}, learning_rate=1e-4, n_epochs=50),
    "diverges": make_settings("line", learning_rate=3.0, n_epochs=200),
    "minibatches": make_settings("line", {"noise": 0.3}, batch_size=8, n_epochs=100),
    "in long blocks": make_settings("line", {"noise": 0.3}, learning_rate=0.001, n_epochs=20_000),
    "solved at once": make_settings("condos", solver="closed_form"),
    "fits exactly": make_settings("line", {"noise": 0.0}, learning_rate=0.3, n_epochs=500),
    "ridge": make_settings("line", {"noise": 0.3}, weight_decay=0.1, learning_rate=0.2),
}


def result_of(server: LocalServer, settings: Any) -> RunResult:
    async def scenario() -> RunResult:
        run = submit(server, settings)
        await read_all(run, server.service)
        assert run.result is not None
        return run.result

    result: RunResult = within_patience(scenario())
    return result


@pytest.mark.parametrize("name", RUNS)
def test_a_result_says_what_a_sweep_says(server: LocalServer, name: str) -> None:
    settings = RUNS[name]
    result = result_of(server, settings)
    problem = settings.problem_spec.build()
    expected = sweep(problem, [settings.config()])
    assert result.final_loss == pytest.approx(expected.final_loss[0], nan_ok=True)
    epochs = result.epochs_to_1_percent
    assert (math.inf if epochs is None else epochs) == expected.epochs_to_1_percent[0]


def test_the_distance_is_that_of_the_predictions(server: LocalServer) -> None:
    settings = RUNS["never near"]
    result, problem = result_of(server, settings), settings.problem_spec.build()
    reference = reference_fit(problem)
    gap = result.params.predict(problem.X_train) - reference.predict(problem.X_train)
    assert result.distance == pytest.approx(np.sqrt(np.mean(gap**2)))


def test_a_diverged_run_is_never_near(server: LocalServer) -> None:
    """Even one that has started at the reference."""
    result = result_of(server, RUNS["diverges"])
    assert result.status is Status.DIVERGED and result.epochs_to_1_percent is None


def test_of_a_run_too_long_to_be_kept_nobody_knows(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.live.result._MOST_LOSSES", 100)
    assert result_of(server, RUNS["converges"]).epochs_to_1_percent is None
