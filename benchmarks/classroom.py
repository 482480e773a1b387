"""A class in a room: joining, playing, a crowd past the bound, a reveal, and a flood.

`python -m benchmarks.classroom [joining|playing|crowd|reveal|flood] ...`. Server and clients share
the processors. People are asyncio clients (`participant.py`) that do what the page does.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from itertools import count
from typing import Any

import aiohttp

from benchmarks.participant import (
    Database,
    Listener,
    Participant,
    all_in,
    hang_up,
    new_database,
    until,
)
from benchmarks.processes import cpu_seconds, memory_megabytes
from benchmarks.report import Row, milliseconds, percentile, print_table, spread
from benchmarks.server import Server, running_server
from benchmarks.slow_link import slow_link
from benchmarks.stream import Fetched

N_PEOPLE = 100
CROWD = 300
MOVE_SECONDS = 5.0
PLAY_SECONDS = 120.0
CROWD_SECONDS = 60.0
JOIN_SECONDS = 10.0
ROUND_TRIP, BITS = 0.150, 20e6
REVEALS = (25, 50, 100, 200)
N_BESIDE = 30
FLOOD_SECONDS = 15.0
FLOOD_A_SECOND = 1_000
_FLOOD_CONNECTIONS = 20
_SEED = 0


async def joining(server: Server, database: Database) -> list[Row]:
    """A hundred come within ten seconds, over a slow link that all of them share."""
    code = database.open_room().code
    chance = random.Random(_SEED)
    async with slow_link(server.port, ROUND_TRIP, BITS) as port:
        people = [Participant(port, code) for _ in range(N_PEOPLE)]
        came = await asyncio.gather(
            *(_come(person, chance.uniform(0, JOIN_SECONDS)) for person in people)
        )
        runs = await asyncio.gather(*(person.set_rate(0.1) for person in people))
        dots = await asyncio.gather(*(_dot_of(p, r) for p, r in zip(people, runs, strict=True)))
        hang_up(people)
    seconds = [each[0] for each in came if each]
    n_files, n_bytes = next(each[1] for each in came if each)
    return [
        Row("joined", f"{len(seconds)} of {N_PEOPLE}", f"{N_PEOPLE}"),
        Row("the page", f"{n_files} files, {n_bytes / 1e3:.1f} KB compressed", "≤ 150 KB"),
        Row("page asked for → usable", spread(seconds), "each ≤ 3 s"),
        Row("slowest", milliseconds(max(seconds)), "≤ 3 s"),
        Row("own dot after the run's end", _spread_known(dots), "≤ 1 s"),
        Row("own dots that never came", str(dots.count(None)), "0"),
    ]


async def _come(person: Participant, after: float) -> tuple[float, tuple[int, int]] | None:
    await asyncio.sleep(after)
    began = time.perf_counter()
    page = await person.load_page()
    if await person.join() != 200:
        return None
    person.listen()
    await until(lambda: person.heard.states)
    return time.perf_counter() - began, page


async def playing(
    servers: Sequence[Server],
    database: Database,
    n_people: int = N_PEOPLE,
    seconds: float = PLAY_SECONDS,
    port: int | None = None,
) -> list[Row]:
    """Everybody sets another rate every few seconds, and every run becomes a dot.

    `port` is where the servers are reached, if it is not the first one's own.
    """
    port, room = port or servers[0].port, database.open_room()
    people = [Participant(port, room.code) for _ in range(n_people)]
    statuses = await all_in(people)
    inside = [person for person, status in zip(people, statuses, strict=True) if status == 200]
    presenter = Listener(port, room.code, room.key)
    presenter.listen()
    await until(lambda: all(person.heard.states for person in inside))
    memory = [_memory(servers)]
    before = time.perf_counter(), _cpu(servers), time.process_time()
    played = await asyncio.gather(
        *(_play(person, number, seconds) for number, person in enumerate(inside))
    )
    took = time.perf_counter() - before[0]
    shares = (
        (_cpu(servers) - before[1]) / took,
        (time.process_time() - before[2]) / took,
    )
    memory.append(_memory(servers))
    runs = [run for each in played for run in each]
    wanted = {(p.id, str(r.run_id)) for p, each in zip(inside, played, strict=True) for r in each}
    await until(lambda: len(presenter.heard.dots) >= len(wanted), may_fail=True)
    own = [
        None if r.run_id is None else p.heard.dots.get((p.id, r.run_id), [None])[0]
        for p, each in zip(inside, played, strict=True)
        for r in each
    ]
    lags = [at - (run.at("end") or 0.0) for run, at in zip(runs, own, strict=True) if at]
    seen = [
        presenter.heard.dots[key][0] - (run.at("end") or 0.0)
        for key, run in zip(
            [(p.id, str(r.run_id)) for p, e in zip(inside, played, strict=True) for r in e],
            runs,
            strict=True,
        )
        if key in presenter.heard.dots
    ]
    doubles = sum(len(times) > 1 for times in presenter.heard.dots.values())
    hang_up([*inside, presenter])
    complete = [(run.at("end") or 0.0) - run.asked_at for run in runs if run.is_complete]
    return [
        Row("let in", f"{len(inside)} of {n_people}", "the rest are told that it is full"),
        Row("changes", f"{len(runs)} in {took:.0f} s"),
        Row("change → complete run", spread(complete), "p95 ≤ 300 ms"),
        Row("run's end → own dot", spread(lags), "p95 ≤ 1 s"),
        Row("run's end → the presenter's dot", spread(seen), "p95 ≤ 1 s"),
        Row("runs not complete", str(sum(not run.is_complete for run in runs)), "0"),
        Row("dots missing", str(len(wanted - presenter.heard.dots.keys())), "0"),
        Row("dots twice", str(doubles), "0"),
        Row("memory", f"{memory[0]:.0f} → {memory[1]:.0f} MB", "flat"),
        Row("server's processor", f"{shares[0]:.0%} of a core"),
        Row("our clients' processor", f"{shares[1]:.0%} of a core"),
    ]


def _memory(servers: Sequence[Server]) -> float:
    return sum(memory_megabytes(server.pid) for server in servers)


def _cpu(servers: Sequence[Server]) -> float:
    return sum(cpu_seconds(server.pid) for server in servers)


async def _play(person: Participant, number: int, seconds: float) -> list[Fetched]:
    """One person's changes, at a time of their own, each to another rate."""
    began = time.perf_counter() + random.Random(number).uniform(0, MOVE_SECONDS)
    runs = []
    for turn in range(int(seconds / MOVE_SECONDS)):
        await asyncio.sleep(max(0.0, began + turn * MOVE_SECONDS - time.perf_counter()))
        runs.append(await person.set_rate(round(0.05 + 0.4 * (turn * 1000 + number) / 1e5, 6)))
    return runs


async def reveal(server: Server, database: Database) -> list[Row]:
    """The board comes to everybody; what that costs, by the number of people."""
    rows = []
    for n_people in REVEALS:
        room = database.open_room()
        people = [Participant(server.port, room.code) for _ in range(n_people)]
        await all_in(people)
        await asyncio.gather(*(p.set_rate(round(0.05 + i * 1e-4, 6)) for i, p in enumerate(people)))
        await until(lambda people=people: all(person.heard.dots for person in people))
        await asyncio.sleep(1)
        task = database.rooms.task(room.code, 1)
        database.rooms.start_task(room.code, "largest_rate", task.spec, list(task.free))
        runs = await asyncio.gather(
            *(p.set_rate(round(0.05 + i * 1e-4, 6), task=2) for i, p in enumerate(people))
        )
        await asyncio.sleep(2)
        before, began = cpu_seconds(server.pid), time.perf_counter()
        await asyncio.to_thread(database.rooms.reveal, room.code, True)
        await until(lambda people=people: all(person.heard.boards for person in people))
        await asyncio.sleep(1)
        seen = [person.heard.boards[0] - began for person in people]
        cost = cpu_seconds(server.pid) - before
        hang_up(people)
        told = f"p95 {milliseconds(percentile(seen, 95))}, last {milliseconds(max(seen))}"
        complete = sum(run.is_complete for run in runs)
        rows += [
            Row(f"{n_people} people: reveal → seen", told, "p95 ≤ 1 s"),
            Row(
                f"{n_people} people: server's work",
                f"{cost * 1e3:.0f} ms ({complete} runs)",
                "linear",
            ),
        ]
    return rows


async def flood(server: Server, database: Database) -> list[Row]:
    """One person asks for a thousand runs a second while others play."""
    room = database.open_room()
    people = [Participant(server.port, room.code) for _ in range(1 + N_BESIDE)]
    await all_in(people)
    await until(lambda: all(person.heard.states for person in people))
    one, *others = people
    alone = await asyncio.gather(*(_play(p, i, FLOOD_SECONDS) for i, p in enumerate(others)))
    flooding = asyncio.create_task(_flood(one, FLOOD_SECONDS))
    beside = await asyncio.gather(*(_play(p, 500 + i, FLOOD_SECONDS) for i, p in enumerate(others)))
    statuses = await flooding
    hang_up(people)
    before, during = (
        [(run.at("end") or math.inf) - run.asked_at for each in played for run in each]
        for played in (alone, beside)
    )
    slower = percentile(during, 95) - percentile(before, 95)
    counts = ", ".join(f"{n} × {status}" for status, n in statuses.most_common())
    return [
        Row("the one's requests a second", f"{statuses.total() / FLOOD_SECONDS:.0f} ({counts})"),
        Row("others' change → complete run", spread(before)),
        Row("the same beside the flood", spread(during)),
        Row("slower at p95", milliseconds(slower), "≤ 200 ms"),
    ]


async def _flood(person: Participant, seconds: float) -> Counter[int]:
    """Requests without a pause, over as many connections as a browser has."""
    statuses: Counter[int] = Counter()
    end = time.perf_counter() + seconds
    path = f"room/{person.code}/run?task=1&visitor={person.visitor}&slot=0&learning_rate="
    connector = aiohttp.TCPConnector(limit=_FLOOD_CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector, headers=person.headers) as session:

        async def ask_on(first: int) -> None:
            for turn in count():
                if time.perf_counter() > end:
                    return
                rate = round(1e-6 * (first + _FLOOD_CONNECTIONS * turn + 1), 9)
                async with session.get(person.url(f"{path}{rate!r}")) as answer:
                    await answer.read()
                    statuses[answer.status] += 1
                await asyncio.sleep(_FLOOD_CONNECTIONS / FLOOD_A_SECOND)

        await asyncio.gather(*map(ask_on, range(_FLOOD_CONNECTIONS)))
    return statuses


SCENES: dict[str, Callable[[Server, Database], Coroutine[Any, Any, list[Row]]]] = {
    "joining": joining,
    "playing": lambda server, database: playing([server], database),
    "crowd": lambda server, database: playing([server], database, CROWD, CROWD_SECONDS),
    "reveal": reveal,
    "flood": flood,
}


async def _dot_of(person: Participant, run: Fetched) -> float | None:
    """Seconds from a run's end to its dot, None where it never came."""
    key = (person.id, str(run.run_id))
    await until(lambda: key in person.heard.dots, may_fail=True)
    times = person.heard.dots.get(key)
    return None if not times else times[0] - (run.at("end") or 0.0)


def _spread_known(seconds: list[float | None]) -> str:
    return spread([each for each in seconds if each is not None])


def main() -> None:
    wanted = sys.argv[1:] or list(SCENES)
    for name in wanted:
        with new_database() as database, running_server(database.environment) as server:
            rows = asyncio.run(SCENES[name](server, database))
        print_table(f"A class: {name}", rows)


if __name__ == "__main__":
    main()
