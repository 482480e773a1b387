"""Rows that stay stored train as the same rows do in memory, in the order that they are dealt."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linreg_core import ConfigError, DataError, Dataset, Problem, TrainConfig
from linreg_core.block import COLUMNS
from linreg_core.distributed import RowSplit, read_stored_rows, row_split, train_stored
from linreg_core.distributed.streams import ShuffledBuffer, shares
from linreg_core.scale import RowsInMemory
from linreg_core.sources.storage import batch_rows
from linreg_core.training import train_blocks

N = 60
draws = np.random.default_rng(5)
X = draws.standard_normal((N, 3)) * [1.0, 5.0, 0.2] + [0.0, 3.0, 1.0]
y = X @ [1.0, -2.0, 3.0] + draws.standard_normal(N)
WEIGHTS = draws.integers(1, 4, N).astype(float)

RUNS: dict[str, dict[str, Any]] = {
    "mse": {"batch_size": 20},
    "momentum, half mse": {"batch_size": 12, "solver": "momentum", "loss": "half_mse"},
    "absolute errors": {"batch_size": 30, "loss": "l1"},
    "huber with a penalty": {"batch_size": 20, "loss": "huber", "l1": 0.01},
    "full batches of absolute errors": {"loss": "l1"},
    "l-bfgs, huber": {"loss": "huber", "solver": "lbfgs"},
    "changes, a schedule": {
        "batch_size": 20,
        "schedule": "cosine",
        "changes": ((1, (("learning_rate", 0.01), ("l1", 0.1))),),
    },
    "diverges": {"batch_size": 20, "loss": "l1", "learning_rate": 1e9, "evaluate_every": 3},
}


def source(with_weights: bool = False) -> RowsInMemory:
    return RowsInMemory(X, y, WEIGHTS if with_weights else None, block_rows=7)


def columns_of(blocks: Any) -> dict[str, np.ndarray]:
    every = list(blocks)
    return {name: np.concatenate([getattr(block, name) for block in every]) for name in COLUMNS}


@pytest.mark.parametrize("with_weights", [False, True], ids=["alike", "weights"])
@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_that_of_the_rows_in_memory_in_the_same_order(
    name: str, with_weights: bool
) -> None:
    config = TrainConfig(**{"learning_rate": 0.05, "n_epochs": 3, **RUNS[name]})
    rows = read_stored_rows(source(with_weights), RowSplit(n_streams=3, buffer_rows=10))
    found = columns_of(train_stored(rows, rows.problem(True, True), config))
    size = config.batch_size or N
    passes = [rows.minibatches("shuffle", size, 0, number) for number in range(3)]
    blocks = [block for batches in passes for batch in batches for _, block in batch.chunks()]
    weights = np.concatenate([b.weights for b in blocks]) if with_weights else None
    # The passes one after another are one table, read as it is stored: the means are the same.
    data = np.concatenate([b.X for b in blocks]), np.concatenate([b.y for b in blocks])
    problem = Problem.from_dataset(Dataset("passes", *data, weights=weights), standardize=True)
    told = replace(config, sampling="sequential", updates_per_epoch=math.ceil(N / size))
    if config.batch_size is None:
        told = config
    oracle = columns_of(train_blocks(problem, told))
    assert len(found["epoch"]) == len(oracle["epoch"])
    for column, values in found.items():
        if column == "gradient_evaluations":
            continue
        is_seen = np.isfinite(values) & np.isfinite(oracle[column])
        scale = np.abs(oracle[column]) + 1.0
        difference = np.abs(values - oracle[column])[is_seen] / scale[is_seen]
        assert difference.max(initial=0.0) < (1e-9 if config.solver == "lbfgs" else 1e-11), column


def test_every_row_comes_once_in_a_pass_and_in_another_order_in_the_next() -> None:
    rows = read_stored_rows(source(), RowSplit(n_streams=4, buffer_rows=12))
    orders = []
    for number in (0, 0, 1):
        batches = rows.minibatches("shuffle", 8, 1, number)
        orders.append(np.concatenate([b.y for batch in batches for _, b in batch.chunks()]))
    assert all(np.array_equal(np.sort(order), np.sort(y)) for order in orders)
    assert np.array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[0], orders[2])


@pytest.mark.parametrize("with_weights", [False, True], ids=["alike", "weights"])
@pytest.mark.parametrize("buffer_rows", [1, 6, 40, 1_000])
def test_a_buffer_has_each_row_once_and_few_at_a_time(buffer_rows: int, with_weights: bool) -> None:
    """Blocks of 7 rows go in: a row comes no sooner than a buffer and a block before its place."""
    blocks = source(with_weights).blocks()
    buffer = ShuffledBuffer(blocks, buffer_rows, N, (0, 0, 0))
    found = [buffer.take(n) for n in [3, 1, 20, 11] + [1] * (N - 35)]
    places = [int(np.flatnonzero(value == y)[0]) for block in found for value in block.y]
    assert sorted(places) == list(range(N))
    assert np.array_equal(np.concatenate([block.X for block in found]), X[places])
    if with_weights:
        weights = [block.weights for block in found if block.weights is not None]
        assert np.array_equal(np.concatenate(weights), WEIGHTS[places])
    assert max(place - taken for taken, place in enumerate(places)) < buffer_rows + 7
    with pytest.raises(DataError, match="fewer than before"):
        buffer.take(1)


def test_rows_in_sequence_come_as_they_are_stored() -> None:
    rows = read_stored_rows(source(), RowSplit(n_streams=4, buffer_rows=12))
    batches = list(rows.minibatches("sequential", 8, 1, 0))
    assert [batch.n_rows for batch in batches] == [8] * 7 + [4]
    assert np.array_equal(np.concatenate([b.y for x in batches for _, b in x.chunks()]), y)


@pytest.mark.parametrize("sizes", [[5], [0, 7, 1], [100, 1, 1, 0, 13], [3, 3, 3], [1, 0, 0, 0]])
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_shares_take_all_rows_of_all_streams_evenly(sizes: list[int], size: int) -> None:
    taken, total = np.zeros(len(sizes)), sum(sizes)
    for share in shares(sizes, size):
        assert min(share) >= 0
        taken += share
        assert np.abs(taken - np.array(sizes) * taken.sum() / total).max() < len(sizes)
    assert taken.tolist() == sizes


def test_test_rows_are_no_training_rows() -> None:
    rows = read_stored_rows(source(), RowSplit(test_fraction=0.3, n_streams=3, buffer_rows=12))
    assert 5 < rows.n_test < 30
    seen = [b.y for is_test in (False, True) for _, b in rows.all_rows(is_test).chunks()]
    assert np.array_equal(np.sort(np.concatenate(seen)), np.sort(y))
    config = TrainConfig(batch_size=8, n_epochs=2, learning_rate=0.01, loss="huber")
    last = list(train_stored(rows, rows.problem(True, True), config))[-1]
    test = np.concatenate([b.X for _, b in rows.all_rows(True).chunks()])
    target = np.concatenate([b.y for _, b in rows.all_rows(True).chunks()])
    residuals = np.abs(test @ last.weights[-1] + last.bias[-1] - target)
    oracle = np.where(residuals <= 1, residuals**2 / 2, residuals - 0.5).mean()
    assert last.test_loss[-1] == pytest.approx(oracle, rel=1e-12)


def test_rows_are_not_drawn_with_replacement() -> None:
    rows = read_stored_rows(source(), RowSplit(n_streams=1))
    with pytest.raises(ConfigError, match="must be one of 'shuffle', 'sequential'"):
        train_stored(
            rows, rows.problem(True, True), TrainConfig(batch_size=5, sampling="replacement")
        )


def test_there_are_streams_for_all_ranks() -> None:
    class Third:
        rank, n_ranks = 2, 3

        def summed(self, values: np.ndarray) -> np.ndarray:
            return values

    split = row_split(source(), n_streams=2)
    with pytest.raises(ConfigError, match="must be >= the number of ranks, 3. Got 2"):
        read_stored_rows(source(), split, Third())
    with pytest.raises(ConfigError, match="`streams` must be >= 1"):
        row_split(source(), n_streams=0)


def test_streams_and_buffers_obey_the_memory() -> None:
    wide = RowsInMemory(np.zeros((2, 400)), np.zeros(2))
    few, many = row_split(wide, memory=500_000_000), row_split(source(), memory=500_000_000)
    assert (few.n_streams, many.n_streams) == (1, 8)
    row = 8 * 5
    assert 8 * many.buffer_rows * row < 500_000_000 < 8 * many.buffer_rows * row * 4


@pytest.mark.parametrize("memory", [300_000_000, 500_000_000, 8_000_000_000])
@pytest.mark.parametrize("n_features", [1, 8, 64, 100])
def test_what_streams_hold_fits_into_the_memory(n_features: int, memory: int) -> None:
    """Buffers with their batches, blocks ahead, and a page of each column that is being decoded."""
    split = row_split(RowsInMemory(np.zeros((2, n_features)), np.zeros(2)), memory=memory)
    row = 8 * (n_features + 2)
    held = 1.5 * split.buffer_rows * row + 4 * batch_rows(n_features + 1) * row
    assert split.n_streams * (held + 2**20 * (n_features + 1)) < memory
    assert split.buffer_rows >= 1_024
