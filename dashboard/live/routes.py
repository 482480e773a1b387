"""Our routes beside Streamlit's: the stream of a run, and the files that draw it.

`live/<address>?visitor=<id>&slot=<number>`, with numbers that replace the run's own.
A visitor's next run in a slot ends the one before. Who names no visitor ends nobody's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from dashboard.links import overridden
from dashboard.live.addresses import AddressTooLong, ForeignAddress
from dashboard.live.remote_run import NotAgain, RoomFull, RunView, TrainerGone
from dashboard.live.server import LiveServer
from dashboard.live.service import APOLOGY
from dashboard.live.visitors import FRONT, N_SLOTS, SLOT, VISITOR, Slot, Visitor
from dashboard.problem_spec import DATA_IS_GONE
from dashboard.run_spec import RunSpec
from linreg_core import LinregError
from linreg_core.checks import broken, whole_number

RETRY_SECONDS = 1
RUN_HEADER = "Linreg-Run"  # which run comes, by its id
_SLOT_DIGITS = 3
_PROBES = ("health", "host-config")
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


def live_routes(server: LiveServer, base_url_path: str) -> list[BaseRoute]:
    """Return the routes, below Streamlit's `server.baseUrlPath`."""
    prefix = f"/{base_url_path.strip('/')}" if base_url_path.strip("/") else ""

    async def stream(request: Request) -> Response:
        return await _respond(server, request)

    async def trainer(request: Request) -> Response:
        return _message(HTTPStatus.OK, _trainers_message(server, request))

    async def diagnosis(request: Request) -> Response:
        return await _diagnose(server, request)

    return [
        Route(f"{prefix}/live/assets/{{path:path}}", server.assets.respond, methods=["GET"]),
        Route(f"{prefix}/live/{{address}}", stream, methods=["GET"]),
        Route(f"{prefix}/live/{{address}}/trainer", trainer, methods=["GET"]),
        Route(f"{prefix}/live/{{address}}/diagnosis", diagnosis, methods=["GET"]),
        *(Route(f"{prefix}/{{page}}/_stcore/{name}", _look_above) for name in _PROBES),
    ]


async def _look_above(_request: Request) -> Response:
    """Tell Streamlit, which first looks for its server below a page's address, to look above it.

    A success would keep it there, and a 404, Streamlit's own answer, stands in the console as an
    error at every visit. A 300 is neither.
    """
    return Response(status_code=HTTPStatus.MULTIPLE_CHOICES, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True)
class _Asked:
    """What a request asks for, and for whom."""

    spec: RunSpec
    visitor: Visitor
    slot: Slot
    is_as_named: bool  # without an override

    @property
    def is_front(self) -> bool:
        """Whether it is for the run that the page is set to."""
        return self.slot is self.visitor.slot(FRONT)


def _asked(server: LiveServer, request: Request) -> _Asked:
    """Read a request.

    Raises ForeignAddress or AddressTooLong when the address is none of ours, and ConfigError when
    something in it, or in the query, is out of bounds.
    """
    spec = server.addresses.spec(request.path_params["address"])
    query = dict(request.query_params)
    visitor, slot = _place(server, query)
    return _Asked(overridden(spec, query), visitor, visitor.slot(slot), not query)


def _place(server: LiveServer, query: dict[str, str]) -> tuple[Visitor, int]:
    """Take the visitor and the number of the slot out of a query."""
    id, slot = query.pop(VISITOR, None), query.pop(SLOT, str(FRONT))
    visitor = server.visitors.of(id) if id is not None else server.visitors.new()
    if not slot.isdecimal() or len(slot) > _SLOT_DIGITS:
        raise broken(SLOT, "must be a whole number", slot)
    return visitor, whole_number(SLOT, int(slot), minimum=0, maximum=N_SLOTS - 1)


def _trainers_message(server: LiveServer, request: Request) -> str:
    """Return what one who waits for a run should know of its trainer; "" for a stranger."""
    try:
        visitor, slot = _place(server, dict(request.query_params))
    except LinregError:
        return ""
    return visitor.message(slot)


async def _diagnose(server: LiveServer, request: Request) -> Response:
    """Return what the doctor says of a run: nothing where the run itself would be refused."""
    try:
        asked = _asked(server, request)
        if not asked.visitor.may_train(asked.spec):
            return _nothing()
        said = await _unless_left(request, server.trainers.diagnosis(asked.spec))
    except (_Left, LinregError, ForeignAddress, AddressTooLong, TrainerGone, TimeoutError):
        return _nothing()
    return Response(said, media_type="application/json", headers={"Cache-Control": "no-store"})


async def _respond(server: LiveServer, request: Request) -> Response:
    try:
        asked = _asked(server, request)
    except AddressTooLong as error:
        return _message(HTTPStatus.REQUEST_URI_TOO_LONG, str(error))
    except ForeignAddress as error:
        return _message(HTTPStatus.FORBIDDEN, str(error))
    except LinregError as error:
        return _message(HTTPStatus.BAD_REQUEST, str(error))
    if asked.is_front and request.path_params["address"] in asked.visitor.superseded:
        return _nothing()  # the next run is on its way
    if not asked.visitor.may_train(asked.spec):
        return _message(HTTPStatus.GONE, DATA_IS_GONE)
    if request.method == "HEAD":
        return Response()
    if asked.is_front and asked.is_as_named and (reason := asked.visitor.not_again) is not None:
        return _message(HTTPStatus.CONFLICT, reason)
    return await _started(server, request, asked)


async def _started(server: LiveServer, request: Request, asked: _Asked) -> Response:
    slot, order = asked.slot, asked.slot.next_order()

    def opened(view: RunView) -> None:
        """The slot's next run ends this one, also while it waits for memory or its data."""
        if not slot.attach(view, order):
            view.close()

    try:
        view = await _unless_left(
            request, server.trainers.submit(asked.spec, opened, asked.visitor.id)
        )
    except _Left:
        return Response()
    except LinregError as error:
        return _message(HTTPStatus.BAD_REQUEST, str(error))
    except RoomFull as error:
        return _message(HTTPStatus.TOO_MANY_REQUESTS, str(error))
    except NotAgain as error:
        return _message(HTTPStatus.CONFLICT, str(error))
    except TrainerGone:  # another one starts: the browser asks again
        if slot.is_past(order):
            return _nothing()
        return _message(HTTPStatus.SERVICE_UNAVAILABLE, "")
    except Exception:  # a fault of ours: the log gets the trace, the visitor an apology
        _log.exception("A live run could not start")
        return _message(HTTPStatus.INTERNAL_SERVER_ERROR, APOLOGY)
    if slot.is_past(order):  # a run may take long to start
        view.close()
        return _nothing()
    return RunResponse(view, asked.visitor)


class _Left(Exception):
    """The client has gone before its run was under way."""


async def _unless_left(request: Request, asking: Coroutine[Any, Any, _T]) -> _T:
    """Return what `asking` gives; it is given up when the client goes away.

    Raises _Left when it did.
    """
    answer = asyncio.ensure_future(asking)
    leaving = asyncio.ensure_future(_has_left(request))
    try:
        await asyncio.wait({answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise _Left
        return answer.result()
    finally:
        answer.cancel()
        leaving.cancel()


async def _has_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _nothing() -> Response:
    """Nothing: nobody waits for it any more. An error would stand in the browser's console."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})


def _message(status: HTTPStatus, message: str) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return JSONResponse({"message": message}, status, headers)


class RunResponse(Response):
    """Sends a run's chunks as they come, and looks no more when the client goes away.

    A visitor without a session is there for as long as runs are sent.
    """

    def __init__(self, view: RunView, visitor: Visitor) -> None:
        self._view = view
        self._visitor = visitor
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
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watch.cancel()
            self._view.close()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._view.close()
