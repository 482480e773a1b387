"""Fixtures of the dashboard's tests."""

import functools
from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

from linreg_core import ENGINES
from tests.dashboard.serving import LocalServer


@pytest.fixture(scope="package", autouse=True)
def _every_engine_is_ready() -> None:
    """Which one trains does not depend on the tests before."""
    for engine in ENGINES.values():
        engine.prepare()


@pytest.fixture(scope="package", autouse=True)
def _installed_components_are_looked_for_once() -> Iterator[None]:
    """By each AppTest, that is, in each of some 500 packages: four fifths of what a page took."""
    name = "scan_component_manifests"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, name, functools.cache(getattr(manifest_scanner, name)))
        yield


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A live server of this test's own."""
    server = LocalServer()
    yield server
    server.stop()
