"""What a run of the compiled engine minimises: losses at many params at once, and gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.engines.compiled.data import ALL_ROWS, problem_rows, work_memory
from linreg_core.engines.compiled.moments import quadratics
from linreg_core.engines.compiled.registries import loss_index
from linreg_core.engines.compiled.values import Quadratic, Rows

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.engines.compiled.kernels import Kernels
    from linreg_core.problem import Problem


class Objective:
    """The loss of one run on training and test rows, by rows or by second moments."""

    def __init__(
        self, kernels: Kernels, problem: Problem, config: TrainConfig, n_passes: int
    ) -> None:
        self.kernels = kernels
        self.loss = loss_index(config.loss)
        self.rows, self._test_rows = problem_rows(problem, config.loss, config.dtype)
        self.work = work_memory(problem.n_features, config.dtype)
        self.quadratic, self._test_quadratic = quadratics(kernels, problem, config.loss, n_passes)
        self.has_test = problem.n_test > 0
        self._scratch = np.empty(problem.n_features + 1, dtype=config.dtype)

    def gradient(self, params: Any, rows: Any, out: Any) -> float:
        """Put the gradient over the row numbers `rows` into `out`; return the loss."""
        if self.quadratic is not None and rows is ALL_ROWS:
            return float(self.kernels.quadratic_gradient(self.quadratic, params, out))
        count = len(rows) or len(self.rows.y)
        return float(
            self.kernels.rows_gradient(self.rows, rows, 0, count, self.loss, params, self.work, out)
        )

    def rows_evaluated(self, knows_train_loss: bool) -> int:
        """Return how many rows the evaluation of an epoch's losses passes over."""
        is_train_free = knows_train_loss or self.quadratic is not None
        n_train = 0 if is_train_free else len(self.rows.y)
        return n_train + (0 if self._test_quadratic is not None else len(self._test_rows.y))

    def train_losses(self, params: Any) -> FloatArray:
        """Return the training loss at each of `params` (k, n_features + 1), (k,)."""
        return self._losses(self.rows, self.quadratic, params)

    def test_losses(self, params: Any) -> FloatArray:
        """Return the test loss at each of `params`."""
        return self._losses(self._test_rows, self._test_quadratic, params)

    def _losses(self, rows: Rows, quadratic: Quadratic | None, params: Any) -> FloatArray:
        if quadratic is not None:
            losses = np.empty(len(params))
            self.kernels.quadratic_losses(quadratic, params, self._scratch, losses)
            return losses
        losses = np.empty(len(params))
        self.kernels.rows_losses(rows, ALL_ROWS, self.loss, params, self.work.tile, losses)
        return losses
