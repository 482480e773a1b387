"""Many requests at once: of one run, of more runs than there is room for, while the server ends."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace

from benchmarks.client import visiting
from benchmarks.fairness import ENDLESS
from benchmarks.processes import family, is_running
from benchmarks.report import Row, milliseconds, spread
from benchmarks.server import Server
from benchmarks.stream import Fetched, fetch_run
from dashboard.presets import T4

N_REQUESTS = 100
N_SESSIONS = 150
N_LIVE = 8
_TOO_MANY = 429
_LONGEST_SECONDS = 120


async def many_requests_of_one_run(server: Server) -> list[Row]:
    """The same path a hundred times at once: one run a session, so the last one stays."""
    async with visiting(server, T4.settings.link()) as visitor:
        began = time.perf_counter()
        runs = await _fetch_all(server, [visitor.run_path] * N_REQUESTS)
        seconds = time.perf_counter() - began
        after = await fetch_run(server.port, visitor.run_path)
    return [
        Row(f"{N_REQUESTS} requests of one run", _outcomes(runs), "at least 1 complete, no 5xx"),
        Row("until the last has ended", milliseconds(seconds)),
        Row("one more afterwards", _outcomes([after]), "complete"),
    ]


async def runs_of_many_sessions(server: Server) -> list[Row]:
    """More sessions ask at once than there is room for: a polite no, or the whole run."""
    async with AsyncExitStack() as pages:
        paths = []
        for seed in range(N_SESSIONS):  # equal runs would be trained once
            link = replace(T4.settings, seed=seed).link()
            visitor = await pages.enter_async_context(visiting(server, link))
            paths.append(visitor.run_path)
        runs = await _fetch_all(server, paths)
    refused = sum(run.status == _TOO_MANY for run in runs)
    complete = [(run.at("end") or 0.0) - run.asked_at for run in runs if run.is_complete]
    return [
        Row(f"{N_SESSIONS} runs at once", _outcomes(runs), f"{N_SESSIONS - refused} complete"),
        Row("request → complete", spread(complete)),
        Row(
            "first bytes", spread([run.arrivals[0] - run.asked_at for run in runs if run.arrivals])
        ),
    ]


async def stopping(server: Server) -> list[Row]:
    """The server is asked to end while runs are streaming."""
    async with AsyncExitStack() as pages:
        for _ in range(N_LIVE):
            visitor = await pages.enter_async_context(visiting(server, ENDLESS.link()))
            fetching = asyncio.create_task(fetch_run(server.port, visitor.run_path))
            pages.callback(fetching.cancel)
        await asyncio.sleep(1)
        members = family(server.pid)
        seconds = await asyncio.to_thread(server.stop)
    await asyncio.sleep(1)  # children may take a moment longer
    code, left = server.process.returncode, sum(is_running(member) for member in members)
    return [
        Row(f"SIGTERM with {N_LIVE} live runs → gone", f"{seconds:.2f} s, exit {code}", "≤ 5 s"),
        Row("processes left of the server's", f"{left} of {len(members)}", "0"),
    ]


async def _fetch_all(server: Server, paths: list[str]) -> list[Fetched]:
    async with asyncio.timeout(_LONGEST_SECONDS):
        return list(await asyncio.gather(*(fetch_run(server.port, path) for path in paths)))


def _outcomes(runs: list[Fetched]) -> str:
    """How many runs ended how."""
    names = Counter(
        "complete" if run.is_complete else "cut off" if run.status == 200 else str(run.status)
        for run in runs
    )
    return ", ".join(f"{count} {name}" for name, count in names.most_common())
