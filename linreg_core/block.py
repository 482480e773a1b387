"""Several epochs of a run as columns: what engines hand over and trajectories keep."""

from __future__ import annotations

import math
from dataclasses import dataclass

from linreg_core.arrays import FloatArray, IntArray, frozen
from linreg_core.types import EpochState, Params, Status

VALUE_COLUMNS = ("train_loss", "test_loss", "batch_loss", "grad_norm")
COLUMNS = ("epoch", "n_updates", "gradient_evaluations", "weights", "bias", *VALUE_COLUMNS)


@dataclass(frozen=True, eq=False)
class Block:
    """k consecutive epochs; every column has k rows, all are read-only, and k may be 0.

    `weights` is (k, n_features) and `bias` (k,), in original units. Losses and gradient norms
    are float64 (k,) with nan where they were not evaluated (see `EpochState` for what each
    means); one that came out as nan is inf here. `gradient_evaluations` (k,) is what the updates
    so far have cost: the rows whose gradient was computed, each as often as it was, over n_train.
    A full batch is 1, and an update of a solver that evaluates several times is as many; the
    closed form counts as 1. What only tells losses does not count. `status` is that of the last
    row, and RUNNING where there is none.
    """

    epoch: IntArray
    n_updates: IntArray
    gradient_evaluations: FloatArray
    weights: FloatArray
    bias: FloatArray
    train_loss: FloatArray
    test_loss: FloatArray
    batch_loss: FloatArray
    grad_norm: FloatArray
    status: Status = Status.RUNNING

    def __post_init__(self) -> None:
        for name in COLUMNS:
            frozen(getattr(self, name))

    def __len__(self) -> int:
        return len(self.epoch)

    def states(self) -> tuple[EpochState, ...]:
        """Return the rows as states, in order."""
        return tuple(self._state(row) for row in range(len(self)))

    @property
    def last_params(self) -> Params:
        """The parameters of the last row; there must be one."""
        return Params(self.weights[-1], float(self.bias[-1]))

    def last_state(self) -> EpochState:
        """Return the last row as a state; there must be one."""
        return self._state(len(self) - 1)

    def _state(self, row: int) -> EpochState:
        is_last = row == len(self) - 1
        return EpochState(
            epoch=int(self.epoch[row]),
            n_updates=int(self.n_updates[row]),
            params=Params(self.weights[row], float(self.bias[row])),
            train_loss=_optional(self.train_loss[row]),
            test_loss=_optional(self.test_loss[row]),
            batch_loss=_optional(self.batch_loss[row]),
            grad_norm=_optional(self.grad_norm[row]),
            status=self.status if is_last else Status.RUNNING,
        )


def _optional(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
