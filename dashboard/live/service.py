"""The training service: one thread that trains every session's live run in turn, slice by slice.

Free threads made everybody slower (they fight for the interpreter), so there is one. A slice is at
most 8 ms, a new run's first slice goes before everybody's next, short runs are finished in the
order in which they came, and a run ends when its client goes away or its session wants another.
Turns are shared among visitors, however many runs each has.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace

from dashboard.live.aside import Aside
from dashboard.live.encoded_run import EncodedRun
from dashboard.live.encoder import RunEncoder, prepare_reference
from dashboard.live.streamed import Streamed
from dashboard.live.zones import are_known_at_once
from linreg_core import SOLVERS, Problem, TrainConfig, train_blocks
from linreg_core.block import Block
from linreg_core.engines import engine_for_now

_SLICE_SECONDS = 0.008
_YOUNG_SECONDS = 0.15  # of training: until then runs are finished in the order they came
_LONGEST_WAIT_SECONDS = 0.1  # between two slices of a run, whoever else is there
_FIRST_FLUSH_SECONDS = 0.01
_LAST_FLUSH_SECONDS = 0.1
_FLUSH_GROWTH = 1.6

_log = logging.getLogger(__name__)

APOLOGY = "Something went wrong on our side and the run was stopped. Move a slider to start again."


class LiveRun(EncodedRun):
    """A run that is trained here, on its way to one client."""

    def __init__(
        self, problem: Problem, config: TrainConfig, loop: asyncio.AbstractEventLoop
    ) -> None:
        config.check_fits(problem)
        config, reason = trainable_now(config)
        super().__init__(problem, config, loop, reason)
        self._blocks: Iterator[Block] | None = None  # until the trainer's thread sets the run up
        self._flush_at = 0.0
        self._flush_interval = _FIRST_FLUSH_SECONDS
        self.asides = _asides(self._encoder, problem, config)

    def _next_block(self) -> Block:
        """Train one slice."""
        began = time.perf_counter()
        if self._blocks is None:
            self._blocks = train_blocks(self._problem, self._config, max_seconds=_SLICE_SECONDS)
        block = next(self._blocks)
        self.engine_seconds += time.perf_counter() - began
        return block

    def _is_flush_due(self, now: float) -> bool:
        return now >= self._flush_at

    def _has_flushed(self, now: float) -> None:
        self._flush_at = now + self._flush_interval
        self._flush_interval = min(self._flush_interval * _FLUSH_GROWTH, _LAST_FLUSH_SECONDS)


def trainable_now(config: TrainConfig) -> tuple[TrainConfig, str | None]:
    """Return the config with an engine that nobody waits for, and why that is another one."""
    if not SOLVERS[config.solver].is_iterative:
        return config, None
    engine, reason = engine_for_now(config.engine)
    return replace(config, engine=engine), reason


def _asides(encoder: RunEncoder, problem: Problem, config: TrainConfig) -> tuple[Aside, ...]:
    """Return what a run of `config` tells beside its rows."""
    is_cheap = encoder.reference_is_cheap
    reference = None if is_cheap else lambda: prepare_reference(problem, config)
    are_zones_cheap = is_cheap and are_known_at_once(problem, config)
    zones = None if are_zones_cheap else encoder.prepare_zones
    return Aside(encoder.reference, reference), Aside(encoder.zones, zones, goes_first=False)


def _end(run: Streamed, message: str) -> None:
    """End a run that an exception has stopped, whose trace goes to the log."""
    _log.exception("A live run failed")
    with contextlib.suppress(Exception):
        run.fail(message)
    run.is_cancelled = True


class TrainingService:
    """Trains live runs in turn. Its thread starts with the first run.

    `executor` has threads for least-squares fits that take long.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._condition = threading.Condition()
        self._fresh: deque[Streamed] = deque()
        self._waiting: deque[Streamed] = deque()
        self._parked: set[Streamed] = set()
        self._live: set[Streamed] = set()  # the three, and the one under way
        self._thread: threading.Thread | None = None
        self._is_stopped = False

    @property
    def n_runs(self) -> int:
        """How many runs are live now."""
        return len(self._live)

    def submit(self, problem: Problem, config: TrainConfig, owner: str = "") -> LiveRun:
        """Queue a run. Event loop only.

        `owner` is who asks for it: all the runs of one have the turns of one.

        Raises ConfigError or DataError when the run is out of bounds.
        """
        run = LiveRun(problem, config, asyncio.get_running_loop())
        self.begin(run, owner)
        return run

    def begin(self, run: Streamed, owner: str = "") -> None:
        """Queue what is to be trained in turn, for `owner`. Event loop only."""
        with self._condition:
            if self._is_stopped:
                run.is_cancelled = True
                run.close()
                return
            run.owner, run.place = owner, self._next_place(owner)
            self._live.add(run)
            self._fresh.append(run)
            self._start_thread()
            self._condition.notify()
        for aside in run.asides:
            aside.begin(self._executor, functools.partial(self._is_ready, run, aside))

    def cancel(self, run: Streamed) -> None:
        """Stop a run within one slice. Safe from every thread, at any time, repeatedly."""
        run.is_cancelled = True
        for aside in run.asides:
            aside.give_up()
        self.wake(run)

    def taken(self, run: Streamed, n_bytes: int) -> None:
        """The client has read this much more of a run, which may go on. Event loop only."""
        run.taken(n_bytes)
        self.wake(run)

    def wake(self, run: Streamed) -> None:
        """Put a blocked run back in turn, where what it waited for may have come."""
        with self._condition:
            if run in self._parked:
                self._parked.remove(run)
                self._waiting.append(run)
                self._condition.notify()

    def stop(self) -> None:
        """Cancel every run and end the thread."""
        with self._condition:
            self._is_stopped = True
            for run in (*self._fresh, *self._waiting, *self._parked):
                run.is_cancelled = True
                run.close()
            self._condition.notify()

    def _next_place(self, owner: str) -> float:
        """Now; for who has runs already, as much later as these may go before others'."""
        places = [run.place + _YOUNG_SECONDS for run in self._live if run.owner == owner]
        return max([time.perf_counter(), *places])

    def _start_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="trainer", daemon=True)
            self._thread.start()

    def _is_ready(self, run: Streamed, aside: Aside) -> None:
        # Given up, it is not there: a slice under way would compute it, and nobody waits for it.
        aside.is_ready = not run.is_cancelled
        self.wake(run)

    def _work(self) -> None:
        while (run := self._next_run()) is not None:
            try:
                if not run.is_cancelled:
                    run.advance()
            except MemoryError:
                _end(run, run.lacks_memory())
            except Exception:  # one broken run must not end everybody's training
                _end(run, APOLOGY)
            self._put_back(run)
            del run  # while nobody trains, the last run's data can go

    def _next_run(self) -> Streamed | None:
        with self._condition:
            self._condition.wait_for(lambda: self._is_stopped or self._fresh or self._waiting)
            if self._is_stopped:
                return None
            return self._fresh.popleft() if self._fresh else self._take_waiting()

    def _take_waiting(self) -> Streamed:
        """Return the run whose owner has waited too long; else the first young one, or the next.

        Runs of a room are much alike and short. One after the other, half of them are done before
        any would be if they took turns, and the last is no later.
        """
        served_at: dict[str, float] = {}
        for run in self._waiting:
            served_at[run.owner] = max(served_at.get(run.owner, 0.0), run.last_slice_at)
        longest = min(self._waiting, key=lambda run: served_at[run.owner])
        is_due = time.perf_counter() - served_at[longest.owner] > _LONGEST_WAIT_SECONDS
        young = [run for run in self._waiting if run.trained_seconds < _YOUNG_SECONDS]
        chosen = longest if is_due or not young else min(young, key=lambda run: run.place)
        self._waiting.remove(chosen)
        return chosen

    def _put_back(self, run: Streamed) -> None:
        with self._condition:
            if run.is_complete or run.is_cancelled or self._is_stopped:
                self._live.discard(run)
                run.close()
            elif run.is_blocked:
                self._parked.add(run)
            else:
                self._waiting.append(run)
