"""How long the server's event loop keeps a tiny request waiting: what holds it up, holds up all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.client import visiting
from benchmarks.report import Row, milliseconds, percentile
from benchmarks.server import HOST, Server
from benchmarks.stream import fetch_run
from dashboard.presets import T3, T4

_BEAT_SECONDS = 0.005
_IDLE_SECONDS = 2.0


async def held_up(server: Server) -> list[Row]:
    """Replies while nothing happens, and while a run begins and trains; the first T3 is new."""
    async with _beating(server) as idle:
        await asyncio.sleep(_IDLE_SECONDS)
    table = [_row("idle, one connection kept open", idle, "a few ms")]
    runs = (("during T4", T4), ("during the first T3", T3), ("during another T3", T3))
    for what, preset in runs:
        page = visiting(server, preset.settings.link())
        async with page as visitor, _beating(server) as delays:
            await fetch_run(server.port, visitor.run_path)
        table.append(_row(what, delays, "≤ 200 ms"))
    return table


@asynccontextmanager
async def _beating(server: Server) -> AsyncIterator[list[float]]:
    """Round trips of the health route for the length of a `with` block."""
    delays: list[float] = []
    beating = asyncio.create_task(_beat(server, delays))
    try:
        yield delays
    finally:
        beating.cancel()


async def _beat(server: Server, delays: list[float]) -> None:
    reader, writer = await asyncio.open_connection(HOST, server.port)
    request = f"GET /_stcore/health HTTP/1.1\r\nHost: {server.address}\r\n\r\n".encode()
    try:
        while True:
            began = time.perf_counter()
            writer.write(request)
            await reader.readuntil(b"\r\n\r\nok")
            delays.append(time.perf_counter() - began)
            await asyncio.sleep(_BEAT_SECONDS)
    finally:
        writer.close()


def _row(what: str, delays: list[float], target: str) -> Row:
    median, worst = (milliseconds(percentile(delays, percent)) for percent in (50, 100))
    return Row(f"{what}: reply", f"median {median}, worst {worst} of {len(delays)}", target)
