"""The trainer's data: those that sessions sent, and problems, built once for equal specs.

A problem is shared by the runs that use it. When the last of them has ended it is kept for the next
one: a large one for seconds, others until their room is needed.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dashboard.live.allocator import release_memory
from dashboard.live.budget import MemoryBudget, Reservation, data_limits
from dashboard.live.encoder import prepare_start
from dashboard.live.preparing import Job, Preparers
from dashboard.live.roles import LARGE_CELLS, SMALL, Role
from dashboard.problem_spec import DATA_IS_GONE, ProblemSpec, SentData
from linreg_core import ENGINES, SOLVERS, DataError, Dataset, Problem, TrainConfig
from linreg_core.engines import engine_for_now
from linreg_core.memory import engine_bytes, reference_bytes, shape_text

CACHE_BYTES = 256_000_000  # of problems that no run uses
_LARGE_BYTES = 128_000_000  # a problem of this size is not kept for long
LINGER_SECONDS = 5.0
PLENTY = 5  # times what an engine takes: where there is more memory, it is loaded at the start
RUN_BYTES = 4_000_000  # what is encoded and not sent yet
EPOCH_BYTES = 9  # what a run notes of each epoch beforehand
Copy = tuple[str, str]  # the engine and the precision of a copy of the data
_INLINE_CELLS = 20_000  # made in less time than another thread takes to wake up


class _Shared:
    """A problem, made or being made, and who uses it and the engines' copies."""

    def __init__(self, spec: ProblemSpec, job: Job[Problem], n_bytes: int) -> None:
        self.spec = spec
        self.job = job
        self.n_bytes = n_bytes
        self.making: asyncio.Task[Problem] | None = None
        self.problem: Problem | None = None
        self.copies: dict[Copy, Reservation] = {}
        self.users: Counter[Copy | None] = Counter()

    @property
    def n_users(self) -> int:
        return self.users.total()


class ProblemCache:
    """The problems in use, and those used last. Event loop only."""

    def __init__(
        self,
        preparers: Preparers,
        budget: MemoryBudget | None = None,
        cache_bytes: int = CACHE_BYTES,
        linger_seconds: float = LINGER_SECONDS,
        role: Role = SMALL,
    ) -> None:
        self._preparers = preparers
        self._role = role
        self.budget = budget or MemoryBudget(data_limits()[role.name])
        self._not_loaded: dict[str, int] = {}
        for engine, n_bytes in role.late_engines:
            if self.budget.limit < PLENTY * n_bytes:
                self._not_loaded[engine] = n_bytes
            else:
                self.budget.limit -= n_bytes
        self.budget.make_room = self._make_room
        self._cache_bytes = cache_bytes
        self._linger_seconds = linger_seconds
        self._sent: dict[str, Dataset] = {}
        self._shared: dict[ProblemSpec, _Shared] = {}
        self._idle: OrderedDict[ProblemSpec, _Shared] = OrderedDict()

    def is_late(self, engine: str) -> bool:
        """Whether an engine is to be loaded when a run asks for it, and not before."""
        return engine in self._not_loaded

    def hold(self, fingerprint: str, dataset: Dataset) -> None:
        """Keep a session's own data until they are forgotten."""
        self._sent[fingerprint] = dataset

    def forget(self, fingerprint: str) -> None:
        """Frees a session's data and all problems made of them, once no run holds them."""
        self._sent.pop(fingerprint, None)
        for spec in [spec for spec in self._shared if _is_of(spec, fingerprint)]:
            self._let_go(spec)

    @asynccontextmanager
    async def lease(self, spec: ProblemSpec, config: TrainConfig) -> AsyncIterator[Problem]:
        """Return the problem that `spec` names, for as long as a run of `config` uses it.

        Raises ConfigError or DataError as `ProblemSpec.build`, or where it needs more memory than
        there is, and NoRoomNow when there is no room beside other runs.
        """
        spec, copy = spec.canonical, _copy_key(config)
        if isinstance(spec.data, SentData):
            self._of_sent(spec, spec.data.fingerprint)
        needed = self._needed(spec, copy, config)
        reservation = await self.budget.reserve(sum(needed), shape_text(spec.data.shape))
        shared = self._join(spec, reservation, needed[0])
        shared.users[copy] += 1
        if copy is not None and (own := self._not_loaded.pop(copy[0], 0)):
            reservation.split(own)  # for good
        try:
            problem = await self._made(shared)
            await self._copied(shared, problem, copy, config, reservation, needed[1])
            yield problem
        finally:
            reservation.release()  # what is still in it: the run's own part
            shared.users[copy] -= 1
            self._leave(shared)

    def _of_sent(self, spec: ProblemSpec, fingerprint: str) -> None:
        """Each problem may copy all of a session's data: the former goes before the next."""
        if fingerprint not in self._sent:
            raise DataError(DATA_IS_GONE)
        for former in [
            other for other in self._idle if _is_of(other, fingerprint) and other != spec
        ]:
            self._let_go(former)

    def _needed(
        self, spec: ProblemSpec, copy: Copy | None, config: TrainConfig
    ) -> tuple[int, int, int, int]:
        """Return the bytes for problem, engine's copy, run and engine that are not there yet."""
        shape, shared = spec.data.shape, self._shared.get(spec)
        has_copy = shared is not None and copy in shared.copies
        fit = max(0, reference_bytes(*shape) - self._role.fit_bytes)
        return (
            0 if shared is not None else max(0, spec.n_bytes + fit),
            0 if has_copy or copy is None else engine_bytes(*shape, *copy),
            RUN_BYTES + EPOCH_BYTES * config.n_epochs + _batch_bytes(shape, copy, config),
            0 if copy is None else self._not_loaded.get(copy[0], 0),
        )

    def _join(self, spec: ProblemSpec, reservation: Reservation, n_bytes: int) -> _Shared:
        """Return the problem's entry, a new one where nobody else has asked for it."""
        if (shared := self._shared.get(spec)) is None:
            sent = _sent(spec, self._sent)
            job = Job(lambda: _prepared(spec.build(sent)))
            shared = self._shared[spec] = _Shared(spec, job, n_bytes)
            shared.making = asyncio.ensure_future(self._make(shared, reservation.split(n_bytes)))
            shared.making.add_done_callback(_look_at)
        self._idle.pop(spec, None)
        return shared

    async def _made(self, shared: _Shared) -> Problem:
        assert shared.making is not None
        return await asyncio.shield(shared.making)

    async def _make(self, shared: _Shared, reservation: Reservation) -> Problem:
        spec, job = shared.spec, shared.job
        try:
            if spec.n_cells <= _INLINE_CELLS:
                job()
                problem = job.result()
            else:
                problem = await job.done_in(self._preparers.problems)
        except BaseException:
            reservation.release()
            if self._shared.get(spec) is shared:
                del self._shared[spec]
            raise
        weakref.finalize(problem, reservation.release).atexit = False
        shared.problem = problem
        return problem

    async def _copied(
        self,
        shared: _Shared,
        problem: Problem,
        copy: Copy | None,
        config: TrainConfig,
        reservation: Reservation,
        n_bytes: int,
    ) -> None:
        """Have the engine's copy made, where there is one and it takes long."""
        if copy is None:
            return
        if copy not in shared.copies:
            shared.copies[copy] = part = reservation.split(n_bytes)
            weakref.finalize(problem, part.release).atexit = False
        if shared.spec.n_cells > LARGE_CELLS:
            job = Job(lambda: _set_up(problem, config))
            try:
                await job.done_in(self._preparers.problems)
            finally:
                job.give_up()

    def _leave(self, shared: _Shared) -> None:
        """What nobody waits for is not made; what nobody uses is kept for a while."""
        spec = shared.spec
        if shared.n_users or self._shared.get(spec) is not shared:
            return
        if shared.problem is None:
            return self._let_go(spec)
        is_gone = isinstance(spec.data, SentData) and spec.data.fingerprint not in self._sent
        if is_gone or self._cache_bytes <= 0:
            return self._let_go(spec)
        self._idle[spec] = shared
        if self._n_bytes(shared) > _LARGE_BYTES:
            asyncio.get_running_loop().call_later(self._linger_seconds, self._expire, shared)
        else:
            self._shrink()

    def _expire(self, shared: _Shared) -> None:
        if self._idle.get(shared.spec) is shared:
            self._let_go(shared.spec)

    def _shrink(self) -> None:
        small = [shared for shared in self._idle.values() if self._n_bytes(shared) <= _LARGE_BYTES]
        total = sum(map(self._n_bytes, small))
        for shared in small:
            if total <= self._cache_bytes:
                return
            total -= self._n_bytes(shared)
            self._let_go(shared.spec)

    def _make_room(self, n_bytes: int) -> None:
        """Let go of what no run uses, longest unused first, until so much is on its way back."""
        for spec, shared in list(self._idle.items()):
            if n_bytes <= 0:
                return
            n_bytes -= self._n_bytes(shared)
            self._let_go(spec)
        for shared in self._shared.values():
            for copy in [copy for copy in shared.copies if not shared.users[copy]]:
                if n_bytes > 0 and shared.problem is not None:
                    shared.problem.memo.forget(copy if copy[0] == "torch" else copy[1])
                    n_bytes -= shared.copies[copy].n_bytes
                    shared.copies.pop(copy).release()

    def _let_go(self, spec: ProblemSpec) -> None:
        shared = self._shared.pop(spec, None)
        self._idle.pop(spec, None)
        if shared is None:
            return
        shared.job.give_up()
        is_large = self._n_bytes(shared) > _LARGE_BYTES
        shared.problem = shared.making = None
        if is_large:
            release_memory()

    def _n_bytes(self, shared: _Shared) -> int:
        return shared.n_bytes + sum(part.n_bytes for part in shared.copies.values())


def _sent(spec: ProblemSpec, sent: dict[str, Dataset]) -> dict[str, Dataset]:
    """Return, of the data that were sent, those that a problem is made of."""
    return {name: data for name, data in sent.items() if _is_of(spec, name)}


def _prepared(problem: Problem) -> Problem:
    """Return the problem with what each run of it sends first."""
    prepare_start(problem)
    return problem


def _set_up(problem: Problem, config: TrainConfig) -> None:
    """Have the engine note with the problem what all of its runs need."""
    ENGINES[engine_for_now(config.engine)[0]].start(problem, config)


def _copy_key(config: TrainConfig) -> Copy | None:
    """Name the copy of the data that a run's engine works on, as its memo does; None: none."""
    if not SOLVERS[config.solver].is_iterative:
        return None
    return engine_for_now(config.engine)[0], config.dtype


def _batch_bytes(shape: tuple[int, int], copy: Copy | None, config: TrainConfig) -> int:
    """Return what torch gathers of the rows for a minibatch that is large."""
    if copy is None or config.is_full_batch(shape[0]):
        return 0
    n_rows = min(shape[0], config.rows_per_update(shape[0]))
    return engine_bytes(n_rows, shape[1], *copy)


def _look_at(task: asyncio.Task[Problem]) -> None:
    """Those who waited were told; with nobody waiting there is nobody to tell."""
    if not task.cancelled():
        task.exception()


def _is_of(spec: ProblemSpec, fingerprint: str) -> bool:
    return isinstance(spec.data, SentData) and spec.data.fingerprint == fingerprint
