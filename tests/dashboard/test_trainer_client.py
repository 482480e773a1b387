"""The trainer's process, for real: runs come, stop, are refused, and survive its death."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.live import heartbeat, trainer_client
from dashboard.live.frames import Kind
from dashboard.live.heartbeat import SILENT, STARTING
from dashboard.live.remote_run import RunView, TrainerGone
from dashboard.live.roles import LARGE, SMALL, Role
from dashboard.live.trainer_client import TrainerProcess
from dashboard.live.trainers import Trainers
from dashboard.settings import ModelSettings
from linreg_core import LinregError
from linreg_core.engines.compiled.compiler import BEING_PREPARED
from tests.dashboard.serving import ENDLESS, TINY, until, within_patience
from tests.dashboard.streams import received


@asynccontextmanager
async def running(role: Role = SMALL) -> AsyncIterator[TrainerProcess]:
    process = TrainerProcess(role, 500_000_000)
    process.start()
    try:
        yield process
    finally:
        await process.stop()


async def with_own_process(scenario: Callable[[TrainerProcess], Awaitable[None]]) -> None:
    async with running() as process:
        await scenario(process)


WithProcess = Callable[[Callable[[TrainerProcess], Awaitable[None]]], None]


async def submit(process: TrainerProcess | Trainers, settings: ModelSettings) -> RunView:
    if isinstance(process, Trainers):
        return await process.submit(settings.run_spec, lambda _: None)
    view = RunView(process.begin(settings.run_spec))
    await view.started()
    return view


async def read(run: RunView) -> bytes:
    return b"".join([chunk async for chunk in run.chunks()])


def test_the_first_runs_come_whole_side_by_side_and_compiled(with_process: WithProcess) -> None:
    """The compiled code is on disk."""

    async def scenario(process: TrainerProcess) -> None:
        runs = [await submit(process, replace(TINY, seed=seed)) for seed in range(5)]
        streams = await asyncio.gather(*(read(run) for run in runs))
        ends = [received(stream).the("end").fields for stream in streams]
        assert {end["epoch"] for end in ends} == {TINY.n_epochs}
        assert len({end["bias"] for end in ends}) == len(runs)
        assert {(end["engine"], end["engineReason"]) for end in ends} == {("Compiled", None)}
        await until(lambda: process.n_runs == 0)

    with_process(scenario)


async def end_of_a_run(process: TrainerProcess) -> dict[str, Any]:
    return received(await read(await submit(process, TINY))).the("end").fields


def test_nobody_waits_for_the_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))  # nothing in it

    async def scenario(process: TrainerProcess) -> None:
        end = await end_of_a_run(process)
        assert (end["engine"], end["engineReason"]) == ("PyTorch (autograd)", BEING_PREPARED)

    within_patience(with_own_process(scenario))


def test_a_refusal_brings_the_cores_sentence_and_harms_nobody(with_process: WithProcess) -> None:
    async def scenario(process: TrainerProcess) -> None:
        with pytest.raises(LinregError, match="number of training rows, 20. Got 21"):
            await submit(process, replace(TINY, batch_size=21))
        assert process.n_runs == 0
        assert received(await read(await submit(process, TINY))).the("end")

    with_process(scenario)


def test_a_cancelled_run_ends_and_others_go_on(with_process: WithProcess) -> None:
    async def scenario(process: TrainerProcess) -> None:
        long = await submit(process, ENDLESS)
        long.close()
        long.close()
        await read(long)
        assert process.n_runs == 0
        assert received(await read(await submit(process, TINY))).the("end")

    with_process(scenario)


def test_a_dead_trainer_ends_its_streams_and_is_replaced(
    with_process: WithProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_client, "_RESTART_SECONDS", 0.01)

    async def scenario(process: TrainerProcess) -> None:
        run = await submit(process, ENDLESS)
        child = process._process
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        await read(run)
        await until(lambda: process._process is not child)
        assert received(await read(await submit(process, TINY))).the("end")

    with_process(scenario)


async def silent_with_a_run(
    process: TrainerProcess,
) -> tuple[RunView, asyncio.subprocess.Process]:
    """Stops the trainer's process under a run and waits until that is told."""
    run = await submit(process, ENDLESS)
    await until(lambda: process.message == "")
    child = process._process
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    await until(lambda: process.message == SILENT)
    return run, child


def test_a_trainer_that_hangs_is_told_of_and_replaced(
    with_process: WithProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_client, "_RESTART_SECONDS", 0.01)
    monkeypatch.setattr(heartbeat, "LOST_BEATS", 6)

    async def scenario(process: TrainerProcess) -> None:
        run, child = await silent_with_a_run(process)
        assert child.returncode is None
        await read(run)
        await until(lambda: child.returncode is not None)
        await until(lambda: process.message == STARTING)
        assert received(await read(await submit(process, TINY))).the("end")
        await until(lambda: process.message == "")

    with_process(scenario)


def test_a_trainer_that_goes_on_in_time_is_left_alone(
    with_process: WithProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "LOST_BEATS", 1_000)  # in time, on any machine

    async def scenario(process: TrainerProcess) -> None:
        run, child = await silent_with_a_run(process)
        os.kill(child.pid, signal.SIGCONT)
        await until(lambda: process.message == "")
        assert process._process is child
        run.close()
        await read(run)

    with_process(scenario)


def test_stopping_ends_every_run_and_the_process() -> None:
    async def scenario(process: TrainerProcess) -> None:
        run = await submit(process, ENDLESS)
        child = process._process
        assert child is not None
        await process.stop()
        await read(run)
        assert child.returncode is not None

    within_patience(with_own_process(scenario))


def test_a_trainer_that_nobody_needs_ends_until_it_is_wanted_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        children: list[asyncio.subprocess.Process] = []
        # The one that rests, and that loads no torch where there is little memory.
        async with running(replace(LARGE, rests_after=0.0)) as process:
            for _ in range(2):
                run = await submit(process, TINY)
                assert process._process is not None
                children.append(process._process)
                assert received(await read(run)).the("end")
                await until(lambda: children[-1].returncode is not None)
                assert process.message == ""
        assert [child.returncode for child in children] == [0, 0]
        assert children[0] is not children[1]

    with caplog.at_level(logging.ERROR):
        within_patience(scenario())
    assert not caplog.records


def test_what_is_given_up_before_the_trainer_is_there_never_starts() -> None:
    async def scenario() -> None:
        process, told = TrainerProcess(SMALL, 10**8), []
        process.tell = lambda run_id, kind, payload=b"": told.append(kind)  # type: ignore[method-assign]
        asking = asyncio.create_task(submit(process, TINY))
        await until(lambda: process.n_runs)
        process._runs[1]._views.pop().close()
        process._is_up.set()
        with pytest.raises(TrainerGone):
            await asking
        assert told == [Kind.CANCEL]

    within_patience(scenario())
