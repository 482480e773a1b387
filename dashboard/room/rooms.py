"""Rooms: what presenters and participants can do, each one transaction, from any thread.

A room is found by its code, in any spelling that a person would type. Whatever changes a room locks
its row first: changes of one room come one after the other. Those of others do not wait, unless
the database lets only one write at a time.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from dashboard.room.board import Board, board_of
from dashboard.room.codes import checked_token, kept_hash, new_key, read_code
from dashboard.room.dots import add_dot
from dashboard.room.errors import (
    NoSuchRoom,
    NoSuchRun,
    RoomEnded,
    WasRemoved,
)
from dashboard.room.export import table_lines
from dashboard.room.limits import (
    MAX_TASKS,
    PAGE,
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
from dashboard.room.room_rows import (
    check_n_rooms,
    check_playhead,
    delete_room,
    end_room,
    free_code,
    new_room_row,
    people_set,
)
from dashboard.room.tables import RoomRow, RunRow
from dashboard.room.task_rows import checked_task_row, found_task, task_of
from dashboard.room.tasks import (
    Outcome,
    Task,
    checked_line,
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
from dashboard.store.database import Store
from linreg_core import ConfigError
from linreg_core.checks import flag

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
        self._max_people = people_set() if max_people is None else max_people

    def create(
        self,
        spec: RunSpec,
        free: Sequence[str],
        title: str = "",
        bounds: Mapping[str, Any] | None = None,
    ) -> NewRoom:
        """Make a room whose first task is free play of a run. Raises TooManyRooms."""
        now, key = self._clock(), new_key()
        task = checked_task_row(1, "free_play", spec, free, now, bounds=bounds)
        title = checked_line("title", title)
        with self._store.transaction() as session:
            check_n_rooms(session, now)
            room = new_room_row(free_code(session), key, title, now)
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
            task = found_task(session, room, task_number)
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
        task = checked_task_row(
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
                end_room(room, min(self._clock(), room.created_at + ROOM_SECONDS))
            return room.n_changes

    def delete(self, code: str) -> None:
        """Delete the room with everything in it, at once."""
        with self._changing(code, or_ended=True) as (session, room):
            delete_room(session, room)

    def task(self, code: str, number: int) -> Task:
        """Return a task. Raises NoSuchTask."""
        with self._reading(code) as (session, room):
            return task_of(found_task(session, room, number))

    def run_spec(self, code: str, task_number: int, run: str) -> RunSpec:
        """Return the name of the run that became a dot. Raises NoSuchTask and NoSuchRun."""
        with self._reading(code) as (session, room):
            row = found_task(session, room, task_number)
            query = select(RunRow.settings).where(RunRow.task_id == row.id, RunRow.run == run)
            if (settings := session.scalar(query.limit(1))) is None:
                raise NoSuchRun
            spec = task_of(row).spec
        return replace(spec, config=replace(spec.config, **settings))

    def board(self, code: str, task_number: int) -> Board:
        """Return a task's board as it stands. Raises NoSuchTask."""
        with self._reading(code) as (session, room):
            return board_of(session, room, found_task(session, room, task_number))

    def set_playhead(self, code: str, body: dict[str, Any]) -> int:
        """Keep what the presenter's picture shows, only the newest; return its own number."""
        check_playhead(body)
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
                end_room(room, room.created_at + ROOM_SECONDS)
            gone = [room for room in old if room.ended_at and room.ended_at <= day_ago]
            for room in gone:
                delete_room(session, room)
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
