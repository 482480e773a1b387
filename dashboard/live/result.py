"""What the web server learns of a run that has ended: enough for reports and exports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linreg_core import Params, Status
from linreg_core.block import Block
from linreg_core.theory.lasting import first_lasting
from linreg_core.trajectory import frame_epochs

MAX_CURVE_ROWS = 500
_MOST_LOSSES = 200_000  # that are kept to find the epoch at which they are near


@dataclass(frozen=True, eq=False)
class RunResult:
    """A run's end, exact, and its loss curve, thinned: `epochs`, `train_loss`, `test_loss` (k,).

    `engine` is the one that ran, and `seconds` what it took: see `LiveRun.engine_seconds`.
    `final_loss` is the last training loss, `epochs_to_1_percent` what a `Sweep` has of it, None
    where there is no such epoch, or nobody knows, and `distance` the root mean square gap between
    learned and reference predictions, in y's unit, None where it is not known.
    """

    params: Params
    status: Status
    epoch: int
    seconds: float
    epochs: NDArray[np.int64]
    train_loss: NDArray[np.float64]
    test_loss: NDArray[np.float64]
    engine: str
    final_loss: float = math.nan
    epochs_to_1_percent: int | None = None
    distance: float | None = None


class ResultRecorder:
    """Collects a run's result from its blocks."""

    def __init__(self, n_epochs: int, engine: str) -> None:
        self._engine = engine
        self._shown = frame_epochs(n_epochs, MAX_CURVE_ROWS)
        self._columns: list[tuple[NDArray[Any], ...]] = []
        self._losses: list[tuple[NDArray[Any], NDArray[Any]]] | None = (
            [] if n_epochs < _MOST_LOSSES else None
        )

    def add(self, block: Block) -> None:
        """Take in the run's next block, which has rows."""
        first, last = block.epoch[0], block.epoch[-1]
        here = slice(*np.searchsorted(self._shown, (first, last + 1)))
        rows = np.searchsorted(block.epoch, self._shown[here])
        rows = rows[block.epoch[rows] == self._shown[here]]  # epochs may have been left out
        rows = rows[~np.isnan(block.train_loss[rows])]
        columns = (block.epoch, block.train_loss, block.test_loss)
        self._columns.append(tuple(column[rows] for column in columns))
        if self._losses is not None:
            self._losses.append((block.epoch, block.train_loss))

    def result(
        self, last: Block, seconds: float, near: float | None, distance: float | None
    ) -> RunResult:
        """Return the run's result, `last` being its last block.

        `near` is the loss up to which it is within 1 % of the reference's; None: nobody knows.
        """
        epochs, train_loss, test_loss = (
            np.concatenate(c) for c in zip(*self._columns, strict=True)
        )
        return RunResult(
            last.last_params,
            last.status,
            int(last.epoch[-1]),
            seconds,
            epochs,
            train_loss,
            test_loss,
            self._engine,
            float(last.train_loss[-1]),
            None if near is None or last.status is Status.DIVERGED else self._first_near(near),
            distance,
        )

    def _first_near(self, near: float) -> int | None:
        if self._losses is None:
            return None
        epoch, loss = (np.concatenate(c) for c in zip(*self._losses, strict=True))
        known = ~np.isnan(loss)
        found = first_lasting(loss[known] <= near)
        return None if found is None else int(epoch[known][found])
