"""Runs stacked for the loop over many of them, and what they share made once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from linreg_core.arrays import FloatArray, held_bytes
from linreg_core.engines.compiled.data import work_memory
from linreg_core.engines.compiled.many_problems import (
    Stacked,
    is_line,
    moments_of,
    stacked_problems,
)
from linreg_core.engines.compiled.many_values import (
    ManyRules,
    ManyRuns,
    ManyWork,
)
from linreg_core.engines.compiled.registries import solver_index
from linreg_core.evaluation import evaluated_epochs
from linreg_core.init import initial_params
from linreg_core.sampling import RowOrders
from linreg_core.schedule import rate_factors
from linreg_core.solvers import SOLVERS
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.engines.compiled.kernels import Kernels
    from linreg_core.problem import Problem

_MOST_KEPT: Final = 64_000_000
"""Bytes, above which it is let go of."""
_MEMORY_ROWS: Final = max(solver.memory_rows for solver in SOLVERS.values())
_N_NUMBERS: Final = 4
"""What the loop tells of a run."""


class PlannedRun(NamedTuple):
    """A run of many; `target` is the loss of what it is compared with, nan where it is the line."""

    problem: Problem
    config: TrainConfig
    target: float


class Pool:
    """Arrays end to end, each of them made once under a key."""

    def __init__(self, empty: Any) -> None:
        self._starts: dict[Hashable, int] = {}
        self._parts: list[Any] = [empty]
        self._length = len(empty)

    def start(self, key: Hashable, make: Callable[[], Any]) -> int:
        """Return where the array of `key` begins."""
        if key not in self._starts:
            part = make()
            self._starts[key] = self._length
            self._parts.append(part)
            self._length += len(part)
        return self._starts[key]

    def joined(self) -> Any:
        """Return all arrays as one."""
        return np.concatenate(self._parts)


def train_stacked(
    kernels: Kernels, runs: Sequence[PlannedRun], rules: ManyRules, kept: Kept
) -> FloatArray:
    """Train runs on problems of equal width; return final and settled loss, epochs and status.

    They are (k, 4); see `train_many`. `kept` is of the runs that came before these.
    """
    places: dict[Hashable, int] = {}
    entries: list[Stacked] = []
    for run in runs:
        reads = is_line(run.problem) or reads_rows(kernels, run.problem, run.config)
        place = places.setdefault((id(run.problem), run.config.loss), len(entries))
        if place == len(entries):
            entries.append(Stacked(run.problem, run.config.loss, reads))
        elif reads:
            entries[place] = entries[place]._replace(reads_rows=True)
    problems = stacked_problems(kernels, entries)
    numbers = [places[id(run.problem), run.config.loss] for run in runs]
    stack = _stacked_runs(runs, numbers, kept)
    longest = max(run.config.n_epochs for run in runs) + 1
    endings = np.empty((len(runs), _N_NUMBERS))
    kernels.train_many(problems, stack, rules, _work(runs[0].problem, longest), endings)
    return endings


def reads_rows(kernels: Kernels, problem: Problem, config: TrainConfig) -> bool:
    """Return whether a run reads the rows themselves, and not their moments alone."""
    if not config.is_full_batch(problem.n_train):
        return True
    return moments_of(kernels, problem, config.loss) is None


class Kept:
    """What runs of a sweep share beyond one call, row orders and starts, within a bound."""

    def __init__(self) -> None:
        self._values: dict[Hashable, Any] = {}
        self._n_bytes = 0

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what is kept under `key`, made where it is not."""
        if key not in self._values:
            if self._n_bytes > _MOST_KEPT:
                self._values.clear()
                self._n_bytes = 0
            self._values[key] = make()
            self._n_bytes += held_bytes(self._values[key])
        return self._values[key]


def _stacked_runs(runs: Sequence[PlannedRun], numbers: list[int], kept: Kept) -> ManyRuns:
    orders = Pool(np.empty(0, dtype=np.int64))
    evaluated, factors = Pool(np.empty(0, dtype=np.bool_)), Pool(np.empty(0))
    rows = [_numbers(run.problem, run.config, orders, evaluated, factors, kept) for run in runs]
    columns = np.array(rows, dtype=np.int64).T.copy()
    configs = [run.config for run in runs]
    return ManyRuns(
        problems=np.array(numbers),
        solvers=columns[0],
        n_epochs=columns[1],
        batch_sizes=columns[2],
        updates_in_epoch=columns[3],
        orders=orders.joined(),
        order_starts=columns[4],
        n_places=columns[5],
        pass_lengths=columns[6],
        is_sequential=columns[7] > 0,
        evaluated=evaluated.joined(),
        evaluated_starts=columns[8],
        factors=factors.joined(),
        factor_starts=columns[9],
        knobs=np.array([tuple(config.knobs) for config in configs]),
        decay_shares=np.array([float(SOLVERS[config.solver].adds_penalty) for config in configs]),
        stops=np.array([config.stop_when_converged for config in configs]),
        target_losses=np.array([run.target for run in runs]),
        start_params=np.array([_start(run.problem, run.config, kept) for run in runs]),
    )


def _numbers(
    problem: Problem, config: TrainConfig, orders: Pool, evaluated: Pool, factors: Pool, kept: Kept
) -> tuple[int, ...]:
    """Return a run's whole numbers, in the order of the fields of ManyRuns."""
    n_train, n_epochs = problem.n_train, config.n_epochs
    in_epoch = config.updates_in_epoch(n_train)
    is_full, batch_size = config.is_full_batch(n_train), config.rows_per_update(n_train)
    order_start, n_places, pass_length = 0, n_train, n_train
    is_sequential = is_full or config.sampling == "sequential"
    if not is_sequential:
        key = ("order", n_train, batch_size, config.sampling, config.seed, n_epochs * in_epoch)
        order, pass_length = kept.get(key, lambda: _order(problem, config))
        order_start, n_places = orders.start(key, lambda: order), len(order)
    rows = (in_epoch, batch_size, n_train, problem.n_test)
    evaluated_start = evaluated.start(
        (n_epochs, config.evaluate_every, rows), lambda: evaluated_epochs(problem, config)
    )
    factor_start = -1
    if config.schedule != "constant" or config.warmup_epochs:
        factor_start = factors.start(
            (config.schedule, config.warmup_epochs, n_epochs),
            lambda: rate_factors(config, np.arange(1, n_epochs + 1, dtype=np.int64)),
        )
    return (
        solver_index(config.solver),
        n_epochs,
        0 if is_full else batch_size,
        in_epoch,
        order_start,
        n_places,
        pass_length,
        int(is_sequential),
        evaluated_start,
        factor_start,
    )


def order_length(problem: Problem, config: TrainConfig) -> int:
    """Return about how many row numbers are drawn for a run."""
    n_train = problem.n_train
    if config.is_full_batch(n_train) or config.sampling == "sequential":
        return 0
    n_updates = config.n_epochs * config.updates_in_epoch(n_train)
    return n_updates * config.rows_per_update(n_train)


def _order(problem: Problem, config: TrainConfig) -> tuple[Any, int]:
    """Return the row numbers of all updates of a run, whole passes, and a pass's length."""
    n_train = problem.n_train
    orders = RowOrders(n_train, config.rows_per_update(n_train), config.sampling, config.seed)
    n_updates = config.n_epochs * config.updates_in_epoch(n_train)
    return orders.take(-(-n_updates // orders.n_batches)), orders.pass_length


def _start(problem: Problem, config: TrainConfig, kept: Kept) -> FloatArray:
    def make() -> FloatArray:
        weights, bias = initial_params(problem, config)
        return np.append(weights, bias)

    if isinstance(config.init, Params):
        with np.errstate(over="ignore"):
            return make()
    seed = 0 if config.init == "zeros" else config.seed
    key = ("start", config.init, seed, problem.n_features, problem.fit_intercept)
    start: FloatArray = kept.get(key, make)
    return start


def _work(problem: Problem, n_evaluations: int) -> ManyWork:
    n_params = problem.n_features + 1
    return ManyWork(
        params=np.empty(n_params),
        gradient=np.empty(n_params),
        scratch=np.empty(n_params),
        memory=np.empty((_MEMORY_ROWS, n_params)),
        tile=work_memory(problem.n_features, "float64").tile,
        epochs=np.empty(n_evaluations),
        losses=np.empty(n_evaluations),
    )
