"""The training that is over after one step: the least-squares solution, shown as epochs."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray, rows_at_once
from linreg_core.block import Block
from linreg_core.init import initial_params
from linreg_core.losses import LOSSES
from linreg_core.monitor import Monitor
from linreg_core.numerics.reference import reference_fit

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

MOST_EPOCHS_AT_ONCE = 10_000


class ClosedFormTraining:
    """Epoch 0 is the initial parameters; epoch 1 and all after it are the solution.

    Every epoch counts as one update, and every update solves the whole problem.
    """

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        self._problem = problem
        self._config = config
        self._monitor = Monitor(problem, config)
        self._next_epoch = 0

    def advance(self, max_epochs: int | None, deadline: float) -> Block:
        """Return the next epochs; see `Training.advance`."""
        if self._next_epoch == 0:
            return self._block(0, 1, initial_params(self._problem, self._config))
        left = self._config.n_epochs + 1 - self._next_epoch
        count = min(left, MOST_EPOCHS_AT_ONCE, left if max_epochs is None else max_epochs)
        if time.perf_counter() >= deadline:
            count = 1
        solution = self._problem.to_training(reference_fit(self._problem))
        return self._block(self._next_epoch, count, solution)

    def _block(self, first: int, count: int, params: tuple[FloatArray, float]) -> Block:
        """Return `count` epochs from `first` that end at `params` of training coordinates."""
        problem, epoch = self._problem, np.arange(first, first + count, dtype=np.int64)
        loss, gradient = self._batch(params)
        before, gradient_before = (loss, gradient)
        if first == 1:
            before, gradient_before = self._batch(initial_params(problem, self._config))
            self._monitor.first_grad_norm = gradient_before
        batch_loss, grad_norm = np.full(count, loss), np.full(count, gradient)
        batch_loss[0], grad_norm[0] = before, gradient_before
        if first == 0:
            batch_loss[0] = grad_norm[0] = math.nan
        self._next_epoch += count
        evaluated = self._monitor.is_evaluated[epoch]
        return self._monitor.block(
            epoch=epoch,
            n_updates=epoch.copy(),
            n_rows=epoch * problem.n_train,
            weights=np.tile(params[0], (count, 1)),
            bias=np.full(count, params[1]),
            train_loss=np.where(evaluated, loss, math.nan),
            test_loss=np.where(evaluated, self._test_loss(params), math.nan),
            batch_loss=batch_loss,
            grad_norm=grad_norm,
        )

    def _batch(self, params: tuple[FloatArray, float]) -> tuple[float, float]:
        """Return the training loss and the norm of its gradient, in training coordinates."""
        (weights, bias), problem = params, self._problem
        loss, value, gradient = LOSSES[self._config.loss], 0.0, np.zeros(problem.n_features + 1)
        with np.errstate(all="ignore"):
            for X, y, v in problem.weighted_parts():
                residuals = X @ weights + bias - y
                slope = loss.slope(residuals) / problem.n_train
                slope = slope if v is None else v * slope
                value += loss.value(residuals, v) * (len(y) / problem.n_train)
                gradient += np.append(X.T @ slope, slope.sum() * problem.fit_intercept)
            return value, float(np.linalg.norm(gradient))

    def _test_loss(self, params: tuple[FloatArray, float]) -> float:
        problem = self._problem
        if not problem.n_test:
            return math.nan
        with np.errstate(all="ignore"):
            parts = rows_at_once(problem.n_test, problem.n_features)
            products = [problem.scale_X(problem.X_test[part]) @ params[0] for part in parts]
            residuals = np.concatenate(products) + params[1] - problem.scale_y(problem.y_test)
        return LOSSES[self._config.loss].value(residuals, problem.v_test)
