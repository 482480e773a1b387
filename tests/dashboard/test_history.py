"""A run's history in the tools that it is for: pandas, and TensorBoard's own reader."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from dashboard.exports import history
from dashboard.exports.history import (
    FIRST_WEIGHTS,
    history_csv,
    history_events,
    history_of,
    history_parquet,
)
from linreg_core import Dataset, LinregError, Problem, TrainConfig, make_dataset, train
from tests.dashboard.fits import HOSTILE

CONFIG = TrainConfig(learning_rate=0.05, n_epochs=300, batch_size=10, evaluate_every=7)


@pytest.fixture(scope="module")
def problem() -> Problem:
    return Problem.from_dataset(make_dataset("line", n_samples=40), test_fraction=0.25)


@pytest.fixture(scope="module")
def table(problem: Problem) -> pa.Table:
    return history_of(problem, CONFIG)


def test_every_epoch_is_told_as_it_was(problem: Problem, table: pa.Table) -> None:
    states = list(train(problem, CONFIG))
    told = table.to_pandas()
    assert told["epoch"].tolist() == [state.epoch for state in states]
    assert told["n_updates"].tolist() == [state.n_updates for state in states]
    for name in ("train_loss", "test_loss", "batch_loss"):
        expected = np.array([getattr(state, name) for state in states], dtype=float)
        np.testing.assert_allclose(told[name], expected, rtol=1e-9)
    np.testing.assert_allclose(told["weight_x"], [s.params.weights[0] for s in states], rtol=1e-9)
    np.testing.assert_allclose(told["bias"], [s.params.bias for s in states], rtol=1e-9)


def test_pandas_reads_both_files_to_the_last_digit(table: pa.Table) -> None:
    expected = table.to_pandas()
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(history_parquet(table))), expected)
    read = pd.read_csv(io.BytesIO(history_csv(table)))
    pd.testing.assert_frame_equal(read, expected, check_exact=True)


def test_tensorboard_reads_the_events(table: pa.Table, tmp_path: Path) -> None:
    (tmp_path / "run.tfevents").write_bytes(history_events(table))
    events = EventAccumulator(str(tmp_path), size_guidance={"scalars": 0}).Reload()
    assert set(events.Tags()["scalars"]) == {
        "train_loss", "test_loss", "batch_loss", "grad_norm", "bias",
    }  # fmt: skip
    scalars = events.Scalars("train_loss")
    known = table.to_pandas().dropna(subset=["train_loss"])
    assert [each.step for each in scalars] == known["epoch"].tolist()
    np.testing.assert_allclose([each.value for each in scalars], known["train_loss"], rtol=1e-6)


def test_a_diverged_history_ends_where_its_run_did() -> None:
    config = TrainConfig(learning_rate=10, n_epochs=500)
    table = history_of(Problem.from_dataset(make_dataset("line")), config)
    losses = table["train_loss"].to_numpy()
    assert len(table) < 500
    assert losses[-1] > 1e6 * losses[0]


def test_a_loss_beyond_float32_is_infinite_in_tensorboard(tmp_path: Path) -> None:
    names = ("train_loss", "test_loss", "batch_loss", "grad_norm", "bias")
    (tmp_path / "run.tfevents").write_bytes(
        history_events(pa.table({"epoch": [0, 1], **{name: [1.0, 1e300] for name in names}}))
    )
    events = EventAccumulator(str(tmp_path)).Reload()
    assert [each.value for each in events.Scalars("bias")] == [1.0, math.inf]


def test_hostile_names_are_columns_of_their_own_and_no_formulas() -> None:
    X = np.arange(3.0 * len(HOSTILE)).reshape(3, -1) ** 1.5
    problem = Problem.from_dataset(Dataset("own", X, X[:, 0], tuple(HOSTILE), "y"))
    table = history_of(problem, TrainConfig(learning_rate=1e-9, n_epochs=2))
    assert len(set(table.column_names)) == 7 + len(HOSTILE)
    head = pd.read_csv(io.BytesIO(history_csv(table)), nrows=0)
    assert not [name for name in head if name[0] in "=+-@"]


def test_a_wide_run_tells_its_first_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_VALUES", 100)
    problem = Problem.from_dataset(make_dataset("many_weights", n_samples=30, n_features=20))
    table = history_of(problem, TrainConfig(learning_rate=0.01, n_epochs=5))
    assert table.column_names[-1] == f"weight_x{FIRST_WEIGHTS}"


def test_a_run_that_takes_too_long_has_no_history(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_HISTORY_SECONDS", 0.0)
    with pytest.raises(LinregError, match="choose fewer epochs"):
        history_of(problem, CONFIG)
