"""Bytes of whole runs, and whether pictures move before training has ended.

`python -m benchmarks.wire`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from benchmarks.client import visiting
from benchmarks.report import Row, milliseconds, print_table
from benchmarks.server import Server, running_server
from benchmarks.stream import Fetched, fetch_run
from dashboard.presets import T1, T2, T3, T4
from dashboard.settings import Settings

RUNS = (
    ("line, 500 epochs", replace(T4.settings, n_epochs=500), "< 30 KB"),
    ("1 · Condos", T1.settings, ""),
    ("2 · Exact line", T2.settings, ""),
    ("3 · 2,000 weights", T3.settings, "< 600 KB"),
    ("4 · Noisy line", T4.settings, ""),
)


async def fetch_all(server: Server) -> list[Fetched]:
    """Each run alone, one after the other."""
    return [await _fetch(server, settings) for _, settings, _ in RUNS]


async def _fetch(server: Server, settings: Settings) -> Fetched:
    async with visiting(server, settings.link()) as visitor:
        return await fetch_run(server.port, visitor.run_path)


def rows(name: str, target: str, run: Fetched) -> list[Row]:
    n_rows_chunks = sum(chunk.kind == "rows" for chunk in run.chunks)
    plain = sum(chunk.n_bytes for chunk in run.chunks)
    ends = [chunk for chunk in run.chunks if chunk.kind == "end"]
    status = ends[0].header["status"] if ends else "cut off"
    return [
        Row(
            f"{name}: bytes on the wire",
            f"{run.n_wire_bytes / 1e3:,.1f} KB of {plain / 1e3:,.1f} KB, {status}",
            target,
        ),
        Row(
            f"{name}: times",
            f"first bytes {_after(run, 'start')}, first rows {_after(run, 'rows')}, "
            f"reference {_after(run, 'reference')}, end {_after(run, 'end')}, "
            f"{n_rows_chunks} chunks of rows",
            "rows before the end" if name.startswith("3") else "",
        ),
    ]


def _after(run: Fetched, kind: str) -> str:
    at = run.at(kind)
    return "never" if at is None else milliseconds(at - run.asked_at)


def main() -> None:
    with running_server() as server:
        runs = asyncio.run(fetch_all(server))
    table = [
        row
        for (name, _, target), run in zip(RUNS, runs, strict=True)
        for row in rows(name, target, run)
    ]
    print_table("A run on the wire", table)


if __name__ == "__main__":
    main()
