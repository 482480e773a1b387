"""The rooms' tables in the database: settings, results and names, and nothing else of anybody.

What happened in a room is numbered: `n` of a row is the number of its latest change, counted in
`RoomRow.n_changes` by the same transaction. There is no log: what is deleted is gone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.base import Base

_HASH = String(64)


class RoomRow(Base):
    """A room. Its row is locked by whoever changes anything in it, which orders the numbers."""

    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    key_hash: Mapped[str] = mapped_column(_HASH)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(index=True)
    ended_at: Mapped[float | None]
    n_changes: Mapped[int]
    state_n: Mapped[int]
    """The number of the latest change of what stands in this row, and of the task."""
    n_people: Mapped[int]
    """Places that are taken: by everybody who has joined and was not removed."""
    task_number: Mapped[int]
    is_following: Mapped[bool]
    is_frozen: Mapped[bool]
    is_revealed: Mapped[bool]
    is_explained: Mapped[bool]
    is_podium: Mapped[bool]
    may_type_names: Mapped[bool]
    playhead: Mapped[dict[str, Any] | None]
    playhead_n: Mapped[int]


class PersonRow(Base):
    """A person: a hash of their browser's token, and a name."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("room_id", "token_hash"),
        UniqueConstraint("room_id", "name_key"),
        UniqueConstraint("room_id", "n"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    n: Mapped[int]
    token_hash: Mapped[str] = mapped_column(_HASH)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    is_removed: Mapped[bool]
    has_left: Mapped[bool]


class TaskRow(Base):
    """A task: what is trained, what may be set, and how it is judged."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("room_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    measure: Mapped[str | None] = mapped_column(String(40))
    spec: Mapped[str] = mapped_column(Text)
    free: Mapped[list[str]]
    bounds: Mapped[dict[str, Any]]
    started_at: Mapped[float]
    ends_at: Mapped[float | None]
    """When its countdown is over, or when the presenter ended it."""


class RunRow(Base):
    """A finished run, a dot: one for each person, task and spec."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("task_id", "person_id", "run"),
        UniqueConstraint("room_id", "n"),
        Index(None, "person_id", "n"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    n: Mapped[int]
    run: Mapped[str] = mapped_column(String(40))
    settings: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(20))
    final_loss: Mapped[float | None]
    epochs_to_1_percent: Mapped[int | None]
    distance: Mapped[float | None]
    score: Mapped[float | None]
    at: Mapped[float]
