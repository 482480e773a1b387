"""A run at a trainer as the web server sees it, and everybody's look at it."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from dashboard.live.frames import Kind
from dashboard.live.held_data import HeldData
from dashboard.live.result import RunResult
from dashboard.sweep.spec import Trainable
from linreg_core import LinregError

MOST_KEPT_BYTES = 2_000_000  # a longer stream is let go as it is read: nobody can join it then

_TOLD_BYTES = 65_536  # as many are taken before the trainer is told: most runs are shorter


class RoomFull(Exception):
    """There is no room for another run."""


class TrainerGone(Exception):
    """The trainer ended before a run had started; another one is on its way."""


class NotAgain(Exception):
    """The trainer ended while this run was under way, which may have been the cause."""


class TrainerFault(Exception):
    """The trainer could not start a run, through no fault of the one who asked."""


class Keeper(Protocol):
    """Who has the run: a trainer's process."""

    @property
    def message(self) -> str:
        """What those who wait should know of it; "" when all is well."""

    def taken(self, run: RemoteRun, n_bytes: int) -> None:
        """So many bytes more have been read."""

    def give_up(self, run: RemoteRun) -> None:
        """Nobody looks at the run any more."""

    def feed(self, run: RemoteRun, payload: bytes) -> None:
        """More of a run has come that is trained elsewhere."""


class RemoteRun:
    """A run at a trainer, trained once for all who look at it. Event loop only.

    What has come is kept while it is small, so that others can join and read it from its start.

    `held` is the data that it trains on, where they are a session's own. `on_end` is told when
    nothing more comes. `owner` is who asked for it first.
    """

    def __init__(
        self,
        keeper: Keeper,
        id: int,
        spec: Trainable,
        held: HeldData | None = None,
        on_end: Callable[[RemoteRun], object] = lambda run: None,
        owner: str = "",
    ) -> None:
        self._keeper = keeper
        self.id = id
        self.spec = spec
        self.owner = owner
        self.held = held
        self._on_end = on_end
        self.not_again: str | None = None  # why the same run is not started again by itself
        self.result: RunResult | None = None  # once it is trained
        self.failure: Exception | None = None  # why it never started
        self.is_started = self.is_over = self.is_whole = False
        self._chunks: list[bytes] = []
        self.n_bytes = 0
        self._n_taken = self._n_dropped = 0  # chunks
        self._untold_bytes = 0  # taken, and the trainer does not know it yet
        self._views: set[RunView] = set()

    @property
    def message(self) -> str:
        """What one who waits for it should know of its trainer; "" when all is well."""
        return self._keeper.message

    @property
    def can_be_joined(self) -> bool:
        """Whether one who comes now gets all of it."""
        is_on_its_way = not self.is_over and self.failure is None
        return not self._n_dropped and (is_on_its_way or self.is_whole)

    def receive(self, kind: Kind, payload: bytes) -> None:
        """Take in a frame of this run's."""
        if kind is Kind.RESULT:
            self.result = pickle.loads(payload)  # from our own trainer
        elif kind is Kind.STARTED:
            self.is_started = True
        elif kind is Kind.CHUNK:
            self._chunks.append(payload)
            self.n_bytes += len(payload)
        elif kind is Kind.REFUSED:
            return self.fail(LinregError(payload.decode()))
        elif kind is Kind.FULL:
            return self.fail(RoomFull(payload.decode()))
        elif kind is Kind.FAILED:
            return self.fail(TrainerFault())
        elif kind is Kind.DONE:
            self.is_whole = self.result is not None
            return self.end()
        self._tell_all()

    def feed(self, payload: bytes) -> None:
        """Pass on what has come of a run that is trained elsewhere, once it is started."""
        if not self.is_over:
            self._keeper.feed(self, payload)

    def fail(self, failure: Exception) -> None:
        """The run does not start."""
        self.failure = self.failure or failure
        self.end()

    def end(self) -> None:
        """Nothing more comes. One that has never started may be asked for again, or not."""
        if self.is_over:
            return
        if not self.is_started and self.failure is None:
            self.failure = NotAgain(self.not_again) if self.not_again else TrainerGone()
        self.is_over, self.held = True, None
        self._on_end(self)
        self._tell_all()

    def enter(self, view: RunView) -> None:
        """Somebody looks."""
        self._views.add(view)

    def leave(self, view: RunView) -> None:
        """Somebody has enough; the last one ends the run."""
        self._views.discard(view)
        if not self._views and not self.is_over:
            self._keeper.give_up(self)
            self.end()

    def chunks_from(self, number: int) -> list[bytes]:
        """Return the compressed stream from this part on, as far as it has come."""
        return self._chunks[number:]

    def was_read(self, n_read: int) -> None:
        """So many parts were read by one who looks. The fastest of them sets the pace."""
        self._untold_bytes += sum(map(len, self._chunks[self._n_taken : n_read]))
        self._n_taken = max(self._n_taken, n_read)
        if self._untold_bytes >= _TOLD_BYTES:
            self._keeper.taken(self, self._untold_bytes)
            self._untold_bytes = 0
        if self.n_bytes > MOST_KEPT_BYTES:
            while self._n_dropped < min((view.n_read for view in self._views), default=0):
                self._chunks[self._n_dropped] = b""
                self._n_dropped += 1

    def _tell_all(self) -> None:
        for view in self._views:
            view.look()


class RunView:
    """One visitor's look at a run, which goes on for as long as anybody looks."""

    def __init__(self, run: RemoteRun) -> None:
        self.run = run
        self.n_read = 0
        self.is_closed = False
        self._news = asyncio.Event()
        run.enter(self)

    def look(self) -> None:
        """There is news. Event loop only."""
        self._news.set()

    def close(self) -> None:
        """End this look. Event loop only; at any time, repeatedly."""
        if not self.is_closed:
            self.is_closed = True
            self.run.leave(self)
            self.look()

    async def started(self) -> None:
        """Return once the run is under way.

        Raises LinregError when the request is out of bounds, RoomFull when there is no memory for
        it beside other runs, and TrainerGone, NotAgain or TrainerFault when something is wrong on
        our side; TrainerGone also when the look was closed meanwhile.
        """
        while not (self.run.is_started or self.run.is_over or self.is_closed):
            await self._wait()
        if self.run.failure is not None:
            raise self.run.failure
        if self.is_closed:
            raise TrainerGone

    async def chunks(self) -> AsyncIterator[bytes]:
        """Return the compressed stream, from its start and then as it comes."""
        while not self.is_closed:
            if chunks := self.run.chunks_from(self.n_read):
                yield b"".join(chunks)
                self.n_read += len(chunks)
                self.run.was_read(self.n_read)
            elif self.run.is_over:
                return
            else:
                await self._wait()

    async def _wait(self) -> None:
        self._news.clear()
        await self._news.wait()
