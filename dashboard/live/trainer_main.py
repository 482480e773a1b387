"""A trainer's process, with frames on stdin and stdout.

`python -m dashboard.live.trainer_main ROLE BYTES`: the name of its role, and how much memory data
and runs may take. Training in the web server's process would share its interpreter lock with
everybody's page. Here it has a core and a torch of its own, and the pages have theirs.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import importlib
import logging
import os
import pickle
import signal
import struct
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

from dashboard.live.allocator import give_back_large_blocks, release_memory
from dashboard.live.budget import MemoryBudget, NoRoomNow, Reservation
from dashboard.live.doctor import MOST_WAITING, NOTHING, diagnosis_of
from dashboard.live.fed_run import FedRun, leased_config
from dashboard.live.frames import Frame, Kind, read_frame, write_frame
from dashboard.live.held_data import DataHeader, DataReceiver
from dashboard.live.making import MAKERS
from dashboard.live.preparing import Job, Preparers
from dashboard.live.problems import ProblemCache
from dashboard.live.roles import ROLES, SMALL, Role
from dashboard.live.service import TrainingService, trainable_now
from dashboard.live.streamed import Streamed
from dashboard.problem_spec import SentData
from dashboard.run_spec import RunSpec
from dashboard.standing_back import stand_back
from dashboard.sweep.running import SweepRun
from dashboard.sweep.spec import SweepSpec, Trainable
from dashboard.watched_spec import WatchedSpec
from linreg_core import ENGINES, LinregError, Problem
from linreg_core.engines.compiled.ahead import is_kept
from linreg_core.engines.compiled.compiler import BEING_PREPARED
from linreg_core.memo import Recent
from linreg_core.memory import FLOAT_BYTES

_MOST_DIAGNOSES = 64  # kept of a problem
_PREPARED_SECONDS = 0.05  # between two looks whether the compiled engine is ready
_log = logging.getLogger(__name__)


class Trainer:
    """The problems in memory and the thread that trains on them."""

    def __init__(self, role: Role = SMALL, budget: MemoryBudget | None = None) -> None:
        self._preparers = Preparers()
        self.problems = ProblemCache(self._preparers, budget, role=role)
        self.service = TrainingService(self._preparers.fits)
        self._n_asked = 0  # diagnoses that are under way, or wait
        self.is_warm = asyncio.Event()  # an engine can train without a wait

    @asynccontextmanager
    async def run(self, spec: Trainable, owner: str) -> AsyncIterator[Streamed]:
        """Return a run or a sweep, which ends with the block at the latest.

        `owner` is who asks for it.

        Raises LinregError when it is out of bounds, and NoRoomNow when there is no memory for it
        beside other runs.
        """
        config = leased_config(spec) if isinstance(spec, WatchedSpec) else spec.config
        async with self.problems.lease(spec.problem, config) as problem:
            run = await self._begun(spec, problem, owner)
            try:
                yield run
            finally:
                self.service.cancel(run)

    async def _begun(self, spec: Trainable, problem: Problem, owner: str) -> Streamed:
        if isinstance(spec, WatchedSpec):
            fed = FedRun(spec, problem, asyncio.get_running_loop())
            self.service.begin(fed, owner)
            return fed
        if not isinstance(spec, SweepSpec):
            return self.service.submit(problem, spec.config, owner)
        # Hundreds of runs by torch would take longer than that.
        while ENGINES["compiled"].hindrance() == BEING_PREPARED:
            await asyncio.sleep(_PREPARED_SECONDS)
        run = SweepRun(spec, problem, asyncio.get_running_loop())
        self.service.begin(run, owner)
        return run

    async def diagnosis(self, spec: RunSpec) -> bytes:
        """Return what the doctor says of a run, as JSON: nothing while too many others ask."""
        if self._n_asked >= MOST_WAITING:
            return NOTHING
        self._n_asked += 1
        try:
            async with self.problems.lease(spec.problem, spec.config) as problem:
                job = Job(functools.partial(_kept_diagnosis, problem, spec))
                return await job.done_in(self._preparers.diagnoses)
        except (LinregError, NoRoomNow, MemoryError):  # the run itself was told
            return NOTHING
        except Exception:
            _log.exception("A run could not be diagnosed")
            return NOTHING
        finally:
            self._n_asked -= 1

    async def made(self, name: str, spec: RunSpec, options: Mapping[str, Any]) -> bytes:
        """Return the file that the maker of that name makes of a run.

        Raises LinregError when it can't be made, and NoRoomNow when there is no memory for it now.
        """
        await self.is_warm.wait()
        async with self.problems.lease(spec.problem, spec.config) as problem:
            config, _reason = trainable_now(spec.config)
            job = Job(functools.partial(MAKERS[name], problem, config, options))
            return await job.done_in(self._preparers.files)

    def stop(self) -> None:
        """End every run."""
        self.service.stop()
        self._preparers.stop()


class Sender:
    """Passes one run's chunks on."""

    def __init__(self, trainer: Trainer, writer: asyncio.StreamWriter, run_id: int) -> None:
        self._trainer = trainer
        self._writer = writer
        self._id = run_id
        self._run: Streamed | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_cancelled = False
        self._is_result_said = False

    async def send(self, spec: Trainable, owner: str) -> None:
        """Start the run that `owner` asks for and send all of it."""
        self._task = asyncio.current_task()
        if self._is_cancelled:  # both frames came at once
            return
        try:
            await self._trainer.is_warm.wait()
            async with self._trainer.run(spec, owner) as self._run:
                await self._pass_on(self._run)
        except LinregError as error:
            self._say(Kind.REFUSED, str(error).encode())
        except NoRoomNow as error:
            self._say(Kind.FULL, str(error).encode())
        except Exception:
            _log.exception("A run could not start")
            self._say(Kind.FAILED)
        finally:  # the task keeps its error, with these frames and all that they hold
            self._run = self._task = None

    async def _pass_on(self, run: Streamed) -> None:
        self._say(Kind.STARTED)
        async for chunk in run.chunks():
            self._say_result(run)
            self._say(Kind.CHUNK, chunk)
        self._say(Kind.DONE)

    def taken(self, n_bytes: int) -> None:
        """The client has read this much more."""
        if self._run is not None:
            self._trainer.service.taken(self._run, n_bytes)

    def feed(self, payload: bytes) -> None:
        """More of a run has come that is trained elsewhere."""
        if isinstance(self._run, FedRun):
            self._run.feed(pickle.loads(payload))  # from our own web server
            self._trainer.service.wake(self._run)

    def cancel(self) -> None:
        """The client has gone, or wants another run."""
        self._is_cancelled = True
        if self._run is not None:
            self._trainer.service.cancel(self._run)
        elif self._task is not None:
            self._task.cancel()  # while it waits for memory or for its problem

    def _say_result(self, run: Streamed) -> None:
        """The web server has the result before the browser can tell it that the run is over."""
        if run.result is not None and not self._is_result_said:
            self._is_result_said = True
            self._say(Kind.RESULT, pickle.dumps(run.result))

    def _say(self, kind: Kind, payload: bytes = b"") -> None:
        write_frame(self._writer, self._id, kind, payload)


async def serve(
    trainer: Trainer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Carry out frames until the web server has gone."""
    senders: dict[int, Sender] = {}
    receivers = Receivers(trainer.problems)
    tasks: set[asyncio.Task[None]] = set()

    def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    def start(run_id: int, request: bytes) -> None:
        spec, owner = pickle.loads(request)  # from our own web server
        if (refusal := receivers.refusal(spec)) is not None:
            return write_frame(writer, run_id, Kind.FULL, refusal.encode())
        sender = senders[run_id] = Sender(trainer, writer, run_id)
        begin(sender.send(spec, owner)).add_done_callback(lambda _: senders.pop(run_id))

    while (frame := await read_frame(reader)) is not None:
        run_id, kind, payload = frame
        if kind is Kind.START:
            start(run_id, payload)
        elif kind is Kind.MODEL:
            begin(_answer_with_model(writer, run_id, payload))
        elif kind is Kind.DIAGNOSE:
            begin(_answer_with_diagnosis(trainer, writer, run_id, payload))
        elif kind is Kind.MAKE:
            begin(_answer_with_file(trainer, writer, run_id, payload))
        elif kind is Kind.ASK:
            write_frame(writer, run_id, Kind.ANSWER)
        elif kind in (Kind.HOLD, Kind.PART, Kind.FORGET):
            receivers.take(frame)
        else:
            _advise(senders.get(run_id), frame)


class Receivers:
    """Takes in sessions' own data, where there is room for them, and forgets them."""

    def __init__(self, problems: ProblemCache) -> None:
        self._problems = problems
        self._receivers: dict[int, DataReceiver] = {}
        self._reservations: dict[int, Reservation] = {}
        self._fingerprints: dict[int, str] = {}
        self._refusals: dict[str, str] = {}

    def take(self, frame: Frame) -> None:
        """Carry out a frame about data."""
        key, kind, payload = frame
        if kind is Kind.FORGET:
            self._forget(key)
        elif kind is Kind.HOLD:
            self._forget(key)
            self._hold(key, pickle.loads(payload))  # from our own web server
        elif key in self._receivers and (data := self._receivers[key].add(payload)) is not None:
            self._problems.hold(self._fingerprints[key], data)
            del self._receivers[key]

    def refusal(self, spec: Trainable) -> str | None:
        """Return why the data that a run is about are not held, if it is for want of memory."""
        data = spec.problem.data
        return self._refusals.get(data.fingerprint) if isinstance(data, SentData) else None

    def _hold(self, key: int, header: DataHeader) -> None:
        self._fingerprints[key] = header.fingerprint
        n_bytes = FLOAT_BYTES * header.n_numbers
        try:
            reservation = self._problems.budget.take(n_bytes)
            if reservation is not None:
                self._reservations[key] = reservation
                self._receivers[key] = DataReceiver(header)
                return
        except MemoryError:
            _log.exception("No memory for a visitor's data")
            self._forget(key)
        self._refusals[header.fingerprint] = self._problems.budget.full_text(n_bytes, "These data")

    def _forget(self, key: int) -> None:
        self._receivers.pop(key, None)
        fingerprint = self._fingerprints.pop(key, None)
        if fingerprint is not None and fingerprint not in self._fingerprints.values():
            self._refusals.pop(fingerprint, None)
            self._problems.forget(fingerprint)
        if (reservation := self._reservations.pop(key, None)) is not None:
            reservation.release()
            release_memory()


async def _answer_with_model(writer: asyncio.StreamWriter, run_id: int, request: bytes) -> None:
    """Meanwhile the heartbeat is answered: it may take seconds to load torch."""
    write_frame(writer, run_id, Kind.ANSWER, await asyncio.to_thread(_state_dict, request))


def _kept_diagnosis(problem: Problem, spec: RunSpec) -> bytes:
    """Return what is said of a run: a room that opens one link has it diagnosed once."""
    kept = problem.memo.get("diagnoses", lambda: Recent(_MOST_DIAGNOSES))
    return kept.get(spec.id, lambda: diagnosis_of(problem, spec.config))


async def _answer_with_diagnosis(
    trainer: Trainer, writer: asyncio.StreamWriter, run_id: int, request: bytes
) -> None:
    spec = pickle.loads(request)  # from our own web server
    write_frame(writer, run_id, Kind.ANSWER, await trainer.diagnosis(spec))


async def _answer_with_file(
    trainer: Trainer, writer: asyncio.StreamWriter, run_id: int, request: bytes
) -> None:
    name, spec, options = pickle.loads(request)  # from our own web server
    try:
        write_frame(writer, run_id, Kind.ANSWER, await trainer.made(name, spec, options))
    except (LinregError, NoRoomNow) as error:
        write_frame(writer, run_id, Kind.REFUSED, str(error).encode())
    except Exception:
        _log.exception("%s could not be made", name)
        write_frame(writer, run_id, Kind.FAILED)


def _state_dict(request: bytes) -> bytes:
    from dashboard.exports.state_dict import state_dict_bytes

    params, has_bias = pickle.loads(request)  # from our own web server
    return state_dict_bytes(params, has_bias)


def _advise(sender: Sender | None, frame: Frame) -> None:
    if sender is None:  # the run has ended meanwhile
        return
    if frame[1] is Kind.CANCEL:
        sender.cancel()
    elif frame[1] is Kind.FEED:
        sender.feed(frame[2])
    else:
        sender.taken(struct.unpack("<I", frame[2])[0])


async def _warm_up(trainer: Trainer) -> None:
    """Pay for imports, compiling and first calls before runs ask for them.

    Compiled code that is on disk is loaded in about a second, and runs that come meanwhile wait for
    it. Compiling takes much longer: then PyTorch goes first and trains until that is done. What is
    to be loaded late is left to the first run that asks for it.
    """
    in_thread = functools.partial(asyncio.get_running_loop().run_in_executor, None)
    try:
        await in_thread(importlib.import_module, "scipy.special")  # what a first fit asks for
        names = ("compiled", "torch") if await in_thread(is_kept) else ("torch", "compiled")
        for name in names:
            if not trainer.problems.is_late(name):
                await in_thread(_prepare, name)
            trainer.is_warm.set()
        await in_thread(_keep_what_is_loaded)
    finally:  # no run waits for ever
        trainer.is_warm.set()


def _prepare(engine: str) -> None:
    try:
        if engine == "torch":
            import torch

            torch.set_num_threads(1)
        ENGINES[engine].prepare()
    except Exception:
        _log.exception("Warming up failed; the first run will be slow")


def _keep_what_is_loaded() -> None:
    gc.collect()
    gc.freeze()  # it stays: collections need not look at it again


async def serve_parent(role: Role, budget: MemoryBudget) -> None:
    """Serve the process that started this one."""
    give_back_large_blocks()
    pipe_out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not reach the pipe
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, os.fdopen(pipe_out, "wb")
    )
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    trainer = Trainer(role, budget)
    warming = asyncio.create_task(_warm_up(trainer))
    warming.add_done_callback(lambda _: stand_back(role.niceness))  # to start is not to train
    await serve(trainer, reader, writer)
    trainer.stop()
    warming.cancel()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the web server's to answer
    asyncio.run(serve_parent(ROLES[sys.argv[1]], MemoryBudget(int(sys.argv[2]))))
    os._exit(0)  # not waiting for a reference fit that nobody will read
