"""What a presenter's browser can have a room do: each by its name, with what it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from dashboard.live.addresses import MAX_ADDRESS_CHARACTERS
from dashboard.room.channel import Channel
from dashboard.room.room_server import RoomServer
from linreg_core.checks import broken, choice, finite_number, flag

SWITCHES = ("reveal", "explain", "follow", "freeze", "podium", "typed_names")
"""What is turned on and off, each a method of `Rooms`."""
_ADDRESS: Final = re.compile(r"[\w.-]+|watched/[\w-]+/\d{1,9}", re.ASCII)
"""Of a run: signed, or the path of one from elsewhere (`Watch.run_path`)."""
DEEDS = ("start_task", "end_task", *SWITCHES, "remove", "end", "delete")


async def present(server: RoomServer, channel: Channel, body: Mapping[str, Any]) -> int:
    """Do what a presenter asks for; return the number of the room's latest change.

    Raises ConfigError for what can't be asked, and what the methods of `Rooms` raise.
    """
    deed = choice("do", body.get("do"), DEEDS)
    rooms, code = server.rooms, channel.code
    ask = server.hub.ask
    if deed == "start_task":
        n = await _start_task(server, code, body)
    elif deed in SWITCHES:
        n = await ask(getattr(rooms, deed), code, body.get("on"))
    elif deed == "remove":
        n = await ask(rooms.remove, code, _person(body.get("person")))
    else:
        n = await ask(getattr(rooms, deed), code)
    if deed in ("end", "delete"):
        server.let_go(code)
    channel.wake()
    return n or channel.n


async def _start_task(server: RoomServer, code: str, body: Mapping[str, Any]) -> int:
    """Start a task on the run that an address of ours names.

    Raises ForeignAddress or AddressTooLong where none does.
    """
    spec = server.live.addresses.spec(str(body.get("address")))
    given = {name: body.get(name) for name in ("title", "text", "measure", "seconds", "bounds")}
    return await server.hub.ask(
        server.rooms.start_task, code, body.get("kind"), spec, body.get("free"), **given
    )


def playhead_of(body: Mapping[str, Any], now: float) -> dict[str, Any]:
    """Return what a presenter's picture shows, as everybody is told it: nothing but that.

    `now` is the server's clock: what is played on goes by how long ago it was. Raises ConfigError
    for what is no playhead.
    """
    address = body.get("address")
    if not isinstance(address, str) or not _is_address(address):
        raise broken("address", "must be that of a run", address)
    return {
        "address": address,
        "row": finite_number("row", body.get("row"), minimum=0),
        "isPlaying": flag("isPlaying", body.get("isPlaying")),
        "speed": finite_number("speed", body.get("speed"), minimum=0.01, maximum=100),
        "at": now,
    }


def _is_address(text: str) -> bool:
    return len(text) <= MAX_ADDRESS_CHARACTERS and _ADDRESS.fullmatch(text) is not None


def _person(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise broken("person", "must be a whole number", number)
    return number
