"""Training with autograd and torch.optim on rows that stay stored, by one process or by many.

Each rank sums up loss and gradient over the rows of its streams, stream by stream. All ranks then
add the sums of all streams in the order of the streams, with how many rows they are of, so that any
number of ranks makes the same updates.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from linreg_core.arrays import FloatArray
from linreg_core.config import TrainConfig
from linreg_core.distributed.stored_losses import stored_loss
from linreg_core.distributed.stored_rows import StoredBatch, StoredRows, weights_over_mean
from linreg_core.engines.torch_loop import TorchLoop
from linreg_core.engines.torch_training import problem_tensors, scaled_batch
from linreg_core.errors import DataError
from linreg_core.losses import LOSSES
from linreg_core.monitor import Monitor
from linreg_core.problem import Problem
from linreg_core.types import Params

LossAndGradient = Callable[[Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True, eq=False)
class CountedProblem(Problem):
    """A problem of stand-ins that counts the rows they stand for."""

    all_train: int = 0
    all_test: int = 0

    @classmethod
    def of(cls, problem: Problem, n_train: int, n_test: int) -> CountedProblem:
        """Return a problem with the numbers of rows that it has in truth."""
        values = {each.name: getattr(problem, each.name) for each in fields(Problem)}
        return cls(**values, all_train=n_train, all_test=n_test)

    @property
    def n_train(self) -> int:
        """The number of training rows."""
        return self.all_train

    @property
    def n_test(self) -> int:
        """The number of test rows."""
        return self.all_test


class StoredMonitor(Monitor):
    """A monitor that has losses told by the rows, where stand-ins can't."""

    mean_loss: Callable[[FloatArray, float, bool], float] | None = None

    def loss_at(self, weights: FloatArray, bias: float, is_test: bool) -> float:
        """Return the loss over all training or test rows of params in original units."""
        if self.mean_loss is None:
            return super().loss_at(weights, bias, is_test)
        return self.mean_loss(weights, bias, is_test)


class _SummedLoss(torch.autograd.Function):
    """A loss whose gradient comes with it."""

    @staticmethod
    def forward(ctx: Any, coefficients: Tensor, summed: LossAndGradient) -> Tensor:
        loss, gradient = summed(coefficients)
        ctx.save_for_backward(gradient)
        return loss

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return gradients[0] * ctx.saved_tensors[0], None


class StoredTraining(TorchLoop[StoredBatch]):
    """One run on the rows of a source; all ranks make the same one.

    Losses of all rows are told by the stand-ins where the loss is squared, else in a pass.
    """

    def __init__(self, rows: StoredRows, problem: Problem, config: TrainConfig) -> None:
        self._rows, self._problem = rows, problem
        self._row_losses = LOSSES[config.loss].torch_row_losses(problem.y_scale)
        self._pass = self._taken = 0
        counted = CountedProblem.of(problem, rows.n_train, rows.n_test)
        config.check_fits(counted)
        monitor = StoredMonitor(counted, config)
        self._stand_ins = None
        if LOSSES[config.loss].is_squared:
            self._stand_ins = problem_tensors(problem, config.dtype)
        else:
            monitor.mean_loss = self._loss_in_original_units
            loss = LOSSES[config.loss]
            mean = Params(np.zeros(problem.n_features), float(rows.train.means[-1]))
            counted.memo.get(("mean_loss", loss.name), lambda: stored_loss(rows, loss, mean))
        everything = rows.all_rows(is_test=False), rows.all_rows(is_test=True)
        super().__init__(counted, config, *everything, monitor=monitor)

    def state(self) -> dict[str, Any]:
        """Return what another training needs to go on, with how far the pass has come."""
        return {**super().state(), "pass": self._pass, "taken": self._taken}

    def go_on(self, state: dict[str, Any]) -> None:
        """Go on from the `state` of a training of the same run, on any number of ranks."""
        super().go_on(state)
        self._pass, self._taken = state["pass"], state["taken"]
        config = self._stretches[0].config
        if not config.is_full_batch(self._n_train):
            self._batches = self._batches_from(config, self._taken)

    def _dealt(self, config: TrainConfig) -> Iterator[StoredBatch]:
        if config.is_full_batch(self._n_train):
            return itertools.repeat(self._train)
        if self._taken:
            self._pass, self._taken = self._pass + 1, 0
        return self._batches_from(config, 0)

    def _batches_from(self, config: TrainConfig, skipped: int) -> Iterator[StoredBatch]:
        """Yield batches without end, the first pass without its first batches."""
        size = config.rows_per_update(self._n_train)
        while True:
            seed = self._config.seed
            passing = self._rows.minibatches(config.sampling, size, seed, self._pass, skipped)
            for batch in passing:
                self._taken += 1
                yield batch
            self._pass, self._taken, skipped = self._pass + 1, 0, 0

    def _rows_in(self, batch: StoredBatch) -> int:
        return batch.n_rows

    def _loss(self, batch: StoredBatch) -> Tensor:
        is_test = batch is self._test
        if self._stand_ins is not None and (is_test or batch is self._train):
            X, y, v = self._stand_ins[int(is_test)]
            losses = self._row_losses(self._model(X), y)
            return losses.mean() if v is None else (v * losses).mean()
        coefficients = self._model.coefficients
        if not torch.is_grad_enabled():
            return self._mean_over(batch, coefficients.detach(), is_test, False)[0]

        def summed(at: Tensor) -> tuple[Tensor, Tensor]:
            return self._mean_over(batch, at, is_test, True)

        loss: Tensor = _SummedLoss.apply(coefficients, summed)  # type: ignore[no-untyped-call]
        return loss

    def _mean_over(
        self, batch: StoredBatch, coefficients: Tensor, is_test: bool, with_gradient: bool
    ) -> tuple[Tensor, Tensor]:
        """Return the mean loss of a batch's rows on all ranks, and its gradient or zeros.

        Raises DataError when there are other rows than there were.
        """
        size = len(coefficients)
        sums = np.zeros((self._rows.split.n_streams, size + 2))
        for stream, block in batch.chunks():
            if len(block.y):
                v = weights_over_mean(block.weights, self._rows.mean_weight[int(is_test)])
                X, y, counts = scaled_batch(self._problem, block.X, block.y, v, self._config.dtype)
                sums[stream, : size + 1] += self._sums((X, y, counts), coefficients, with_gradient)
                sums[stream, -1] += len(block.y)
        sums = self._rows.ranks.summed(sums.ravel()).reshape(sums.shape)
        total = sums.sum(axis=0)
        if total[-1] != batch.n_rows:
            raise DataError(
                f"The rows must stay as they are while they are read. There are {total[-1]:,.0f} "
                f"where there were {batch.n_rows:,}: start again when they are written."
            )
        mean = torch.tensor(total[:-1] / total[-1], dtype=coefficients.dtype)
        return mean[-1], mean[:-1]

    def _sums(
        self,
        rows: tuple[Tensor, Tensor, Tensor | None],
        coefficients: Tensor,
        with_gradient: bool,
    ) -> FloatArray:
        """Return the gradient of the sum of some rows' losses and the sum, (n_features + 2,)."""
        X, y, v = rows
        at = coefficients.detach().requires_grad_(with_gradient)
        with torch.set_grad_enabled(with_gradient):
            losses = self._row_losses(X @ at, y)
            total = losses.sum() if v is None else v @ losses
        gradient = torch.autograd.grad(total, at)[0] if with_gradient else torch.zeros_like(at)
        return np.array([*gradient.tolist(), total.item()])

    def _loss_in_original_units(self, weights: FloatArray, bias: float, is_test: bool) -> float:
        at = self._problem.to_training(Params(weights, bias))
        coefficients = torch.tensor([*at[0], at[1]], dtype=self._model.coefficients.dtype)
        batch = self._test if is_test else self._train
        loss = self._mean_over(batch, coefficients, is_test, False)[0].item()
        exponent = LOSSES[self._config.loss].unit_exponent
        return float(loss * self._problem.y_scale**exponent)
