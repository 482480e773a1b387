"""Our routes beside Streamlit's: the stream of a run, and the files that draw it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from dashboard.links import parse_override
from dashboard.live.server import LiveServer
from dashboard.live.service import APOLOGY
from dashboard.live.trainer_client import NotAgain, RemoteRun, RoomFull, TrainerGone
from linreg_core import LinregError, TrainConfig

REPLACED = (
    "This run is no longer held: its page was closed or asked for another run. Reload the page."
)
RETRY_SECONDS = 1
_PROBES = ("health", "host-config")
_log = logging.getLogger(__name__)


def live_routes(server: LiveServer, base_url_path: str) -> list[BaseRoute]:
    """The routes, below Streamlit's `server.baseUrlPath`."""
    prefix = f"/{base_url_path.strip('/')}" if base_url_path.strip("/") else ""

    async def stream(request: Request) -> Response:
        return await _respond(server, request)

    async def trainer(request: Request) -> Response:
        session = server.sessions.find(request.path_params["token"])
        return _message(HTTPStatus.OK, session.message if session is not None else "")

    return [
        Route(f"{prefix}/live/assets/{{path:path}}", server.assets.respond, methods=["GET"]),
        Route(f"{prefix}/live/{{token}}", stream, methods=["GET"]),
        Route(f"{prefix}/live/{{token}}/trainer", trainer, methods=["GET"]),
        *(Route(f"{prefix}/{{page}}/_stcore/{name}", _look_above) for name in _PROBES),
    ]


async def _look_above(_request: Request) -> Response:
    """Tells Streamlit, which first looks for its server below a page's address, to look above it.

    A success would keep it there, and a 404, Streamlit's own answer, stands in the console as an
    error at every visit. A 300 is neither.
    """
    return Response(status_code=HTTPStatus.MULTIPLE_CHOICES, headers={"Cache-Control": "no-store"})


def override(config: TrainConfig, query: Mapping[str, str]) -> TrainConfig:
    """The config with the query's scalars in the place of its own.

    Raises:
        ConfigError: an unknown name, a text that is no number, or a value out of bounds.
    """
    return replace(config, **{name: parse_override(name, text) for name, text in query.items()})


async def _respond(server: LiveServer, request: Request) -> Response:
    token = request.path_params["token"]
    session = server.sessions.find(token)
    if session is None and server.sessions.is_superseded(token):
        return _superseded()
    if session is None or session.settings is None:
        return _message(HTTPStatus.GONE, REPLACED)
    if request.method == "HEAD":
        return Response()
    settings, order = session.settings, session.next_order()
    is_as_set = not request.query_params
    if is_as_set and (reason := session.not_again) is not None:
        return _message(HTTPStatus.CONFLICT, reason)

    def opened(run: RemoteRun) -> None:
        """The session's next run ends this one, also while it waits for memory or its data."""
        if not session.attach(run, order, is_as_set):
            server.trainers.cancel(run)

    try:
        config = override(settings.config(), request.query_params)
        asking = server.trainers.submit(settings.problem_spec, config, opened)
        run = await _unless_left(request, asking)
    except _Left:
        return Response()
    except LinregError as error:
        return _message(HTTPStatus.BAD_REQUEST, str(error))
    except RoomFull as error:
        return _message(HTTPStatus.TOO_MANY_REQUESTS, str(error))
    except NotAgain as error:
        return _message(HTTPStatus.CONFLICT, str(error))
    except TrainerGone:  # another one starts: the browser asks again
        if order != session.attached or server.sessions.find(token) is not session:
            return _superseded()
        return _message(HTTPStatus.SERVICE_UNAVAILABLE, "")
    except Exception:  # a fault of ours: the log gets the trace, the visitor an apology
        _log.exception("A live run could not start")
        return _message(HTTPStatus.INTERNAL_SERVER_ERROR, APOLOGY)
    is_held = server.sessions.find(token) is session  # a run may take long to start
    if not is_held or order != session.attached:
        server.trainers.cancel(run)
        return _superseded()
    return RunResponse(server, run)


class _Left(Exception):
    """The client has gone before its run was under way."""


async def _unless_left(request: Request, asking: Coroutine[Any, Any, RemoteRun]) -> RemoteRun:
    """What `asking` gives; it is given up when the client goes away.

    Raises:
        _Left: it did.
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


def _superseded() -> Response:
    """Nothing, since the next run is on its way. An error would stand in the browser's console."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})


def _message(status: HTTPStatus, message: str) -> JSONResponse:
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return JSONResponse({"message": message}, status, headers)


class RunResponse(Response):
    """Sends a run's chunks as they come and stops the run when the client goes away."""

    def __init__(self, server: LiveServer, run: RemoteRun) -> None:
        self._server = server
        self._run = run
        super().__init__(
            media_type="application/octet-stream",
            headers={
                "Content-Encoding": "gzip",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",  # a buffering proxy would hold the stream back
                "X-Content-Type-Options": "nosniff",
            },
        )
        del self.headers["content-length"]  # a stream has none

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for chunk in self._run.chunks():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watch.cancel()
            self._server.trainers.cancel(self._run)

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._server.trainers.cancel(self._run)
