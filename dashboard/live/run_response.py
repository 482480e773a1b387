"""A run as the answer to a request: opened in a visitor's slot, and sent as it comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from dashboard.live.remote_run import NotAgain, RemoteRun, RoomFull, RunView, TrainerGone
from dashboard.live.service import APOLOGY
from dashboard.live.trainers import Trainers
from dashboard.live.visitors import Slot, Visitor
from dashboard.sweep.spec import Trainable
from linreg_core import LinregError

RETRY_SECONDS = 1
RUN_HEADER = "Linreg-Run"  # which run comes, by its id
_log = logging.getLogger(__name__)
_T = TypeVar("_T")

Ended = Callable[[RunView], Awaitable[None]]
Began = Callable[[RemoteRun], object]


async def run_response(
    trainers: Trainers,
    request: Request,
    spec: Trainable,
    visitor: Visitor,
    slot: Slot,
    ended: Ended | None = None,
    owner: str = "",
    began: Began | None = None,
) -> Response:
    """Return the answer that streams a run; what the visitor has under way in the slot ends.

    `ended` is awaited when nothing more of it is to be sent, before the stream says so, and `began`
    is told of the run as soon as it is under way. Turns are shared among owners; the owner is the
    visitor unless it is named.
    """
    order = slot.next_order()

    def opened(view: RunView) -> None:
        """The slot's next run ends this one, also while it waits for memory or its data."""
        if not slot.attach(view, order):
            view.close()

    try:
        view = await unless_left(request, trainers.submit(spec, opened, owner or visitor.id))
    except Left:
        return Response()
    except LinregError as error:
        return message_response(HTTPStatus.BAD_REQUEST, str(error))
    except RoomFull as error:
        return message_response(HTTPStatus.TOO_MANY_REQUESTS, str(error))
    except NotAgain as error:
        return message_response(HTTPStatus.CONFLICT, str(error))
    except TrainerGone:  # another one starts: the browser asks again
        if slot.is_past(order):
            return nothing()
        return message_response(HTTPStatus.SERVICE_UNAVAILABLE, "")
    except Exception:  # a fault of ours: the log gets the trace, the visitor an apology
        _log.exception("A live run could not start")
        return message_response(HTTPStatus.INTERNAL_SERVER_ERROR, APOLOGY)
    if slot.is_past(order):  # a run may take long to start
        view.close()
        return nothing()
    if began is not None:
        began(view.run)
    return RunResponse(view, visitor, ended)


class Left(Exception):
    """The client has gone before its run was under way."""


async def unless_left(request: Request, asking: Coroutine[Any, Any, _T]) -> _T:
    """Return what `asking` gives; it is given up when the client goes away.

    Raises Left when it did.
    """
    answer = asyncio.ensure_future(asking)
    leaving = asyncio.ensure_future(_has_left(request))
    try:
        await asyncio.wait({answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise Left
        return answer.result()
    finally:
        answer.cancel()
        leaving.cancel()


async def _has_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def nothing() -> Response:
    """Nothing: nobody waits for it any more. An error would stand in the browser's console."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})


def message_response(status: HTTPStatus, message: str) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return JSONResponse({"message": message}, status, headers)


class RunResponse(Response):
    """Sends a run's chunks as they come, and looks no more when the client goes away.

    A visitor without a session is there for as long as runs are sent.
    """

    def __init__(self, view: RunView, visitor: Visitor, ended: Ended | None = None) -> None:
        self._view = view
        self._visitor = visitor
        self._ended = ended
        super().__init__(
            media_type="application/octet-stream",
            headers={
                "Content-Encoding": "gzip",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",  # a buffering proxy would hold the stream back
                "X-Content-Type-Options": "nosniff",
                RUN_HEADER: view.run.spec.id,
            },
        )
        del self.headers["content-length"]  # a stream has none

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for chunk in self._view.chunks():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if self._ended is not None:
                await self._ended(self._view)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watch.cancel()
            self._view.close()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._view.close()
