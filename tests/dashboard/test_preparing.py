"""Work beside the trainer's: what was given up or has failed leaves nothing behind."""

from __future__ import annotations

import asyncio
import logging
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dashboard.live import encoder
from dashboard.live.budget import MemoryBudget
from dashboard.live.preparing import Job, Unwanted
from dashboard.live.problems import ProblemCache
from dashboard.live.trainer_main import Trainer
from dashboard.problem_spec import ProblemSpec
from dashboard.settings import make_settings
from linreg_core import ENGINES, DataError
from linreg_core.memory import memory_for
from tests.dashboard.serving import Endless, no_collections, until, within_patience


def fail(error: BaseException) -> None:
    with memory_for((3, 2)):
        raise error


@pytest.mark.parametrize(
    ("error", "raised", "is_logged"),
    [
        (Unwanted(), Unwanted, False),
        (MemoryError(), DataError, False),
        (ZeroDivisionError(), ZeroDivisionError, True),
    ],
    ids=["given up", "no memory", "a fault"],
)
def test_work_that_fails_keeps_nothing_of_what_it_had_made(
    error: BaseException,
    raised: type[BaseException],
    is_logged: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made: list[weakref.ref[Any]] = []

    def work() -> None:
        half_made = np.zeros(1_000)
        made.append(weakref.ref(half_made))
        fail(error)

    with no_collections(), caplog.at_level(logging.ERROR), ThreadPoolExecutor(1) as executor:
        job = Job(work)
        future = job.hand_to(executor)
        executor.shutdown()
        assert future.done()
        assert made[0]() is None
        with pytest.raises(raised):
            job.result()
    assert ("ZeroDivisionError" in caplog.text) is is_logged


@pytest.mark.parametrize("stage", ["its data", "its reference fit"])
@pytest.mark.parametrize("engine", ["compiled", "torch"])
def test_a_run_that_is_dragged_away_gives_its_memory_back(
    stage: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was under way for it, and before any garbage collection."""
    endless = Endless()
    ENGINES[engine].prepare()  # torch keeps the frames of its first caller
    settings = make_settings(
        "many_weights",
        {"n_samples": 2_000, "n_features": 600},
        test_fraction=0.2,
        n_epochs=10_000,
        engine=engine,
    )

    async def run(trainer: Trainer, seed: int) -> None:
        async with trainer.run(replace(settings, seed=seed).run_spec, "somebody") as live:
            async for _ in live.chunks():
                pass

    async def scenario() -> None:
        trainer = Trainer()
        trainer.problems = ProblemCache(
            trainer._preparers, MemoryBudget(10**9), linger_seconds=0, cache_bytes=0
        )
        try:
            for seed in range(3):
                endless.is_under_way.clear()
                task = asyncio.create_task(run(trainer, seed))
                await until(endless.is_under_way.is_set)
                assert trainer.problems.budget.taken > settings.problem_spec.n_bytes
                task.cancel()
                await asyncio.wait([task])
                del task
                await until(lambda: trainer.problems.budget.taken == 0)
        finally:
            trainer.stop()

    if stage == "its data":
        monkeypatch.setattr(ProblemSpec, "build", endless)
    else:
        monkeypatch.setattr(encoder, "reference_fit", endless)
    with no_collections():
        within_patience(scenario())
