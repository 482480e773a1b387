"""What each rank of the tests runs: short runs, whose epochs it keeps, and then one without end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from linreg_core import TrainConfig
from linreg_core.block import COLUMNS
from linreg_core.distributed import (
    Ranks,
    RowSplit,
    joined_ranks,
    read_stored_rows,
    train_stored,
)
from linreg_core.scale import RowsInMemory

RUNS: dict[str, tuple[float, dict[str, Any]]] = {
    "full batch by moments": (0.0, {}),
    "minibatches": (0.0, {"batch_size": 13, "solver": "adam"}),
    "batches smaller than streams": (0.2, {"batch_size": 2, "learning_rate": 0.01}),
    "absolute errors": (0.2, {"batch_size": 20, "loss": "l1", "l1": 0.01}),
    "full batches, huber": (0.2, {"loss": "huber", "solver": "momentum"}),
    "l-bfgs": (0.0, {"loss": "l1", "solver": "lbfgs", "batch_size": 30}),
    "in sequence": (0.0, {"batch_size": 13, "sampling": "sequential"}),
    "diverges": (0.0, {"batch_size": 13, "loss": "l1", "learning_rate": 1e9}),
}


def source() -> RowsInMemory:
    """Return rows in few parts: of three ranks one has more than others, and the last part is 1."""
    draws = np.random.default_rng(4)
    X = draws.standard_normal((61, 3)) + [0.0, 5.0, 1.0]
    y = X @ [1.0, 2.0, -1.0] + draws.standard_normal(61)
    return RowsInMemory(X, y, draws.uniform(0.5, 2.0, 61), block_rows=20)


def columns_of(name: str, ranks: Ranks) -> dict[str, np.ndarray]:
    """Return the epochs of a run."""
    fraction, values = RUNS[name]
    rows = read_stored_rows(source(), RowSplit(fraction, n_streams=5, buffer_rows=8), ranks)
    config = TrainConfig(**{"n_epochs": 4, "learning_rate": 0.1, **values})
    blocks = list(train_stored(rows, rows.problem(True, True), config))
    return {column: np.concatenate([getattr(b, column) for b in blocks]) for column in COLUMNS}


def main(folder: Path) -> None:
    """Do all runs, say so, and train on and on."""
    with joined_ranks() as ranks:
        for name in RUNS:
            np.savez(folder / f"{name}-{ranks.rank}.npz", **columns_of(name, ranks))
        print("done", flush=True)
        rows = read_stored_rows(source(), RowSplit(n_streams=5), ranks)
        config = TrainConfig(batch_size=8, n_epochs=1_000_000, learning_rate=0.01)
        for _ in train_stored(rows, rows.problem(True, True), config):
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
