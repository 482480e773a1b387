"""A room of 32: each moves a slider every 4 s. `python -m benchmarks.room`.

Every run is the noisy line's: 100 rows, full batch, 1,000 epochs.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from benchmarks.client import RATES, Move, Visitor, visiting
from benchmarks.processes import cpu_seconds
from benchmarks.report import Row, percentile, print_table, spread
from benchmarks.server import Server, running_server

N_VISITORS = 32
MOVE_SECONDS = 4.0
ROOM_SECONDS = 25.0
TARGET_SECONDS = 0.4
_SEED = 0


@dataclass(frozen=True)
class Room:
    """What the room saw: its moves, what went wrong, and who used how much of a processor."""

    moves: Sequence[Move]
    errors: Sequence[str]
    server_share: float
    client_share: float


async def fill_room(server: Server) -> Room:
    """Opens every page, then lets everybody play for `ROOM_SECONDS`."""
    async with AsyncExitStack() as pages:
        visitors = [await pages.enter_async_context(visiting(server)) for _ in range(N_VISITORS)]
        before = time.perf_counter(), cpu_seconds(server.pid), time.process_time()
        played = await asyncio.gather(
            *(_play(visitor, number) for number, visitor in enumerate(visitors))
        )
        seconds = time.perf_counter() - before[0]
        return Room(
            moves=[move for moves, _ in played for move in moves],
            errors=[error for _, errors in played for error in errors],
            server_share=(cpu_seconds(server.pid) - before[1]) / seconds,
            client_share=(time.process_time() - before[2]) / seconds,
        )


async def _play(visitor: Visitor, number: int) -> tuple[list[Move], list[str]]:
    """One visitor's moves, at a time of their own within every four seconds."""
    moves: list[Move] = []
    errors: list[str] = []
    began = time.perf_counter() + random.Random(_SEED + number).uniform(0, MOVE_SECONDS)
    for turn in range(int(ROOM_SECONDS / MOVE_SECONDS)):
        await asyncio.sleep(max(0.0, began + turn * MOVE_SECONDS - time.perf_counter()))
        try:
            move = await visitor.move("learning_rate", RATES[turn % len(RATES)])
        except (TimeoutError, OSError) as error:
            errors.append(repr(error))
            continue
        moves.append(move)
        if not move.fetched.is_complete:
            errors.append(f"status {move.fetched.status}, incomplete")
    return moves, errors


def rows(room: Room) -> list[Row]:
    complete = _delays(room, "end")
    share = sum(delay <= TARGET_SECONDS for delay in complete) / max(1, len(room.moves))
    return [
        Row("moves", f"{len(room.moves)} of {N_VISITORS} visitors"),
        Row("move → path of the run", spread([m.shown_at - m.sent_at for m in room.moves])),
        Row("move → first bytes", spread(_delays(room, "start"))),
        Row("move → first rows", spread(_delays(room, "rows"))),
        Row("move → complete", spread(complete), "p95 ≤ 400 ms"),
        Row("complete within 400 ms", f"{share:.1%}", "≥ 95 %"),
        Row("slowest", f"{percentile(complete, 100) * 1e3:,.0f} ms"),
        Row("errors", f"{len(room.errors)} {sorted(set(room.errors)) or ''}", "0"),
        Row("server's processor", f"{room.server_share:.0%} of a core"),
        Row("our clients' processor", f"{room.client_share:.0%} of a core"),
    ]


def _delays(room: Room, kind: str) -> list[float]:
    """From a move to the first chunk of this kind, where one came."""
    pairs = [(move.sent_at, move.fetched.at(kind)) for move in room.moves]
    return [at - sent_at for sent_at, at in pairs if at is not None]


def main() -> None:
    with running_server() as server:
        room = asyncio.run(fill_room(server))
    print_table(f"A room of {N_VISITORS}, a move every {MOVE_SECONDS:g} s", rows(room))


if __name__ == "__main__":
    main()
