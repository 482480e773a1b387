"""The trainer's data: those that sessions sent, and problems, built once for equal specs."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import Executor

from dashboard.problem_spec import ProblemSpec, SentData
from linreg_core import Dataset, Problem

BUDGET_BYTES = 256_000_000
_INLINE_CELLS = 20_000  # made in less time than another thread takes to wake up


class ProblemCache:
    """The problems used last. One that leaves the cache lives on while a run holds it."""

    def __init__(self, executor: Executor, budget_bytes: int = BUDGET_BYTES) -> None:
        self._executor = executor
        self._budget_bytes = budget_bytes
        self._lock = threading.Lock()
        self._sent: dict[int, Dataset] = {}
        self._problems: OrderedDict[ProblemSpec, Problem] = OrderedDict()

    def hold(self, key: int, dataset: Dataset) -> None:
        """Keeps a session's own data until they are forgotten."""
        with self._lock:
            self._sent[key] = dataset

    def forget(self, key: int) -> None:
        """Frees a session's data and all problems made of them, once no run holds them."""
        with self._lock:
            self._sent.pop(key, None)
            for spec in [spec for spec in self._problems if _is_of(spec, key)]:
                del self._problems[spec]

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
        problem = spec.build(self._sent)
        with self._lock:
            if isinstance(spec.data, SentData) and spec.data.key not in self._sent:
                return problem  # forgotten meanwhile
            self._problems[spec] = problem
            while len(self._problems) > 1 and self._n_bytes() > self._budget_bytes:
                self._problems.popitem(last=False)
        return problem

    def _n_bytes(self) -> int:
        return sum(problem.nbytes for problem in self._problems.values())


def _is_of(spec: ProblemSpec, key: int) -> bool:
    return isinstance(spec.data, SentData) and spec.data.key == key
