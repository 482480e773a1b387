"""Problems that sessions share: equal specs are built once, within a budget of memory."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import Executor

from dashboard.settings import ProblemSpec
from linreg_core import Problem

BUDGET_BYTES = 256_000_000
_INLINE_CELLS = 20_000  # made in less time than another thread takes to wake up


class ProblemCache:
    """The problems used last. One that leaves the cache lives on while a run holds it."""

    def __init__(self, executor: Executor, budget_bytes: int = BUDGET_BYTES) -> None:
        self._executor = executor
        self._budget_bytes = budget_bytes
        self._lock = threading.Lock()
        self._problems: OrderedDict[ProblemSpec, Problem] = OrderedDict()

    async def get(self, spec: ProblemSpec) -> Problem:
        """The problem that `spec` names, made off the event loop where that takes time.

        Raises:
            ConfigError, DataError: as `ProblemSpec.build`.
        """
        if (problem := self._find(spec)) is not None:
            return problem
        if spec.n_cells <= _INLINE_CELLS:
            return self._build(spec)
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._build, spec)

    def _find(self, spec: ProblemSpec) -> Problem | None:
        with self._lock:
            if spec in self._problems:
                self._problems.move_to_end(spec)
            return self._problems.get(spec)

    def _build(self, spec: ProblemSpec) -> Problem:
        if (problem := self._find(spec)) is not None:  # another session's wait made it
            return problem
        problem = spec.build()
        with self._lock:
            self._problems[spec] = problem
            while len(self._problems) > 1 and self._n_bytes() > self._budget_bytes:
                self._problems.popitem(last=False)
        return problem

    def _n_bytes(self) -> int:
        return sum(problem.nbytes for problem in self._problems.values())
