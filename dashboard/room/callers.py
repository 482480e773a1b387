"""Who asks something of a room: known by the token or key that a request brings."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from dashboard.room.channel import Channel
from dashboard.room.errors import NoSuchRoom, NotKnown, TooManyGuesses, WasRemoved
from dashboard.room.people import Person
from dashboard.room.room_server import RoomServer

_SCHEME = "Bearer "
_MOST_CHARACTERS = 200


@dataclass(frozen=True)
class Caller:
    """A person of a room, or, with None, its presenter."""

    channel: Channel
    person: Person | None

    @property
    def person_id(self) -> int | None:
        return None if self.person is None else self.person.id


def token_of(request: Request) -> str:
    """Return what a request is signed with, "" where it is not."""
    text = request.headers.get("authorization", "")
    is_ours = text.startswith(_SCHEME) and len(text) <= _MOST_CHARACTERS
    return text.removeprefix(_SCHEME) if is_ours else ""


async def channel_of(server: RoomServer, request: Request) -> Channel:
    """Return the room that a request is about; what names none counts as a guess.

    Raises NoSuchRoom, or TooManyGuesses.
    """
    try:
        return await server.hub.channel(request.path_params["code"])
    except NoSuchRoom:
        if not server.guesses.takes(_whence(request)):
            raise TooManyGuesses from None
        raise


def may_come_in(server: RoomServer, request: Request) -> bool:
    """Whether somebody new may come in from where a request comes: not where codes are guessed."""
    return not server.guesses.is_used_up(_whence(request))


def _whence(request: Request) -> str:
    return request.client.host if request.client else ""


async def person_calling(server: RoomServer, request: Request) -> tuple[Channel, Person]:
    """Return the room, and the person whose token a request brings.

    Raises NoSuchRoom, NotKnown or WasRemoved.
    """
    channel = await channel_of(server, request)
    token = token_of(request)
    person = await channel.person(token) if token else None
    if person is None:
        raise NotKnown
    if person.is_removed:
        raise WasRemoved
    return channel, person


async def presenter_calling(server: RoomServer, request: Request) -> Channel:
    """Return the room whose presenter's key a request brings. Raises NoSuchRoom or NotKnown."""
    channel = await channel_of(server, request)
    key = token_of(request)
    if not (key and await channel.is_presenter(key)):
        raise NotKnown
    return channel


async def anybody_calling(server: RoomServer, request: Request) -> Caller:
    """Return a person of a room, or its presenter. Raises NoSuchRoom, NotKnown or WasRemoved."""
    channel = await channel_of(server, request)
    key = token_of(request)
    if key and await channel.is_presenter(key):
        return Caller(channel, None)
    return Caller(*await person_calling(server, request))
