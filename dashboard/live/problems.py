"""The trainer's data: those that sessions sent, and problems, built once for equal specs.

Of a session's own data at most one problem is kept, because each may copy all of them (a random
split does, and so may an engine). The former one goes before the next is made.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from concurrent.futures import Executor
from dataclasses import dataclass, field

from dashboard.live.encoder import prepare_start
from dashboard.problem_spec import DATA_IS_GONE, ProblemSpec, SentData
from linreg_core import DataError, Dataset, Problem

BUDGET_BYTES = 256_000_000
_INLINE_CELLS = 20_000  # made in less time than another thread takes to wake up
SUPERSEDED = "Another run on these data was asked for meanwhile."


@dataclass(eq=False)
class _Sent:
    """A session's own data, and the problem that it asked for last.

    The lock is held while a problem is made.
    """

    dataset: Dataset
    wanted: ProblemSpec | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class ProblemCache:
    """The problems used last. One that leaves the cache lives on while a run holds it."""

    def __init__(self, executor: Executor, budget_bytes: int = BUDGET_BYTES) -> None:
        self._executor = executor
        self._budget_bytes = budget_bytes
        self._lock = threading.Lock()
        self._sent: dict[int, _Sent] = {}
        self._problems: OrderedDict[ProblemSpec, Problem] = OrderedDict()

    def hold(self, key: int, dataset: Dataset) -> None:
        """Keeps a session's own data until they are forgotten."""
        with self._lock:
            self._sent[key] = _Sent(dataset)

    def forget(self, key: int) -> None:
        """Frees a session's data and all problems made of them, once no run holds them."""
        with self._lock:
            self._sent.pop(key, None)
            self._drop(key)

    async def get(self, spec: ProblemSpec) -> Problem:
        """The problem that `spec` names, made off the event loop where that takes time.

        Raises:
            ConfigError, DataError: as `ProblemSpec.build`; or the session that sent the data has
                asked for another problem while this one waited for its turn.
        """
        spec = spec.canonical
        self._want(spec)
        if (problem := self._find(spec)) is not None:
            return problem
        if spec.n_cells <= _INLINE_CELLS:
            return self._build(spec)
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._build, spec)

    def _want(self, spec: ProblemSpec) -> None:
        with self._lock:
            if isinstance(spec.data, SentData) and spec.data.key in self._sent:
                self._sent[spec.data.key].wanted = spec

    def _find(self, spec: ProblemSpec) -> Problem | None:
        with self._lock:
            if spec in self._problems:
                self._problems.move_to_end(spec)
            return self._problems.get(spec)

    def _build(self, spec: ProblemSpec) -> Problem:
        if isinstance(spec.data, SentData):
            return self._build_of_sent(spec, spec.data.key)
        if (problem := self._find(spec)) is not None:  # another session's wait made it
            return problem
        problem = _prepared(spec.build())
        with self._lock:
            self._keep(spec, problem)
        return problem

    def _build_of_sent(self, spec: ProblemSpec, key: int) -> Problem:
        with self._lock:
            sent = self._sent.get(key)
        if sent is None:
            raise DataError(DATA_IS_GONE)
        with sent.lock:
            if (problem := self._find(spec)) is not None:
                return problem
            if sent.wanted != spec:  # a slider has moved on: nobody waits for this one
                raise DataError(SUPERSEDED)
            with self._lock:
                self._drop(key)
            problem = _prepared(spec.build({key: sent.dataset}))
            with self._lock:
                if self._sent.get(key) is sent:  # not forgotten meanwhile
                    self._keep(spec, problem)
        return problem

    def _keep(self, spec: ProblemSpec, problem: Problem) -> None:
        self._problems[spec] = problem
        while len(self._problems) > 1 and self._n_bytes() > self._budget_bytes:
            self._problems.popitem(last=False)

    def _drop(self, key: int) -> None:
        for spec in [spec for spec in self._problems if _is_of(spec, key)]:
            del self._problems[spec]

    def _n_bytes(self) -> int:
        return sum(_freed_bytes(spec, problem) for spec, problem in self._problems.items())


def _prepared(problem: Problem) -> Problem:
    """The problem with what each run of it sends first."""
    prepare_start(problem)
    return problem


def _freed_bytes(spec: ProblemSpec, problem: Problem) -> int:
    """What goes with a problem: a session's own data stay."""
    stays = isinstance(spec.data, SentData)
    dataset = problem.dataset
    return problem.nbytes - stays * (dataset.X.nbytes + dataset.y.nbytes)


def _is_of(spec: ProblemSpec, key: int) -> bool:
    return isinstance(spec.data, SentData) and spec.data.key == key
