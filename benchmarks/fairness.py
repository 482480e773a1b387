"""Long runs must end when nobody wants them, and must not hold up anybody else's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from benchmarks.client import RATES, Visitor, visiting
from benchmarks.report import Row, milliseconds, percentile, spread
from benchmarks.server import Server
from benchmarks.stream import Fetched, fetch_run
from dashboard.presets import T3, T4
from dashboard.settings import Settings

ENDLESS = replace(T4.settings, n_epochs=1_000_000, engine="torch")  # compiled, it would end
_N_REPEATS = 10
_WARM_SECONDS = 0.6  # the long run is well under way


async def superseded_run(server: Server) -> list[Row]:
    """How long a million-epoch run goes on after its visitor has moved the learning rate."""
    delays, cut_off = [], 0
    async with visiting(server, ENDLESS.link()) as visitor:
        path = visitor.run_path
        for turn in range(_N_REPEATS):
            old = asyncio.create_task(fetch_run(server.port, path))
            await asyncio.sleep(_WARM_SECONDS)
            sent_at = await visitor.rerun("learning_rate", RATES[(turn + 2) % len(RATES)])
            path = (await visitor.next_event("run")).value
            ended = await old
            delays.append((ended.ended_at or 0.0) - sent_at)
            cut_off += not ended.is_complete
    return [
        Row("move → old stream has ended", spread(delays), "≤ 100 ms"),
        Row("runs that were cut off", f"{cut_off} of {_N_REPEATS}", "all"),
    ]


async def beside_long_runs(server: Server) -> list[Row]:
    """A visitor's T4 runs alone, beside a million-epoch run, and beside a T3 run."""
    table = _rows("alone", await _runs(server))
    async with _training(server, ENDLESS):
        table += _rows("beside a million epochs", await _runs(server))
    async with _training(server, T3.settings):
        table += _rows("beside 2,000 weights", await _runs(server))
    return table


async def _runs(server: Server) -> list[tuple[float, Fetched]]:
    """Runs of one visitor, each with the time from move to first bytes."""
    runs = []
    async with visiting(server, T4.settings.link()) as visitor:
        for turn in range(_N_REPEATS):
            move = await visitor.move("learning_rate", RATES[turn % len(RATES)])
            runs.append(((move.fetched.at("start") or 0.0) - move.sent_at, move.fetched))
            await asyncio.sleep(0.1)
    return runs


def _rows(where: str, runs: list[tuple[float, Fetched]]) -> list[Row]:
    gaps = [run.worst_gap for _, run in runs]
    whole = [(run.at("end") or 0.0) - run.asked_at for _, run in runs if run.is_complete]
    target = "" if where == "alone" else "≤ 200 ms"
    return [
        Row(f"{where}: worst gap in a stream", milliseconds(percentile(gaps, 100)), target),
        Row(f"{where}: move → first bytes", spread([delay for delay, _ in runs])),
        Row(f"{where}: request → complete", f"{spread(whole)}, {len(whole)} of {_N_REPEATS}"),
    ]


@asynccontextmanager
async def _training(server: Server, settings: Settings) -> AsyncIterator[None]:
    """Somebody else's run goes on for the length of a `with` block, again and again."""
    async with visiting(server, settings.link()) as visitor:
        going = asyncio.create_task(_again_and_again(visitor))
        await asyncio.sleep(_WARM_SECONDS)
        try:
            yield
        finally:
            going.cancel()


async def _again_and_again(visitor: Visitor) -> None:
    while True:
        began = time.perf_counter()
        await fetch_run(visitor.port, visitor.run_path)
        await asyncio.sleep(max(0.0, 0.1 - (time.perf_counter() - began)))
