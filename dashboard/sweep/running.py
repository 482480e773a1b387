"""A sweep at the trainer: its runs in slices beside live runs, told cell by cell as they end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.live.streamed import Streamed
from dashboard.live.wire import encode_chunk
from dashboard.problem_spec import ProblemSpec, SentData
from dashboard.sweep.cost import estimated_seconds, run_seconds
from dashboard.sweep.spec import Cell, SweepSpec
from linreg_core import (
    ConfigError,
    Dataset,
    Problem,
    TrainConfig,
    best_learning_rate,
    stable_learning_rate,
    sweep_blocks,
)
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.memory import out_of_memory
from linreg_core.theory import minibatch_limit

_SLICE_SECONDS: Final = 0.008
_FLUSH_SECONDS: Final = 0.025
_FIRST_RUNS, _MOST_RUNS = 64, 1024  # trained together: a few at first, which are soon to be seen
_KEPT_CELLS: Final = 2_000_000  # numbers of problems that wait for their next run
NO_RUN: Final = 255
"""The code of a cell whose two values do not go together."""


_COLUMNS: Final = {
    "number": np.uint32,
    "final": np.float64,
    "near": np.float32,
    "status": np.uint32,
}


class _Work(NamedTuple):
    """A run to be trained, by its number in the grid."""

    number: int
    problem: Problem
    config: TrainConfig


class SweepRun(Streamed):
    """A sweep on its way to one client.

    It sends "start", "lines" (what theory says of the learning rate, where that is an axis),
    "cells" as they come, and "end". `problem` is that of the sweep's base.

    Raises ConfigError when the base does not fit its data.
    """

    def __init__(self, spec: SweepSpec, problem: Problem, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._spec, self._base = spec, problem
        self._problems = _Problems(spec.problem, problem)
        self._steps = chain(self._begin(), self._lines(), self._cells(), self._end())
        self._cost = estimated_seconds(spec)
        self._done = 0.0  # of the cost
        self._n_trained = 0
        self._unsent: list[tuple[NDArray[Any], ...]] = []
        self._flush_at = 0.0
        self._is_over = False

    @property
    def is_complete(self) -> bool:
        return self._is_over

    def advance(self) -> None:
        began = time.perf_counter()
        self._is_over = next(self._steps, True) is True
        now = time.perf_counter()
        if now >= self._flush_at and not self._is_over:
            self._flush()
            self._flush_at = now + _FLUSH_SECONDS
        self.trained_seconds += now - began
        self.last_slice_at = now

    def lacks_memory(self) -> str:
        return str(out_of_memory(self._base.dataset.X.shape))

    def _begin(self) -> Iterator[None]:
        n_columns, n_rows, n_seeds = self._spec.shape
        shape = {"nColumns": n_columns, "nRows": n_rows, "nSeeds": n_seeds}
        self._send(encode_chunk("start", {**shape, "seconds": self._cost}, {}))
        yield

    def _lines(self) -> Iterator[None]:
        """Tell theory's limit and best rate for each value of the axis that is not the rate's."""
        spec = self._spec
        if "learning_rate" not in (spec.x.name, spec.y.name):
            return
        is_along_x = spec.x.name == "learning_rate"
        n = len((spec.y if is_along_x else spec.x).values)
        limit, best = np.full(n, np.nan), np.full(n, np.nan)
        for i in range(n):
            cell = Cell(0, i) if is_along_x else Cell(i, 0)
            limit[i], best[i] = self._rates_at(cell)
            if i % 4 == 3:
                yield
        fields = {"along": "x" if is_along_x else "y"}
        self._send(encode_chunk("lines", fields, {"limit": limit, "best": best}))

    def _rates_at(self, cell: Cell) -> tuple[float, float]:
        try:
            config = self._spec.config_at(cell)
        except ConfigError:
            return np.nan, np.nan
        problem = self._problems.of(self._spec.problem_at(cell))
        limit = stable_learning_rate(problem, config) or minibatch_limit(problem, config)
        best = best_learning_rate(problem, config)
        return limit or np.nan, best or np.nan

    def _cells(self) -> Iterator[None]:
        work: list[_Work] = []
        most, made_at = _FIRST_RUNS, time.perf_counter()
        for cell in self._spec.cells():
            if (each := self._work_at(cell)) is not None:
                work.append(each)
            if time.perf_counter() - made_at > _SLICE_SECONDS:
                yield
                made_at = time.perf_counter()
            if len(work) >= most:
                yield from self._train(work)
                work, most, made_at = [], _MOST_RUNS, time.perf_counter()
        yield from self._train(work)

    def _work_at(self, cell: Cell) -> _Work | None:
        spec, number = self._spec, self._spec.index(cell)
        try:
            config = replace(spec.config_at(cell), engine="compiled")
            problem = self._problems.of(spec.problem_at(cell))
            config.check_fits(problem)
        except ConfigError:
            self._note(np.array([number]), np.array([np.nan]), np.array([np.inf]), NO_RUN)
            return None
        return _Work(number, problem, config)

    def _train(self, work: list[_Work]) -> Iterator[None]:
        if not work:
            return
        numbers = np.array([each.number for each in work])
        costs = np.array([run_seconds(self._spec.base, each.config) for each in work])
        runs = [(each.problem, each.config) for each in work]
        for block in sweep_blocks(runs, max_seconds=_SLICE_SECONDS):
            part = slice(block.first, block.first + len(block.final_loss))
            self._note(
                numbers[part], block.final_loss, block.epochs_to_1_percent, block.status_codes
            )
            self._done += float(costs[part].sum())
            self._n_trained += len(block.final_loss)
            yield

    def _note(
        self, numbers: IntArray, final: FloatArray, near: FloatArray, codes: NDArray[Any] | int
    ) -> None:
        self._unsent.append((numbers, final, near, np.broadcast_to(codes, numbers.shape)))

    def _flush(self) -> None:
        if not self._unsent:
            return
        parts, self._unsent = self._unsent, []
        columns: dict[str, NDArray[Any]] = {
            name: np.concatenate([part[i] for part in parts]).astype(dtype)
            for i, (name, dtype) in enumerate(_COLUMNS.items())
        }
        part = min(1.0, self._done / self._cost) if self._cost else 0.0
        fields = {"part": part, "elapsed": self.trained_seconds, "nTrained": self._n_trained}
        self._send(encode_chunk("cells", fields, columns))

    def _end(self) -> Iterator[None]:
        self._flush()
        fields = {"nTrained": self._n_trained, "elapsed": self.trained_seconds}
        self._send(encode_chunk("end", fields, {}))
        return
        yield


class _Problems:
    """The problems of a sweep, each made once while there are few and small ones."""

    def __init__(self, spec: ProblemSpec, problem: Problem) -> None:
        self._sent = _held_with(spec, problem)
        self._first = {spec: problem}
        self._made: dict[ProblemSpec, Problem] = {}
        self._most = max(1, _KEPT_CELLS // max(1, spec.n_cells))

    def of(self, spec: ProblemSpec) -> Problem:
        """Return the problem of that name."""
        found = self._first.get(spec) or self._made.get(spec)
        if found is None:
            while len(self._made) >= self._most:
                del self._made[next(iter(self._made))]
            found = self._made[spec] = spec.build(self._sent)
        return found


def _held_with(spec: ProblemSpec, problem: Problem) -> Mapping[str, Dataset]:
    data = spec.data
    return {data.fingerprint: problem.dataset} if isinstance(data, SentData) else {}
