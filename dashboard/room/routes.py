"""The room's routes: what participants' and presenters' browsers ask, as JSON, events and runs.

`room/<code>/...`, signed with a person's token or the presenter's key (`callers.py`), and the
participant's page at `join/<code>`. They know no Streamlit, and need no websocket.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard.live.addresses import AddressTooLong, ForeignAddress
from dashboard.live.remote_run import RunView
from dashboard.live.routes import path_prefix, trainers_message
from dashboard.live.run_response import message_response, run_response
from dashboard.live.service import APOLOGY
from dashboard.room import errors
from dashboard.room.callers import (
    Caller,
    anybody_calling,
    channel_of,
    may_come_in,
    person_calling,
    presenter_calling,
    token_of,
)
from dashboard.room.channel import Channel
from dashboard.room.class_runs import (
    TASK,
    CountedResponse,
    Wanted,
    make_dot,
    number_in,
    wanted_run,
)
from dashboard.room.join_page import JOIN_HEADERS, join_page
from dashboard.room.join_qr import join_qr
from dashboard.room.listener import as_tree, event_bytes
from dashboard.room.people import Person
from dashboard.room.presenting import playhead_of, present
from dashboard.room.room_server import RoomServer
from dashboard.room.spec_settings import settings_of
from dashboard.room.told import person_body
from dashboard.settings import Settings
from dashboard.store.errors import StoreIsAway
from linreg_core import ConfigError, LinregError

PING_SECONDS = 15
"""So often silence is broken: proxies cut connections that are silent for long."""
MOST_BODY_BYTES = 20_000
_log = logging.getLogger(__name__)

_STATUS: dict[type[Exception], HTTPStatus] = {
    errors.NoSuchRoom: HTTPStatus.NOT_FOUND,
    errors.NoSuchPerson: HTTPStatus.NOT_FOUND,
    errors.NoSuchTask: HTTPStatus.NOT_FOUND,
    errors.NoSuchRun: HTTPStatus.NOT_FOUND,
    errors.RoomEnded: HTTPStatus.GONE,
    StoreIsAway: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.WasRemoved: HTTPStatus.FORBIDDEN,
    errors.NamesAreDrawn: HTTPStatus.FORBIDDEN,
    errors.NameIsTaken: HTTPStatus.CONFLICT,
    errors.TaskIsOver: HTTPStatus.CONFLICT,
    errors.RoomIsFull: HTTPStatus.TOO_MANY_REQUESTS,
    errors.TooManyRuns: HTTPStatus.CONFLICT,
    errors.TooManyGuesses: HTTPStatus.TOO_MANY_REQUESTS,
    errors.TooQuick: HTTPStatus.TOO_MANY_REQUESTS,
    errors.NotKnown: HTTPStatus.UNAUTHORIZED,
    ForeignAddress: HTTPStatus.FORBIDDEN,
    AddressTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
}

Handler = Callable[[RoomServer, Request], Awaitable[Response]]


def room_routes(server: RoomServer, base_url_path: str) -> list[BaseRoute]:
    """Return the routes, below Streamlit's `server.baseUrlPath`."""
    prefix = path_prefix(base_url_path)

    async def page(request: Request) -> Response:
        html = join_page(server.live.assets, prefix, request.path_params.get("code", ""))
        return HTMLResponse(html, headers=JOIN_HEADERS)

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        async def answer(request: Request) -> Response:
            return await _answer(server, handler, request)

        return Route(f"{prefix}/room/{{code}}/{path}", answer, methods=[method])

    return [
        *(Route(f"{prefix}/join{rest}", page) for rest in ("", "/", "/{code}")),
        route("open/{run}", partial(_open_run, prefix)),
        route("people", _join, "POST"),
        route("name", _rename, "POST"),
        route("leave", _leave, "POST"),
        route("events", _events),
        route("changes", _changes),
        route("standing", _standing),
        route("run", _run),
        route("run/trainer", _trainer),
        route("present", _present, "POST"),
        route("playhead", _playhead, "POST"),
        route("board.csv", _csv),
        route("qr.svg", _qr),
    ]


async def _answer(server: RoomServer, handler: Handler, request: Request) -> Response:
    """Return what a handler answers; what it refuses with, as a sentence and a status."""
    try:
        return await handler(server, request)
    except (LinregError, ForeignAddress, AddressTooLong) as error:
        return message_response(_STATUS.get(type(error), HTTPStatus.BAD_REQUEST), str(error))
    except Exception:  # a fault of ours: the log gets the trace, the visitor an apology
        _log.exception("A room's request failed")
        return message_response(HTTPStatus.INTERNAL_SERVER_ERROR, APOLOGY)


def _json(tree: Any) -> Response:
    return JSONResponse(tree, headers={"Cache-Control": "no-store"})


async def _body(request: Request) -> dict[str, Any]:
    """Return the JSON object that a request brings. Raises ConfigError when it is none."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BODY_BYTES:
            raise ConfigError(f"A request's body must have at most {MOST_BODY_BYTES:,} bytes.")
        parts.append(part)
    try:
        tree = json.loads(b"".join(parts) or b"{}")
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise ConfigError("A request's body must be a JSON object.")
    return tree


async def _join(server: RoomServer, request: Request) -> Response:
    """Join with a token that the browser has drawn: the same token is the same person."""
    channel, token = await channel_of(server, request), token_of(request)
    name = (await _body(request)).get("name")
    if await channel.person(token) is None and not may_come_in(server, request):
        raise errors.TooManyGuesses
    joined = await server.hub.ask(server.rooms.join, channel.code, token, name)
    channel.wake()
    return _json({"person": person_body(joined.person), "isNew": joined.is_new})


async def _rename(server: RoomServer, request: Request) -> Response:
    channel, person = await _changing(server, request)
    name = (await _body(request)).get("name")
    renamed = await server.hub.ask(server.rooms.rename, channel.code, token_of(request), name)
    channel.wake()
    return _json({"person": person_body(renamed)})


async def _leave(server: RoomServer, request: Request) -> Response:
    channel, _ = await _changing(server, request)
    await server.hub.ask(server.rooms.leave, channel.code, token_of(request))
    channel.wake()
    return _json({})


async def _changing(server: RoomServer, request: Request) -> tuple[Channel, Person]:
    channel, person = await person_calling(server, request)
    if not server.changes.takes((channel.code, person.id)):
        raise errors.TooQuick
    return channel, person


async def _events(server: RoomServer, request: Request) -> Response:
    caller = await anybody_calling(server, request)
    after = number_in({"after": "0", **request.query_params}, "after")
    return EventSourceResponse(_event_stream(caller, after), ping=PING_SECONDS, sep="\n")


async def _event_stream(caller: Caller, after: int) -> AsyncIterator[bytes]:
    async for change in caller.channel.listen(caller.person_id, after):
        yield event_bytes(change)


async def _changes(server: RoomServer, request: Request) -> Response:
    """Return what events tell, for those whose network lets none through."""
    caller = await anybody_calling(server, request)
    if not server.changes.takes((caller.channel.code, "poll", caller.person_id)):
        raise errors.TooQuick
    after = number_in({"after": "0", **request.query_params}, "after")
    page = await caller.channel.page(caller.person_id, after)
    changes = [change for change in page.changes if change.kind != "room"]
    changes = [*caller.channel.standing(caller.person_id), *changes]
    return _json({"changes": as_tree(changes), "n": page.n, "more": page.more})


async def _standing(server: RoomServer, request: Request) -> Response:
    """Return where the room stands, and nothing of how it came there."""
    caller = await anybody_calling(server, request)
    return _json({"changes": as_tree(caller.channel.standing(caller.person_id))})


async def _run(server: RoomServer, request: Request) -> Response:
    channel, person = await person_calling(server, request)
    if request.method == "HEAD":
        return Response()
    who = (channel.code, person.id)
    if not server.runs.takes(who) or server.under_way.is_full(who):
        raise errors.TooQuick
    query = dict(request.query_params)
    visitor, slot = server.live.visitors.place(query)
    wanted = await _wanted(channel, query)

    async def ended(view: RunView) -> None:
        if not wanted.is_preview:
            await make_dot(server.hub, channel, person, wanted, view)

    with server.under_way.passing(who):
        response = await run_response(
            server.live.trainers,
            request,
            wanted.spec,
            visitor,
            visitor.slot(slot),
            ended,
            owner=f"{channel.code}/{person.id}",
        )
    return CountedResponse(response, server.under_way, who)  # type: ignore[return-value]


async def _wanted(channel: Channel, query: dict[str, str]) -> Wanted:
    """Return the run that a query names. Raises TaskIsOver, or ConfigError."""
    number = number_in(query, TASK)
    del query[TASK]
    if channel.is_over(number):
        await channel.look()  # another process may have started it just now
    if channel.is_over(number):
        raise errors.TaskIsOver
    return wanted_run(await channel.task(number), query)


async def _trainer(server: RoomServer, request: Request) -> Response:
    return trainers_message(server.live, request)


async def _present(server: RoomServer, request: Request) -> Response:
    channel = await presenter_calling(server, request)
    n = await present(server, channel, await _body(request))
    return _json({"n": n})


async def _playhead(server: RoomServer, request: Request) -> Response:
    channel = await presenter_calling(server, request)
    if not server.changes.takes((channel.code, "playhead")):
        raise errors.TooQuick
    playhead = playhead_of(await _body(request), time.time())
    await server.hub.ask(server.rooms.set_playhead, channel.code, playhead)
    channel.wake()
    return _json({})


async def _qr(_server: RoomServer, request: Request) -> Response:
    """Return the QR code of the address that the presenter's page shows, whatever room that is."""
    picture = join_qr(request.query_params.get("address", ""))
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response(picture, media_type="image/svg+xml", headers=headers)


async def _csv(server: RoomServer, request: Request) -> Response:
    channel = await presenter_calling(server, request)
    text = await server.hub.ask(_csv_text, server, channel.code)
    name = f"room-{channel.state['code']}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _csv_text(server: RoomServer, code: str) -> str:
    lines = io.StringIO()
    csv.writer(lines).writerows(server.rooms.csv_rows(code))
    return lines.getvalue()


async def _open_run(prefix: str, server: RoomServer, request: Request) -> Response:
    """Send a browser to the page that shows a participant's run in full."""
    channel = await channel_of(server, request)
    number = number_in(request.query_params, TASK)
    spec = await server.hub.ask(
        server.rooms.run_spec, channel.code, number, request.path_params["run"]
    )
    settings = settings_of(spec)
    if not isinstance(settings, Settings):
        raise ConfigError("A run on the presenter's own table can be opened on their page alone.")
    return RedirectResponse(f"{prefix}/{settings.link()}", HTTPStatus.SEE_OTHER)
