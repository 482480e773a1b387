"""Our routes beside Streamlit's: the stream of a run, and the files that draw it.

`live/<address>?visitor=<id>&slot=<number>`, with numbers that replace the run's own.
A visitor's next run in a slot ends the one before. Who names no visitor ends nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.links import overridden
from dashboard.live.addresses import AddressTooLong, ForeignAddress
from dashboard.live.remote_run import TrainerGone
from dashboard.live.run_response import Left, message_response, nothing, run_response, unless_left
from dashboard.live.server import LiveServer
from dashboard.live.visitors import FRONT, Slot, Visitor
from dashboard.problem_spec import DATA_IS_GONE
from dashboard.run_spec import RunSpec
from linreg_core import LinregError

_PROBES = ("health", "host-config")


def path_prefix(base_url_path: str) -> str:
    """Return what the paths of all our routes begin with, below `server.baseUrlPath`."""
    base = base_url_path.strip("/")
    return f"/{base}" if base else ""


def trainers_message(server: LiveServer, request: Request) -> Response:
    """Return what one who waits for a run should know of its trainer."""
    message = server.visitors.message(dict(request.query_params))
    return message_response(HTTPStatus.OK, message)


def live_routes(server: LiveServer, base_url_path: str) -> list[BaseRoute]:
    """Return the routes, below Streamlit's `server.baseUrlPath`."""
    prefix = path_prefix(base_url_path)

    async def stream(request: Request) -> Response:
        return await _respond(server, request)

    async def trainer(request: Request) -> Response:
        return trainers_message(server, request)

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
class Asked:
    """What a request asks for, and for whom."""

    spec: RunSpec
    visitor: Visitor
    slot: Slot
    is_as_named: bool  # without an override

    @property
    def is_front(self) -> bool:
        """Whether it is for the run that the page is set to."""
        return self.slot is self.visitor.slot(FRONT)

    def may_train(self, server: LiveServer) -> bool:
        """Whether the data are anybody's, this visitor's own, or shared with a room."""
        return self.visitor.may_train(self.spec) or server.is_shared(self.spec.problem.data)


def read_asked(server: LiveServer, request: Request) -> Asked:
    """Read a request.

    Raises ForeignAddress or AddressTooLong when the address is none of ours, and ConfigError when
    something in it, or in the query, is out of bounds.
    """
    spec = server.addresses.spec(request.path_params["address"])
    query = dict(request.query_params)
    visitor, slot = server.visitors.place(query)
    return Asked(overridden(spec, query), visitor, visitor.slot(slot), not query)


UNREAD = (AddressTooLong, ForeignAddress, LinregError)
"""Why an address of a run can't be read."""


def address_refused(error: Exception) -> Response:
    """Return what is said of an address that can't be read."""
    if isinstance(error, AddressTooLong):
        return message_response(HTTPStatus.REQUEST_URI_TOO_LONG, str(error))
    is_foreign = isinstance(error, ForeignAddress)
    return message_response(
        HTTPStatus.FORBIDDEN if is_foreign else HTTPStatus.BAD_REQUEST, str(error)
    )


async def _diagnose(server: LiveServer, request: Request) -> Response:
    """Return what the doctor says of a run: nothing where the run itself would be refused."""
    try:
        asked = read_asked(server, request)
        if not asked.may_train(server):
            return nothing()
        said = await unless_left(request, server.trainers.diagnosis(asked.spec))
    except (*UNREAD, Left, TrainerGone, TimeoutError):
        return nothing()
    return Response(said, media_type="application/json", headers={"Cache-Control": "no-store"})


async def _respond(server: LiveServer, request: Request) -> Response:
    try:
        asked = read_asked(server, request)
    except UNREAD as error:
        return address_refused(error)
    if asked.is_front and request.path_params["address"] in asked.visitor.superseded:
        return nothing()  # the next run is on its way
    if not asked.may_train(server):
        return message_response(HTTPStatus.GONE, DATA_IS_GONE)
    if request.method == "HEAD":
        return Response()
    if asked.is_front and asked.is_as_named and (reason := asked.visitor.not_again) is not None:
        return message_response(HTTPStatus.CONFLICT, reason)
    return await run_response(server.trainers, request, asked.spec, asked.visitor, asked.slot)
