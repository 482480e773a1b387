"""Training with autograd and torch.optim: a small Module, and the loop around it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from linreg_core.arrays import FloatArray
from linreg_core.block import Block
from linreg_core.config import TrainConfig
from linreg_core.init import initial_params
from linreg_core.losses import LOSSES
from linreg_core.monitor import Monitor
from linreg_core.sampling import row_orders
from linreg_core.solvers import SOLVERS

if TYPE_CHECKING:
    from linreg_core.problem import Problem

GATHERED_CELLS = 262_144
"""About how many values of X are gathered at a time for minibatches that follow."""

Batch = tuple[Tensor, Tensor]


class LinearModel(torch.nn.Module):
    """y = X @ weights + bias, with `weights` (n_features,) and `bias` () to be learned."""

    def __init__(self, weights: FloatArray, bias: float, dtype: torch.dtype) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(torch.tensor(weights, dtype=dtype))
        self.bias = torch.nn.Parameter(torch.tensor(bias, dtype=dtype))

    def forward(self, X: Tensor) -> Tensor:
        """Return predictions (n,) for features (n, n_features)."""
        return X @ self.weights + self.bias


class TorchTraining:
    """One run: model, optimiser, batches, and how far it has come."""

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        n_train = problem.n_train
        self._config = config
        self._train, self._test = problem_tensors(problem, config.dtype)
        self._model = LinearModel(*initial_params(problem, config), self._train[0].dtype)
        self._objective = LOSSES[config.loss].torch_objective(problem.y_scale)
        solver = SOLVERS[config.solver]
        assert solver.optimizer is not None
        self._optimizer = solver.optimizer(list(self._model.parameters()), config)
        self._needs_closure = solver.needs_closure
        self._is_full_batch = config.is_full_batch(n_train)
        self._batches = batches(self._train, config)
        self._updates_in_epoch = config.updates_in_epoch(n_train)
        self._monitor = Monitor(problem, config)
        self._evaluated: list[bool] = self._monitor.is_evaluated.tolist()
        self._epoch = -1
        self._updates_done = 0
        self._full_loss: Tensor | None = None
        self._last_batch: tuple[Tensor, Tensor, Tensor] | None = None

    def advance(self, max_epochs: int | None, deadline: float) -> Block:
        """Return the next epochs; see `Training.advance`."""
        records = _Records(self._epoch + 1)
        # Whoever calls may be inside no_grad() or inference_mode(): training needs neither.
        with torch.inference_mode(False), torch.enable_grad():
            if self._epoch < 0:
                self._complete_epoch(records)
            else:
                self._run(records, max_epochs, deadline)
        return self._block(records)

    def _run(self, records: _Records, max_epochs: int | None, deadline: float) -> None:
        last = self._config.n_epochs
        if max_epochs is not None:
            last = min(last, self._epoch + max_epochs)
        while self._epoch < last:
            self._update()
            self._updates_done += 1
            if self._updates_done == self._updates_in_epoch:
                self._complete_epoch(records)
            if time.perf_counter() >= deadline:
                return

    def _update(self) -> None:
        """Make one update of the parameters and remember the batch's loss and gradients."""
        if self._needs_closure:
            self._last_batch = self._closure_update(*next(self._batches))
        else:
            self._last_batch = self._gradient_update()
        if self._epoch == 0 and self._updates_done == 0:
            _, *gradients = self._last_batch
            self._monitor.first_grad_norm = float(_norms([gradients[0]], [gradients[1]])[0])

    def _gradient_update(self) -> tuple[Tensor, Tensor, Tensor]:
        model = self._model
        # With the full batch, evaluating epoch k and the forward pass of epoch k + 1 are one.
        loss = self._full_loss
        if loss is None:
            X, y = next(self._batches)
            loss = self._objective(model.forward(X), y)
        self._full_loss = None
        model.weights.grad = model.bias.grad = None
        loss.backward()
        self._optimizer.step()
        assert model.weights.grad is not None and model.bias.grad is not None
        return loss.detach(), model.weights.grad, model.bias.grad

    def _closure_update(self, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Let the optimiser evaluate as it likes; what counts is the first evaluation."""
        model = self._model
        seen: list[tuple[Tensor, Tensor, Tensor]] = []

        def closure() -> Tensor:
            model.weights.grad = model.bias.grad = None
            loss = self._objective(model(X), y)
            loss.backward()
            if not seen:
                assert model.weights.grad is not None and model.bias.grad is not None
                seen.append((loss.detach(), model.weights.grad.clone(), model.bias.grad.clone()))
            return loss

        self._optimizer.step(closure)
        return seen[0]

    def _complete_epoch(self, records: _Records) -> None:
        self._epoch += 1
        self._updates_done = 0
        records.weights.append(self._model.weights.detach().clone())
        records.bias.append(self._model.bias.detach().clone())
        if self._last_batch is not None:
            for column, value in zip(records.batch, self._last_batch, strict=True):
                column.append(value)
        if self._is_full_batch and not self._needs_closure:
            X, y = self._train
            self._full_loss = self._objective(self._model.forward(X), y)
        if self._evaluated[self._epoch]:
            records.evaluated.append(len(records.weights) - 1)
            self._evaluate(records)

    def _evaluate(self, records: _Records) -> None:
        with torch.no_grad():
            for column, (X, y), known in (
                (records.train_loss, self._train, self._full_loss),
                (records.test_loss, self._test, None),
            ):
                if len(y):
                    loss = self._objective(self._model.forward(X), y) if known is None else known
                    column.append(loss.detach())

    def _block(self, records: _Records) -> Block:
        count, n_features = len(records.weights), len(self._model.weights)
        epoch = np.arange(records.first_epoch, records.first_epoch + count, dtype=np.int64)
        batch_rows = slice(1 if records.first_epoch == 0 else 0, count)
        losses, *gradients = records.batch
        return self._monitor.block(
            epoch=epoch,
            n_updates=epoch * self._updates_in_epoch,
            weights=_stacked(records.weights).reshape(count, n_features),
            bias=_stacked(records.bias),
            train_loss=_column(count, records.evaluated, _stacked(records.train_loss)),
            test_loss=_column(count, records.evaluated, _stacked(records.test_loss)),
            batch_loss=_column(count, batch_rows, _stacked(losses)),
            grad_norm=_column(count, batch_rows, _norms(*gradients)),
        )


class _Records:
    """The tensors of the epochs of one block, converted together once the block is full."""

    def __init__(self, first_epoch: int) -> None:
        self.first_epoch = first_epoch
        self.weights: list[Tensor] = []
        self.bias: list[Tensor] = []
        self.train_loss: list[Tensor] = []
        self.test_loss: list[Tensor] = []
        self.batch: tuple[list[Tensor], list[Tensor], list[Tensor]] = ([], [], [])
        self.evaluated: list[int] = []


def problem_tensors(problem: Problem, dtype: str) -> tuple[Batch, Batch]:
    """Return training and test tensors in training coordinates, made once per problem and dtype.

    They are copies in torch's own memory, which is aligned the same every time: linear algebra
    may round differently on memory that is not, and equal runs must be identical.
    """

    def tensors() -> tuple[Tensor, Tensor, Tensor, Tensor]:
        X_test, y_test = problem.scale_X(problem.X_test), problem.scale_y(problem.y_test)
        arrays = (
            problem.scale_X(problem.X_train),
            problem.scale_y(problem.y_train),
            X_test,
            y_test,
        )
        X, y, X_test, y_test = (torch.tensor(a, dtype=getattr(torch, dtype)) for a in arrays)
        return X, y, X_test, y_test

    X, y, X_test, y_test = problem.memo.get(("torch", dtype), tensors)
    return (X, y), (X_test, y_test)


def batches(train: Batch, config: TrainConfig) -> Iterator[Batch]:
    """Yield (X, y) of one minibatch after another, without end, as `row_orders` tells."""
    X, y = train
    n_train = len(y)
    if config.is_full_batch(n_train):
        while True:
            yield train
    size = config.rows_per_update(n_train)
    span = size * max(1, GATHERED_CELLS // max(1, size * X.shape[1]))
    for order in row_orders(n_train, size, config.sampling, config.seed):
        if config.sampling == "sequential":
            yield from zip(X.split(size), y.split(size), strict=True)
            continue
        for start in range(0, len(order), span):
            rows = torch.from_numpy(order[start : start + span])
            yield from zip(X[rows].split(size), y[rows].split(size), strict=True)


def _norms(weight_gradients: list[Tensor], bias_gradients: list[Tensor]) -> FloatArray:
    """Return the Euclidean norms of gradients, one for each pair, in float64."""
    if not weight_gradients:
        return np.empty(0)
    weights = _stacked(weight_gradients)
    with np.errstate(all="ignore"):
        return np.hypot(np.linalg.norm(weights, axis=1), _stacked(bias_gradients))


def _stacked(values: list[Tensor]) -> FloatArray:
    if not values:
        return np.empty(0)
    return np.asarray(torch.stack(values).numpy(), dtype=np.float64)


def _column(count: int, rows: slice | list[int], values: FloatArray) -> FloatArray:
    """Return `values` at `rows` of a column that is nan elsewhere."""
    column = np.full(count, np.nan)
    if len(values):
        column[rows] = values
    return column
