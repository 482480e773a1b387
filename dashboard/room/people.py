"""Who is in a room: joined once by their token, named once, removed for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from dashboard.room.codes import kept_hash
from dashboard.room.errors import (
    NameIsTaken,
    NamesAreDrawn,
    NoSuchPerson,
    RoomIsFull,
    WasRemoved,
)
from dashboard.room.names import checked_name, drawn_name, name_key
from dashboard.room.tables import PersonRow, RoomRow, RunRow

_PERSON: Final = select(PersonRow).where(
    PersonRow.room_id == bindparam("room"), PersonRow.token_hash == bindparam("token")
)


@dataclass(frozen=True)
class Person:
    """A person as the presenter sees them."""

    id: int
    name: str
    is_removed: bool = False
    has_left: bool = False


@dataclass(frozen=True)
class Joined:
    """Who somebody is in a room, and whether for the first time."""

    person: Person
    is_new: bool


def person_of(row: PersonRow) -> Person:
    """Return a person as others know them."""
    return Person(row.id, row.name, row.is_removed, row.has_left)


def find_person(session: Session, room: RoomRow, token: str) -> PersonRow | None:
    """Return who has a token, the removed and those who left among them."""
    token_hash = kept_hash(room.code, token)
    return session.scalar(_PERSON, {"room": room.id, "token": token_hash})


def present_person(session: Session, room: RoomRow, person: int | str) -> PersonRow:
    """Return the person of a number or a token. Raises NoSuchPerson or WasRemoved."""
    if isinstance(person, str):
        row = find_person(session, room, person)
    else:
        row = session.get(PersonRow, person)
    if row is None or row.room_id != room.id:
        raise NoSuchPerson
    if row.is_removed:
        raise WasRemoved
    return row


def next_n(room: RoomRow) -> int:
    """Count a change in a room whose row is locked."""
    room.n_changes += 1
    return room.n_changes


def admit(session: Session, room: RoomRow, token: str, name: str | None, n_places: int) -> Joined:
    """Let somebody in, or back in. Raises WasRemoved, RoomIsFull, NamesAreDrawn, NameIsTaken."""
    if (row := find_person(session, room, token)) is not None:
        if row.is_removed:
            raise WasRemoved
        if row.has_left:
            row.has_left, row.n = False, next_n(room)
        return Joined(person_of(row), is_new=False)
    if room.n_people >= n_places:
        raise RoomIsFull(n_places)
    name = _drawn(session, room) if name is None else _typed(session, room, name)
    row = PersonRow(
        room_id=room.id,
        n=next_n(room),
        token_hash=kept_hash(room.code, token),
        name=name,
        name_key=name_key(name),
        is_removed=False,
        has_left=False,
    )
    room.n_people += 1
    session.add(row)
    session.flush()
    return Joined(person_of(row), is_new=True)


def rename_person(session: Session, room: RoomRow, token: str, name: str) -> Person:
    """Give a person a typed name. Raises NamesAreDrawn, NameIsTaken, ConfigError for a bad one."""
    row = present_person(session, room, token)
    name = _typed(session, room, name, own_id=row.id)
    if name != row.name:
        row.name, row.name_key, row.n = name, name_key(name), next_n(room)
    return person_of(row)


def remove_person(session: Session, room: RoomRow, person_id: int) -> None:
    """Remove a person with all that they did; their token and their name stay taken."""
    row = session.get(PersonRow, person_id)
    if row is None or row.room_id != room.id:
        raise NoSuchPerson
    if not row.is_removed:
        row.is_removed, row.n = True, next_n(room)
        room.n_people -= 1
        session.execute(delete(RunRow).where(RunRow.person_id == row.id))


def _drawn(session: Session, room: RoomRow) -> str:
    return drawn_name(lambda key: _owner(session, room, key) is not None)


def _typed(session: Session, room: RoomRow, name: str, own_id: int | None = None) -> str:
    if not room.may_type_names:
        raise NamesAreDrawn
    name = checked_name(name)
    if _owner(session, room, name_key(name)) not in (None, own_id):
        raise NameIsTaken(name)
    return name


def _owner(session: Session, room: RoomRow, key: str) -> int | None:
    return session.scalar(
        select(PersonRow.id).where(PersonRow.room_id == room.id, PersonRow.name_key == key)
    )
