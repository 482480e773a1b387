"""The two trainers: whose a run is, how memory is shared out, and when the large one is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from dashboard.live import trainers as trainers_module
from dashboard.live.budget import TRAINER_LIMIT_VARIABLE, data_limits
from dashboard.live.remote_run import RoomFull
from dashboard.live.roles import LARGE, ROLES, SMALL, Role, role_for
from dashboard.live.trainers import Trainers
from dashboard.presets import PRESETS, T3
from dashboard.problem_spec import ProblemSpec, SentData
from dashboard.settings import make_settings
from tests.dashboard.serving import ENDLESS, TINY, until
from tests.dashboard.streams import received
from tests.dashboard.test_trainer_client import read, submit

WIDE = make_settings("many_weights", {"n_samples": 2_000, "n_features": 600}, n_epochs=3)


WithTrainers = Callable[[Callable[[Trainers], Awaitable[None]]], None]


def on_own_data(n_samples: int, n_features: int) -> ProblemSpec:
    return replace(TINY.problem_spec, data=SentData("0" * 32, n_samples, n_features))


@pytest.mark.parametrize(
    ("spec", "role"),
    [
        *((preset.settings.problem_spec, SMALL) for preset in PRESETS if preset is not T3),
        (T3.settings.problem_spec, LARGE),
        (make_settings("line", {"n_samples": 100_000}).problem_spec, SMALL),
        (on_own_data(1_000, 1_000), SMALL),
        (on_own_data(1_000, 1_001), LARGE),
        (on_own_data(400_000, 1), LARGE),
        (WIDE.problem_spec, LARGE),
    ],
)
def test_whose_a_run_is(spec: ProblemSpec, role: Role) -> None:
    assert role_for(spec) is role
    assert role_for(replace(spec, test_fraction=0.4, split="random")) is role


@pytest.mark.parametrize("megabytes", [1_200, 2_000, 8_000])
def test_both_together_take_no_more_than_was_set(
    monkeypatch: pytest.MonkeyPatch, megabytes: int
) -> None:
    monkeypatch.setenv(TRAINER_LIMIT_VARIABLE, str(megabytes))
    limits = data_limits()
    assert limits[LARGE.name] > limits[SMALL.name] > 0
    beside = sum(role.own_bytes + role.fit_bytes for role in ROLES.values())
    assert sum(limits.values()) + beside == megabytes * 10**6


def test_what_is_large_has_a_process_of_its_own(with_trainers: WithTrainers) -> None:
    async def scenario(trainers: Trainers) -> None:
        processes = [trainers.of(settings.problem_spec) for settings in (ENDLESS, WIDE)]
        small_run = await submit(trainers, ENDLESS)
        assert received(await read(await submit(trainers, WIDE))).the("end")
        assert [process.n_runs for process in processes] == [1, 0]
        assert len({process._process for process in processes} - {None}) == 2
        trainers.cancel(small_run)

    with_trainers(scenario)


def test_a_full_room_takes_no_more_until_someone_leaves(
    with_trainers: WithTrainers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainers_module, "MAX_RUNS", 2)

    async def scenario(trainers: Trainers) -> None:
        runs = [await submit(trainers, replace(ENDLESS, seed=seed)) for seed in range(2)]
        with pytest.raises(RoomFull, match="The room is full"):
            await submit(trainers, TINY)
        trainers.cancel(runs[0])
        await until(lambda: trainers.n_runs < 2)
        assert await read(await submit(trainers, TINY))
        trainers.cancel(runs[1])

    with_trainers(scenario)
