"""The trainer's data: problems shared within a budget, sessions' own data held and forgotten."""

from __future__ import annotations

import asyncio
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dashboard.live.encoder import prepare_start
from dashboard.live.problems import SUPERSEDED, ProblemCache
from dashboard.problem_spec import DATA_IS_GONE, ProblemSpec, SentData
from dashboard.settings import make_settings
from linreg_core import DataError, Dataset
from tests.dashboard.serving import within_patience


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


def cached(budget_bytes: int, order: list[ProblemSpec]) -> None:
    """Asks a fresh cache for these problems, one after the other."""

    async def scenario() -> None:
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor, budget_bytes)
            for spec in order:
                assert (await cache.get(spec)).dataset.n_samples == spec.n_cells

    within_patience(scenario())


@pytest.mark.parametrize(
    ("budget", "order", "expected"),
    [
        ("everything", "aabab", "ab"),
        ("nothing", "aab", "ab"),  # the last one is always kept
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
    problem = named["a"].build()
    prepare_start(problem)
    size = problem.nbytes
    built.clear()
    bytes_of = {"everything": 10 * size, "two": int(2.5 * size), "nothing": 0}
    cached(bytes_of[budget], [named[letter] for letter in order])
    assert built == [named[letter] for letter in expected]


@pytest.mark.parametrize("n_samples", [100, 50_000])
def test_a_room_that_asks_at_once_has_one_problem(built: list[ProblemSpec], n_samples: int) -> None:
    (spec,) = specs(1, n_samples)

    async def scenario() -> None:
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor)
            problems = await asyncio.gather(*(cache.get(spec) for _ in range(32)))
            assert all(problem is problems[0] for problem in problems)

    within_patience(scenario())
    assert built == [spec]


OWN = Dataset("own", np.arange(6.0).reshape(3, 2), [1.0, 2.0, 4.0])


def own(key: int, **values: Any) -> ProblemSpec:
    spec = ProblemSpec(SentData(key, 3, 2), 0, 0.0, "random", standardize=False)
    return replace(spec, **values)


def test_sent_data_are_shared_by_their_problems_and_nobody_elses() -> None:
    async def scenario() -> None:
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor)
            cache.hold(1, OWN)
            plain, scaled = await cache.get(own(1)), await cache.get(own(1, standardize=True))
            assert plain.dataset is OWN and scaled.dataset is OWN and scaled is not plain
            with pytest.raises(DataError, match=DATA_IS_GONE):
                await cache.get(own(2))

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
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor)
            cache.hold(1, OWN)
            cache.hold(2, OWN)
            others = await cache.get(own(2))
            for seed in range(3):
                formers.append(weakref.ref(await cache.get(own(1, seed=seed, test_fraction=0.4))))
            held = formers[-1]()
            await cache.get(own(1))
            assert held is formers[-1]()
            assert await cache.get(own(2)) is others

    within_patience(scenario())
    assert alive == [[], [], [False], [False, False], [False, False, True]]


def test_of_problems_that_a_session_asks_for_in_a_row_the_last_is_made(
    built: list[ProblemSpec],
) -> None:
    """A slider on its way leaves no copies of the data behind."""
    n_samples = 20_000
    data = Dataset("large", np.ones((n_samples, 2)), np.arange(n_samples, dtype=np.float64))
    plain = ProblemSpec(SentData(1, n_samples, 2), 0, 0.0, "random", standardize=False)
    asked = [replace(plain, test_fraction=part / 10) for part in range(1, 6)]

    async def scenario() -> list[Any]:
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor)
            cache.hold(1, data)
            is_free = threading.Event()
            executor.submit(is_free.wait)
            tasks = [asyncio.create_task(cache.get(spec)) for spec in asked]
            await asyncio.sleep(0)  # each has asked
            is_free.set()
            return await asyncio.gather(*tasks, return_exceptions=True)

    *former, last = within_patience(scenario())
    assert {str(error) for error in former} == {SUPERSEDED}
    assert last.n_test == n_samples / 2 and built == [asked[-1]]


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
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor)
            cache.hold(1, OWN)
            return await cache.get(own(1)) is await cache.get(own(1, **changes))

    assert within_patience(scenario()) is is_same


def test_a_seed_draws_another_split_unless_the_last_rows_are_the_test() -> None:
    random, last = own(1, test_fraction=0.4), own(1, test_fraction=0.4, split="sequential")
    assert replace(random, seed=1).canonical != random.canonical
    assert replace(last, seed=1).canonical == last.canonical


@pytest.mark.parametrize("test_fraction", [0.0, 0.4])
def test_data_that_stay_anyway_do_not_count_in_the_budget(test_fraction: float) -> None:
    X = np.random.default_rng(0).normal(size=(20_000, 5))
    large = Dataset("large", X, X[:, 0])
    spec = ProblemSpec(SentData(1, 20_000, 5), 0, test_fraction, "random", False)
    other = make_settings("line").problem_spec

    async def scenario() -> bool:
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor, budget_bytes=large.X.nbytes)
            cache.hold(1, large)
            former = await cache.get(other)
            await cache.get(spec)
            return await cache.get(other) is former

    assert within_patience(scenario()) is (test_fraction == 0)


def test_forgotten_data_are_gone_with_their_problems() -> None:
    async def scenario() -> None:
        with ThreadPoolExecutor(1) as executor:
            cache = ProblemCache(executor)
            cache.hold(1, OWN)
            cache.hold(2, OWN)
            kept = await cache.get(own(2))
            await cache.get(own(1))
            cache.forget(1)
            cache.forget(1)
            with pytest.raises(DataError, match=DATA_IS_GONE):
                await cache.get(own(1))
            assert await cache.get(own(2)) is kept

    within_patience(scenario())
