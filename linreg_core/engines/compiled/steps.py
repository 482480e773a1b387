"""The ways of making updates: on all rows, on minibatches, and with a solver that asks for more."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np

from linreg_core.arrays import IntArray
from linreg_core.engines.compiled.data import ALL_ROWS
from linreg_core.engines.compiled.objective import Objective
from linreg_core.engines.compiled.registries import solver_index
from linreg_core.engines.compiled.values import Columns, Plan, Quadratic, State
from linreg_core.init import initial_params
from linreg_core.sampling import RowOrders
from linreg_core.schedule import Stretch, epoch_knobs, is_tuned_alike
from linreg_core.solvers import SOLVERS, SolverKnobs
from linreg_core.solvers.base import Minimizer

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

DRAWN_AT_ONCE: Final = 65_536
"""About how many row numbers are drawn ahead, in whole passes."""


class Carried(NamedTuple):
    """What steps hand on to those that follow them: where the run stands, and what is gathered.

    `memory` or `minimizer` is that of `solver` after `n_updates` of its updates; `orders` deal the
    rows, once a minibatch was drawn.
    """

    params: Any
    solver: str
    memory: Any = None
    minimizer: Minimizer | None = None
    n_updates: int = 0
    orders: RowOrders | None = None


class Steps(Protocol):
    """Where a stretch of a run stands between two updates.

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
        """How many updates have been made in this stretch."""
        ...

    def rows_after(self, n_updates: IntArray) -> IntArray:
        """Return how many rows' gradients the first `n_updates` (k,) of the stretch have computed.

        They were made, and of a solver that evaluates as it likes they are all that were.
        """
        ...

    def carried(self) -> Carried:
        """Return what the next stretch goes on from."""
        ...


def steps_for(
    objective: Objective,
    problem: Problem,
    config: TrainConfig,
    stretch: Stretch,
    carried: Carried | None = None,
) -> Steps:
    """Return the steps of a stretch of the run of `config`, before the first.

    `carried` is what the stretch before it left; None: the run begins.
    """
    solver = stretch.config.solver
    if carried is None:
        carried = Carried(start_params(problem, config), solver)
    elif carried.solver != solver:
        carried = Carried(carried.params, solver, orders=carried.orders)
    kind: type[InnerSteps | FullSteps | BatchSteps] = BatchSteps
    if SOLVERS[solver].needs_closure:
        kind = InnerSteps
    elif stretch.config.is_full_batch(problem.n_train):
        kind = FullSteps
    return kind(objective, problem, config, stretch, carried)


class _Tuning:
    """What tunes the epochs of a stretch, in the precision of the run."""

    def __init__(self, config: TrainConfig, stretch: Stretch) -> None:
        self._config, self._first = config, stretch.first
        self._same: Any = None
        if is_tuned_alike(config):
            self._same = np.array([config.knobs], dtype=config.dtype)

    def epochs(self, first: int, count: int) -> Any:
        """Return a row for each of `count` epochs, `first` of the stretch; one if all are alike."""
        if self._same is not None:
            return self._same
        return self._rows(self._first + first, self._first + first + count - 1)

    def _rows(self, first: int, last: int) -> Any:
        return epoch_knobs(self._config, first, last).astype(self._config.dtype)


class _RuleSteps:
    """What steps with an update rule share: the numbers that it works on."""

    def __init__(
        self,
        objective: Objective,
        problem: Problem,
        config: TrainConfig,
        stretch: Stretch,
        carried: Carried,
    ) -> None:
        solver = SOLVERS[stretch.config.solver]
        self.objective = objective
        self.params = carried.params
        self.n_updates = 0
        self._n_before = carried.n_updates
        self._solver = solver
        self._updates_in_epoch = stretch.config.updates_in_epoch(problem.n_train)
        self._rule = solver_index(solver.name)
        self._tuning = _Tuning(config, stretch)
        self._gradient = np.zeros_like(self.params)
        memory = carried.memory
        if memory is None:
            memory = np.zeros((max(1, solver.memory_rows), len(self.params)), dtype=config.dtype)
        self._state = State(self.params, self._gradient, memory, objective.work)
        self._orders = carried.orders

    def carried(self) -> Carried:
        """Return what the next stretch goes on from."""
        return Carried(
            self.params,
            self._solver.name,
            memory=self._state.memory,
            n_updates=self._n_before + self.n_updates,
            orders=self._orders,
        )

    def _plan(self, n_updates: int, place: int, pass_length: int, loss: float) -> Plan:
        return Plan(
            n_updates,
            self._n_before + self.n_updates,
            self.n_updates % self._updates_in_epoch,
            self._updates_in_epoch,
            place,
            pass_length,
            loss,
            float(self._solver.adds_penalty),
        )

    def _table(self, n_updates: int) -> Any:
        """Return what tunes the epochs that the next updates are of."""
        first, in_epoch = divmod(self.n_updates, self._updates_in_epoch)
        return self._tuning.epochs(first, -(-(in_epoch + n_updates) // self._updates_in_epoch))

    def _columns(self, n_updates: int) -> Columns:
        in_epoch = self.n_updates % self._updates_in_epoch
        n_epochs = (in_epoch + n_updates) // self._updates_in_epoch
        params = np.empty((n_epochs, len(self.params)), dtype=self.params.dtype)
        return Columns(params, *np.empty((3, n_epochs)))


class FullSteps(_RuleSteps):
    """Updates on all rows: an epoch's loss is evaluated with the gradient of the next update."""

    def __init__(
        self,
        objective: Objective,
        problem: Problem,
        config: TrainConfig,
        stretch: Stretch,
        carried: Carried,
    ) -> None:
        super().__init__(objective, problem, config, stretch, carried)
        self.loss = objective.gradient(self.params, ALL_ROWS, self._gradient)
        self._n_train = problem.n_train
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
            self._table(n_updates),
            self._state,
            columns,
        )
        self.n_updates += n_updates
        return columns

    def rows_after(self, n_updates: IntArray) -> IntArray:
        """Return how many rows' gradients they have computed."""
        return n_updates * self._n_train


class BatchSteps(_RuleSteps):
    """Updates on one minibatch after another."""

    loss = math.nan

    def __init__(
        self,
        objective: Objective,
        problem: Problem,
        config: TrainConfig,
        stretch: Stretch,
        carried: Carried,
    ) -> None:
        super().__init__(objective, problem, config, stretch, carried)
        n_train = problem.n_train
        self._batch_size = stretch.config.rows_per_update(n_train)
        self._dealer = _orders_of(carried, n_train, self._batch_size, config)
        self._orders = self._dealer
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
            self._plan(n_updates, self._place, self._dealer.pass_length, 0.0),
            self._rule,
            self.objective.loss,
            self._table(n_updates),
            self._state,
            columns,
        )
        self.n_updates += n_updates
        return columns

    def rows_after(self, n_updates: IntArray) -> IntArray:
        """Return how many rows' gradients they have computed: a pass may end with a short batch."""
        passes, rest = np.divmod(n_updates, self._dealer.n_batches)
        length = self._dealer.pass_length
        return np.asarray(passes * length + np.minimum(rest * self._batch_size, length))

    def _draw(self, n_updates: int) -> None:
        """Draw row numbers for about `n_updates` where all that were drawn are used."""
        is_used_up = not len(self._order) or self._place == len(self._order)
        if self._is_sequential or not is_used_up:
            return
        orders = self._dealer
        # No pass more than these updates begin: a stretch leaves the others to the next one.
        wanted = -(-n_updates // orders.n_batches)
        self._order = orders.take(max(1, min(wanted, DRAWN_AT_ONCE // orders.pass_length)))
        self._n_places, self._place = len(self._order), 0

    def _n_batches_left(self) -> int:
        length, size = self._dealer.pass_length, self._batch_size
        passes, rest = divmod(self._n_places - self._place, length)
        return passes * -(-length // size) + -(-rest // size)


class InnerSteps:
    """Updates of a solver that evaluates the loss itself, several times in each."""

    loss = math.nan

    def __init__(
        self,
        objective: Objective,
        problem: Problem,
        config: TrainConfig,
        stretch: Stretch,
        carried: Carried,
    ) -> None:
        minimizer = SOLVERS[stretch.config.solver].minimizer
        assert minimizer is not None
        self._objective = objective
        self._carried = carried._replace(minimizer=carried.minimizer or minimizer())
        self._minimizer = self._carried.minimizer
        self.params = carried.params
        self.n_updates = self._n_rows = 0
        self._n_train = problem.n_train
        self._updates_in_epoch = stretch.config.updates_in_epoch(problem.n_train)
        self._tuning = _Tuning(config, stretch)
        self._batches = self._all_batches(problem, config, stretch)
        self._batch: IntArray | None = None

    def carried(self) -> Carried:
        """Return what the next stretch goes on from."""
        return self._carried

    def first_gradient(self) -> Any:
        """Return the gradient of the first update."""
        self._batch = next(self._batches)
        return self._evaluate(self.params)[1]

    def run(self, n_updates: int) -> Columns:
        """Make one update: each takes long enough."""
        assert self._minimizer is not None
        if self._batch is None:
            self._batch = next(self._batches)
        knobs = SolverKnobs(*self._tuning.epochs(self.n_updates // self._updates_in_epoch, 1)[0])
        with np.errstate(all="ignore"):
            loss, gradient = self._minimizer.update(self.params, self._counted, knobs)
            norm = np.linalg.norm(gradient.astype(np.float64))
        self._batch = None  # drawn when it is due: the next may be another stretch's
        self.n_updates += 1
        n_epochs = 1 if self.n_updates % self._updates_in_epoch == 0 else 0
        values = np.array([[loss], [norm], [np.nan]])[:, :n_epochs]
        return Columns(self.params[np.newaxis].copy()[:n_epochs], *values)

    def rows_after(self, n_updates: IntArray) -> IntArray:
        """Return how many rows' gradients have been computed."""
        return np.full(len(n_updates), self._n_rows)

    def _all_batches(
        self, problem: Problem, config: TrainConfig, stretch: Stretch
    ) -> Iterator[IntArray]:
        if stretch.config.is_full_batch(problem.n_train):
            return itertools.repeat(ALL_ROWS)
        size = stretch.config.rows_per_update(problem.n_train)
        orders = _orders_of(self._carried, problem.n_train, size, config)
        self._carried = self._carried._replace(orders=orders)
        return orders.batches(size)

    def _counted(self, params: Any) -> tuple[float, Any]:
        assert self._batch is not None
        self._n_rows += self._n_train if self._batch is ALL_ROWS else len(self._batch)
        return self._evaluate(params)

    def _evaluate(self, params: Any) -> tuple[float, Any]:
        gradient = np.empty_like(params)
        assert self._batch is not None
        return self._objective.gradient(params, self._batch, gradient), gradient


def start_params(problem: Problem, config: TrainConfig) -> Any:
    """Return the initial params (n_features + 1,) in training coordinates, the bias last."""
    weights, bias = initial_params(problem, config)
    with np.errstate(over="ignore"):
        return np.append(weights, bias).astype(config.dtype)


def _orders_of(carried: Carried, n_train: int, batch_size: int, config: TrainConfig) -> RowOrders:
    """Return what deals the rows from here on: the run's own shuffles go on with a new pass."""
    if carried.orders is None:
        return RowOrders(n_train, batch_size, config.sampling, config.seed)
    carried.orders.cut_into(batch_size)
    return carried.orders


def _no_quadratic(n_features: int) -> Quadratic:
    """Return what stands in the place of one that is not used."""
    none = np.zeros(n_features + 1)
    return Quadratic(none, 0.0, none, none[:-1].copy(), np.zeros((n_features, 1)), 0.0)
