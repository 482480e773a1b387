"""Where a browser sends a project that was dropped on a page: `project?visitor=<id>`."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.live.request_body import bounded_body
from dashboard.live.routes import path_prefix
from dashboard.live.run_response import message_response, nothing
from dashboard.live.server import LiveServer
from dashboard.live.visitors import VISITOR
from dashboard.project.archive import MOST_PROJECT_BYTES
from dashboard.project.inbox import project_inbox
from dashboard.project.project import read_project
from linreg_core import LinregError

_AT_ONCE: Final = 3
"""Files that are being received: each may be held whole."""
_PATIENCE_SECONDS = 180
_UNKNOWN = "This page's session is over. Reload the page and drop the file again."
_TOO_LARGE = (
    f"A project file must have at most {MOST_PROJECT_BYTES // 1_000_000} MB. Yours has more."
)


def project_routes(server: LiveServer, base_url_path: str) -> list[BaseRoute]:
    """Return the route, below Streamlit's `server.baseUrlPath`."""
    seats = asyncio.Semaphore(_AT_ONCE)

    async def receive(request: Request) -> Response:
        async with seats:
            return await _receive(server, request)

    return [Route(f"{path_prefix(base_url_path)}/project", receive, methods=["POST"])]


async def _receive(server: LiveServer, request: Request) -> Response:
    """Take a file in for a visitor who is here: an unguessable id says whose page it is for."""
    visitor = server.visitors.known(request.query_params.get(VISITOR, ""))
    if visitor is None:
        return message_response(HTTPStatus.FORBIDDEN, _UNKNOWN)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            body = await bounded_body(request, MOST_PROJECT_BYTES)
    except (ClientDisconnect, TimeoutError):
        return nothing()
    if body is None:
        return message_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
    try:
        project_inbox().put(visitor, await run_in_threadpool(read_project, body))
    except LinregError as error:
        return message_response(HTTPStatus.BAD_REQUEST, str(error))
    return nothing()
