"""What a sender says of its run, taken in: each message once, however often it comes."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool

from dashboard.live.trainers import Trainers
from dashboard.watch.watched_run import WatchedRun, rows_bytes
from dashboard.watch.watches import Watch, Watches
from linreg_core import DataError
from linreg_core.watching import Message, RunHead, RunRows, unpack_message
from linreg_core.watching.run_head import HEAD_KIND, MOST_TOLD_NAME, name_of_run
from linreg_core.watching.run_rows import ROWS_KIND
from linreg_core.watching.run_sender import ALIVE, COMING, STOPPED

_ID_BYTES: Final = 18
_MOST_RUN: Final = 40
_TAKEN: Final = "Another run has taken its place on the page."
_NO_ROOM: Final = (
    "This server shows as many runs from elsewhere as it has room for. It is tried again."
)


class SenderRefused(Exception):
    """A message that can't be taken in, with the status that says what to do."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Receiver:
    """Takes in messages for watches. Event loop only, one message of a watch at a time."""

    def __init__(self, watches: Watches, trainers: Trainers) -> None:
        self._watches, self._trainers = watches, trainers

    async def receive(self, watch: Watch, body: bytes) -> int:
        """Take in a message; return how many rows of its run are here now.

        Raises LinregError for what is no message, and SenderRefused.
        """
        message = await run_in_threadpool(unpack_message, body)
        if message.kind == HEAD_KIND:
            return await self._begin(watch, message, body)
        if message.kind == COMING:
            watch.hear_of_next(message.text("title", MOST_TOLD_NAME))
            return 0
        if message.kind not in (ROWS_KIND, ALIVE, STOPPED):
            raise DataError("What is sent of a watched run must be of a known kind. Got another.")
        name = message.text("run", _MOST_RUN)
        if not name:
            return self._before_it_began(watch, message)
        run = self._run_of(watch, name)
        watch.hear()
        if message.kind == ROWS_KIND:
            await self._add(watch, run, message)
        elif message.kind == STOPPED and not run.is_over:
            run.stop(message.text("reason", MOST_TOLD_NAME))
        return run.n_rows

    def _before_it_began(self, watch: Watch, message: Message) -> int:
        if message.kind == STOPPED:
            watch.stopped, watch.is_coming = message.text("reason", MOST_TOLD_NAME), False
        else:
            watch.hear_of_next(watch.title)
        return 0

    def _run_of(self, watch: Watch, name: str) -> WatchedRun:
        """Return the watch's run, which has to have this name."""
        if watch.run is None:
            raise SenderRefused(HTTPStatus.PRECONDITION_REQUIRED, "This run is not known here.")
        if watch.run.name != name:
            raise SenderRefused(HTTPStatus.CONFLICT, _TAKEN)
        return watch.run

    async def _begin(self, watch: Watch, message: Message, body: bytes) -> int:
        """Begin a run, or go on with it where it is here and not at its end."""
        name, former = name_of_run(body), watch.run
        if former is not None and former.name == name and not former.status.is_final:
            if former.stopped is not None:
                former.stopped = None
                watch.begin(former)
            watch.is_coming = False
            watch.hear()
            return former.n_rows
        if not self._watches.has_room(len(body), former):
            raise SenderRefused(HTTPStatus.TOO_MANY_REQUESTS, _NO_ROOM)
        run = await run_in_threadpool(self._made, message, name)
        watch.begin(run)
        return 0

    def _made(self, message: Message, name: str) -> WatchedRun:
        id = secrets.token_urlsafe(_ID_BYTES)
        return WatchedRun.of(RunHead.from_message(message), name, id, self._trainers)

    async def _add(self, watch: Watch, run: WatchedRun, message: Message) -> None:
        n_features = run.head.dataset.n_features
        told = await run_in_threadpool(RunRows.from_message, message, n_features)
        if (new := run.new_rows(told)) is None:
            return
        if not self._watches.has_room(rows_bytes(new)):
            raise SenderRefused(HTTPStatus.TOO_MANY_REQUESTS, _NO_ROOM)
        if run.stopped is not None:  # it goes on all the same
            run.stopped = None
            watch.begin(run)
        run.add(new)
