"""Where the web server asks for runs: its two trainers, and who gets what."""

from __future__ import annotations

import asyncio
import itertools
import threading
import weakref
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from dashboard.live.budget import data_limits
from dashboard.live.held_data import HeldData
from dashboard.live.remote_run import RemoteRun, RoomFull, RunView, TrainerFault
from dashboard.live.roles import ROLES, SMALL, role_for, role_of
from dashboard.live.shared_runs import SharedRuns
from dashboard.live.trainer_client import TrainerProcess
from dashboard.problem_spec import DATA_IS_GONE, ProblemSpec, SentData
from dashboard.run_spec import RunSpec
from dashboard.sweep.spec import Trainable
from linreg_core import DataError, Dataset, LinregError, Params

MAX_RUNS = 128  # live at once; the next is told that the room is full
ROOM_IS_FULL = (
    f"The room is full: {MAX_RUNS} runs are training at once. Yours starts as soon as there is "
    "room; nothing is lost."
)
_ANSWER_SECONDS = 25.0


class Trainers:
    """One trainer for small runs, and one for large ones that is there while anybody is."""

    def __init__(self) -> None:
        limits = data_limits()
        self._processes = {name: TrainerProcess(role, limits[name]) for name, role in ROLES.items()}
        self.shared = SharedRuns()
        self._held: weakref.WeakValueDictionary[str, HeldData] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()
        self._keys = itertools.count(1)
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def small(self) -> TrainerProcess:
        """The one for small runs, and for all else that needs torch."""
        return self._processes[SMALL.name]

    @property
    def n_runs(self) -> int:
        """How many runs are live now."""
        return sum(process.n_runs for process in self._processes.values())

    def start(self) -> None:
        """Start the processes and keep them going. Event loop only."""
        self._loop = asyncio.get_running_loop()
        for process in self._processes.values():
            process.start()
            process.want()

    async def stop(self) -> None:
        """End the processes and every run."""
        await asyncio.gather(*(process.stop() for process in self._processes.values()))

    async def submit(
        self, spec: Trainable, opened: Callable[[RunView], object], owner: str = ""
    ) -> RunView:
        """Ask for a look at a run and wait until the run is under way.

        A run that others look at, or have looked at shortly before, is not trained again.

        `opened` is told of the look before that, so that it can be closed while it waits. `owner`
        is who asks: turns are shared among owners.

        Raises LinregError when the request is out of bounds, and RoomFull when too many runs are
        live, or there is no memory for another one, and TrainerGone, NotAgain or TrainerFault when
        something is wrong on our side.
        """
        view = RunView(self.shared.find(spec.id) or self._begin(spec, owner))
        try:
            opened(view)
            await view.started()
        except BaseException:
            view.close()
            raise
        return view

    def _begin(self, spec: Trainable, owner: str) -> RemoteRun:
        if self.n_runs >= MAX_RUNS:
            raise RoomFull(ROOM_IS_FULL)
        held = self._held_for(spec.problem)
        for process in self._processes.values():  # whose next run is large should not wait
            process.want()
        process = self._processes[role_of(spec).name]
        run = process.begin(spec, held, self.shared.has_ended, owner)
        self.shared.add(run)
        return run

    def of(self, spec: ProblemSpec) -> TrainerProcess:
        """Return whose this problem's runs are."""
        return self._processes[role_for(spec).name]

    def hold(self, dataset: Dataset, make: Callable[[], Dataset]) -> HeldData:
        """Have the trainers keep a session's own data for as long as the answer is referred to.

        Whoever comes with equal data gets the same answer: they are kept once.

        `make` gives the data set again, whenever a trainer has to be told of it.
        """
        new = HeldData(next(self._keys), dataset, make)
        with self._lock:  # scripts are threads
            held = self._held.setdefault(new.spec.fingerprint, new)
        if held is new:
            weakref.finalize(held, self._forget, held.key).atexit = False
        return held

    async def diagnosis(self, spec: RunSpec) -> bytes:
        """Return what the doctor says of a run, as JSON.

        Raises DataError when the data are gone, and TrainerGone or TimeoutError when no trainer
        answers.
        """
        return await self.of(spec.problem).diagnosis(spec, self._held_for(spec.problem))

    def state_dict(self, params: Params, has_bias: bool) -> bytes:
        """Return the file that `nn.Linear` loads. For script threads.

        Raises TrainerFault when the trainer did not answer.
        """
        return self._answered(self.small.state_dict(params, has_bias))

    def made(self, name: str, spec: RunSpec, **options: Any) -> bytes:
        """Return the file that a maker makes of a run (see `making.py`). For script threads.

        Raises LinregError when it can't be made, and TrainerFault when the trainer did not answer.
        """
        return self._answered(self.make(name, spec, options))

    async def make(self, name: str, spec: RunSpec, options: Mapping[str, Any]) -> bytes:
        """Return the same. Event loop only.

        Raises LinregError when it can't be made or the data are gone, TrainerFault, TrainerGone or
        TimeoutError when the trainer did not answer.
        """
        held = self._held_for(spec.problem)
        return await self.of(spec.problem).make(name, spec, held, options)

    def _answered(self, asking: Coroutine[Any, Any, bytes]) -> bytes:
        """Return what comes of work for the event loop, which others do meanwhile."""
        if self._loop is None:
            asking.close()
            raise TrainerFault
        try:
            return asyncio.run_coroutine_threadsafe(asking, self._loop).result(_ANSWER_SECONDS)
        except LinregError:
            raise
        except Exception as error:
            raise TrainerFault from error

    def cancel(self, view: RunView) -> None:
        """End a look at a run. Safe from every thread, at any time, repeatedly."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(view.close)

    def _held_for(self, spec: ProblemSpec) -> HeldData | None:
        """Return the session's own data that a problem is made of."""
        if not isinstance(spec.data, SentData):
            return None
        if (held := self._held.get(spec.data.fingerprint)) is None:
            raise DataError(DATA_IS_GONE)
        return held

    def _forget(self, key: int) -> None:
        """Free data at the trainers. Safe from every thread."""
        if self._loop is not None and not self._loop.is_closed():
            for process in self._processes.values():
                self._loop.call_soon_threadsafe(process.forget, key)
