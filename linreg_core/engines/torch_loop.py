"""The loop around an update with autograd and torch.optim, whatever its batches are made of."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from linreg_core.arrays import FloatArray
from linreg_core.block import Block
from linreg_core.config import TrainConfig
from linreg_core.init import initial_params
from linreg_core.monitor import Monitor
from linreg_core.schedule import Stretch, epoch_knobs, is_tuned_alike, stretches
from linreg_core.solvers import SOLVERS, SolverKnobs
from linreg_core.solvers.proximal import proximal_slope, proximal_step

if TYPE_CHECKING:
    from linreg_core.problem import Problem

TORCH_NAMES = {"learning_rate": "lr"}
"""What torch.optim calls a knob, where it has another name."""

BatchT = TypeVar("BatchT")


class LinearModel(torch.nn.Module):
    """y = X @ weights + bias, whose `coefficients` (n_features + 1,) are the weights and the bias.

    X comes with a column of ones behind its features. One parameter in the place of two, which
    every solver here treats alike, makes an update of a small model a fourth cheaper. Without
    an intercept that column is 0, and so is the bias's gradient: it stays at 0 with any solver.
    """

    def __init__(self, weights: FloatArray, bias: float, dtype: torch.dtype) -> None:
        super().__init__()
        self.coefficients = torch.nn.Parameter(torch.tensor([*weights, bias], dtype=dtype))

    def forward(self, X: Tensor) -> Tensor:
        """Return predictions (n,) for features and ones (n, n_features + 1)."""
        return X @ self.coefficients


class TorchLoop(ABC, Generic[BatchT]):
    """One run: model, optimiser, batches, and how far it has come.

    What a batch is, and its loss, is up to those who make one of it: `train` are all training rows
    as a batch, `test` all test rows.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainConfig,
        train: BatchT,
        test: BatchT,
        monitor: Monitor | None = None,
    ) -> None:
        self._config = config
        self._train, self._test = train, test
        self._n_train, self._has_test = problem.n_train, problem.n_test > 0
        dtype = getattr(torch, config.dtype)
        self._model = LinearModel(*initial_params(problem, config), dtype)
        self._stretches = list(stretches(config))
        self._is_tuned_alike = is_tuned_alike(config)
        self._enter(None)
        self._monitor = Monitor(problem, config) if monitor is None else monitor
        self._evaluated: list[bool] = self._monitor.is_evaluated.tolist()
        self._epoch = -1
        self._updates_done = self._updates_before = self._n_rows = 0
        self._full_loss: Tensor | None = None
        self._last_batch: tuple[Tensor, Tensor] | None = None

    @abstractmethod
    def _dealt(self, config: TrainConfig) -> Iterator[BatchT]:
        """Return the batches of a stretch; its passes go on with the run's own shuffles."""

    @abstractmethod
    def _loss(self, batch: BatchT) -> Tensor:
        """Return the mean loss of a batch, to be differentiated."""

    @abstractmethod
    def _rows_in(self, batch: BatchT) -> int:
        """Return how many rows a batch has."""

    def _enter(self, former: Stretch | None) -> None:
        """Make what the updates of the stretch that comes first now need."""
        config, n_train = self._stretches[0].config, self._n_train
        solver = SOLVERS[config.solver]
        if former is None or former.config.solver != config.solver:
            assert solver.optimizer is not None
            self._optimizer = solver.optimizer(list(self._model.parameters()), config.knobs)
        self._needs_closure = solver.needs_closure
        self._reuses_loss = config.is_full_batch(n_train) and not solver.needs_closure
        self._updates_in_epoch = config.updates_in_epoch(n_train)
        self._batches = self._dealt(config)
        self._tune(self._stretches[0].first)

    def _tune(self, epoch: int) -> None:
        """Set what the updates of an epoch are tuned with."""
        knobs = SolverKnobs(*epoch_knobs(self._config, epoch, epoch)[0].tolist())
        solver = SOLVERS[self._stretches[0].config.solver]
        self._decay = knobs.weight_decay if solver.adds_penalty else 0.0
        self._knobs = knobs
        if self._is_tuned_alike:
            return
        values = {TORCH_NAMES.get(name, name): getattr(knobs, name) for name in solver.knobs}
        for group in self._optimizer.param_groups:
            group.update(values)
            if solver.name == "nesterov":
                group["nesterov"] = knobs.momentum > 0  # as it was made: see the solver

    def _gradient_update(self) -> tuple[Tensor, Tensor]:
        """Make one update; return the batch's loss and gradient before it."""
        self._model.zero_grad()
        # With the full batch, evaluating epoch k and the forward pass of epoch k + 1 are one.
        batch = self._train if self._full_loss is not None else next(self._batches)
        loss = self._loss(batch) if self._full_loss is None else self._full_loss
        self._n_rows += self._rows_in(batch)
        loss.backward()
        slope = self._slope()
        if self._knobs.l1:
            proximal_step(self._optimizer, self._model.coefficients, self._knobs)
        else:
            self._optimizer.step()
        self._full_loss = None
        return loss.detach(), slope

    def _closure_update(self) -> tuple[Tensor, Tensor]:
        """Do the same with an optimiser that evaluates as it likes: its first evaluation counts."""
        batch = next(self._batches)
        seen: list[tuple[Tensor, Tensor]] = []

        def closure() -> float:
            self._model.zero_grad()
            loss = self._loss(batch)
            loss.backward()
            self._n_rows += self._rows_in(batch)
            if not seen:
                seen.append((loss.detach(), self._gradient().clone()))
            return loss.item()

        self._optimizer.step(closure)
        return seen[0]

    def _slope(self) -> Tensor:
        """Return the gradient that the update goes by: with what weight decay and l1 add to it."""
        gradient, params = self._gradient(), self._model.coefficients.detach()
        slope = gradient + self._decay * params if self._decay else gradient
        return proximal_slope(params, slope, self._knobs) if self._knobs.l1 else slope

    def _gradient(self) -> Tensor:
        gradient = self._model.coefficients.grad
        assert gradient is not None
        return gradient

    def state(self) -> dict[str, Any]:
        """Return what another training needs to go on from the last epoch, which is complete."""
        return {
            "epoch": self._epoch,
            "n_rows": self._n_rows,
            "updates_before": self._updates_before,
            "stretches_left": len(self._stretches),
            "coefficients": self._model.coefficients.detach().clone(),
            "optimizer": self._optimizer.state_dict(),
            "first_grad_norm": self._monitor.first_grad_norm,
            "bound": self._monitor.bound,
        }

    def go_on(self, state: dict[str, Any]) -> None:
        """Go on from the `state` of a training of the same run."""
        while len(self._stretches) > state["stretches_left"]:
            self._enter(self._stretches.pop(0))
        self._epoch, self._n_rows = state["epoch"], state["n_rows"]
        self._updates_before = state["updates_before"]
        self._optimizer.load_state_dict(state["optimizer"])
        self._monitor.first_grad_norm = state["first_grad_norm"]
        self._monitor.bound = state["bound"]
        with torch.no_grad():
            self._model.coefficients.copy_(state["coefficients"])
        if self._reuses_loss:
            self._full_loss = self._loss(self._train)

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
            if self._updates_done == 0:
                self._begin_epoch()
            self._update()
            if self._updates_done == self._updates_in_epoch:
                self._complete_epoch(records)
            if time.perf_counter() >= deadline:
                return

    def _begin_epoch(self) -> None:
        """Make ready for the next epoch, where it is not trained as the last one was."""
        former = self._stretches[0]
        if self._epoch == former.last:
            n_epochs = former.last + 1 - former.first
            self._updates_before += n_epochs * self._updates_in_epoch
            self._stretches.pop(0)
            self._full_loss = None
            self._enter(former)
        elif not self._is_tuned_alike:
            self._tune(self._epoch + 1)

    def _update(self) -> None:
        """Make one update and remember the batch's loss and gradient before it."""
        update = self._closure_update if self._needs_closure else self._gradient_update
        self._last_batch = update()
        if self._epoch == 0 and self._updates_done == 0:
            self._monitor.first_grad_norm = float(_norms([self._last_batch[1]])[0])
        self._updates_done += 1

    def _complete_epoch(self, records: _Records) -> None:
        self._epoch += 1
        self._updates_done = 0
        records.coefficients.append(self._model.coefficients.detach().clone())
        in_stretch = self._epoch + 1 - self._stretches[0].first
        records.n_updates.append(self._updates_before + in_stretch * self._updates_in_epoch)
        records.n_rows.append(self._n_rows)
        if self._last_batch is not None:
            loss, gradient = self._last_batch
            records.batch_loss.append(loss)
            records.gradient.append(gradient)
        if self._reuses_loss:
            self._full_loss = self._loss(self._train)
        if self._evaluated[self._epoch]:
            records.evaluated.append(len(records.coefficients) - 1)
            self._evaluate(records)

    def _evaluate(self, records: _Records) -> None:
        known = self._full_loss
        if known is not None:
            records.train_loss.append(known.detach())
        if known is not None and not self._has_test:
            return
        with torch.no_grad():
            if known is None:
                records.train_loss.append(self._loss(self._train))
            if self._has_test:
                records.test_loss.append(self._loss(self._test))

    def _block(self, records: _Records) -> Block:
        count, n_features = len(records.coefficients), len(self._model.coefficients) - 1
        coefficients = _stacked(records.coefficients).reshape(count, n_features + 1)
        epoch = np.arange(records.first_epoch, records.first_epoch + count, dtype=np.int64)
        batch_rows = slice(1 if records.first_epoch == 0 else 0, count)
        return self._monitor.block(
            epoch=epoch,
            n_updates=np.array(records.n_updates, dtype=np.int64),
            n_rows=np.array(records.n_rows, dtype=np.int64),
            weights=np.ascontiguousarray(coefficients[:, :-1]),
            bias=coefficients[:, -1].copy(),
            train_loss=_column(count, records.evaluated, _stacked(records.train_loss)),
            test_loss=_column(count, records.evaluated, _stacked(records.test_loss)),
            batch_loss=_column(count, batch_rows, _stacked(records.batch_loss)),
            grad_norm=_column(count, batch_rows, _norms(records.gradient)),
        )


class _Records:
    """The tensors of the epochs of one block, converted together once the block is full."""

    def __init__(self, first_epoch: int) -> None:
        self.first_epoch = first_epoch
        self.n_updates: list[int] = []
        self.n_rows: list[int] = []
        self.coefficients: list[Tensor] = []
        self.train_loss: list[Tensor] = []
        self.test_loss: list[Tensor] = []
        self.batch_loss: list[Tensor] = []
        self.gradient: list[Tensor] = []
        self.evaluated: list[int] = []


def _norms(gradients: list[Tensor]) -> FloatArray:
    """Return the Euclidean norms of gradients in float64."""
    if not gradients:
        return np.empty(0)
    with np.errstate(all="ignore"):
        return np.asarray(np.linalg.norm(_stacked(gradients), axis=1))


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
