"""A room as a table to take away: every dot of every task, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select

from dashboard.escaping import csv_cell
from dashboard.room.limits import PAGE
from dashboard.room.tables import PersonRow, RunRow, TaskRow
from dashboard.store.database import Store

_BEFORE: Final = ("task", "title", "kind", "person", "name", "run")
_AFTER: Final = ("status", "final_loss", "epochs_to_1_percent", "distance", "score", "at")


def table_lines(store: Store, room_id: int) -> Iterator[list[str]]:
    """Yield the names of the columns, then each dot in the order in which they came.

    Read in pages, each for itself: a room that is running goes on meanwhile.
    """
    with store.reading() as session:
        free = session.scalars(
            select(TaskRow.free).where(TaskRow.room_id == room_id).order_by(TaskRow.number)
        )
        knobs = [*dict.fromkeys(name for names in free for name in names)]
    yield [*_BEFORE, *knobs, *_AFTER]
    after = 0
    while page := _page(store, room_id, after):
        yield from (_line(row, knobs) for row in page)
        after = page[-1].n


def _page(store: Store, room_id: int, after: int) -> list[Any]:
    query = (
        select(
            TaskRow.number.label("task"),
            TaskRow.title,
            TaskRow.kind,
            PersonRow.id.label("person"),
            PersonRow.name,
            *RunRow.__table__.columns,
        )
        .join_from(RunRow, TaskRow, RunRow.task_id == TaskRow.id)
        .join(PersonRow, RunRow.person_id == PersonRow.id)
        .where(RunRow.room_id == room_id, RunRow.n > after)
        .order_by(RunRow.n)
        .limit(PAGE)
    )
    with store.reading() as session:
        return list(session.execute(query))


def _line(row: Any, knobs: list[str]) -> list[str]:
    values = row._mapping
    at = datetime.fromtimestamp(row.at, UTC).isoformat(timespec="milliseconds")
    cells = [
        *(values[name] for name in _BEFORE),
        *(row.settings.get(name) for name in knobs),
        *(values[name] for name in _AFTER[:-1]),
        at,
    ]
    return ["" if cell is None else csv_cell(str(cell)) for cell in cells]
