"""Fixtures of the dashboard's tests."""

from collections.abc import Iterator

import pytest

from linreg_core import ENGINES
from tests.dashboard.serving import LocalServer


@pytest.fixture(scope="package", autouse=True)
def _every_engine_is_ready() -> None:
    """Which one trains does not depend on the tests before."""
    for engine in ENGINES.values():
        engine.prepare()


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A live server of this test's own."""
    server = LocalServer()
    yield server
    server.stop()
