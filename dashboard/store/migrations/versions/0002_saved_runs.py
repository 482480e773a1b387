"""Saved runs, in the database that held rooms alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "saved_runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("owner_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_key", sa.String(400), nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("page", sa.String(20), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("file_name", sa.Text),
        sa.Column("fingerprint", sa.String(32)),
        sa.Column("result", sa.JSON),
        sa.Column("final_loss", sa.Double),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("saved_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_runs"),
        sa.UniqueConstraint(
            "owner_hash", "name_key", "run", name="uq_saved_runs_owner_hash_name_key_run"
        ),
    )
    op.create_index("ix_saved_runs_owner_hash_saved_at", "saved_runs", ["owner_hash", "saved_at"])


def downgrade() -> None:
    op.drop_table("saved_runs")
