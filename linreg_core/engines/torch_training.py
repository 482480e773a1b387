"""Training with autograd and torch.optim on rows in memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from linreg_core.arrays import FloatArray, rows_at_once
from linreg_core.config import TrainConfig
from linreg_core.engines.torch_loop import TorchLoop
from linreg_core.losses import LOSSES
from linreg_core.sampling import RowOrders

if TYPE_CHECKING:
    from linreg_core.problem import Problem

GATHERED_CELLS = 262_144
"""About how many values of X are gathered at a time for minibatches that follow."""

FEW_COLUMNS = 8
"""Up to here X is stored by columns, beyond by rows, which minibatches gather faster."""

Batch = tuple[Tensor, Tensor, Tensor | None]
"""X, y, and the rows' weights over their mean, None where all count alike."""


class TorchTraining(TorchLoop[Batch]):
    """One run: batches of tensors."""

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        self._loss_function = LOSSES[config.loss].torch_objective(problem.y_scale)
        self._row_losses = LOSSES[config.loss].torch_row_losses(problem.y_scale)
        self._orders: RowOrders | None = None
        super().__init__(problem, config, *problem_tensors(problem, config.dtype))

    def _dealt(self, config: TrainConfig) -> Iterator[Batch]:
        n_train = self._n_train
        if config.is_full_batch(n_train):
            return itertools.repeat(self._train)
        size = config.rows_per_update(n_train)
        if self._orders is None:
            self._orders = RowOrders(n_train, size, config.sampling, config.seed)
        self._orders.cut_into(size)
        return batches(self._train, self._orders, size)

    def _loss(self, batch: Batch) -> Tensor:
        X, y, v = batch
        if v is None:
            return self._loss_function(self._model(X), y)
        return (v * self._row_losses(self._model(X), y)).mean()

    def _rows_in(self, batch: Batch) -> int:
        return len(batch[1])


def problem_tensors(problem: Problem, dtype: str) -> tuple[Batch, Batch]:
    """Return training and test tensors in training coordinates, X with its constant column.

    They are made once per problem and dtype.

    They are copies in torch's own memory, which is aligned the same every time: linear algebra
    may round differently on memory that is not, and equal runs must be identical.
    """

    def tensors() -> tuple[Batch, Batch]:
        train, test = (
            (problem.X_train, problem.y_train, problem.v_train),
            (problem.X_test, problem.y_test, problem.v_test),
        )
        return scaled_batch(problem, *train, dtype), scaled_batch(problem, *test, dtype)

    return problem.memo.get(("torch", dtype), tensors)


def scaled_batch(
    problem: Problem, X: FloatArray, y: FloatArray, v: FloatArray | None, dtype: str
) -> Batch:
    return (
        _features_with_constant(problem, X, dtype),
        _tensor(problem.scale_y(y), dtype),
        None if v is None else _tensor(v, dtype),
    )


def batches(train: Batch, orders: RowOrders, size: int) -> Iterator[Batch]:
    """Yield one minibatch of `size` rows after another, without end."""
    X, y, v = train
    span = size * max(1, GATHERED_CELLS // max(1, size * X.shape[1]))
    while True:
        if orders.is_sequential:
            yield from _cut(X, y, v, size)
            continue
        order = orders.take(1)
        for start in range(0, len(order), span):
            rows = torch.from_numpy(order[start : start + span])
            yield from _cut(X[rows], y[rows], None if v is None else v[rows], size)


def _cut(X: Tensor, y: Tensor, v: Tensor | None, size: int) -> Iterator[Batch]:
    parts = itertools.repeat(None) if v is None else torch.split(v, size)
    return zip(torch.split(X, size), torch.split(y, size), parts, strict=False)


def _features_with_constant(problem: Problem, X: FloatArray, dtype: str) -> Tensor:
    """Return X in training coordinates and its constant column; scaled part by part."""
    n_samples, n_columns = X.shape[0], X.shape[1] + 1
    constant = float(problem.fit_intercept)
    if n_columns <= FEW_COLUMNS:  # long columns: a product is then a sum of them, not of short rows
        tensor = torch.full((n_columns, n_samples), constant, dtype=getattr(torch, dtype)).T
    else:
        tensor = torch.full((n_samples, n_columns), constant, dtype=getattr(torch, dtype))
    features = tensor.numpy()[:, :-1]
    for part in rows_at_once(n_samples, n_columns):
        features[part] = problem.scale_X(X[part])
    return tensor


def _tensor(array: FloatArray, dtype: str) -> Tensor:
    return torch.tensor(array, dtype=getattr(torch, dtype))
