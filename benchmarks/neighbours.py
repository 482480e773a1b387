"""Visitors with the largest problem that the page allows, and those beside them.

`python -m benchmarks.neighbours [engine ...]`, about four minutes for each engine. The trainers'
memory is bounded here as on a small server; the benchmark ends by itself where it is far beyond.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from benchmarks.client import RATES, Visitor, visiting
from benchmarks.processes import child_running, quick_megabytes
from benchmarks.report import Row, print_table, spread
from benchmarks.server import Server, running_server
from benchmarks.stream import Fetched, fetch_run
from dashboard.live.budget import TRAINER_LIMIT_VARIABLE
from dashboard.live.roles import ROLES
from dashboard.presets import T4
from dashboard.settings import Settings, make_settings

LIMIT_MB = 2_000
N_VISITORS = (1, 4, 20)
NOBODY = 0
ENGINES = ("compiled", "torch")
SECONDS = 15.0
LEFT_SECONDS = 10.0  # after the last has gone, the memory is to be back
MOST_MILLISECONDS = 500
_DRAG_SECONDS = 2.0
_SMALL_SECONDS = 0.5  # from one of the small runs to the next
_MANY_SECONDS = 1.0
_SAMPLE_SECONDS = 0.05
_FAR_BEYOND = 2.0  # times the limit
_OK = 200


def largest(engine: str) -> Settings:
    """10,000 rows x 2,000 features with a random test split, in double precision."""
    return make_settings(
        "many_weights",
        {"n_samples": 10_000, "n_features": 2_000},
        test_fraction=0.2,
        learning_rate=0.01,
        n_epochs=500,
        batch_size=64,
        updates_per_epoch=1,
        engine=engine,
    )


def many_rows(engine: str) -> Settings:
    """A line through 30,000 points."""
    return make_settings("line", {"n_samples": 30_000}, n_epochs=200, engine=engine)


@dataclass
class Seen:
    """What one kind of visitor saw: from a move to the first rows and to the end, in seconds."""

    first_rows: list[float] = field(default_factory=list)
    complete: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def note(self, sent_at: float, fetched: Fetched) -> None:
        if (rows_at := fetched.at("rows")) is not None:
            self.first_rows.append(rows_at - sent_at)
        if (end_at := fetched.at("end")) is not None:
            self.complete.append(end_at - sent_at)
        self.outcomes[_outcome(fetched)] += 1


class Memory:
    """The trainers' memory, looked at often. Ends the server where it is far beyond the limit."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._trainers = [
            child_running("dashboard.live.trainer_main", server.pid, role) for role in ROLES
        ]
        self.most = 0.0

    def now(self) -> float:
        return quick_megabytes(self._trainers)

    async def watch(self) -> None:
        while True:
            self.most = max(self.most, self.now())
            if self.most > _FAR_BEYOND * LIMIT_MB:
                self._server.process.kill()
                sys.exit(f"The trainers take {self.most:,.0f} MB: ended.")
            await asyncio.sleep(_SAMPLE_SECONDS)


async def beside(server: Server, engine: str, n_visitors: int, is_dragged: bool) -> list[Row]:
    """Large problems held or dragged by so many, a small run and one of 30,000 rows beside them."""
    memory = Memory(server)
    before = memory.now()
    large, small, many = Seen(), Seen(), Seen()
    use = _drag if is_dragged else _hold
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_running(memory.watch()))
        beside_it = [
            await stack.enter_async_context(visiting(server, settings.link()))
            for settings in (replace(T4.settings, engine=engine), many_rows(engine))
        ]
        seeds = count(1)
        neighbours = [
            await stack.enter_async_context(
                visiting(server, replace(largest(engine), seed=next(seeds)).link())
            )
            for _ in range(n_visitors)
        ]
        until = time.perf_counter() + SECONDS
        await asyncio.gather(
            _move(beside_it[0], _SMALL_SECONDS, small, until),
            _move(beside_it[1], _MANY_SECONDS, many, until),
            *(
                _after(_DRAG_SECONDS * number / n_visitors, use(visitor, seeds, large, until))
                for number, visitor in enumerate(neighbours)
            ),
        )
    await asyncio.sleep(LEFT_SECONDS)
    kept = memory.now() - before
    return [
        Row("large problems", _counted(large)),
        Row("large: move → first rows", spread(large.first_rows)),
        Row("small: move → complete", spread(small.complete), f"p95 ≤ {MOST_MILLISECONDS} ms"),
        Row("small: runs", _counted(small), "all complete"),
        Row("30,000 rows: move → first rows", spread(many.first_rows)),
        Row("30,000 rows: move → complete", spread(many.complete)),
        Row("30,000 rows: runs", _counted(many), "all complete"),
        Row("the trainers' memory at most", f"{memory.most:,.0f} MB", f"≤ {LIMIT_MB:,} MB"),
        Row(f"and {LEFT_SECONDS:.0f} s after they have left", f"{kept:+,.0f} MB", "≤ 50 MB more"),
    ]


async def _after(seconds: float, work: Coroutine[None, None, None]) -> None:
    """People do not all move within the same millisecond."""
    await asyncio.sleep(seconds)
    await work


async def _hold(visitor: Visitor, seeds: Iterator[int], seen: Seen, until: float) -> None:
    """Asks for a run until it comes, then looks at it."""
    while time.perf_counter() < until:
        asked_at = time.perf_counter()
        fetched = await fetch_run(visitor.port, visitor.run_path)
        seen.note(asked_at, fetched)
        if fetched.status == _OK:
            break
        await asyncio.sleep(_DRAG_SECONDS)
    await asyncio.sleep(max(0.0, until - time.perf_counter()))


async def _drag(visitor: Visitor, seeds: Iterator[int], seen: Seen, until: float) -> None:
    """A new seed every two seconds, whatever has come of the last one."""
    going: asyncio.Task[None] | None = None
    while time.perf_counter() < until:
        sent_at = await visitor.rerun("seed", float(next(seeds)))
        path = (await visitor.next_event("run")).value
        if going is not None:
            await going  # superseded: it has ended, or does within a slice
        going = asyncio.create_task(_fetch(visitor.port, path, sent_at, seen))
        await asyncio.sleep(max(0.0, sent_at + _DRAG_SECONDS - time.perf_counter()))
    if going is not None:
        going.cancel()


async def _fetch(port: int, path: str, sent_at: float, seen: Seen) -> None:
    seen.note(sent_at, await fetch_run(port, path))


async def _move(visitor: Visitor, interval: float, seen: Seen, until: float) -> None:
    """Another learning rate every so often, each run seen to its end."""
    for turn in count():
        if (began := time.perf_counter()) >= until:
            return
        move = await visitor.move("learning_rate", RATES[turn % len(RATES)])
        seen.note(move.sent_at, move.fetched)
        await asyncio.sleep(max(0.0, began + interval - time.perf_counter()))


@asynccontextmanager
async def _running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Work that goes on beside a `with` block."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()


def _outcome(fetched: Fetched) -> str:
    if fetched.is_complete:
        return "complete"
    return "cut off" if fetched.status == _OK else str(fetched.status)


def _counted(seen: Seen) -> str:
    return ", ".join(f"{number} {name}" for name, number in seen.outcomes.most_common())


def main() -> None:
    for engine in sys.argv[1:] or ENGINES:
        with running_server({TRAINER_LIMIT_VARIABLE: str(LIMIT_MB)}) as server:
            asyncio.run(beside(server, engine, n_visitors=1, is_dragged=False))  # it grows once
            rows = asyncio.run(beside(server, engine, NOBODY, is_dragged=False))
            print_table(f"{engine}: no large one, for comparison", rows)
            for n_visitors in N_VISITORS:
                for is_dragged, way in ((False, "held"), (True, "dragged")):
                    rows = asyncio.run(beside(server, engine, n_visitors, is_dragged))
                    print_table(f"{engine}: {n_visitors} large, {way}", rows)


if __name__ == "__main__":
    main()
