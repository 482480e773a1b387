"""A store for each test, on SQLite and on PostgreSQL, and a clock that stands still."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from dashboard.room.rooms import Rooms
from dashboard.room.tables import RoomRow
from dashboard.store.database import Store
from tests.room.making import Clock


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rooms, to be copied."""
    path = tmp_path_factory.mktemp("rooms") / "empty.sqlite"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without rooms, of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_file"), tmp_path / "rooms.sqlite")
        return f"sqlite:///{tmp_path}/rooms.sqlite"
    url = str(request.getfixturevalue("postgresql"))
    store = Store(url)
    with store.transaction() as session:
        session.execute(delete(RoomRow))
    store.dispose()
    return url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rooms(store: Store, clock: Clock) -> Rooms:
    return Rooms(store, clock)
