"""The live view's server side, one per process: its services, and how they start and end.

They live here, not in `st.cache_resource`, which any visitor can clear for everybody.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

from dashboard.live.addresses import Addresses
from dashboard.live.allocator import give_back_large_blocks
from dashboard.live.assets import Assets
from dashboard.live.expiry import expire_sessions
from dashboard.live.trainers import Trainers
from dashboard.live.turns import Turns
from dashboard.live.visitors import Visitor, Visitors
from dashboard.run_spec import RunSpec
from dashboard.settings import ModelSettings
from dashboard.streamlit_private import (
    keep_port_to_ourselves,
    keep_uploads_in_memory,
    let_navigation_find_pages,
    send_at_once,
)
from linreg_core import LinregError

_FIRST_PAGE_SECONDS = 2.0
_COLLECTION_SECONDS = 1.0


class LiveServer:
    """The services that a process's sessions share."""

    def __init__(self) -> None:
        self.assets = Assets()
        self.trainers = Trainers()
        self.addresses = Addresses()
        self.visitors = Visitors(self.trainers.cancel)
        self.turns = Turns()
        self.is_shared: Callable[[object], bool] = lambda _data: False  # own data, with a room
        self.at_end: list[Callable[[], None]] = []  # what ends streams that would go on for ever
        self._has_garbage = threading.Event()

    def show(self, visitor: Visitor, settings: ModelSettings) -> None:
        """Set a visitor's page to the run of `settings`; the one before ends.

        Raises LinregError when there is no such run, and the page is set to none.
        """
        try:
            spec = settings.run_spec
            address = self.addresses.address(spec)
        except LinregError:
            visitor.show(None, "")
            raise
        visitor.show(spec, address)

    def pin(self, visitor: Visitor, specs: Mapping[int, RunSpec]) -> dict[int, str]:
        """Keep these runs beside a visitor's page, by slot; return why some can't be, by slot."""
        runs, refusals = {}, {}
        for slot, spec in specs.items():
            try:
                runs[slot] = (spec, self.addresses.address(spec))
            except LinregError as error:
                refusals[slot] = str(error)
        visitor.pin(runs)
        return refusals

    def script_runs(self) -> None:
        """Take note that some session's script runs, which leaves garbage behind."""
        self._has_garbage.set()

    @asynccontextmanager
    async def lifespan(self, _app: Any) -> AsyncIterator[dict[str, Any]]:
        """Start the trainers behind the first visitor's page, and end them with the server."""
        give_back_large_blocks()
        send_at_once()
        keep_uploads_in_memory()
        keep_port_to_ourselves()
        let_navigation_find_pages()
        self.trainers.start()
        threading.Thread(target=self._tidy, name="tidy", daemon=True).start()
        restore = self._end_runs_on_signals()
        expiry = asyncio.create_task(expire_sessions())
        try:
            yield {}
        finally:
            expiry.cancel()
            restore()
            await self.trainers.stop()

    def _tidy(self) -> None:
        """Compress what browsers load, then collect garbage where scripts have left some.

        Nobody's page moves during a collection. Streamlit would run one after every script, just
        when the browser asks for its run: a fifth of the server's work with 20 people at sliders.
        """
        self.assets.compress_all()
        self._has_garbage.wait()
        time.sleep(_FIRST_PAGE_SECONDS)  # the first page imports the rest
        gc.collect()
        gc.freeze()  # what is imported need not be looked at again
        while True:
            self._has_garbage.wait()
            time.sleep(_COLLECTION_SECONDS)
            self._has_garbage.clear()
            gc.collect()

    def _end_runs_on_signals(self) -> Callable[[], None]:
        """End every run on these: the web server waits for open streams before it stops."""
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        loop = asyncio.get_running_loop()
        former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._end, loop)
            previous = former[signal.Signals(number)]
            if callable(previous):
                previous(number, frame)

        for number in former:
            signal.signal(number, handle)
        return lambda: _restore(former)

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        for end in self.at_end:
            end()
        loop.create_task(self.trainers.stop())


def _restore(handlers: Mapping[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


@functools.cache
def live_server() -> LiveServer:
    """Return this process's live server."""
    return LiveServer()
