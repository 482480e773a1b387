"""Fixtures of the dashboard's tests."""

from collections.abc import Iterator

import pytest

from tests.dashboard.serving import LocalServer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A live server of this test's own."""
    server = LocalServer()
    yield server
    server.stop()
