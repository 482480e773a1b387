"""Tasks as the store keeps them: made of what a presenter asks for, read, found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from dashboard.room.errors import NoSuchTask
from dashboard.room.tables import RoomRow, TaskRow
from dashboard.room.tasks import (
    TASKS,
    Task,
    checked_bounds,
    checked_free,
    checked_line,
    checked_measure,
    checked_seconds,
    checked_text,
)
from dashboard.room.told import find_task
from dashboard.run_spec import RunSpec
from linreg_core.checks import choice


def checked_task_row(
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


def task_of(row: TaskRow) -> Task:
    """Return a task as others know it."""
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


def found_task(session: Session, room: RoomRow, number: int) -> TaskRow:
    """Return a room's task. Raises NoSuchTask."""
    if (row := find_task(session, room, number)) is None:
        raise NoSuchTask(number)
    return row
