"""The trainer's data: problems shared within a budget, sessions' own data held and forgotten."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dashboard.live import problems as problems_module
from dashboard.live.budget import MemoryBudget, NoRoomNow
from dashboard.live.preparing import Preparers
from dashboard.live.problems import ProblemCache
from dashboard.live.roles import SMALL
from dashboard.problem_spec import DATA_IS_GONE, ProblemSpec, SentData
from dashboard.settings import make_settings
from linreg_core import DataError, Dataset, TrainConfig
from tests.dashboard.serving import Endless, until, within_patience

CONFIG = TrainConfig(n_epochs=3, engine="compiled", dtype="float64")
RUN = problems_module.RUN_BYTES


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[ProblemSpec]:
    """The specs that were built, in order."""
    specs: list[ProblemSpec] = []
    build = ProblemSpec.build

    def counted(spec: ProblemSpec, *sent: Any) -> Any:
        specs.append(spec)
        return build(spec, *sent)

    monkeypatch.setattr(ProblemSpec, "build", counted)
    return specs


def specs(n: int, n_samples: int) -> list[ProblemSpec]:
    settings = make_settings("line", {"n_samples": n_samples})
    return [replace(settings, seed=seed).problem_spec for seed in range(n)]


@contextmanager
def preparers() -> Iterator[Preparers]:
    """A trainer's threads for the length of a block."""
    threads = Preparers()
    try:
        yield threads
    finally:
        threads.stop()


async def got(cache: ProblemCache, spec: ProblemSpec) -> Any:
    """The problem of a run that has ended at once."""
    async with cache.lease(spec, CONFIG) as problem:
        return problem


def cached(budget_bytes: int, order: list[ProblemSpec]) -> None:
    """Asks a fresh cache for these problems, one after the other."""

    async def scenario() -> None:
        with preparers() as executor:
            cache = ProblemCache(executor, cache_bytes=budget_bytes)
            for spec in order:
                assert (await got(cache, spec)).dataset.n_samples == spec.data.shape[0]

    within_patience(scenario())


@pytest.mark.parametrize(
    ("budget", "order", "expected"),
    [
        ("everything", "aabab", "ab"),
        ("nothing", "aab", "aab"),
        ("nothing", "aba", "aba"),
        ("two", "abcbc", "abc"),
        ("two", "abca", "abca"),
        ("two", "abacab", "abcb"),  # the one used longest ago goes
    ],
)
def test_problems_used_last_are_kept_within_the_budget(
    built: list[ProblemSpec], budget: str, order: str, expected: str
) -> None:
    named = dict(zip("abc", specs(3, 1_000), strict=True))
    size = named["a"].n_bytes
    bytes_of = {"everything": 10 * size, "two": int(2.5 * size), "nothing": 0}
    cached(bytes_of[budget], [named[letter] for letter in order])
    assert built == [named[letter] for letter in expected]


@pytest.mark.parametrize("n_samples", [100, 50_000])
def test_a_room_that_asks_at_once_has_one_problem(built: list[ProblemSpec], n_samples: int) -> None:
    (spec,) = specs(1, n_samples)

    async def scenario() -> None:
        with preparers() as executor:
            cache = ProblemCache(executor)
            problems = await asyncio.gather(*(got(cache, spec) for _ in range(32)))
            assert all(problem is problems[0] for problem in problems)

    within_patience(scenario())
    assert built == [spec]


OWN = Dataset("own", np.arange(6.0).reshape(3, 2), [1.0, 2.0, 4.0])


def own(name: str, **values: Any) -> ProblemSpec:
    spec = ProblemSpec(SentData(name, 3, 2), 0, 0.0, "random", standardize=False)
    return replace(spec, **values)


def test_sent_data_are_shared_by_their_problems_and_nobody_elses() -> None:
    async def scenario() -> None:
        with preparers() as executor:
            cache = ProblemCache(executor)
            cache.hold("1", OWN)
            plain, scaled = await got(cache, own("1")), await got(cache, own("1", standardize=True))
            assert plain.dataset is OWN and scaled.dataset is OWN and scaled is not plain
            with pytest.raises(DataError, match=DATA_IS_GONE):
                await got(cache, own("2"))

    within_patience(scenario())


def test_a_session_has_one_problem_which_goes_before_the_next_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each may hold a copy of the data: only a run keeps an older one alive."""
    build, alive = ProblemSpec.build, []

    def watched(spec: ProblemSpec, *sent: Any) -> Any:
        alive.append([former() is not None for former in formers])
        return build(spec, *sent)

    monkeypatch.setattr(ProblemSpec, "build", watched)
    formers: list[weakref.ref[Any]] = []

    async def scenario() -> None:
        with preparers() as executor:
            cache = ProblemCache(executor)
            cache.hold("1", OWN)
            cache.hold("2", OWN)
            others = await got(cache, own("2"))
            for seed in range(3):
                formers.append(
                    weakref.ref(await got(cache, own("1", seed=seed, test_fraction=0.4)))
                )
            held = formers[-1]()
            await got(cache, own("1"))
            assert held is formers[-1]()
            assert await got(cache, own("2")) is others

    within_patience(scenario())
    assert alive == [[], [], [False], [False, False], [False, False, True]]


def test_what_nobody_waits_for_any_more_is_not_made(built: list[ProblemSpec]) -> None:
    """A slider on its way leaves no copies of the data behind, and its memory comes back."""
    asked = specs(5, 30_000)

    async def scenario() -> None:
        with preparers() as executor:
            budget = MemoryBudget(10**9)
            cache = ProblemCache(executor, budget, cache_bytes=0)
            is_free = threading.Event()
            executor.problems.submit(is_free.wait)
            tasks = [asyncio.create_task(got(cache, spec)) for spec in asked]
            await until(lambda: budget.taken >= len(asked) * asked[0].n_bytes)
            for task in tasks[:-1]:
                task.cancel()
            await until(lambda: budget.taken < 2 * asked[0].n_bytes + RUN)
            is_free.set()
            await asyncio.wait(tasks)
            assert tasks[-1].result().n_train
            tasks.clear()
            await until(lambda: budget.taken == 0)

    within_patience(scenario())
    assert built == [asked[-1]]


def test_a_problem_that_is_being_made_is_given_up_at_its_next_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endless = Endless()
    monkeypatch.setattr(ProblemSpec, "build", endless)
    (spec,) = specs(1, 50_000)

    async def scenario() -> None:
        with preparers() as executor:
            budget = MemoryBudget(10**9)
            task = asyncio.create_task(got(ProblemCache(executor, budget), spec))
            await until(endless.is_under_way.is_set)
            assert budget.taken > spec.n_bytes
            task.cancel()
            await until(lambda: budget.taken == 0)

    within_patience(scenario())


def test_runs_of_one_problem_count_it_once() -> None:
    (spec,) = specs(1, 50_000)

    async def scenario() -> None:
        with preparers() as executor:
            budget = MemoryBudget(10**9)
            cache = ProblemCache(executor, budget)
            async with cache.lease(spec, CONFIG) as one, cache.lease(spec, CONFIG) as other:
                assert one is other
                assert budget.taken == spec.n_bytes + 2 * (RUN + 9 * CONFIG.n_epochs)

    within_patience(scenario())


@pytest.mark.parametrize("room", ["for another", "for one"])
def test_a_run_waits_for_memory_and_is_told_when_there_is_none(room: str) -> None:
    one, other = specs(2, 50_000)
    needed = one.n_bytes + RUN + 9 * CONFIG.n_epochs
    limit = needed * 2 if room == "for another" else int(needed * 1.5)

    async def scenario() -> None:
        with preparers() as executor:
            cache = ProblemCache(executor, MemoryBudget(limit, wait_seconds=0.05))
            async with cache.lease(one, CONFIG):
                if room == "for another":
                    return await got(cache, other)
                with pytest.raises(NoRoomNow, match="50,000 rows x 1 feature need about .* free"):
                    await got(cache, other)
            await got(cache, other)  # what no run uses yields
            with pytest.raises(DataError, match="need about .* for all runs: fewer rows"):
                await got(cache, specs(1, 100_000 * 10)[0])

    within_patience(scenario())


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"seed": 1}, True),
        ({"seed": 1, "split": "sequential"}, True),
        ({"standardize": True}, False),
        ({"test_fraction": 0.4}, False),
        ({"fit_intercept": False}, False),
    ],
)
def test_own_data_are_not_split_anew_for_what_makes_no_difference(
    changes: dict[str, Any], is_same: bool
) -> None:
    async def scenario() -> bool:
        with preparers() as executor:
            cache = ProblemCache(executor)
            cache.hold("1", OWN)
            return await got(cache, own("1")) is await got(cache, own("1", **changes))

    assert within_patience(scenario()) is is_same


def test_a_seed_draws_another_split_unless_the_last_rows_are_the_test() -> None:
    random, last = own("1", test_fraction=0.4), own("1", test_fraction=0.4, split="sequential")
    assert replace(random, seed=1).canonical != random.canonical
    assert replace(last, seed=1).canonical == last.canonical


def test_forgotten_data_are_gone_with_their_problems() -> None:
    async def scenario() -> None:
        with preparers() as executor:
            cache = ProblemCache(executor)
            cache.hold("1", OWN)
            cache.hold("2", OWN)
            kept = await got(cache, own("2"))
            await got(cache, own("1"))
            cache.forget("1")
            cache.forget("1")
            with pytest.raises(DataError, match=DATA_IS_GONE):
                await got(cache, own("1"))
            assert await got(cache, own("2")) is kept

    within_patience(scenario())


def test_an_engine_that_is_loaded_late_is_counted_once_and_for_good() -> None:
    role = replace(SMALL, late_engines=(("torch", 50_000_000),))
    config = replace(CONFIG, engine="torch")

    async def scenario(executor: Preparers) -> None:
        budget = MemoryBudget(200_000_000)
        cache = ProblemCache(executor, budget, cache_bytes=0, role=role)
        assert cache.is_late("torch")
        for config_now, expected in ((CONFIG, 0), (config, 50_000_000), (config, 50_000_000)):
            async with cache.lease(specs(1, 100)[0], config_now):
                assert budget.taken > expected
            await until(lambda: budget.taken == expected)  # noqa: B023

    with preparers() as executor:
        within_patience(scenario(executor))


def test_an_engine_is_loaded_early_where_there_is_plenty_of_memory() -> None:
    role = replace(SMALL, late_engines=(("torch", 50_000_000),))
    with preparers() as executor:
        budget = MemoryBudget(10**9)
        assert not ProblemCache(executor, budget, role=role).is_late("torch")
        assert budget.limit == 950_000_000


def test_what_comes_in_the_moment_of_giving_up_is_not_lost() -> None:
    async def scenario() -> None:
        budget = MemoryBudget(100, wait_seconds=0)
        first = budget.take(90)
        asking = asyncio.create_task(budget.reserve(90, "These data"))
        assert first is not None
        first.release()
        with pytest.raises(NoRoomNow):
            await asking
        await until(lambda: budget.taken == 0)

    within_patience(scenario())
