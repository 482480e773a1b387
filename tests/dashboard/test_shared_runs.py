"""A run is trained once for all who ask for it, while it is under way and for some time after."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dashboard.live import remote_run
from dashboard.live.frames import Kind
from dashboard.live.remote_run import RemoteRun, RunView, TrainerGone
from dashboard.live.shared_runs import KEPT_VARIABLE, SharedRuns
from dashboard.problem_spec import SentData
from dashboard.run_spec import RunSpec
from tests.dashboard.serving import (
    ENDLESS,
    TINY,
    LocalServer,
    address_of,
    app_of,
    ask,
    asking,
    shown,
    until,
    within_patience,
)
from tests.dashboard.streams import received


@pytest.fixture
def begun(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[RunSpec]]:
    """The specs of the runs that the trainer was asked for."""
    specs: list[RunSpec] = []
    begin = server.process.begin

    def noted(spec: RunSpec, *others: Any) -> RemoteRun:
        specs.append(spec)
        return begin(spec, *others)

    monkeypatch.setattr(server.process, "begin", noted)
    yield specs


def test_a_hundred_who_open_one_link_train_it_once(
    server: LocalServer, begun: list[RunSpec]
) -> None:
    async def scenario() -> None:
        app, visitors = app_of(server), [shown(server, TINY) for _ in range(100)]
        answers = await asyncio.gather(*(ask(app, address_of(each)) for each in visitors))
        answers.append(await ask(app, address_of(shown(server, TINY))))  # later
        assert {answer.body for answer in answers} == {answers[0].body}
        assert received(answers[0].body).the("end").fields["epoch"] == TINY.n_epochs
        assert {id(visitor.result) for visitor in visitors} == {id(visitors[0].result)}

    within_patience(scenario())
    assert begun == [TINY.run_spec]


def test_one_who_leaves_does_not_end_it_for_the_others(
    server: LocalServer, begun: list[RunSpec]
) -> None:
    async def scenario() -> None:
        app = app_of(server)
        one, other = shown(server, ENDLESS), shown(server, ENDLESS)
        async with asking(app, address_of(one)) as leave, asking(app, address_of(other)):
            view = one.slot(0).view
            assert view is not None
            leave()
            await until(lambda: view.is_closed)
            assert server.service.n_runs == 1
            server.show(other, TINY)
            await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())
    assert len(begun) == 1


def test_another_setting_is_another_run(server: LocalServer, begun: list[RunSpec]) -> None:
    async def scenario() -> None:
        app = app_of(server)
        for seed in range(3):
            await ask(app, address_of(shown(server, replace(TINY, seed=seed))))
        await ask(app, address_of(shown(server, TINY), learning_rate=0.05))

    within_patience(scenario())
    assert len(begun) == 4


class Keeper:
    """Notes what a run tells its trainer."""

    message = ""

    def __init__(self) -> None:
        self.n_taken = 0
        self.given_up: list[RemoteRun] = []

    def taken(self, run: RemoteRun, n_bytes: int) -> None:
        self.n_taken += n_bytes

    def give_up(self, run: RemoteRun) -> None:
        self.given_up.append(run)


class Result:
    """Of a run, as far as it matters here."""

    def __init__(self, engine: str) -> None:
        self.engine = engine


def ended(spec: RunSpec, shared: SharedRuns, n_bytes: int, engine: str = "compiled") -> RemoteRun:
    run = RemoteRun(Keeper(), 1, spec, on_end=shared.has_ended)
    shared.add(run)
    run.receive(Kind.STARTED, b"")
    run.receive(Kind.CHUNK, bytes(n_bytes))
    run.result = Result(engine)  # type: ignore[assignment]
    run.receive(Kind.DONE, b"")
    return run


def seeded(seed: int) -> RunSpec:
    return replace(TINY, seed=seed).run_spec


def test_the_oldest_run_is_let_go_when_there_are_too_many_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEPT_VARIABLE, "0.0001")
    shared = SharedRuns()
    runs = [ended(seeded(seed), shared, 40) for seed in range(2)]
    assert shared.find(seeded(0).id) is runs[0]  # so that the other one is the oldest
    ended(seeded(2), shared, 40)
    assert [shared.find(seeded(seed).id) is not None for seed in range(3)] == [True, False, True]
    ended(seeded(3), shared, 101)
    assert not any(shared.find(seeded(seed).id) for seed in range(4))


def test_nothing_is_kept_where_that_is_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEPT_VARIABLE, "0")
    shared = SharedRuns()
    ended(seeded(0), shared, 40)
    assert shared.find(seeded(0).id) is None


def test_what_should_not_be_seen_again_is_not_kept() -> None:
    shared = SharedRuns()
    own = replace(TINY.problem_spec, data=SentData("0" * 32, 20, 1))
    ended(replace(TINY.run_spec, problem=own), shared, 10)  # the visitor's own data
    ended(seeded(1), shared, 10, engine="torch")  # it stood in for the compiled one
    broken = RemoteRun(Keeper(), 1, seeded(2), on_end=shared.has_ended)
    shared.add(broken)
    broken.receive(Kind.STARTED, b"")
    broken.receive(Kind.CHUNK, b"half")
    broken.end()  # its trainer has died
    assert not shared._ended and not shared._under_way


def test_a_long_stream_is_let_go_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both who look at it get all of it; one who comes later starts a run of her own."""
    monkeypatch.setattr(remote_run, "MOST_KEPT_BYTES", 50)
    monkeypatch.setattr(remote_run, "_TOLD_BYTES", 40)

    async def scenario() -> None:
        keeper, shared = Keeper(), SharedRuns()
        run = RemoteRun(keeper, 1, TINY.run_spec, on_end=shared.has_ended)
        shared.add(run)
        run.receive(Kind.STARTED, b"")
        fast, slow = RunView(run), RunView(run)
        ahead, behind = aiter(fast.chunks()), aiter(slow.chunks())
        parts = [bytes([number]) * 20 for number in range(4)]
        for part in parts:
            run.receive(Kind.CHUNK, part)
            assert await anext(ahead) == part
        assert keeper.n_taken == 40, (
            "it is told in steps; the last part is read when more is asked for"
        )
        assert shared.find(run.spec.id) is run
        assert await anext(behind) == b"".join(parts)
        run.receive(Kind.CHUNK, parts[0])
        assert await anext(behind) == parts[0]
        assert keeper.n_taken == 80, "the fastest sets the pace"
        assert shared.find(run.spec.id) is None, "its start is gone"
        assert run.chunks_from(0) == [b"", b"", b"", *parts[3:], parts[0]]
        slow.close()
        assert not keeper.given_up
        fast.close()
        assert keeper.given_up == [run] and run.is_over

    within_patience(scenario())


def test_one_who_has_left_does_not_wait_for_the_start() -> None:
    async def scenario() -> None:
        run = RemoteRun(Keeper(), 1, TINY.run_spec)
        stays, leaves = RunView(run), RunView(run)
        waiting = asyncio.create_task(leaves.started())
        await asyncio.sleep(0)
        leaves.close()
        with pytest.raises(TrainerGone):
            await waiting
        run.receive(Kind.STARTED, b"")
        await stays.started()

    within_patience(scenario())
