"""What a room tells: its state, and what came after a number, as plain data for JSON.

Numbers rise in the order in which changes are committed. Whoever changes a room holds its row until
then, so a reader who has seen number N has seen all up to N. Of each thing only the latest change
is told. That somebody joins is no change of the room's state, or a hundred people who join would
be told of it ten thousand times: `nPeople` is that of the moment when the state is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dashboard.room.limits import ROOM_SECONDS
from dashboard.room.people import Person, person_of
from dashboard.room.tables import PersonRow, RoomRow, RunRow, TaskRow
from dashboard.room.tasks import MEASURES

_TASK: Final = select(TaskRow).where(
    TaskRow.room_id == bindparam("room"), TaskRow.number == bindparam("number")
)


@dataclass(frozen=True)
class RoomChange:
    """Something that happened: `kind` is "room", "person" or "dot"."""

    n: int
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class RoomChanges:
    """A page of changes. Go on after `n`, at once where there is `more`."""

    changes: list[RoomChange]
    n: int
    more: bool


def has_ended(room: RoomRow, now: float) -> bool:
    """Whether the presenter, or the day's end, has ended a room."""
    return room.ended_at is not None or now >= room.created_at + ROOM_SECONDS


def find_task(session: Session, room: RoomRow, number: int) -> TaskRow | None:
    """Return a room's task, None where there is none of this number."""
    return session.scalar(_TASK, {"room": room.id, "number": number})


def room_state(session: Session, room: RoomRow, n_places: int, now: float) -> RoomChange:
    """Return all of a room's state."""
    task = find_task(session, room, room.task_number)
    body = {
        "code": room.code,
        "title": room.title,
        "mode": "follow" if room.is_following else "free",
        "isFrozen": room.is_frozen,
        "isRevealed": room.is_revealed,
        "isExplained": room.is_explained,
        "isPodium": room.is_podium,
        "mayTypeNames": room.may_type_names,
        "hasEnded": has_ended(room, now),
        "nPeople": room.n_people,
        "maxPeople": n_places,
        "endsAt": room.created_at + ROOM_SECONDS if room.ended_at is None else room.ended_at,
        "task": None if task is None else _task_body(task, now),
    }
    return RoomChange(room.state_n, "room", body)


def _task_body(task: TaskRow, now: float) -> dict[str, Any]:
    return {
        "number": task.number,
        "kind": task.kind,
        "title": task.title,
        "text": task.text,
        "measure": task.measure,
        "better": MEASURES[task.measure].better if task.measure else None,
        "startedAt": task.started_at,
        "endsAt": task.ends_at,
        "isOver": task.ends_at is not None and now >= task.ends_at,
        "free": task.free,
        "bounds": task.bounds,
        "spec": task.spec,
    }


def changes_after(
    session: Session,
    room: RoomRow,
    state: list[RoomChange],
    after: int,
    person_id: int | None,
    limit: int,
) -> RoomChanges:
    """Return what came after a number, of everybody (None) or of one person; `state` with it."""
    found = [
        *state,
        *_people(session, room, after, person_id, limit + 1),
        *_dots(session, room, after, person_id, limit + 1),
    ]
    found.sort(key=lambda change: change.n)
    page, more = found[:limit], len(found) > limit
    return RoomChanges(page, page[-1].n if more else room.n_changes, more)


def _people(
    session: Session, room: RoomRow, after: int, person_id: int | None, limit: int
) -> list[RoomChange]:
    # Up to the number that the room's row had: what came since is told whole by the next page.
    query = select(PersonRow).where(
        PersonRow.room_id == room.id, PersonRow.n > after, PersonRow.n <= room.n_changes
    )
    if person_id is not None:
        query = query.where(PersonRow.id == person_id)
    rows = session.scalars(query.order_by(PersonRow.n).limit(limit))
    return [RoomChange(row.n, "person", person_body(person_of(row))) for row in rows]


def person_body(person: Person) -> dict[str, Any]:
    """Return a person as they themselves and the presenter are told of."""
    return {
        "id": person.id,
        "name": person.name,
        "isRemoved": person.is_removed,
        "hasLeft": person.has_left,
    }


def _dots(
    session: Session, room: RoomRow, after: int, person_id: int | None, limit: int
) -> list[RoomChange]:
    query = (
        select(TaskRow.number, *RunRow.__table__.columns)
        .join_from(RunRow, TaskRow, RunRow.task_id == TaskRow.id)
        .where(RunRow.room_id == room.id, RunRow.n > after, RunRow.n <= room.n_changes)
    )
    if person_id is not None:
        query = query.where(RunRow.person_id == person_id)
    return [
        RoomChange(row.n, "dot", _dot_body(row))
        for row in session.execute(query.order_by(RunRow.n).limit(limit))
    ]


def _dot_body(row: Any) -> dict[str, Any]:
    return {
        "task": row.number,
        "person": row.person_id,
        "run": row.run,
        "settings": row.settings,
        "status": row.status,
        "finalLoss": row.final_loss,
        "epochsTo1Percent": row.epochs_to_1_percent,
        "distance": row.distance,
        "score": row.score,
        "at": row.at,
    }
