"""Who came first in a task: the best run of each person, ties to the earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashboard.room.limits import BOARD_ROWS
from dashboard.room.tables import PersonRow, RoomRow, RunRow, TaskRow
from dashboard.room.tasks import MEASURES


@dataclass(frozen=True)
class BoardRow:
    """A person's place, with their best run's settings."""

    rank: int
    person: int
    name: str
    score: float
    settings: dict[str, Any]


@dataclass(frozen=True)
class Board:
    """A task's first ten, and the rank and score of everybody who counts, by person."""

    task: int
    measure: str | None
    rows: list[BoardRow]
    ranks: dict[int, tuple[int, float]]
    n_people: int
    n_counted: int

    def body(self, person_id: int | None = None) -> dict[str, Any]:
        """Return the board as JSON holds it; a person's own says where they stand, too."""
        body: dict[str, Any] = {
            "task": self.task,
            "measure": self.measure,
            "rows": [dict(vars(row)) for row in self.rows],
            "nPeople": self.n_people,
            "nCounted": self.n_counted,
        }
        if person_id is not None:
            rank, score = self.ranks.get(person_id, (None, None))
            you = None if rank is None else {"rank": rank, "score": score}
            body |= {"you": you, "person": person_id}
        return body


def board_of(session: Session, room: RoomRow, task: TaskRow) -> Board:
    """Return a task's board as it stands; one without a measure has no rows."""
    best = _best_runs(session, task) if task.measure else []
    return Board(
        task.number,
        task.measure,
        [
            BoardRow(rank, row.person_id, row.name, row.score, row.settings)
            for rank, row in enumerate(best[:BOARD_ROWS], start=1)
        ],
        {row.person_id: (rank, row.score) for rank, row in enumerate(best, start=1)},
        room.n_people,
        len(best),
    )


def _best_runs(session: Session, task: TaskRow) -> list[Any]:
    """Return each person's best run, the best first: the database goes through all of them."""
    is_larger = MEASURES[task.measure or ""].better == "larger"
    best_first = RunRow.score.desc() if is_larger else RunRow.score.asc()
    place = func.row_number().over(
        partition_by=RunRow.person_id, order_by=(best_first, RunRow.n.asc())
    )
    runs = (
        select(RunRow.id, place.label("place"))
        .where(RunRow.task_id == task.id, RunRow.score.is_not(None))
        .subquery()
    )
    query = (
        select(RunRow.person_id, PersonRow.name, RunRow.score, RunRow.settings)
        .join(runs, runs.c.id == RunRow.id)
        .join(PersonRow, PersonRow.id == RunRow.person_id)
        .where(runs.c.place == 1)
        .order_by(best_first, RunRow.n.asc())
    )
    return list(session.execute(query))
