"""Pages that watch runs from elsewhere: each has an address to send to, and one to look at."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final
from weakref import WeakSet, WeakValueDictionary

from dashboard.live.server import LiveServer, live_server
from dashboard.watch.watched_run import WatchedRun
from linreg_core import Status

LOST_SECONDS: Final = 30.0
"""After which silence is told: a sender says something every ten seconds."""
MOST_WATCHED_BYTES: Final = 100_000_000
"""Of all runs that are watched in this process, together."""
_TOKEN_BYTES: Final = 24
_WATCHED: Final = "watched"
_ID_BYTES: Final = 18


class Stage(Enum):
    """Where a watched run stands for those who wait for it."""

    WAITING = "waiting"
    COMING = "coming"
    RUNNING = "running"
    LOST = "lost"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass(frozen=True)
class Standing:
    """What a page shows: it draws itself anew when this is another one.

    `number` counts the runs and the ways they went on: each is a stream of its own.
    """

    stage: Stage
    title: str
    number: int
    is_next_coming: bool = False


class Watch:
    """A page's watch: there as long as a session refers to it.

    Whoever has the token may send runs, of which one is kept; whoever has `view_id` may look.
    """

    def __init__(self, token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.view_id = secrets.token_urlsafe(_ID_BYTES)
        self.token_hash = hash_of(token)
        self.lock = asyncio.Lock()
        self.run: WatchedRun | None = None
        self.number = 0
        self.title = ""  # of the run that is coming
        self.is_coming = False
        self.stopped: str | None = None  # why, where it stopped before it began
        self._clock = clock
        self.heard_at = self.coming_at = clock()  # of the run, and of the one that is coming

    def hear(self) -> None:
        """Something has come of the run."""
        self.heard_at = self._clock()

    def hear_of_next(self, title: str) -> None:
        """A run is coming, and will take the place of the one that is here."""
        self.title, self.stopped, self.is_coming = title, None, True
        self.coming_at = self._clock()

    def _is_long_ago(self, heard_at: float) -> bool:
        return self._clock() - heard_at > LOST_SECONDS

    def begin(self, run: WatchedRun) -> None:
        """Another run takes the place of the one that was here; or it goes on."""
        self.run, self.is_coming, self.stopped = run, False, None
        self.number += 1
        self.hear()

    @property
    def run_path(self) -> str:
        """Where its run can be looked at, below the app's address; each run has another path."""
        return f"{_WATCHED}/{self.view_id}/{self.number}"

    @property
    def standing(self) -> Standing:
        """What a page shows of it now."""
        run = self.run
        if run is None:
            stage = self._stage_before()
            return Standing(stage, self.title, self.number)
        return Standing(self._stage_of(run), run.head.title, self.number, self._is_next_near)

    @property
    def _is_next_near(self) -> bool:
        return self.is_coming and not self._is_long_ago(self.coming_at)

    def _stage_before(self) -> Stage:
        if self.stopped is not None:
            return Stage.STOPPED
        if not self.is_coming:
            return Stage.WAITING
        return Stage.LOST if self._is_long_ago(self.coming_at) else Stage.COMING

    def _stage_of(self, run: WatchedRun) -> Stage:
        if run.status is not Status.RUNNING:
            return Stage.ENDED
        if run.stopped is not None:
            return Stage.STOPPED
        return Stage.LOST if self._is_long_ago(self.heard_at) else Stage.RUNNING


class Watches:
    """Finds a watch by its token or by its view's id, for as long as anybody refers to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_token: WeakValueDictionary[str, Watch] = WeakValueDictionary()
        self._by_view: WeakValueDictionary[str, Watch] = WeakValueDictionary()
        self._all: WeakSet[Watch] = WeakSet()

    def new(self) -> tuple[Watch, str]:
        """Return a watch for a page that has just asked for one, and its token."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        watch = Watch(token)
        with self._lock:
            self._by_token[watch.token_hash] = watch
            self._by_view[watch.view_id] = watch
            self._all.add(watch)
        return watch, token

    def of_token(self, token: str) -> Watch | None:
        """Return the watch that a token may send to."""
        with self._lock:
            return self._by_token.get(hash_of(token))

    def of_view(self, view_id: str) -> Watch | None:
        """Return the watch that somebody may look at."""
        with self._lock:
            return self._by_view.get(view_id)

    def of_run_path(self, path: str) -> Watch | None:
        """Return the watch of a run's path, also where another run is there by now."""
        kind, _, rest = path.partition("/")
        return self.of_view(rest.partition("/")[0]) if kind == _WATCHED else None

    def has_room(self, n_bytes: int, former: WatchedRun | None = None) -> bool:
        """Whether so many bytes more can be kept, once the `former` run has gone."""
        with self._lock:
            runs = [watch.run for watch in self._all]
        used = sum(run.n_bytes for run in runs if run is not None and run is not former)
        return used + n_bytes <= MOST_WATCHED_BYTES


class WatchServer:
    """What a process needs to show runs that are trained elsewhere."""

    def __init__(self, live: LiveServer) -> None:
        self.live = live
        self.watches = Watches()


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


@functools.cache
def watch_server() -> WatchServer:
    """Return this process's watches."""
    return WatchServer(live_server())
