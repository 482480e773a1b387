"""Rooms: what presenters and participants can do, each one transaction, from any thread.

A room is found by its code, in any spelling that a person would type. Whatever changes a room locks
its row first: changes of one room come one after the other. Those of others do not wait, unless
the database lets only one write at a time.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from dashboard.room.board import Board, board_of
from dashboard.room.codes import checked_token, kept_hash, new_code, new_key, read_code
from dashboard.room.dots import add_dot
from dashboard.room.errors import (
    NoSuchRoom,
    NoSuchRun,
    NoSuchTask,
    RoomEnded,
    TooManyRooms,
    WasRemoved,
)
from dashboard.room.export import table_lines
from dashboard.room.limits import (
    MAX_OPEN_ROOMS,
    MAX_PEOPLE,
    MAX_PLAYHEAD,
    MAX_TASKS,
    MOST_PEOPLE,
    PAGE,
    PEOPLE_VARIABLE,
    ROOM_SECONDS,
)
from dashboard.room.people import (
    Joined,
    Person,
    admit,
    find_person,
    next_n,
    person_of,
    present_person,
    remove_person,
    rename_person,
)
from dashboard.room.store import Store
from dashboard.room.tables import RoomRow, RunRow, TaskRow
from dashboard.room.tasks import (
    TASKS,
    Outcome,
    Task,
    checked_bounds,
    checked_free,
    checked_line,
    checked_measure,
    checked_seconds,
    checked_text,
)
from dashboard.room.told import (
    RoomChange,
    RoomChanges,
    changes_after,
    find_task,
    has_ended,
    room_state,
)
from dashboard.run_spec import RunSpec
from linreg_core import ConfigError
from linreg_core.checks import choice, flag

_log = logging.getLogger(__name__)
_ROOM: Final = select(RoomRow).where(RoomRow.code == bindparam("code"))
_NEWS: Final = select(RoomRow.code, RoomRow.n_changes, RoomRow.playhead_n).where(
    RoomRow.code.in_(bindparam("codes", expanding=True))
)
_LOCKED_ROOM: Final = _ROOM.with_for_update()


@dataclass(frozen=True)
class NewRoom:
    """A room's code, for everybody, and its key, for the presenter alone."""

    code: str
    key: str


@dataclass(frozen=True)
class News:
    """How far a room has come: its number of changes, and of its playhead's."""

    n: int
    playhead_n: int


class Rooms:
    """All rooms of a store. `clock` tells unix seconds; `max_people` None: the setting's number.

    Methods raise NoSuchRoom where no room has the code, RoomEnded where nothing may happen any
    more, and ConfigError for what is out of its bounds.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.time,
        max_people: int | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._max_people = _people_set() if max_people is None else max_people

    def create(
        self,
        spec: RunSpec,
        free: Sequence[str],
        title: str = "",
        bounds: Mapping[str, Any] | None = None,
    ) -> NewRoom:
        """Make a room whose first task is free play of a run. Raises TooManyRooms."""
        now, key = self._clock(), new_key()
        task = _checked_task(1, "free_play", spec, free, now, bounds=bounds)
        title = checked_line("title", title)
        with self._store.transaction() as session:
            _check_n_rooms(session, now)
            room = _new_room(_free_code(session), key, title, now)
            session.add(room)
            session.flush()
            task.room_id = room.id
            session.add(task)
        return NewRoom(room.code, key)

    def state(self, code: str) -> RoomChange:
        """Return the room's newest state, also of one that has ended."""
        with self._reading(code) as (session, room):
            return self._state(session, room)

    def news(self, codes: Sequence[str]) -> dict[str, News]:
        """Return how far rooms have come, by code; those that are gone are left out. Cheap."""
        with self._store.reading() as session:
            rows = session.execute(_NEWS, {"codes": [*map(read_code, codes)]})
            return {code: News(n, playhead_n) for code, n, playhead_n in rows}

    def n_changes(self, code: str) -> int:
        """Return the number of the room's latest change. Cheap."""
        found = self.news([code])
        if not found:
            raise NoSuchRoom
        return next(iter(found.values())).n

    def changes(
        self, code: str, after: int, person_id: int | None, limit: int = PAGE
    ) -> RoomChanges:
        """Return what came after a number: one person's own and the room's, or all (None).

        A reader that knows more than has happened, as after a power cut, is told everything anew.
        """
        with self._reading(code) as (session, room):
            after = after if 0 <= after <= room.n_changes else 0
            state = [self._state(session, room)] if room.state_n > after else []
            return changes_after(session, room, state, after, person_id, limit)

    # Of participants.

    def join(self, code: str, token: str, name: str | None = None) -> Joined:
        """Let somebody in, or in again: the same token is the same person, whose name stays.

        Raises BadToken, WasRemoved, RoomIsFull, NamesAreDrawn and NameIsTaken.
        """
        checked_token(token)
        # Those who come back change nothing, and wait for nobody.
        known = self.person(code, token)
        with self._reading(code) as (_, room):
            self._check_open(room)
        if known is not None and known.is_removed:
            raise WasRemoved
        if known is not None and not known.has_left:
            return Joined(known, is_new=False)
        with self._changing(code) as (session, room):
            return admit(session, room, token, name, self._max_people)

    def person(self, code: str, token: str) -> Person | None:
        """Return who has a token, None for nobody; the removed and those who left, too."""
        with self._reading(code) as (session, room):
            row = find_person(session, room, token)
            return None if row is None else person_of(row)

    def leave(self, code: str, token: str) -> int:
        """Note that somebody has left: their place, name and dots stay theirs."""
        with self._changing(code) as (session, room):
            row = present_person(session, room, token)
            if not row.has_left:
                row.has_left, row.n = True, next_n(room)
            return room.n_changes

    def rename(self, code: str, token: str, name: str) -> Person:
        """Give somebody a typed name.

        Raises NamesAreDrawn, NameIsTaken, NoSuchPerson and WasRemoved.
        """
        with self._changing(code) as (session, room):
            return rename_person(session, room, token, name)

    def record(self, code: str, task_number: int, person_id: int, run: Outcome) -> bool:
        """Make a finished run a dot. Return whether it is new: the same run is one dot, ever.

        A run of a task that is over counts: it was begun in time. Raises NoSuchTask, NoSuchPerson,
        WasRemoved and TooManyRuns.
        """
        with self._changing(code) as (session, room):
            task = _found_task(session, room, task_number)
            person = present_person(session, room, person_id)
            return add_dot(session, room, task, person, run, self._clock())

    # Of the presenter.

    def is_presenter(self, code: str, key: str) -> bool:
        """Return whether a key is the presenter's."""
        with self._reading(code) as (_, room):
            return hmac.compare_digest(room.key_hash, kept_hash(room.code, key))

    def start_task(
        self,
        code: str,
        kind: str,
        spec: RunSpec,
        free: Sequence[str],
        *,
        title: str | None = None,
        text: str | None = None,
        measure: str | None = None,
        seconds: float | None = None,
        bounds: Mapping[str, Any] | None = None,
    ) -> int:
        """Start a task in place of the one before, and set everybody free for it.

        What is not given is the kind's.
        """
        task = _checked_task(
            0, kind, spec, free, self._clock(), title, text, measure, seconds, bounds
        )
        with self._changing(code) as (session, room):
            if room.task_number >= MAX_TASKS:
                raise ConfigError(f"A room can have at most {MAX_TASKS} tasks. Start another room.")
            self._end_task(session, room)
            room.task_number += 1
            task.room_id, task.number = room.id, room.task_number
            session.add(task)
            room.is_following = room.is_frozen = room.is_revealed = room.is_explained = False
            room.state_n = next_n(room)
            return room.n_changes

    def end_task(self, code: str) -> int:
        """End the task before its countdown does."""
        with self._changing(code) as (session, room):
            if self._end_task(session, room):
                room.state_n = next_n(room)
            return room.n_changes

    def reveal(self, code: str, on: bool) -> int:
        """Show the board to everybody, or no longer."""
        return self._switch(code, "is_revealed", on)

    def explain(self, code: str, on: bool) -> int:
        """Lay theory's zones over the dots, or no longer."""
        return self._switch(code, "is_explained", on)

    def follow(self, code: str, on: bool) -> int:
        """Have everybody see the presenter's run, or set them free."""
        return self._switch(code, "is_following", on)

    def freeze(self, code: str, on: bool) -> int:
        """Hold everybody's picture, or let go of it."""
        return self._switch(code, "is_frozen", on)

    def podium(self, code: str, on: bool) -> int:
        """Honour the first three at a reveal, or not."""
        return self._switch(code, "is_podium", on)

    def typed_names(self, code: str, on: bool) -> int:
        """Allow typed names, or no longer: those that were typed stay."""
        return self._switch(code, "may_type_names", on)

    def remove(self, code: str, person_id: int) -> int:
        """Remove a person for good, with their dots. Raises NoSuchPerson."""
        with self._changing(code, or_ended=True) as (session, room):
            remove_person(session, room, person_id)
            return room.n_changes

    def end(self, code: str) -> int:
        """End the room. What it made can be fetched for a day."""
        with self._changing(code, or_ended=True) as (session, room):
            if room.ended_at is None:
                _end_room(room, min(self._clock(), room.created_at + ROOM_SECONDS))
            return room.n_changes

    def delete(self, code: str) -> None:
        """Delete the room with everything in it, at once."""
        with self._changing(code, or_ended=True) as (session, room):
            _delete_room(session, room)

    def task(self, code: str, number: int) -> Task:
        """Return a task. Raises NoSuchTask."""
        with self._reading(code) as (session, room):
            return _task_of(_found_task(session, room, number))

    def run_spec(self, code: str, task_number: int, run: str) -> RunSpec:
        """Return the name of the run that became a dot. Raises NoSuchTask and NoSuchRun."""
        with self._reading(code) as (session, room):
            row = _found_task(session, room, task_number)
            query = select(RunRow.settings).where(RunRow.task_id == row.id, RunRow.run == run)
            if (settings := session.scalar(query.limit(1))) is None:
                raise NoSuchRun
            spec = _task_of(row).spec
        return replace(spec, config=replace(spec.config, **settings))

    def board(self, code: str, task_number: int) -> Board:
        """Return a task's board as it stands. Raises NoSuchTask."""
        with self._reading(code) as (session, room):
            return board_of(session, room, _found_task(session, room, task_number))

    def set_playhead(self, code: str, body: dict[str, Any]) -> int:
        """Keep what the presenter's picture shows, only the newest; return its own number."""
        _check_playhead(body)
        with self._changing(code) as (_, room):
            room.playhead, room.playhead_n = body, room.playhead_n + 1
            return room.playhead_n

    def playhead(self, code: str) -> dict[str, Any] | None:
        """Return what the presenter's picture shows, None before it has told. Cheap."""
        with self._reading(code) as (_, room):
            return room.playhead

    def csv_rows(self, code: str) -> Iterator[list[str]]:
        """Return the lines of a table of all dots, at any time until the room is deleted."""
        with self._reading(code) as (_, room):
            room_id = room.id
        return table_lines(self._store, room_id)

    # Of the server.

    def end_old(self) -> tuple[int, int]:
        """End rooms whose day has passed, delete those that ended a day ago; return how many."""
        if not self._store.is_there():  # nobody has asked for a room, and nothing is to be made
            return 0, 0
        day_ago = self._clock() - ROOM_SECONDS
        with self._store.transaction() as session:
            is_old = or_(RoomRow.created_at <= day_ago, RoomRow.ended_at <= day_ago)
            query = select(RoomRow).where(is_old).order_by(RoomRow.id).with_for_update()
            old = session.scalars(query).all()
            past = [room for room in old if room.ended_at is None]
            for room in past:
                _end_room(room, room.created_at + ROOM_SECONDS)
            gone = [room for room in old if room.ended_at and room.ended_at <= day_ago]
            for room in gone:
                _delete_room(session, room)
        return len(past), len(gone)

    @contextmanager
    def _reading(self, code: str) -> Iterator[tuple[Session, RoomRow]]:
        with self._store.reading() as session:
            if (room := session.scalar(_ROOM, {"code": read_code(code)})) is None:
                raise NoSuchRoom
            yield session, room

    @contextmanager
    def _changing(self, code: str, or_ended: bool = False) -> Iterator[tuple[Session, RoomRow]]:
        """Lock a room's row until the transaction is committed."""
        with self._store.transaction() as session:
            if (room := session.scalar(_LOCKED_ROOM, {"code": read_code(code)})) is None:
                raise NoSuchRoom
            if not or_ended:
                self._check_open(room)
            yield session, room

    def _check_open(self, room: RoomRow) -> None:
        if has_ended(room, self._clock()):
            raise RoomEnded

    def _state(self, session: Session, room: RoomRow) -> RoomChange:
        return room_state(session, room, self._max_people, self._clock())

    def _switch(self, code: str, name: str, on: bool) -> int:
        on = flag("on", on)
        with self._changing(code) as (_, room):
            if getattr(room, name) != on:
                setattr(room, name, on)
                room.state_n = next_n(room)
            return room.n_changes

    def _end_task(self, session: Session, room: RoomRow) -> bool:
        """End the task on now; return whether it was not over already."""
        row, now = find_task(session, room, room.task_number), self._clock()
        if row is None or (row.ends_at is not None and row.ends_at <= now):
            return False
        row.ends_at = now
        return True


def _check_playhead(body: dict[str, Any]) -> None:
    try:
        size = len(json.dumps(body, allow_nan=False))
    except ValueError:
        raise ConfigError("A playhead must have finite numbers. Got another one.") from None
    if size > MAX_PLAYHEAD:
        raise ConfigError(f"A playhead must have at most {MAX_PLAYHEAD:,} signs. Got {size:,}.")


def _people_set() -> int:
    """Return how many places the setting gives a room; the default where it is no such number."""
    text = os.environ.get(PEOPLE_VARIABLE, str(MAX_PEOPLE))
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PEOPLE:
        return int(text)
    _log.warning("%s must be 1 to %d. Got %r.", PEOPLE_VARIABLE, MOST_PEOPLE, text)
    return MAX_PEOPLE


def _checked_task(
    number: int,
    kind: str,
    spec: RunSpec,
    free: Sequence[str],
    now: float,
    title: str | None = None,
    text: str | None = None,
    measure: str | None = None,
    seconds: float | None = None,
    bounds: Mapping[str, Any] | None = None,
) -> TaskRow:
    """Return a task's row. Raises ConfigError for what is out of its bounds."""
    known = TASKS[choice("kind", kind, TASKS)]
    names = checked_free(free)
    lasts = checked_seconds(seconds)
    return TaskRow(
        number=number,
        kind=known.name,
        title=checked_line("title", title, known.title),
        text=checked_text("text", text, known.text),
        measure=checked_measure(known, measure, names),
        spec=spec.to_text(),
        free=list(names),
        bounds={name: list(pair) for name, pair in checked_bounds(bounds or {}, names).items()},
        started_at=now,
        ends_at=None if lasts is None else now + lasts,
    )


def _task_of(row: TaskRow) -> Task:
    return Task(
        row.number,
        row.kind,
        row.title,
        row.text,
        row.measure,
        RunSpec.from_text(row.spec),
        tuple(row.free),
        {name: (low, high) for name, (low, high) in row.bounds.items()},
        row.started_at,
        row.ends_at,
    )


def _found_task(session: Session, room: RoomRow, number: int) -> TaskRow:
    if (row := find_task(session, room, number)) is None:
        raise NoSuchTask(number)
    return row


def _new_room(code: str, key: str, title: str, now: float) -> RoomRow:
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


def _free_code(session: Session) -> str:
    codes = iter(new_code, None)
    taken = select(RoomRow.id).where
    return next(code for code in codes if session.scalar(taken(RoomRow.code == code)) is None)


def _check_n_rooms(session: Session, now: float) -> None:
    is_open = RoomRow.ended_at.is_(None) & (RoomRow.created_at > now - ROOM_SECONDS)
    n_rooms = session.scalar(select(func.count()).select_from(RoomRow).where(is_open))
    if n_rooms is not None and n_rooms >= MAX_OPEN_ROOMS:
        raise TooManyRooms(MAX_OPEN_ROOMS)


def _end_room(room: RoomRow, at: float) -> None:
    room.ended_at = at
    room.state_n = next_n(room)


def _delete_room(session: Session, room: RoomRow) -> None:
    session.execute(delete(RoomRow).where(RoomRow.id == room.id))
