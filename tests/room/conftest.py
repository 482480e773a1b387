"""A store for each test, a clock that stands still, and rooms in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.room.rooms import Rooms
from dashboard.room.store import Store
from tests.room.making import Clock


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/rooms.sqlite"


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
