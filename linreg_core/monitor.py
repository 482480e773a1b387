"""What every engine does with the epochs it computed: original units, and the run's status."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.block import COLUMNS, Block
from linreg_core.evaluation import divergence_bound, evaluated_epochs
from linreg_core.limits import CONVERGED_FACTOR
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem


Column = NDArray[Any]


class Monitor:
    """Turn columns in training coordinates into Blocks, and end the run where it diverges.

    It also ends where it has converged, if the config says so. The engine sets `first_grad_norm`
    once its first update is done, which a run that goes on later keeps beside `bound`, the loss
    above which it counts as diverged. Because a run is cut at the first such epoch, however many
    epochs were computed together, blocks of any size make up the same run.
    """

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        self._problem = problem
        self._config = config
        self._loss = LOSSES[config.loss]
        with np.errstate(over="ignore"):
            self._unit = float(np.float64(problem.y_scale) ** self._loss.unit_exponent)
        self.bound = math.inf
        self.first_grad_norm = math.nan
        self.is_evaluated = evaluated_epochs(problem, config)

    def block(
        self,
        *,
        epoch: IntArray,
        n_updates: IntArray,
        n_rows: IntArray,
        weights: FloatArray,
        bias: FloatArray,
        train_loss: FloatArray,
        test_loss: FloatArray,
        batch_loss: FloatArray,
        grad_norm: FloatArray,
    ) -> Block:
        """Return the Block of columns whose params and losses are in training coordinates.

        `n_rows` is how many rows' gradients have been computed.
        """
        first = int(epoch[0]) if len(epoch) else 0
        evaluated = self.is_evaluated[first : first + len(epoch)]
        trained = epoch > 0
        weights, bias = self._problem.rows_to_original(weights, bias)
        with np.errstate(all="ignore"):
            columns: dict[str, Column] = {
                "epoch": epoch,
                "n_updates": n_updates,
                "gradient_evaluations": n_rows / self._problem.n_train,
                "weights": weights,
                "bias": bias,
                "train_loss": self._to_original(train_loss, evaluated),
                "test_loss": self._to_original(test_loss, evaluated & (self._problem.n_test > 0)),
                "batch_loss": self._to_original(batch_loss, trained),
                "grad_norm": _nan_as_infinity(grad_norm, trained),
            }
            if len(epoch) and first == 0:
                initial_loss = float(columns["train_loss"][0])
                self.bound = divergence_bound(self._problem, self._config, initial_loss)
            if not self._is_surely_sound(columns):
                diverged = self._diverged_rows(columns)
                if diverged.any():
                    return self._cut(columns, int(np.argmax(diverged)), Status.DIVERGED)
        if self._config.stop_when_converged:
            converged = columns["grad_norm"] <= CONVERGED_FACTOR * self.first_grad_norm
            if converged.any():
                return self._cut(columns, int(np.argmax(converged)), Status.CONVERGED)
        return Block(**columns, status=self._status(columns))

    def _to_original(self, losses: FloatArray, evaluated: NDArray[np.bool_]) -> FloatArray:
        return _nan_as_infinity(losses if self._unit == 1 else losses * self._unit, evaluated)

    def _is_surely_sound(self, columns: dict[str, Column]) -> bool:
        """Whether no row can have diverged, told by a few sums: what is true of nearly every block.

        False also where losses were not evaluated, or where there are no rows.
        """
        if not len(columns["epoch"]):
            return False
        parameters = columns["weights"].sum() + columns["bias"].sum()
        largest = max(columns["train_loss"].max(), columns["batch_loss"].max())
        return bool(math.isfinite(parameters) and largest <= self.bound < math.inf)

    def _diverged_rows(self, columns: dict[str, Column]) -> NDArray[np.bool_]:
        """Return which rows have diverged; comparing with nan (not evaluated) is False.

        A batch's mean loss is at most n_train times the mean loss of all rows (also where both are
        weighted, since a batch's weights are those of its rows among all), so that one
        above n_train times the bound shows divergence between two evaluations too.
        """
        train_loss, batch_loss = columns["train_loss"], columns["batch_loss"]
        finite = np.isfinite(columns["weights"]).all(axis=1) & np.isfinite(columns["bias"])
        too_large = (train_loss > self.bound) | (batch_loss > self.bound * self._problem.n_train)
        return np.asarray(~finite | np.isinf(train_loss) | np.isinf(batch_loss) | too_large)

    def _cut(self, columns: dict[str, Column], row: int, status: Status) -> Block:
        """Return the block whose last row ends the run, with the losses there."""
        kept = {name: columns[name][: row + 1].copy() for name in COLUMNS}
        params = kept["weights"][row], float(kept["bias"][row])
        with np.errstate(all="ignore"):
            for name, is_test in (("train_loss", False), ("test_loss", True)):
                is_there = not is_test or self._problem.n_test > 0
                if is_there and np.isnan(kept[name][row]):
                    value = self.loss_at(*params, is_test)
                    kept[name][row] = math.inf if math.isnan(value) else value
        return Block(**kept, status=status)

    def loss_at(self, weights: FloatArray, bias: float, is_test: bool) -> float:
        """Return the loss over all training or test rows of params in original units."""
        problem = self._problem
        X, y, v = (
            (problem.X_test, problem.y_test, problem.v_test)
            if is_test
            else (problem.X_train, problem.y_train, problem.v_train)
        )
        return self._loss.value(X @ weights + bias - y, v)

    def _status(self, columns: dict[str, Column]) -> Status:
        if not len(columns["epoch"]) or columns["epoch"][-1] < self._config.n_epochs:
            return Status.RUNNING
        if not SOLVERS[self._config.solver].is_iterative:
            return Status.CONVERGED
        if columns["grad_norm"][-1] <= CONVERGED_FACTOR * self.first_grad_norm:
            return Status.CONVERGED
        return Status.FINISHED


def _nan_as_infinity(values: FloatArray, evaluated: NDArray[np.bool_]) -> FloatArray:
    """Return `values` with inf for every nan that was evaluated."""
    if not math.isnan(values.sum()):
        return values
    return np.where(np.isnan(values) & evaluated, np.inf, values)
