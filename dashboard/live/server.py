"""The live view's server side, one per process: its services, and how they start and end.

They live here, not in `st.cache_resource`, which any visitor can clear for everybody.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import logging
import signal
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

from dashboard.live.assets import Assets
from dashboard.live.problems import ProblemCache
from dashboard.live.service import TrainingService
from dashboard.live.sessions import SessionRegistry, SessionRuns

_log = logging.getLogger(__name__)


class LiveServer:
    """The services that a process's sessions share."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="preparer")
        self.assets = Assets()
        self.problems = ProblemCache(self._executor)
        self.service = TrainingService(self._executor)
        self.sessions = SessionRegistry()

    def new_session(self) -> SessionRuns:
        """A place at the trainer for a session that has just come."""
        return SessionRuns(self.sessions, self.service.cancel)

    @asynccontextmanager
    async def lifespan(self, _app: Any) -> AsyncIterator[dict[str, Any]]:
        """Warms up behind the first visitor's page, and ends every run on SIGTERM or SIGINT."""
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()
        restore = self._end_runs_on_signals()
        try:
            yield {}
        finally:
            restore()
            self.stop()

    def stop(self) -> None:
        """Ends every run."""
        self.service.stop()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _warm_up(self) -> None:
        """Pays for imports and first calls now, and takes their objects out of collections.

        Streamlit runs a full garbage collection after every script run, holding the interpreter:
        with torch's objects in it 66 to 145 ms, in which nobody's page moves.
        """
        try:
            self.assets.compress_all()
            import torch

            from linreg_core.engines import warm_up

            torch.set_num_threads(1)
            warm_up()
        except Exception:
            _log.exception("Warming up failed; the first run will be slow")
        gc.collect()
        gc.freeze()

    def _end_runs_on_signals(self) -> Callable[[], None]:
        """The web server waits for open streams before it stops, so they have to end first."""
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        loop = asyncio.get_running_loop()
        former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.service.stop)
            previous = former[signal.Signals(number)]
            if callable(previous):
                previous(number, frame)

        for number in former:
            signal.signal(number, handle)
        return lambda: _restore(former)


def _restore(handlers: Mapping[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


@functools.cache
def live_server() -> LiveServer:
    """This process's live server."""
    return LiveServer()
