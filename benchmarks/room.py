"""Rooms of 32 and of 100 people who all move a slider. `python -m benchmarks.room [visitors]`.

Every run is the noisy line's: 100 rows, full batch, 1,000 epochs.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from benchmarks.client import RATES, Move, Visitor, visiting
from benchmarks.processes import cpu_seconds
from benchmarks.report import Row, percentile, print_table, spread
from benchmarks.server import Server, running_server
from benchmarks.stream import ask_doctor

ROOM_SECONDS = 25.0
_SEED = 0
_STAY_SECONDS = 0.3


@dataclass(frozen=True)
class Crowd:
    """How many people move how often, and how soon 95 % of their runs are to be complete."""

    n_visitors: int
    move_seconds: float
    target_seconds: float


CROWDS = (Crowd(32, 4.0, 0.4), Crowd(100, 5.0, 0.3))


@dataclass(frozen=True)
class Room:
    """What the room saw: its moves, what went wrong, and who used how much of a processor."""

    crowd: Crowd
    moves: Sequence[Move]
    errors: Sequence[str]
    answers: Sequence[float]
    server_share: float
    client_share: float


async def fill_room(server: Server, crowd: Crowd) -> Room:
    """Opens every page, then lets everybody play for `ROOM_SECONDS`."""
    async with AsyncExitStack() as pages:
        visitors = [
            await pages.enter_async_context(visiting(server)) for _ in range(crowd.n_visitors)
        ]
        before = time.perf_counter(), cpu_seconds(server.pid), time.process_time()
        played = await asyncio.gather(
            *(_play(visitor, crowd, number) for number, visitor in enumerate(visitors))
        )
        seconds = time.perf_counter() - before[0]
        return Room(
            crowd,
            moves=[move for moves, *_ in played for move in moves],
            errors=[error for _, errors, _ in played for error in errors],
            answers=[answer for *_, answers in played for answer in answers],
            server_share=(cpu_seconds(server.pid) - before[1]) / seconds,
            client_share=(time.process_time() - before[2]) / seconds,
        )


async def _play(
    visitor: Visitor, crowd: Crowd, number: int
) -> tuple[list[Move], list[str], list[float]]:
    """One visitor's moves, at a time of their own within every few seconds."""
    asking: list[asyncio.Task[float]] = []
    moves: list[Move] = []
    errors: list[str] = []
    began = time.perf_counter() + random.Random(_SEED + number).uniform(0, crowd.move_seconds)
    for turn in range(int(ROOM_SECONDS / crowd.move_seconds)):
        await asyncio.sleep(max(0.0, began + turn * crowd.move_seconds - time.perf_counter()))
        try:
            move = await visitor.move("learning_rate", RATES[turn % len(RATES)])
        except (TimeoutError, OSError) as error:
            errors.append(repr(error))
            continue
        moves.append(move)
        asking.append(asyncio.create_task(_ask_doctor(visitor)))
        if not move.fetched.is_complete:
            errors.append(f"status {move.fetched.status}, incomplete")
    return moves, errors, await asyncio.gather(*asking)


async def _ask_doctor(visitor: Visitor) -> float:
    """As the browser does of a run that stays on screen."""
    await asyncio.sleep(_STAY_SECONDS)
    return await ask_doctor(visitor.port, visitor.run_path)


def rows(room: Room) -> list[Row]:
    complete, target = _delays(room, "end"), room.crowd.target_seconds
    share = sum(delay <= target for delay in complete) / max(1, len(room.moves))
    return [
        Row("moves", f"{len(room.moves)} of {room.crowd.n_visitors} visitors"),
        Row("move → path of the run", spread([m.shown_at - m.sent_at for m in room.moves])),
        Row("move → first bytes", spread(_delays(room, "start"))),
        Row("move → first rows", spread(_delays(room, "rows"))),
        Row("move → complete", spread(complete), f"p95 ≤ {target * 1e3:.0f} ms"),
        Row(f"complete within {target * 1e3:.0f} ms", f"{share:.1%}", "≥ 95 %"),
        Row("slowest", f"{percentile(complete, 100) * 1e3:,.0f} ms"),
        Row("the doctor's answer", spread(room.answers)),
        Row("errors", f"{len(room.errors)} {sorted(set(room.errors)) or ''}", "0"),
        Row("server's processor", f"{room.server_share:.0%} of a core"),
        Row("our clients' processor", f"{room.client_share:.0%} of a core"),
    ]


def _delays(room: Room, kind: str) -> list[float]:
    """From a move to the first chunk of this kind, where one came."""
    pairs = [(move.sent_at, move.fetched.at(kind)) for move in room.moves]
    return [at - sent_at for sent_at, at in pairs if at is not None]


def main() -> None:
    wanted = {int(text) for text in sys.argv[1:]}
    for crowd in CROWDS:
        if wanted and crowd.n_visitors not in wanted:
            continue
        with running_server() as server:
            room = asyncio.run(fill_room(server, crowd))
        title = f"A room of {crowd.n_visitors}, a move every {crowd.move_seconds:g} s"
        print_table(title, rows(room))


if __name__ == "__main__":
    main()
