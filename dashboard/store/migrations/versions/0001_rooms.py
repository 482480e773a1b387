"""Rooms, people, tasks and runs, as the first version kept them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _make_rooms()
    _make_people()
    _make_tasks()
    _make_runs()


def downgrade() -> None:
    for table in ("runs", "tasks", "people", "rooms"):
        op.drop_table(table)


def _make_rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("n_changes", sa.Integer, nullable=False),
        sa.Column("state_n", sa.Integer, nullable=False),
        sa.Column("n_people", sa.Integer, nullable=False),
        sa.Column("task_number", sa.Integer, nullable=False),
        sa.Column("is_following", sa.Boolean, nullable=False),
        sa.Column("is_frozen", sa.Boolean, nullable=False),
        sa.Column("is_revealed", sa.Boolean, nullable=False),
        sa.Column("is_explained", sa.Boolean, nullable=False),
        sa.Column("is_podium", sa.Boolean, nullable=False),
        sa.Column("may_type_names", sa.Boolean, nullable=False),
        sa.Column("playhead", sa.JSON),
        sa.Column("playhead_n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
        sa.UniqueConstraint("code", name="uq_rooms_code"),
    )
    op.create_index("ix_rooms_created_at", "rooms", ["created_at"])


def _make_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.Column("has_left", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        _belongs_to("people", "rooms", "room_id"),
        sa.UniqueConstraint("room_id", "n", name="uq_people_room_id_n"),
        sa.UniqueConstraint("room_id", "name_key", name="uq_people_room_id_name_key"),
        sa.UniqueConstraint("room_id", "token_hash", name="uq_people_room_id_token_hash"),
    )


def _make_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("measure", sa.String(40)),
        sa.Column("spec", sa.Text, nullable=False),
        sa.Column("free", sa.JSON, nullable=False),
        sa.Column("bounds", sa.JSON, nullable=False),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("ends_at", sa.Double),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        _belongs_to("tasks", "rooms", "room_id"),
        sa.UniqueConstraint("room_id", "number", name="uq_tasks_room_id_number"),
    )


def _make_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("room_id", sa.Integer, nullable=False),
        sa.Column("task_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("final_loss", sa.Double),
        sa.Column("epochs_to_1_percent", sa.Integer),
        sa.Column("distance", sa.Double),
        sa.Column("score", sa.Double),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        _belongs_to("runs", "rooms", "room_id"),
        _belongs_to("runs", "tasks", "task_id"),
        _belongs_to("runs", "people", "person_id"),
        sa.UniqueConstraint("room_id", "n", name="uq_runs_room_id_n"),
        sa.UniqueConstraint("task_id", "person_id", "run", name="uq_runs_task_id_person_id_run"),
    )
    op.create_index("ix_runs_person_id_n", "runs", ["person_id", "n"])


def _belongs_to(table: str, owner: str, column: str) -> sa.ForeignKeyConstraint:
    """Return the key of rows that go when their owner goes."""
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete="CASCADE")
