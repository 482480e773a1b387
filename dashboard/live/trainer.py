"""The trainer's process: `python -m dashboard.live.trainer`, frames on stdin and stdout.

Training in the web server's process would share its interpreter lock with everybody's page. Here it
has a core and a torch of its own, and the pages have theirs.
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
from concurrent.futures import ThreadPoolExecutor

from dashboard.live.frames import Frame, Kind, read_frame, write_frame
from dashboard.live.held_data import DataReceiver
from dashboard.live.memory import give_back_large_blocks, release_memory
from dashboard.live.problems import ProblemCache
from dashboard.live.service import LiveRun, TrainingService
from linreg_core import ENGINES, LinregError
from linreg_core.engines.compiled.ahead import is_kept

_MAX_UNREAD = 1_000_000  # bytes that a slow client may leave untaken before its run waits
_log = logging.getLogger(__name__)


class Trainer:
    """The problems in memory and the thread that trains on them."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="preparer")
        self.problems = ProblemCache(self._executor)
        self.service = TrainingService(self._executor)
        self.is_warm = asyncio.Event()  # an engine can train without a wait

    def stop(self) -> None:
        """Ends every run."""
        self.service.stop()
        self._executor.shutdown(wait=False, cancel_futures=True)


class Sender:
    """Passes one run's chunks on, no faster than its client takes them."""

    def __init__(self, trainer: Trainer, writer: asyncio.StreamWriter, run_id: int) -> None:
        self._trainer = trainer
        self._writer = writer
        self._id = run_id
        self._run: LiveRun | None = None
        self._unread = 0
        self._is_taken = asyncio.Event()
        self._is_cancelled = False
        self._is_result_said = False

    async def send(self, request: bytes) -> None:
        """Starts the run that `request` asks for and sends all of it."""
        try:
            spec, config = pickle.loads(request)  # from our own web server
            await self._trainer.is_warm.wait()
            self._run = self._trainer.service.submit(await self._trainer.problems.get(spec), config)
        except LinregError as error:
            return self._say(Kind.REFUSED, str(error).encode())
        except Exception:
            _log.exception("A run could not start")
            return self._say(Kind.FAILED)
        if self._is_cancelled:
            self.cancel()
        self._say(Kind.STARTED)
        async for chunk in self._run.chunks():
            self._say_result(self._run)
            self._say(Kind.CHUNK, chunk)
            self._unread += len(chunk)
            while self._unread > _MAX_UNREAD and not self._is_cancelled:
                self._is_taken.clear()
                await self._is_taken.wait()
            self._trainer.service.wake(self._run)
        self._say(Kind.DONE)

    def taken(self, n_bytes: int) -> None:
        """The client has read this much more."""
        self._unread -= n_bytes
        self._is_taken.set()

    def cancel(self) -> None:
        """The client has gone, or wants another run."""
        self._is_cancelled = True
        self._is_taken.set()
        if self._run is not None:
            self._trainer.service.cancel(self._run)

    def _say_result(self, run: LiveRun) -> None:
        """The web server has the result before the browser can tell it that the run is over."""
        if run.result is not None and not self._is_result_said:
            self._is_result_said = True
            self._say(Kind.RESULT, pickle.dumps(run.result))

    def _say(self, kind: Kind, payload: bytes = b"") -> None:
        write_frame(self._writer, self._id, kind, payload)


async def serve(
    trainer: Trainer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Carries out frames until the web server has gone."""
    senders: dict[int, Sender] = {}
    receivers: dict[int, DataReceiver] = {}
    tasks: set[asyncio.Task[None]] = set()

    def start(run_id: int, request: bytes) -> None:
        sender = senders[run_id] = Sender(trainer, writer, run_id)
        task = asyncio.create_task(sender.send(request))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(lambda _: senders.pop(run_id))

    while (frame := await read_frame(reader)) is not None:
        run_id, kind, payload = frame
        if kind is Kind.START:
            start(run_id, payload)
        elif kind is Kind.MODEL:
            write_frame(writer, run_id, Kind.ANSWER, _state_dict(payload))
        elif kind is Kind.ASK:
            write_frame(writer, run_id, Kind.ANSWER)
        elif kind in (Kind.HOLD, Kind.PART, Kind.FORGET):
            _keep(trainer.problems, receivers, frame)
        else:
            _advise(senders.get(run_id), frame)


def _keep(problems: ProblemCache, receivers: dict[int, DataReceiver], frame: Frame) -> None:
    """Takes in a session's own data, or forgets them."""
    key, kind, payload = frame
    if kind is Kind.FORGET:
        receivers.pop(key, None)
        problems.forget(key)
        release_memory()
    elif kind is Kind.HOLD:
        try:
            receivers[key] = DataReceiver(pickle.loads(payload))  # from our own web server
        except MemoryError:  # runs will be told that the data are not held
            _log.exception("No memory for a visitor's data")
    elif key in receivers and (dataset := receivers[key].add(payload)) is not None:
        problems.hold(key, dataset)
        del receivers[key]


def _state_dict(request: bytes) -> bytes:
    from dashboard.exports.state_dict import state_dict_bytes

    params, has_bias = pickle.loads(request)  # from our own web server
    return state_dict_bytes(params, has_bias)


def _advise(sender: Sender | None, frame: Frame) -> None:
    if sender is None:  # the run has ended meanwhile
        return
    if frame[1] is Kind.CANCEL:
        sender.cancel()
    else:
        sender.taken(struct.unpack("<I", frame[2])[0])


async def _warm_up(trainer: Trainer) -> None:
    """Pays for imports, compiling and first calls before runs ask for them.

    Compiled code that is on disk is loaded in about a second, and runs that come meanwhile wait for
    it. Compiling takes much longer: then PyTorch goes first and trains until that is done.
    """
    in_thread = functools.partial(asyncio.get_running_loop().run_in_executor, None)
    try:
        await in_thread(importlib.import_module, "scipy.special")  # what a first fit asks for
        names = ("compiled", "torch") if await in_thread(is_kept) else ("torch", "compiled")
        for name in names:
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


async def main() -> None:
    """Serves the process that started this one."""
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
    trainer = Trainer()
    warming = asyncio.create_task(_warm_up(trainer))
    await serve(trainer, reader, writer)
    trainer.stop()
    warming.cancel()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the web server's to answer
    asyncio.run(main())
    os._exit(0)  # not waiting for a reference fit that nobody will read
