"""What sessions leave behind: memory and threads of the server."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from benchmarks.client import RATES, visiting
from benchmarks.processes import memory_megabytes, n_threads
from benchmarks.report import Row
from benchmarks.server import Server, wait_until_idle
from benchmarks.stream import fetch_run

N_OPEN = 60
N_COMING = 600
_STEP = 100
_AT_ONCE = 5
N_QUICK_MOVES = 20
_QUICK_SECONDS = 0.1
_SETTLE_SECONDS = 2.0


async def memory_a_session(server: Server) -> list[Row]:
    """The server's growth over sessions that stay open, each with one run seen."""
    await _visit(server)  # what the first visitor pays is nobody's share
    await _settle(server)
    before = memory_megabytes(server.pid)
    async with AsyncExitStack() as pages:
        for _ in range(N_OPEN):
            visitor = await pages.enter_async_context(visiting(server))
            await fetch_run(server.port, visitor.run_path)
        await _settle(server)
        grown = memory_megabytes(server.pid) - before
    return [
        Row("memory of an idle server", f"{before:,.0f} MB"),
        Row(f"growth a session, {N_OPEN} open", f"{grown / N_OPEN:.2f} MB", "< 3 MB"),
    ]


async def coming_and_going(server: Server) -> list[Row]:
    """The server's memory after each hundred sessions that came, saw a run and went."""
    table = [Row("before the first", f"{memory_megabytes(server.pid):,.0f} MB")]
    memory = []
    for count in range(_STEP, N_COMING + 1, _STEP):
        for _ in range(0, _STEP, _AT_ONCE):
            await asyncio.gather(*(_visit(server) for _ in range(_AT_ONCE)))
        await _settle(server)
        memory.append(memory_megabytes(server.pid))
        table.append(Row(f"after {count}", f"{memory[-1]:,.0f} MB"))
    growth = (memory[-1] - memory[1]) / (N_COMING - 2 * _STEP)
    table.append(
        Row("growth a session from the 200th on", f"{growth * 1e3:,.0f} KB", "0: it stays flat")
    )
    return table


async def threads_after_quick_moves(server: Server) -> list[Row]:
    """Threads before and after one visitor's quick moves, each of which starts a script thread."""
    async with visiting(server) as visitor:
        await _settle(server)
        before = n_threads(server.pid)
        most = before
        for turn in range(N_QUICK_MOVES):
            await visitor.rerun("learning_rate", RATES[turn % len(RATES)])
            await asyncio.sleep(_QUICK_SECONDS)
            most = max(most, n_threads(server.pid))
        await _settle(server)
        after = n_threads(server.pid)
    return [
        Row(
            f"threads before, at most, after {N_QUICK_MOVES} moves",
            f"{before}, {most}, {after}",
            "as many after as before",
        ),
    ]


async def _visit(server: Server) -> None:
    """A page is opened, its first run seen, and it is closed."""
    async with visiting(server) as visitor:
        await fetch_run(server.port, visitor.run_path)


async def _settle(server: Server) -> None:
    await asyncio.sleep(_SETTLE_SECONDS)
    await asyncio.to_thread(wait_until_idle, server)
