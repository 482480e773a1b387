"""The library's table in the database: settings and results of runs, and nobody's data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.store.base import Base


class SavedRunRow(Base):
    """A saved run: one for each browser, name and run."""

    __tablename__ = "saved_runs"
    __table_args__ = (
        UniqueConstraint("owner_hash", "name_key", "run"),
        Index(None, "owner_hash", "saved_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(400))
    """What two names share that read the same."""
    run: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(String(20))
    settings: Mapped[dict[str, Any]]
    """The address's parameters."""
    file_name: Mapped[str | None] = mapped_column(Text)
    """Of a table of the person's own, which is needed to train the run again."""
    fingerprint: Mapped[str | None] = mapped_column(String(32))
    result: Mapped[dict[str, Any] | None]
    final_loss: Mapped[float | None]
    note: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(String(40))
    saved_at: Mapped[float]
