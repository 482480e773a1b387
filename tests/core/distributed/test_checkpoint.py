"""A run that was ended goes on from its checkpoint, to the same end."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linreg_core import ConfigError, TrainConfig
from linreg_core.block import COLUMNS, Block
from linreg_core.distributed import (
    Checkpoint,
    RowSplit,
    read_stored_rows,
    run_fingerprint,
    train_stored,
)
from linreg_core.scale import RowsInMemory

draws = np.random.default_rng(2)
X = draws.standard_normal((50, 2)) + 1.0
ROWS = RowsInMemory(X, X @ [1.0, 2.0] + draws.standard_normal(50), block_rows=9)

RUNS: dict[str, dict[str, Any]] = {
    "adam": {"solver": "adam", "batch_size": 10, "stop_when_converged": True},
    "momentum with a schedule": {"solver": "momentum", "batch_size": 7, "schedule": "cosine"},
    "l-bfgs": {"solver": "lbfgs", "loss": "huber", "learning_rate": 0.2},
    "full batches": {"solver": "nesterov", "loss": "l1", "l1": 0.01},
    "passes longer than epochs": {"batch_size": 10, "updates_per_epoch": 3},
    "changes": {
        "batch_size": 10,
        "changes": ((2, (("solver", "adam"),)), (4, (("batch_size", 25), ("l1", 0.0)))),
    },
    "diverges": {"batch_size": 10, "learning_rate": 1e3, "loss": "mse", "n_epochs": 40},
}


def begun(config: TrainConfig, checkpoint: Checkpoint | None) -> Any:
    rows = read_stored_rows(ROWS, RowSplit(n_streams=3, buffer_rows=8))
    return train_stored(rows, rows.problem(True, True), config, checkpoint)


def columns(blocks: list[Block]) -> list[np.ndarray]:
    return [np.concatenate([getattr(block, name) for block in blocks]) for name in COLUMNS]


@pytest.mark.parametrize("ended_after", [2, 3, 5])
@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_goes_on_has_the_end_of_one_that_was_never_ended(
    name: str, ended_after: int, tmp_path: Path
) -> None:
    config = TrainConfig(**{"n_epochs": 7, "learning_rate": 0.05, **RUNS[name]})
    whole = list(begun(config, None))
    checkpoint = Checkpoint(tmp_path / "run", "this run", seconds=0.0)
    running = begun(config, checkpoint)
    seen = list(itertools.islice(running, ended_after))
    running.close()
    later = list(begun(config, Checkpoint(tmp_path / "run", "this run")))
    assert len(later[0]) == len(seen)
    for one, other in zip(columns(whole), columns(later), strict=True):
        assert np.array_equal(one, other, equal_nan=True)
    assert whole[-1].status is later[-1].status
    again = list(begun(config, Checkpoint(tmp_path / "run", "this run")))
    assert [len(block) for block in again] == [len(columns(whole)[0])]
    assert sorted(os.listdir(tmp_path)) == ["run"]


def test_what_is_no_checkpoint_of_the_run_is_refused(tmp_path: Path) -> None:
    config = TrainConfig(batch_size=10, n_epochs=2)
    list(begun(config, Checkpoint(tmp_path / "run", run_fingerprint("rows", config))))
    (tmp_path / "text").write_text("not one", encoding="utf-8")
    for file, what in (("run", "of a run on other rows"), ("text", "no checkpoint"), ("", "read")):
        with pytest.raises(ConfigError, match=what):
            begun(config, Checkpoint(tmp_path / file, run_fingerprint("others", config)))
    with pytest.raises(ConfigError, match="can't be written"):
        list(begun(config, Checkpoint(tmp_path / "no" / "run", "")))
