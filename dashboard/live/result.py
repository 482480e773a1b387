"""What the web server learns of a run that has ended: enough for reports and exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linreg_core import Params, Status
from linreg_core.block import Block
from linreg_core.trajectory import frame_epochs

MAX_CURVE_ROWS = 500


@dataclass(frozen=True, eq=False)
class RunResult:
    """A run's end, exact, and its loss curve, thinned: `epochs`, `train_loss`, `test_loss` (k,).

    `engine` is the one that ran, and `seconds` what it took: see `LiveRun.engine_seconds`.
    """

    params: Params
    status: Status
    epoch: int
    seconds: float
    epochs: NDArray[np.int64]
    train_loss: NDArray[np.float64]
    test_loss: NDArray[np.float64]
    engine: str


class ResultRecorder:
    """Collects a run's result from its blocks."""

    def __init__(self, n_epochs: int, engine: str) -> None:
        self._engine = engine
        self._shown = frame_epochs(n_epochs, MAX_CURVE_ROWS)
        self._columns: list[tuple[NDArray[Any], ...]] = []

    def add(self, block: Block) -> None:
        """Take in the run's next block, which has rows."""
        first = block.epoch[0]
        here = slice(*np.searchsorted(self._shown, (first, first + len(block))))
        rows = self._shown[here] - first
        rows = rows[~np.isnan(block.train_loss[rows])]
        columns = (block.epoch, block.train_loss, block.test_loss)
        self._columns.append(tuple(column[rows] for column in columns))

    def result(self, last: Block, seconds: float) -> RunResult:
        """Return the run's result, `last` being its last block."""
        epochs, train_loss, test_loss = (
            np.concatenate(c) for c in zip(*self._columns, strict=True)
        )
        return RunResult(
            Params(last.weights[-1], float(last.bias[-1])),
            last.status,
            int(last.epoch[-1]),
            seconds,
            epochs,
            train_loss,
            test_loss,
            self._engine,
        )
