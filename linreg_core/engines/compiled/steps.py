"""The ways of making updates: on all rows, on minibatches, and with a solver that asks for more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.engines.compiled.data import ALL_ROWS
from linreg_core.engines.compiled.objective import Objective
from linreg_core.engines.compiled.registries import solver_index
from linreg_core.engines.compiled.values import Columns, Plan, Quadratic, State
from linreg_core.init import initial_params
from linreg_core.sampling import RowOrders, row_batches
from linreg_core.solvers import SOLVERS, SolverKnobs

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

DRAWN_AT_ONCE: Final = 65_536
"""About how many row numbers are drawn ahead, in whole passes."""


class Steps(Protocol):
    """Where a run stands between two updates.

    `params` is (n_features + 1,), the bias last; `loss` the training loss there, nan where it is
    not known.
    """

    params: Any
    loss: float

    def first_gradient(self) -> Any:
        """Return the gradient of the first update, before it is made."""
        ...

    def run(self, n_updates: int) -> Columns:
        """Make up to `n_updates` updates, at least one; return the epochs that ended."""
        ...

    @property
    def n_updates(self) -> int:
        """How many updates have been made."""
        ...


def steps_for(objective: Objective, problem: Problem, config: TrainConfig) -> Steps:
    """Return the steps that `config` asks for, before the first."""
    if SOLVERS[config.solver].needs_closure:
        return InnerSteps(objective, problem, config)
    if config.is_full_batch(problem.n_train):
        return FullSteps(objective, problem, config)
    return BatchSteps(objective, problem, config)


class _RuleSteps:
    """What steps with an update rule share: the numbers that it works on."""

    def __init__(self, objective: Objective, problem: Problem, config: TrainConfig) -> None:
        solver = SOLVERS[config.solver]
        self.objective = objective
        self.params = start_params(problem, config)
        self.n_updates = 0
        self._updates_in_epoch = config.updates_in_epoch(problem.n_train)
        self._rule = solver_index(config.solver)
        self._knobs = SolverKnobs(*np.array(config.knobs, dtype=config.dtype))
        self._gradient = np.zeros_like(self.params)
        memory = np.zeros((max(1, solver.memory_rows), len(self.params)), dtype=config.dtype)
        self._state = State(self.params, self._gradient, memory, objective.work)

    def _plan(self, n_updates: int, place: int, pass_length: int, loss: float) -> Plan:
        in_epoch = self.n_updates % self._updates_in_epoch
        return Plan(
            n_updates, self.n_updates, in_epoch, self._updates_in_epoch, place, pass_length, loss
        )

    def _columns(self, n_updates: int) -> Columns:
        in_epoch = self.n_updates % self._updates_in_epoch
        n_epochs = (in_epoch + n_updates) // self._updates_in_epoch
        params = np.empty((n_epochs, len(self.params)), dtype=self.params.dtype)
        return Columns(params, *np.empty((3, n_epochs)))


class FullSteps(_RuleSteps):
    """Updates on all rows: an epoch's loss is evaluated with the gradient of the next update."""

    def __init__(self, objective: Objective, problem: Problem, config: TrainConfig) -> None:
        super().__init__(objective, problem, config)
        self.loss = objective.gradient(self.params, ALL_ROWS, self._gradient)
        self._quadratic = objective.quadratic or _no_quadratic(problem.n_features)

    def first_gradient(self) -> Any:
        """Return the gradient of the first update."""
        return self._gradient

    def run(self, n_updates: int) -> Columns:
        """Make `n_updates` updates."""
        columns = self._columns(n_updates)
        self.loss = self.objective.kernels.train_on_all(
            self.objective.rows,
            ALL_ROWS,
            self._quadratic,
            self.objective.quadratic is not None,
            self._plan(n_updates, 0, 0, self.loss),
            self._rule,
            self.objective.loss,
            self._knobs,
            self._state,
            columns,
        )
        self.n_updates += n_updates
        return columns


class BatchSteps(_RuleSteps):
    """Updates on one minibatch after another."""

    loss = math.nan

    def __init__(self, objective: Objective, problem: Problem, config: TrainConfig) -> None:
        super().__init__(objective, problem, config)
        n_train = problem.n_train
        self._batch_size = config.rows_per_update(n_train)
        self._orders = RowOrders(n_train, self._batch_size, config.sampling, config.seed)
        self._is_sequential = config.sampling == "sequential"
        self._order, self._n_places, self._place = ALL_ROWS, n_train, 0

    def first_gradient(self) -> Any:
        """Return the gradient of the first update."""
        self._draw(1)
        rows = np.arange(self._batch_size) if self._is_sequential else self._order
        gradient = np.empty_like(self.params)
        self.objective.gradient(self.params, rows[: self._batch_size], gradient)
        return gradient

    def run(self, n_updates: int) -> Columns:
        """Make up to `n_updates` updates: no more than row numbers are drawn for."""
        self._draw(n_updates)
        if not self._is_sequential:
            n_updates = min(n_updates, self._n_batches_left())
        columns = self._columns(n_updates)
        self._place = self.objective.kernels.train_on_batches(
            self.objective.rows,
            self._order,
            self._n_places,
            self._batch_size,
            self._plan(n_updates, self._place, self._orders.pass_length, 0.0),
            self._rule,
            self.objective.loss,
            self._knobs,
            self._state,
            columns,
        )
        self.n_updates += n_updates
        return columns

    def _draw(self, n_updates: int) -> None:
        """Draw row numbers for about `n_updates` where all that were drawn are used."""
        is_used_up = not len(self._order) or self._place == len(self._order)
        if self._is_sequential or not is_used_up:
            return
        length = self._orders.pass_length
        wanted = -(-n_updates * self._batch_size // length)
        self._order = self._orders.take(max(1, min(wanted, DRAWN_AT_ONCE // length)))
        self._n_places, self._place = len(self._order), 0

    def _n_batches_left(self) -> int:
        length, size = self._orders.pass_length, self._batch_size
        passes, rest = divmod(self._n_places - self._place, length)
        return passes * -(-length // size) + -(-rest // size)


class InnerSteps:
    """Updates of a solver that evaluates the loss itself, several times in each."""

    loss = math.nan

    def __init__(self, objective: Objective, problem: Problem, config: TrainConfig) -> None:
        minimizer = SOLVERS[config.solver].minimizer
        assert minimizer is not None
        self._objective = objective
        self._minimizer = minimizer(config.knobs)
        self.params = start_params(problem, config)
        self.n_updates = 0
        self._updates_in_epoch = config.updates_in_epoch(problem.n_train)
        self._batches = _batches(problem, config)
        self._batch = next(self._batches)

    def first_gradient(self) -> Any:
        """Return the gradient of the first update."""
        return self._evaluate(self.params)[1]

    def run(self, n_updates: int) -> Columns:
        """Make one update: each takes long enough."""
        with np.errstate(all="ignore"):
            loss, gradient = self._minimizer.update(self.params, self._evaluate)
            norm = np.linalg.norm(gradient.astype(np.float64))
        self._batch = next(self._batches)
        self.n_updates += 1
        n_epochs = 1 if self.n_updates % self._updates_in_epoch == 0 else 0
        values = np.array([[loss], [norm], [np.nan]])[:, :n_epochs]
        return Columns(self.params[np.newaxis].copy()[:n_epochs], *values)

    def _evaluate(self, params: Any) -> tuple[float, Any]:
        gradient = np.empty_like(params)
        return self._objective.gradient(params, self._batch, gradient), gradient


def start_params(problem: Problem, config: TrainConfig) -> Any:
    """Return the initial params (n_features + 1,) in training coordinates, the bias last."""
    weights, bias = initial_params(problem, config)
    with np.errstate(over="ignore"):
        return np.append(weights, bias).astype(config.dtype)


def _batches(problem: Problem, config: TrainConfig) -> Iterator[IntArray]:
    n_train = problem.n_train
    if config.is_full_batch(n_train):
        while True:
            yield ALL_ROWS
    yield from row_batches(n_train, config.rows_per_update(n_train), config.sampling, config.seed)


def _no_quadratic(n_features: int) -> Quadratic:
    """Return what stands in the place of one that is not used."""
    none = np.zeros(n_features + 1)
    return Quadratic(none, 0.0, none, none[:-1].copy(), np.zeros((n_features, 1)), 0.0)
