"""Fixtures of the dashboard's tests."""

from collections.abc import Iterator

import pytest

from dashboard.live.server import LiveServer


@pytest.fixture
def server() -> Iterator[LiveServer]:
    """A live server of this test's own."""
    server = LiveServer()
    yield server
    server.stop()
