"""The routes of a map: its stream, and the stream of one of its cells' runs.

`sweep/<address>?visitor=<id>&slot=<number>`, with numbers that replace those of its base, and
`anyway=1` where somebody wants it however long it takes. `sweep/<address>/run` has the same, with
the cell's `column` and `row`.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard.links import overridden
from dashboard.live.addresses import AddressTooLong, ForeignAddress
from dashboard.live.routes import path_prefix, trainers_message
from dashboard.live.run_response import message_response, run_response
from dashboard.live.server import LiveServer
from dashboard.live.visitors import Visitor
from dashboard.problem_spec import DATA_IS_GONE
from dashboard.sweep.cost import check_length
from dashboard.sweep.spec import Cell, SweepSpec, Trainable
from linreg_core import LinregError
from linreg_core.checks import broken

ANYWAY: Final = "anyway"
_CELL: Final = Cell._fields
_MOST_DIGITS: Final = 4


def sweep_routes(server: LiveServer, base_url_path: str) -> list[BaseRoute]:
    """Return the routes, below Streamlit's `server.baseUrlPath`."""
    prefix = f"{path_prefix(base_url_path)}/sweep/{{address}}"

    async def sweep(request: Request) -> Response:
        return await _respond(server, request, is_cell=False)

    async def run(request: Request) -> Response:
        return await _respond(server, request, is_cell=True)

    async def trainer(request: Request) -> Response:
        return trainers_message(server, request)

    return [
        Route(prefix, sweep, methods=["GET"]),
        Route(f"{prefix}/run", run, methods=["GET"]),
        Route(f"{prefix}/trainer", trainer, methods=["GET"]),
        Route(f"{prefix}/run/trainer", trainer, methods=["GET"]),
    ]


async def _respond(server: LiveServer, request: Request, is_cell: bool) -> Response:
    try:
        query = dict(request.query_params)
        sweep = server.addresses.sweep(request.path_params["address"])
        visitor, slot = server.visitors.place(query)
        asked = _run_of(sweep, query) if is_cell else _sweep_of(sweep, query)
    except AddressTooLong as error:
        return message_response(HTTPStatus.REQUEST_URI_TOO_LONG, str(error))
    except ForeignAddress as error:
        return message_response(HTTPStatus.FORBIDDEN, str(error))
    except LinregError as error:
        return message_response(HTTPStatus.BAD_REQUEST, str(error))
    if not _may_train(server, visitor, asked):
        return message_response(HTTPStatus.GONE, DATA_IS_GONE)
    if request.method == "HEAD":
        return Response()
    return await run_response(server.trainers, request, asked, visitor, visitor.slot(slot))


def _sweep_of(sweep: SweepSpec, query: dict[str, str]) -> SweepSpec:
    """Return the map that is asked for.

    Raises ConfigError for a bad override, and SweepTooLong where nobody would wait for it.
    """
    is_wanted = query.pop(ANYWAY, "") == "1"
    asked = replace(sweep, base=overridden(sweep.base, query))
    check_length(asked, is_wanted)
    return asked


def _run_of(sweep: SweepSpec, query: dict[str, str]) -> Trainable:
    """Return the run of a cell.

    Raises ConfigError where there is no such cell, or no run in it, and for a bad override.
    """
    query.pop(ANYWAY, None)
    cell = Cell(*(_whole(name, query.pop(name, "0")) for name in _CELL))
    return replace(sweep, base=overridden(sweep.base, query)).run_at(cell)


def _whole(name: str, text: str) -> int:
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise broken(name, "must be a whole number", text[:40])
    return int(text)


def _may_train(server: LiveServer, visitor: Visitor, asked: Trainable) -> bool:
    return visitor.may_train(asked) or server.is_shared(asked.problem.data)
