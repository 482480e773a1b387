"""The training service: fair, cancellable, bounded, and not to be broken by one run's fault."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest

from dashboard.live import encoded_run, streamed
from dashboard.live import service as service_module
from dashboard.live.encoder import RunEncoder
from dashboard.live.service import APOLOGY, LiveRun
from dashboard.presets import T4
from dashboard.settings import make_settings
from linreg_core import ENGINES, reference_fit
from linreg_core.engines.compiled.compiler import BEING_PREPARED, COMPILER, FAILED
from tests.dashboard.serving import (
    ENDLESS,
    TINY,
    LocalServer,
    read_all,
    read_first,
    submit,
    until,
    within_patience,
)
from tests.dashboard.streams import received

WIDE = make_settings(
    "many_weights", {"n_samples": 600, "n_features": 80}, n_epochs=20, learning_rate=0.01
)
BROKEN = replace(TINY, seed=666)


class CountedRun(LiveRun):
    """A run that counts its slices."""

    n_slices = 0

    def advance(self) -> None:
        self.n_slices += 1
        super().advance()


class HeldRun(CountedRun):
    """A run whose slices wait until the test lets them go."""

    gate = threading.Event()

    def advance(self) -> None:
        self.gate.wait()
        super().advance()


class LoggedRun(HeldRun):
    """A run that logs whose slices are trained."""

    log: ClassVar[list[tuple[str, int]]] = []

    def advance(self) -> None:
        super().advance()
        self.log.append((self.owner, self._config.seed))


class BreakingEncoder(RunEncoder):
    """An encoder with a bug in it, for the runs of one seed."""

    def rows(self, blocks: list[Any], seconds: float) -> bytes | None:
        if self._config.seed == BROKEN.seed:
            raise RuntimeError("a secret of /srv/app/encoder.py")
        return super().rows(blocks, seconds)


class SlowEncoder(RunEncoder):
    """An encoder that takes its time."""

    seconds = 0.5

    def start(self) -> bytes:
        time.sleep(self.seconds)
        return super().start()


def test_a_run_completes_and_leaves(server: LocalServer) -> None:
    async def scenario() -> None:
        run = submit(server, TINY)
        assert server.service.n_runs == 1
        result = await read_all(run, server.service)
        assert result.the("end").fields["status"] == "finished"
        await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())


def test_a_short_run_is_done_while_a_million_epochs_are_under_way(server: LocalServer) -> None:
    async def scenario() -> None:
        long = submit(server, ENDLESS)
        await read_first(long)
        for _ in range(3):
            result = await read_all(submit(server, T4.settings), server.service)
            assert result.the("end").fields["epoch"] == 1000
        assert not long.is_complete and not long.is_cancelled
        assert server.service.n_runs == 1
        server.service.cancel(long)

    within_patience(scenario())


def test_who_has_many_runs_has_the_turns_of_one(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "LiveRun", LoggedRun)
    monkeypatch.setattr(service_module, "_YOUNG_SECONDS", 0.0)
    log = logged(monkeypatch)

    async def scenario() -> None:
        asked = [("many", seed) for seed in range(9)] + [("alone", 9)]
        runs = [submit(server, replace(ENDLESS, seed=seed), owner) for owner, seed in asked]
        HeldRun.gate.set()
        await until(lambda: all(log.count(each) > 1 for each in asked))
        n_before = len(log)
        await until(lambda: len(log) >= n_before + 40)
        owners = [owner for owner, _ in log[n_before : n_before + 40]]
        assert owners.count("alone") == pytest.approx(20, abs=1)
        for run in runs:
            server.service.cancel(run)

    within_patience(scenario())


def logged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Whose slices are trained from now on, as soon as the test opens the gate."""
    log: list[tuple[str, int]] = []
    monkeypatch.setattr(HeldRun, "gate", threading.Event())
    monkeypatch.setattr(LoggedRun, "log", log)
    return log


def test_ones_second_short_run_comes_behind_anothers_first(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "LiveRun", LoggedRun)
    monkeypatch.setattr(service_module, "_SLICE_SECONDS", 0.0)  # several slices each
    monkeypatch.setattr(service_module, "_YOUNG_SECONDS", 1e6)
    monkeypatch.setattr(service_module, "_LONGEST_WAIT_SECONDS", 1e6)
    log = logged(monkeypatch)

    async def scenario() -> None:
        asked = [("many", 1), ("many", 2), ("many", 3), ("alone", 4)]
        runs = [submit(server, replace(TINY, seed=seed), owner) for owner, seed in asked]
        HeldRun.gate.set()
        await asyncio.gather(*(read_all(run, server.service) for run in runs))
        ends = sorted(asked, key=lambda each: _last(log, each))
        assert ends == [("many", 1), ("alone", 4), ("many", 2), ("many", 3)]

    within_patience(scenario())


def _last(log: list[tuple[str, int]], each: tuple[str, int]) -> int:
    assert log.count(each) > 2
    return len(log) - log[::-1].index(each)


def test_many_runs_at_once_all_complete(server: LocalServer) -> None:
    async def scenario() -> None:
        runs = [submit(server, replace(TINY, seed=seed)) for seed in range(40)]
        results = await asyncio.gather(*(read_all(run, server.service) for run in runs))
        biases = {result.the("end").fields["bias"] for result in results}
        assert len(biases) == len(runs)

    within_patience(scenario())


@pytest.mark.parametrize("settings", [ENDLESS, replace(WIDE, n_epochs=1_000_000, engine="torch")])
def test_a_cancelled_run_gets_no_further_slice_than_the_one_under_way(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(service_module, "LiveRun", CountedRun)

    async def scenario() -> None:
        run = submit(server, settings)
        assert isinstance(run, CountedRun)
        await read_first(run)
        await until(lambda: run.n_slices > 2)
        server.service.cancel(run)
        n_slices = run.n_slices
        async for _ in run.chunks():
            pass
        assert run.n_slices <= n_slices + 1
        await until(lambda: server.service.n_runs == 0)
        server.service.cancel(run)  # again, and too late: no harm

    within_patience(scenario())


def test_a_run_cancelled_before_its_first_slice_is_never_trained(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "LiveRun", HeldRun)
    monkeypatch.setattr(HeldRun, "gate", threading.Event())

    async def scenario() -> None:
        runs = [submit(server, ENDLESS) for _ in range(12)]
        for run in runs[:-1]:
            server.service.cancel(run)
        HeldRun.gate.set()
        for run in runs[:-1]:
            async for _ in run.chunks():
                pass
        assert sum(run.n_slices for run in runs[1:-1]) == 0  # the first may have been under way
        server.service.cancel(runs[-1])

    within_patience(scenario())


def test_one_trainer_thread_however_many_runs(server: LocalServer) -> None:
    async def scenario() -> None:
        before = threading.active_count()
        for seed in range(20):
            run = submit(server, replace(ENDLESS, seed=seed))
            await read_first(run)
            server.service.cancel(run)
        assert threading.active_count() <= before + 1

    within_patience(scenario())


def test_a_run_waits_for_a_slow_reader(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "LiveRun", CountedRun)
    monkeypatch.setattr(streamed, "_MAX_BACKLOG", 5_000)
    settings = make_settings("correlated", n_epochs=2_000, learning_rate=1e-3)

    async def scenario() -> None:
        run = submit(server, settings)
        await until(lambda: run.is_blocked)
        await read_all(submit(server, TINY), server.service)  # others go on meanwhile
        n_slices = run.n_slices
        await read_all(submit(server, TINY), server.service)
        assert run.n_slices == n_slices and not run.is_complete
        result = await read_all(run, server.service)
        assert result.the("end").fields["epoch"] == 2_000
        assert len(result.column("epoch")) == 2_001

    within_patience(scenario())


def test_a_fault_in_one_run_is_its_own(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(encoded_run, "RunEncoder", BreakingEncoder)

    async def scenario() -> None:
        broken, good = submit(server, BROKEN), submit(server, TINY)
        results = await asyncio.gather(*(read_all(r, server.service) for r in (broken, good)))
        error = results[0].the("error")
        assert error.fields == {"message": APOLOGY}
        assert results[0].chunks[-1] is error
        assert results[1].the("end").fields["status"] == "finished"
        await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())
    assert "a secret" in caplog.text  # the log has it, the visitor has not


def test_a_wide_problem_gets_its_reference_from_another_thread(server: LocalServer) -> None:
    assert not RunEncoder(WIDE.problem_spec.build(), WIDE.config()).reference_is_cheap

    async def scenario() -> None:
        problem = WIDE.problem_spec.build()
        result = await read_all(server.service.submit(problem, WIDE.config()), server.service)
        reference = result.the("reference").columns["weights"]
        np.testing.assert_array_equal(reference, reference_fit(problem).weights)

    within_patience(scenario())


# --- Engines -----------------------------------------------------------------------------------


def end_of(server: LocalServer, settings: Any) -> dict[str, Any]:
    """What the browser is told at a run's end; the page is told the same."""

    async def scenario() -> dict[str, Any]:
        run = submit(server, settings)
        end = (await read_all(run, server.service)).the("end").fields
        assert run.result is not None
        assert (ENGINES[run.result.engine].label, run.result.seconds) == (
            end["engine"],
            end["elapsed"],
        )
        return end

    end: dict[str, Any] = within_patience(scenario())
    return end


@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_asked_for_trains(server: LocalServer, engine: str) -> None:
    end = end_of(server, replace(TINY, engine=engine))
    assert (end["engine"], end["engineReason"]) == (ENGINES[engine].label, None)


@pytest.mark.parametrize(("has_failed", "reason"), [(False, BEING_PREPARED), (True, FAILED)])
def test_torch_stands_in_for_a_compiled_engine_that_cannot_run(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, has_failed: bool, reason: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(COMPILER, "_kernels", None)
        patch.setattr(COMPILER, "_has_failed", has_failed)
        end = end_of(server, TINY)
        assert (end["engine"], end["engineReason"]) == (ENGINES["torch"].label, reason)
        solved = end_of(server, replace(TINY, solver="closed_form"))
        assert solved["engineReason"] is None and not solved["isIterative"]
    end = end_of(server, TINY)  # by itself, as soon as it can
    assert (end["engine"], end["engineReason"]) == (ENGINES["compiled"].label, None)


def test_the_time_told_is_the_engines_alone(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoded_run, "RunEncoder", SlowEncoder)

    async def scenario() -> None:
        run = submit(server, TINY)
        await read_all(run, server.service)
        assert run.trained_seconds > SlowEncoder.seconds > run.engine_seconds > 0

    within_patience(scenario())


# --- The end -----------------------------------------------------------------------------------


def test_stopping_ends_every_run(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "_MAX_BACKLOG", 5_000)

    async def scenario() -> None:
        parked = submit(server, make_settings("correlated", n_epochs=2_000))
        await until(lambda: parked.is_blocked)
        runs = [parked, *(submit(server, ENDLESS) for _ in range(5))]
        await read_first(runs[-1])
        server.stop()
        for run in runs:
            async for _ in run.chunks():
                pass

    within_patience(scenario())


def test_a_run_asked_for_after_the_stop_does_not_hang(server: LocalServer) -> None:
    async def scenario() -> None:
        server.stop()
        run = submit(server, TINY)
        async for _ in run.chunks():
            pass

    within_patience(scenario())


def test_what_has_come_before_a_cancellation_is_readable(server: LocalServer) -> None:
    async def scenario() -> bytes:
        run = submit(server, ENDLESS)
        stream, n_chunks = b"", 0
        async for chunk in run.chunks():
            stream, n_chunks = stream + chunk, n_chunks + 1
            if n_chunks == 4:
                server.service.cancel(run)
        return stream

    result = received(within_patience(scenario()))
    assert result.the("start") and len(result.column("epoch")) > 1
    assert all(chunk.kind != "end" for chunk in result.chunks)
