"""What a run costs, in gradients: counted from its batches by hand, and by torch's own closure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from linreg_core import ENGINES, Problem, TrainConfig, fit, make_dataset
from linreg_core.sampling import row_batches

N_ROWS = 23


@pytest.fixture(scope="module")
def line() -> Problem:
    return Problem.from_dataset(make_dataset("line", n_samples=N_ROWS, seed=1))


def by_hand(config: TrainConfig) -> list[float]:
    """Return the evaluations of a run whose updates look once at their batch, epoch by epoch."""
    size, rows = config.batch_size or N_ROWS, [0]
    batches: Iterator[Any] = row_batches(N_ROWS, size, config.sampling, config.seed)
    for _ in range(config.n_epochs):
        n_updates = config.updates_in_epoch(N_ROWS)
        rows.append(rows[-1] + sum(len(next(batches)) for _ in range(n_updates)))
    return [n / N_ROWS for n in rows]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(),
        TrainConfig(solver="adam", updates_per_epoch=3),
        TrainConfig(batch_size=N_ROWS),
        TrainConfig(batch_size=5),
        TrainConfig(batch_size=5, sampling="sequential"),
        TrainConfig(batch_size=5, updates_per_epoch=3),
        TrainConfig(batch_size=5, updates_per_epoch=7, sampling="replacement"),
        TrainConfig(batch_size=N_ROWS, sampling="replacement"),
        TrainConfig(solver="nesterov", batch_size=1, updates_per_epoch=2),
    ],
)
def test_every_row_of_every_batch_counts_once(
    line: Problem, config: TrainConfig, engine: str
) -> None:
    config = replace(config, n_epochs=12, engine=engine)
    assert fit(line, config).trajectory.gradient_evaluations.tolist() == by_hand(config)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("rate", [0.2, 1.0])
def test_lbfgs_counts_what_torch_evaluates(line: Problem, engine: str, rate: float) -> None:
    config = TrainConfig(solver="lbfgs", learning_rate=rate, n_epochs=6, engine=engine)
    X = torch.tensor(np.column_stack([line.X_train, np.ones(N_ROWS)]))
    params = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([params], lr=rate)
    calls, expected = 0, [0]

    def closure() -> torch.Tensor:
        nonlocal calls
        calls += 1
        optimizer.zero_grad()
        loss = torch.mean((X @ params - torch.tensor(line.y_train)) ** 2)
        loss.backward()
        return loss

    for _ in range(config.n_epochs):
        optimizer.step(closure)  # type: ignore[arg-type]
        expected.append(calls)
    assert fit(line, config).trajectory.gradient_evaluations.tolist() == expected
    assert expected[1] > 1


@pytest.mark.parametrize("engine", ENGINES)
def test_changes_on_the_way_count_on(line: Problem, engine: str) -> None:
    changes = ((3, (("batch_size", 5),)), (5, (("solver", "lbfgs"), ("batch_size", None))))
    config = TrainConfig(n_epochs=7, changes=changes, engine=engine)
    found = fit(line, config).trajectory.gradient_evaluations
    assert found[:6].tolist() == [0, 1, 2, 3, 4, 5]
    assert found[6] >= 6 and found[7] >= 7 and (found % 1 == 0).all()


def test_the_closed_form_looks_once(line: Problem) -> None:
    run = fit(line, TrainConfig(solver="closed_form", n_epochs=1))
    assert run.trajectory.gradient_evaluations.tolist() == [0, 1]
