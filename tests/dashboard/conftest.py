"""Fixtures of the dashboard's tests."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard.live.roles import SMALL
from dashboard.live.trainer_client import TrainerProcess
from dashboard.live.trainers import Trainers
from linreg_core import ENGINES
from tests.dashboard.serving import PATIENCE_SECONDS, LocalServer, until


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


@pytest.fixture(scope="module")
def with_trainers() -> Iterator[Callable[[Callable[[Trainers], Awaitable[None]]], None]]:
    """Carries out scenarios with both trainers, each of which takes seconds to start."""
    yield from _scenarios_with(Trainers())


@pytest.fixture(scope="module")
def with_process() -> Iterator[Callable[[Callable[[TrainerProcess], Awaitable[None]]], None]]:
    """Carries out scenarios with one trainer's process."""
    yield from _scenarios_with(TrainerProcess(SMALL, 500_000_000))


def _scenarios_with(trainer: Any) -> Iterator[Callable[[Callable[[Any], Awaitable[None]]], None]]:
    """One after the other on one event loop. None leaves a run to the next, or data."""

    async def start() -> None:
        trainer.start()

    async def carry_out(scenario: Callable[[Any], Awaitable[None]]) -> None:
        await scenario(trainer)
        await until(lambda: trainer.n_runs == 0)

    with asyncio.Runner() as runner:
        runner.run(start())
        try:
            yield lambda scenario: runner.run(
                asyncio.wait_for(carry_out(scenario), PATIENCE_SECONDS)
            )
        finally:
            runner.run(trainer.stop())
