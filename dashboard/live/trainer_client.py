"""The web server's end of a trainer's process: starts it, asks for runs, passes on what comes."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import pickle
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dashboard.live.frames import Kind, read_frame, write_frame
from dashboard.live.heartbeat import Heartbeat
from dashboard.live.held_data import DataHeader, HeldData, parts
from dashboard.live.remote_run import RemoteRun, TrainerFault, TrainerGone
from dashboard.live.roles import LARGE, Role
from dashboard.live.vitals import processor_seconds, resident_bytes
from dashboard.run_spec import RunSpec
from dashboard.sweep.spec import Trainable
from linreg_core import LinregError, Params
from linreg_core.memory import shape_text, size_text

_ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_RESTART_SECONDS = 1.0
_STOP_SECONDS = 2.0
_ANSWER_SECONDS = 20.0
_HEARTBEAT = 0  # its frames' id: no run has it
_READING_SECONDS = 1.0
_log = logging.getLogger(__name__)


class TrainerProcess:
    """One trainer's process, started when it is wanted, and anew should it ever end by itself.

    `data_bytes` is what data and runs may take there.
    """

    def __init__(self, role: Role, data_bytes: int) -> None:
        self._role = role
        self._data_bytes = data_bytes
        self._runs: dict[int, RemoteRun] = {}
        self._ids = itertools.count(1)
        self._deliveries: dict[int, asyncio.Task[None]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._answers: dict[int, asyncio.Future[bytes]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._is_wanted = asyncio.Event()
        self._is_up = asyncio.Event()
        self._used_at = 0.0
        self._last_bytes = 0  # what the process took at the last reading
        self._is_hung = False  # and was ended for it
        self._is_resting = False  # it ends because nobody uses it
        self._heartbeat = self._new_heartbeat()

    @property
    def message(self) -> str:
        """What those whose runs wait should know of the trainer; "" when all is well."""
        return "" if self._is_resting else self._heartbeat.message

    @property
    def n_runs(self) -> int:
        """How many runs are live now."""
        return len(self._runs)

    def start(self) -> None:
        """Keep the process going, from when it is first wanted. Event loop only."""
        self._loop = asyncio.get_running_loop()
        self._keeper = self._loop.create_task(self._keep())

    def want(self) -> None:
        """Have the process start where it does not run. Event loop only."""
        self._used_at = time.monotonic()
        self._is_wanted.set()

    async def stop(self) -> None:
        """End the process and every run."""
        if self._keeper is not None:
            self._keeper.cancel()
        self._drop_runs()
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    def begin(
        self,
        spec: Trainable,
        held: HeldData | None = None,
        on_end: Callable[[RemoteRun], object] = lambda run: None,
        owner: str = "",
    ) -> RemoteRun:
        """Ask for a run, which ends when nobody looks at it any more. Event loop only.

        `held` is the data that it trains on, where they are a session's own. `on_end` is told of
        the run when nothing more comes. `owner` is who asks: turns are shared among owners.
        """
        run = RemoteRun(self, next(self._ids), spec, held, on_end, owner)
        self._runs[run.id] = run
        asking = asyncio.create_task(self._ask_for(run))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return run

    def taken(self, run: RemoteRun, n_bytes: int) -> None:
        """Tell the trainer how much of the run has been read."""
        self.tell(run.id, Kind.READ, struct.pack("<I", n_bytes))

    def give_up(self, run: RemoteRun) -> None:
        """Stop a run within one slice. Event loop only."""
        if self._runs.pop(run.id, None) is not None:
            self.tell(run.id, Kind.CANCEL)

    def feed(self, run: RemoteRun, payload: bytes) -> None:
        """Tell the trainer what has come of a run that is trained elsewhere. Event loop only."""
        self.tell(run.id, Kind.FEED, payload)

    async def state_dict(self, params: Params, has_bias: bool) -> bytes:
        """Return the file that `nn.Linear` loads. Event loop only: torch is at the trainer.

        Raises TimeoutError when it did not answer, and TrainerGone when it ended.
        """
        return await self._ask(Kind.MODEL, pickle.dumps((params, has_bias)))

    async def diagnosis(self, spec: RunSpec, held: HeldData | None) -> bytes:
        """Return what the doctor says of a run, as JSON. Event loop only.

        Raises TimeoutError when the trainer did not answer, and TrainerGone when it ended.
        """
        return await self._ask(Kind.DIAGNOSE, pickle.dumps(spec), held)

    async def make(
        self, name: str, spec: RunSpec, held: HeldData | None, options: Mapping[str, Any]
    ) -> bytes:
        """Return a file that a maker makes of a run (see `making.py`). Event loop only.

        Raises LinregError when it can't be made, TimeoutError when the trainer did not answer,
        TrainerGone when it ended, and TrainerFault when it failed.
        """
        return await self._ask(Kind.MAKE, pickle.dumps((name, spec, options)), held)

    def tell(self, run_id: int, kind: Kind, payload: bytes = b"") -> None:
        """Send a frame. Event loop only."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            write_frame(process.stdin, run_id, kind, payload)

    def forget(self, key: int) -> None:
        """Frees data at the trainer. Event loop only."""
        delivery = self._deliveries.pop(key, None)
        if delivery is not None:
            delivery.cancel()
            self.tell(key, Kind.FORGET)

    async def _ask_for(self, run: RemoteRun) -> None:
        try:
            self.want()
            await self._is_up.wait()
            if run.held is not None:
                await self._deliver(run.held)
            if run.id in self._runs:  # else it was given up meanwhile, or its trainer has ended
                self.tell(run.id, Kind.START, pickle.dumps((run.spec, run.owner)))
        except Exception as error:
            self._runs.pop(run.id, None)
            run.fail(error)

    async def _deliver(self, held: HeldData) -> None:
        """Send data that this trainer has not got yet."""
        key = held.key
        if key not in self._deliveries:
            self._deliveries[key] = asyncio.create_task(self._send(held))
        delivery = self._deliveries[key]
        try:
            await asyncio.shield(delivery)
        except asyncio.CancelledError:
            if not delivery.cancelled():
                raise
            raise TrainerGone from None
        except Exception:
            self._deliveries.pop(key, None)
            raise

    async def _send(self, held: HeldData) -> None:
        process, key = self._process, held.key
        assert process is not None and process.stdin is not None
        dataset = await asyncio.get_running_loop().run_in_executor(None, held.make)
        self.tell(key, Kind.HOLD, pickle.dumps(DataHeader.of(dataset, held.spec.fingerprint)))
        for part in parts(dataset):
            self.tell(key, Kind.PART, bytes(part))
            await process.stdin.drain()

    async def _ask(self, kind: Kind, request: bytes, held: HeldData | None = None) -> bytes:
        self.want()
        await self._is_up.wait()
        if held is not None:
            await self._deliver(held)
        asked = next(self._ids)
        answer = self._answers[asked] = asyncio.get_running_loop().create_future()
        try:
            self.tell(asked, kind, request)
            return await asyncio.wait_for(asyncio.shield(answer), _ANSWER_SECONDS)
        except asyncio.CancelledError:
            if not answer.cancelled():
                raise
            raise TrainerGone from None
        finally:
            del self._answers[asked]

    async def _keep(self) -> None:
        while True:
            await self._is_wanted.wait()
            try:
                if (code := await self._serve()) is None:
                    continue
                self._note_end(code)
            except Exception:  # no memory for a process, say: there may be some later
                _log.exception("The trainer's process failed; starting another")
            self._is_up.clear()
            self._drop_runs()
            await asyncio.sleep(_RESTART_SECONDS)

    async def _serve(self) -> int | None:
        """Start the process and pass on what it says until it ends.

        Return how it ended; None where it was let go to rest.
        """
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "dashboard.live.trainer_main",
            self._role.name,
            str(self._data_bytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=_ROOT,
            env=os.environ | _ENVIRONMENT,
        )
        self._heartbeat = self._new_heartbeat()
        self._is_up.set()
        self._is_hung = self._is_resting = False
        beside = [
            asyncio.create_task(self._watch(self._process, self._heartbeat)),
            asyncio.create_task(self._read_memory(self._process.pid)),
            asyncio.create_task(self._let_rest(self._process)),
        ]
        try:
            await self._pass_on(self._process)
        finally:
            for task in beside:
                task.cancel()
        code = await self._process.wait()
        return None if self._is_resting else code

    async def _let_rest(self, process: asyncio.subprocess.Process) -> None:
        """End a process that nobody has used for long: its memory is the machine's again."""
        while self._runs or time.monotonic() - self._used_at < self._role.rests_after:
            if self._runs:
                self._used_at = time.monotonic()
            await asyncio.sleep(_READING_SECONDS)
        self._is_wanted.clear()  # whoever comes from here on waits for the next one
        self._is_up.clear()
        self._is_resting = True
        self._drop_runs()
        assert process.stdin is not None
        process.stdin.close()

    async def _read_memory(self, pid: int) -> None:
        while True:
            self._last_bytes = resident_bytes(pid) or self._last_bytes
            await asyncio.sleep(_READING_SECONDS)

    def _note_end(self, code: int) -> None:
        """Log how the trainer ended; a large run that may be why is not started again."""
        shapes = {run: shape_text(run.spec.problem.data.shape) for run in self._runs.values()}
        _log.error(
            "The %s runs' trainer ended at %s: %s; it had %s at the last reading; under way: %s. "
            "Starting another.",
            self._role.name,
            time.strftime("%Y-%m-%d %H:%M:%S"),
            _cause(code),
            size_text(self._last_bytes),
            ", ".join(sorted(shapes.values())) or "nothing",
        )
        what = "ended"
        if self._is_hung:
            what = "did not answer any more and was replaced"
        elif code == -signal.SIGKILL:
            what = "was ended by the system, perhaps for want of memory,"
        if self._role is LARGE:
            for run, shape in shapes.items():
                run.not_again = (
                    f"The trainer {what} while this run of {shape} was under way, so it is not "
                    "started again by itself: change a setting to go on; fewer rows or features "
                    "need less memory."
                )

    def _new_heartbeat(self) -> Heartbeat:
        return Heartbeat(lambda: self.tell(_HEARTBEAT, Kind.ASK), self._worked)

    def _worked(self) -> float:
        return processor_seconds(self._process.pid) if self._process is not None else 0.0

    async def _watch(self, process: asyncio.subprocess.Process, heartbeat: Heartbeat) -> None:
        """End a process that hangs: what it leaves behind is what a dead one leaves."""
        await heartbeat.until_lost()
        self._is_hung = True
        _log.error("The trainer does not answer any more and is ended")
        process.kill()

    async def _pass_on(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while (frame := await read_frame(process.stdout)) is not None:
            run_id, kind, payload = frame
            run = self._runs.get(run_id)
            answer = self._answers.get(run_id)
            if run_id == _HEARTBEAT:
                self._heartbeat.answered()
            elif answer is not None:
                _give(answer, kind, payload)
            elif run is not None:
                if kind is Kind.FULL and run.held is not None:
                    self._deliveries.pop(run.held.key, None)  # they may be sent again
                run.receive(kind, payload)
                if run.is_over:
                    self._runs.pop(run_id, None)

    def _drop_runs(self) -> None:
        """End every run's stream; its browser asks again. The next trainer has no data yet."""
        waiting: list[asyncio.Future[Any]] = [*self._deliveries.values(), *self._answers.values()]
        for each in waiting:
            each.cancel()
        self._deliveries.clear()
        for run in list(self._runs.values()):
            run.end()
        self._runs.clear()


def _give(answer: asyncio.Future[bytes], kind: Kind, payload: bytes) -> None:
    """Pass on what the trainer says to a question."""
    if answer.done():
        return
    if kind is Kind.ANSWER:
        answer.set_result(payload)
    elif kind is Kind.REFUSED:
        answer.set_exception(LinregError(payload.decode()))
    else:
        answer.set_exception(TrainerFault())


def _cause(code: int) -> str:
    """Return how a process ended, by its return code."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
