"""The routes of runs from elsewhere: where they are sent to, and their streams.

`watch/<token>` takes what a sender says, without a cookie: the token is all that it needs.
`watched/<id>/<number>?visitor=<id>&slot=<number>` is the stream of a page's run.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.live.request_body import bounded_body
from dashboard.live.routes import path_prefix
from dashboard.live.run_response import message_response, nothing, run_response
from dashboard.live.service import APOLOGY
from dashboard.watch.receiving import Receiver, SenderRefused
from dashboard.watch.watches import LOST_SECONDS, Stage, Watch, WatchServer
from linreg_core import LinregError
from linreg_core.watching import MOST_MESSAGE_BYTES

MOST_RECEIVED_AT_ONCE: Final = 4
_PATIENCE_SECONDS: Final = 30
_CLOSED: Final = (
    "No page waits for a run at this address: it was closed, or the server started anew."
)
_BUSY: Final = "Others send their runs now. It is tried again."
_TOO_LARGE: Final = f"A message must have at most {MOST_MESSAGE_BYTES:,} bytes."
_FOR_RUNS: Final = "Runs are sent to this address: add it to a training command, as --watch tells."
_LEFT: Final = (
    "This run is here no longer: its page was closed, or the server started anew. "
    "Ask for another address."
)
_LOST: Final = (
    f"Nothing has come from the run for {LOST_SECONDS:.0f} seconds: it was ended, or can't reach "
    "this server. It goes on here when something comes."
)
_log = logging.getLogger(__name__)


def watch_routes(server: WatchServer, base_url_path: str) -> list[BaseRoute]:
    """Return the routes, below Streamlit's `server.baseUrlPath`."""
    prefix = path_prefix(base_url_path)
    receiver = Receiver(server.watches, server.live.trainers)
    seats = asyncio.Semaphore(MOST_RECEIVED_AT_ONCE)

    async def receive(request: Request) -> Response:
        return await _receive(server, receiver, seats, request)

    async def tell(_request: Request) -> Response:
        return message_response(HTTPStatus.METHOD_NOT_ALLOWED, _FOR_RUNS)

    async def stream(request: Request) -> Response:
        return await _stream(server, request)

    async def trainer(request: Request) -> Response:
        return _say(server, request)

    async def diagnosis(_request: Request) -> Response:
        return nothing()  # a cure would have to be trained elsewhere

    return [
        Route(f"{prefix}/watch/{{token}}", receive, methods=["POST"]),
        Route(f"{prefix}/watch/{{token}}", tell, methods=["GET"]),
        Route(f"{prefix}/watched/{{id}}/{{number}}", stream, methods=["GET"]),
        Route(f"{prefix}/watched/{{id}}/{{number}}/trainer", trainer, methods=["GET"]),
        Route(f"{prefix}/watched/{{id}}/{{number}}/diagnosis", diagnosis, methods=["GET"]),
    ]


async def _receive(
    server: WatchServer, receiver: Receiver, seats: asyncio.Semaphore, request: Request
) -> Response:
    """Take in what a sender says; nothing of it is read before its token is known."""
    watch = server.watches.of_token(request.path_params["token"])
    if watch is None:
        return message_response(HTTPStatus.NOT_FOUND, _CLOSED)
    if watch.lock.locked() or seats.locked():
        return message_response(HTTPStatus.TOO_MANY_REQUESTS, _BUSY)
    async with watch.lock, seats:
        return await _taken_in(receiver, watch, request)


async def _taken_in(receiver: Receiver, watch: Watch, request: Request) -> Response:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            body = await bounded_body(request, MOST_MESSAGE_BYTES)
        if body is None:
            return message_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
        n_rows = await receiver.receive(watch, body)
    except (ClientDisconnect, TimeoutError):
        return nothing()
    except SenderRefused as refused:
        return message_response(refused.status, str(refused))
    except LinregError as error:
        return message_response(HTTPStatus.BAD_REQUEST, str(error))
    except Exception:  # a fault of ours: the log gets the trace
        _log.exception("A watched run's message could not be taken in")
        return message_response(HTTPStatus.INTERNAL_SERVER_ERROR, APOLOGY)
    return JSONResponse({"next": n_rows}, headers={"Cache-Control": "no-store"})


async def _stream(server: WatchServer, request: Request) -> Response:
    watch = server.watches.of_view(request.path_params["id"])
    if watch is None or watch.run is None:
        return message_response(HTTPStatus.GONE, _LEFT)
    if request.path_params["number"] != str(watch.number):
        return nothing()  # the page is about to hear of the next one
    try:
        visitor, slot = server.live.visitors.place(dict(request.query_params))
    except LinregError as error:
        return message_response(HTTPStatus.BAD_REQUEST, str(error))
    run = watch.run
    trainers = server.live.trainers
    return await run_response(
        trainers, request, run.spec, visitor, visitor.slot(slot), began=run.feed_to
    )


def _say(server: WatchServer, request: Request) -> Response:
    """Return what one who waits for more should know: of the sender, or of the trainer."""
    watch = server.watches.of_view(request.path_params["id"])
    if watch is not None and watch.standing.stage is Stage.LOST:
        return message_response(HTTPStatus.OK, _LOST)
    message = server.live.visitors.message(dict(request.query_params))
    return message_response(HTTPStatus.OK, message)
