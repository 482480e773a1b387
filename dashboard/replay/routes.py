"""The routes of what is made of a run on the server: its replay, and a GIF of frames of it.

`live/<address>/replay` and `live/<address>/gif`, for those who may see the run itself. Nothing is
kept: what is made goes to the one who has asked.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.live.remote_run import NotAgain, RoomFull, TrainerGone
from dashboard.live.routes import UNREAD, address_refused, path_prefix, read_asked
from dashboard.live.run_response import Left, message_response, nothing, unless_left
from dashboard.live.server import LiveServer
from dashboard.live.service import APOLOGY
from dashboard.problem_spec import DATA_IS_GONE
from dashboard.replay.facts import facts_of_run
from dashboard.replay.gif import MOST_MOVIE_BYTES, gif_of, read_movie
from dashboard.replay.page import MOST_TITLE, Told, replay_page
from dashboard.replay.whole_stream import whole_stream
from linreg_core import ConfigError

MOST_TOLD_BYTES: Final = 32_000
MOST_MADE_AT_ONCE: Final = 2
_MOST_LINK, _MOST_SENTENCE, _MOST_LOOKS, _MOST_LOOK = 8_000, 600, 24, 64
_BUSY = "Others are being served now. Try again in a few seconds."
_GONE = "The trainer was started anew meanwhile. Try again."
_TOO_LONG = "This run takes too long to be trained once more. Fewer epochs make it shorter."
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_log = logging.getLogger(__name__)

Making = Callable[[LiveServer, Request], Awaitable[Response]]


def replay_routes(server: LiveServer, base_url_path: str) -> list[BaseRoute]:
    """Return the routes, below Streamlit's `server.baseUrlPath`."""
    prefix = path_prefix(base_url_path)

    def route(name: str, make: Making) -> Route:
        places = asyncio.Semaphore(MOST_MADE_AT_ONCE)

        async def answer(request: Request) -> Response:
            if places.locked():
                return message_response(HTTPStatus.TOO_MANY_REQUESTS, _BUSY)
            async with places:
                return await _answer(server, make, request)

        return Route(f"{prefix}/live/{{address}}/{name}", answer, methods=["POST"])

    return [route("replay", _replay), route("gif", _gif)]


async def _answer(server: LiveServer, make: Making, request: Request) -> Response:
    """Return what is made; why it is not, as a sentence and a status."""
    try:
        return await make(server, request)
    except Left:
        return nothing()
    except UNREAD as error:
        return address_refused(error)
    except RoomFull as error:
        return message_response(HTTPStatus.TOO_MANY_REQUESTS, str(error))
    except NotAgain as error:
        return message_response(HTTPStatus.CONFLICT, str(error))
    except TrainerGone:
        return message_response(HTTPStatus.SERVICE_UNAVAILABLE, _GONE)
    except TimeoutError:
        return message_response(HTTPStatus.GATEWAY_TIMEOUT, _TOO_LONG)
    except Exception:  # a fault of ours: the log gets the trace, the visitor an apology
        _log.exception("What was asked of a run could not be made")
        return message_response(HTTPStatus.INTERNAL_SERVER_ERROR, APOLOGY)


async def _replay(server: LiveServer, request: Request) -> Response:
    asked = read_asked(server, request)
    if not asked.may_train(server):
        return message_response(HTTPStatus.GONE, DATA_IS_GONE)
    told = _tree(await _body(request, MOST_TOLD_BYTES))
    title = _text(told, "title", MOST_TITLE) or "A run of linear regression"
    making = whole_stream(server.trainers, asked.spec, asked.visitor.id)
    stream = await unless_left(request, making)
    facts = facts_of_run(asked.spec, stream.result, _text(told, "dataName", MOST_TITLE))
    about = Told(
        title,
        _own_link(request, _text(told, "link", _MOST_LINK)),
        _look(told.get("look")),
        _text(told, "referenceName", MOST_TITLE) or None,
        _text(told, "sentence", _MOST_SENTENCE),
    )
    page = await asyncio.to_thread(replay_page, stream.compressed, facts, about)
    return Response(page, media_type="application/octet-stream", headers=_HEADERS)


async def _gif(server: LiveServer, request: Request) -> Response:
    read_asked(server, request)  # who comes from one of our pages has an address
    body = await _body(request, MOST_MOVIE_BYTES)
    made = await asyncio.to_thread(lambda: gif_of(read_movie(body)))
    return Response(made, media_type="image/gif", headers=_HEADERS)


async def _body(request: Request, most: int) -> bytes:
    """Return what a request brings. Raises ConfigError where it is too much."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise ConfigError(f"A request's body must have at most {most:,} bytes. Got more.")
        parts.append(part)
    return b"".join(parts)


def _tree(body: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise ConfigError("A request's body must be a JSON object.")
    return tree


def _text(tree: dict[str, Any], name: str, most: int) -> str:
    value = tree.get(name)
    return value[:most] if isinstance(value, str) else ""


def _own_link(request: Request, link: str) -> str:
    """Return a link to a page of this server; "" for any other, which somebody else has made up."""
    origin = request.headers.get("origin", "")
    is_own = origin.startswith(("http://", "https://")) and link.startswith(f"{origin}/")
    return link if is_own else ""


def _look(told: Any) -> dict[str, Any]:
    """Return what pictures need of a page's settings, as far as it is words."""
    if not isinstance(told, dict):
        return {}
    some = list(told.items())[:_MOST_LOOKS]
    words = {name: value for name, value in some if _is_word(name) and _is_word(value)}
    pictures = told.get("pictures")
    if isinstance(pictures, dict):
        chosen = list(pictures.items())[:_MOST_LOOKS]
        words["pictures"] = {n: value for n, value in chosen if _is_word(n) and _is_word(value)}
    return words


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_LOOK
