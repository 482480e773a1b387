"""Training in compiled loops: how many updates come next, and what is handed over of them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray
from linreg_core.engines.compiled.objective import Objective
from linreg_core.engines.compiled.steps import FullSteps, steps_for
from linreg_core.engines.compiled.values import Columns
from linreg_core.limits import MAX_UPDATES
from linreg_core.monitor import Monitor
from linreg_core.schedule import epoch_knobs, stretches
from linreg_core.solvers import SOLVERS, SolverKnobs
from linreg_core.solvers.proximal import generalised_gradient

if TYPE_CHECKING:
    from linreg_core.block import Block
    from linreg_core.config import TrainConfig
    from linreg_core.engines.compiled.kernels import Kernels
    from linreg_core.problem import Problem

SECONDS_A_VALUE: Final = 4e-9
"""What a value of X costs an update, roughly: until it has been measured."""
SECONDS_AN_UPDATE: Final = 4e-7
SHORTEST_SECONDS: Final = 1e-7
"""What a clock tells apart, at best."""
MOST_ROOM: Final = 250_000
"""The most parameters that a block records: 2 MB."""


_Epochs = tuple[Any, ...]
"""Columns of epoch, n_updates, n_rows, params, batch_loss, grad_norm, train_loss and test_loss."""


class CompiledTraining:
    """One run: the steps, and how far it has come."""

    def __init__(self, kernels: Kernels, problem: Problem, config: TrainConfig) -> None:
        self._problem, self._config = problem, config
        self._monitor = Monitor(problem, config)
        self._stretches = list(stretches(config))
        self._objective = Objective(kernels, problem, config, self._n_passes())
        self._updates_before = self._rows_before = 0  # of the stretches that are over
        self._steps = steps_for(self._objective, problem, config, self._stretches[0])
        self._enter()
        self._most_epochs = max(1, MOST_ROOM // (problem.n_features + 1))
        self._epoch = -1

    def _n_passes(self) -> int:
        """Return how many passes over all rows the run takes, updates and evaluations."""
        n_train, n_passes, is_full = self._problem.n_train, 0, True
        for stretch in self._stretches:
            if stretch.config.is_full_batch(n_train):
                n_epochs = stretch.last - stretch.first + 1
                n_passes += n_epochs * stretch.config.updates_in_epoch(n_train)
            else:
                is_full = False
        return n_passes if is_full else n_passes + self._n_evaluations

    @cached_property
    def _n_evaluations(self) -> int:
        return int(np.count_nonzero(self._monitor.is_evaluated))

    def _enter(self) -> None:
        """Know what the updates of the stretch that comes first now are like."""
        problem, stretch = self._problem, self._stretches[0]
        config = stretch.config
        self._updates_in_epoch = config.updates_in_epoch(problem.n_train)
        self._knows_loss = isinstance(self._steps, FullSteps)
        is_by_moments = config.is_full_batch(problem.n_train) and self._objective.quadratic
        n_rows = problem.n_features if is_by_moments else config.rows_per_update(problem.n_train)
        n_evaluated = self._n_evaluations * self._objective.rows_evaluated(self._knows_loss)
        n_rows += n_evaluated // (self._config.n_epochs * self._updates_in_epoch)
        self._seconds_an_update = SECONDS_AN_UPDATE + SECONDS_A_VALUE * n_rows * problem.n_features

    def _leave(self) -> None:
        """Go on to the next stretch."""
        self._updates_before += self._steps.n_updates
        self._rows_before += int(self._steps.rows_after(np.array([self._steps.n_updates]))[0])
        self._stretches.pop(0)
        self._steps = steps_for(
            self._objective,
            self._problem,
            self._config,
            self._stretches[0],
            self._steps.carried(),
        )
        self._enter()

    def advance(self, max_epochs: int | None, deadline: float) -> Block:
        """Return the next epochs; see `Training.advance`."""
        with np.errstate(all="ignore"):
            if self._epoch < 0:
                return self._start()
            most = self._most_epochs if max_epochs is None else min(self._most_epochs, max_epochs)
            last = min(self._config.n_epochs, self._epoch + most)
            return self._block(self._run(last, deadline))

    def _start(self) -> Block:
        steps = self._steps
        gradient = steps.first_gradient().astype(np.float64)
        if SOLVERS[self._stretches[0].config.solver].adds_penalty:
            gradient += self._stretches[0].config.weight_decay * steps.params
        knobs = SolverKnobs(*epoch_knobs(self._config, 1, 1)[0].tolist())
        gradient = generalised_gradient(steps.params, gradient, knobs)
        self._monitor.first_grad_norm = float(np.linalg.norm(gradient))
        nan = np.array([math.nan])
        start = Columns(steps.params[np.newaxis].copy(), nan, nan, np.array([steps.loss]))
        return self._block([self._evaluated(start)])

    def _run(self, last: int, deadline: float) -> list[_Epochs]:
        """Train until epoch `last` or the deadline."""
        parts: list[_Epochs] = []
        while self._epoch < last:
            if self._epoch == self._stretches[0].last:
                self._leave()
            parts += self._run_stretch(min(last, self._stretches[0].last), deadline)
            if time.perf_counter() >= deadline:
                break
        return parts

    def _run_stretch(self, last: int, deadline: float) -> list[_Epochs]:
        """Do so within one stretch."""
        steps, parts = self._steps, []
        now, end = (
            time.perf_counter(),
            (last + 1 - self._stretches[0].first) * self._updates_in_epoch,
        )
        while steps.n_updates < end:
            former, began = steps.n_updates, now
            wanted = min(end - former, self._affordable(deadline - began))
            parts.append(self._evaluated(steps.run(wanted)))
            now = time.perf_counter()
            took = max(now - began, SHORTEST_SECONDS)
            self._seconds_an_update = took / (steps.n_updates - former)
            if now >= deadline:
                break
        return parts

    def _affordable(self, seconds: float) -> int:
        """Return how many updates to make before the clock is looked at again."""
        return max(1, int(min(MAX_UPDATES, seconds / self._seconds_an_update)))

    def _evaluated(self, columns: Columns) -> _Epochs:
        """Return the epochs with the losses that are asked for, nan elsewhere."""
        n_epochs = len(columns.params)
        epoch = np.arange(self._epoch + 1, self._epoch + 1 + n_epochs, dtype=np.int64)
        self._epoch += n_epochs
        asked = self._monitor.is_evaluated[epoch]
        objective, known = self._objective, columns.train_loss if self._knows_loss else None
        train_loss = _at(asked, columns.params, objective.train_losses, known)
        if objective.has_test:
            test_loss = _at(asked, columns.params, objective.test_losses)
        else:
            test_loss = np.full(n_epochs, math.nan)
        here = (epoch - (self._stretches[0].first - 1)) * self._updates_in_epoch
        n_rows = self._rows_before + self._steps.rows_after(here)
        return (epoch, self._updates_before + here, n_rows, *columns[:3], train_loss, test_loss)

    def _block(self, parts: list[_Epochs]) -> Block:
        joined = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        epoch, n_updates, n_rows, params, batch_loss, grad_norm, train_loss, test_loss = joined
        return self._monitor.block(
            epoch=epoch,
            n_updates=n_updates,
            n_rows=n_rows,
            weights=np.array(params[:, :-1], dtype=np.float64, order="C"),
            bias=params[:, -1].astype(np.float64),
            train_loss=train_loss,
            test_loss=test_loss,
            batch_loss=batch_loss,
            grad_norm=grad_norm,
        )


def _at(
    asked: NDArray[np.bool_],
    params: NDArray[Any],
    losses: Callable[[NDArray[Any]], FloatArray],
    known: FloatArray | None = None,
) -> FloatArray:
    """Return the losses at those `params` that are asked for, known or evaluated; else nan."""
    if len(asked) and asked.all():
        return losses(params) if known is None else known
    column = np.full(len(params), math.nan)
    if asked.any():
        column[asked] = losses(params[asked]) if known is None else known[asked]
    return column
