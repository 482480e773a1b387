"""Rooms as the store keeps them: made, ended and deleted, and their bounds."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dashboard.room.codes import kept_hash, new_code
from dashboard.room.errors import TooManyRooms
from dashboard.room.limits import (
    MAX_OPEN_ROOMS,
    MAX_PEOPLE,
    MAX_PLAYHEAD,
    MOST_PEOPLE,
    PEOPLE_VARIABLE,
    ROOM_SECONDS,
)
from dashboard.room.people import next_n
from dashboard.room.tables import RoomRow
from linreg_core import ConfigError

_log = logging.getLogger(__name__)


def check_playhead(body: dict[str, Any]) -> None:
    """Raise ConfigError when a playhead is too much to keep, or no database could hold it."""
    try:
        size = len(json.dumps(body, allow_nan=False))
    except ValueError:
        raise ConfigError("A playhead must have finite numbers. Got another one.") from None
    if size > MAX_PLAYHEAD:
        raise ConfigError(f"A playhead must have at most {MAX_PLAYHEAD:,} signs. Got {size:,}.")


def people_set() -> int:
    """Return how many places the setting gives a room; the default where it is no such number."""
    text = os.environ.get(PEOPLE_VARIABLE, str(MAX_PEOPLE))
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PEOPLE:
        return int(text)
    _log.warning("%s must be 1 to %d. Got %r.", PEOPLE_VARIABLE, MOST_PEOPLE, text)
    return MAX_PEOPLE


def new_room_row(code: str, key: str, title: str, now: float) -> RoomRow:
    """Return a room that begins now; its first change is that it is there."""
    return RoomRow(
        code=code,
        key_hash=kept_hash(code, key),
        title=title,
        created_at=now,
        ended_at=None,
        n_changes=1,
        state_n=1,
        n_people=0,
        task_number=1,
        is_following=False,
        is_frozen=False,
        is_revealed=False,
        is_explained=False,
        is_podium=False,
        may_type_names=False,
        playhead=None,
        playhead_n=0,
    )


def free_code(session: Session) -> str:
    """Return a code that no room has."""
    codes = iter(new_code, None)
    taken = select(RoomRow.id).where
    return next(code for code in codes if session.scalar(taken(RoomRow.code == code)) is None)


def check_n_rooms(session: Session, now: float) -> None:
    """Raise TooManyRooms when as many are open as may be."""
    is_open = RoomRow.ended_at.is_(None) & (RoomRow.created_at > now - ROOM_SECONDS)
    n_rooms = session.scalar(select(func.count()).select_from(RoomRow).where(is_open))
    if n_rooms is not None and n_rooms >= MAX_OPEN_ROOMS:
        raise TooManyRooms(MAX_OPEN_ROOMS)


def end_room(room: RoomRow, at: float) -> None:
    """Note that a room whose row is locked has ended."""
    room.ended_at = at
    room.state_n = next_n(room)


def delete_room(session: Session, room: RoomRow) -> None:
    """Delete a room; what is in it goes with it by the tables' own rules."""
    session.execute(delete(RoomRow).where(RoomRow.id == room.id))
