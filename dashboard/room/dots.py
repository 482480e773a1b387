"""A finished run becomes a dot: judged here, stored once however often it comes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from dashboard.room.errors import TooManyRuns
from dashboard.room.limits import MAX_RUNS_EACH
from dashboard.room.people import next_n
from dashboard.room.tables import PersonRow, RoomRow, RunRow, TaskRow
from dashboard.room.tasks import MEASURES, Outcome, finite_or_none
from dashboard.run_spec import RunSpec

# Made once: what runs often would else spend a third of its time on spelling its question.
_COUNTED: Final = select(func.count(), func.count(case((RunRow.run == bindparam("run"), 1)))).where(
    RunRow.task_id == bindparam("task"), RunRow.person_id == bindparam("person")
)


def add_dot(
    session: Session, room: RoomRow, task: TaskRow, person: PersonRow, run: Outcome, now: float
) -> bool:
    """Add a run in a room whose row is locked. Return whether it is new. Raises TooManyRuns."""
    whose = {"task": task.id, "person": person.id, "run": run.spec_id}
    n_runs, n_same = session.execute(_COUNTED, whose).one()
    if n_same:
        return False
    if n_runs >= MAX_RUNS_EACH:
        raise TooManyRuns(MAX_RUNS_EACH)
    session.add(
        RunRow(
            room_id=room.id,
            task_id=task.id,
            person_id=person.id,
            n=next_n(room),
            run=run.spec_id,
            settings=dict(run.settings),
            status=run.status,
            final_loss=finite_or_none(run.final_loss),
            epochs_to_1_percent=run.epochs_to_1_percent,
            distance=finite_or_none(run.distance),
            score=_score(task, run),
            at=now,
        ),
    )
    return True


def _score(task: TaskRow, run: Outcome) -> float | None:
    if task.measure is None:
        return None
    return finite_or_none(MEASURES[task.measure].score(run, RunSpec.from_text(task.spec)))
