"""A server that is killed while a class plays: who is back when, and what was lost.

`python -m benchmarks.kills [kills]`. Each time the web server's process gets SIGKILL at a moment of
chance, while everybody sets rates without a pause, and another one takes its port.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import time
from contextlib import nullcontext
from itertools import count

from benchmarks.participant import Database, Participant, all_in, hang_up, new_database, until
from benchmarks.report import Row, milliseconds, print_table, spread
from benchmarks.server import Server, cold_server, lasting_port, wait_until_healthy
from dashboard.store.database import DATABASE_VARIABLE

N_KILLS = 20
N_PEOPLE = 20
PLAY_SECONDS = (3.0, 7.0)
_ASK_AGAIN_SECONDS = 5.0
_SEED = 0


class Player:
    """One who sets a rate, waits for its dot, asks again where none comes, and sets the next."""

    def __init__(self, person: Participant, number: int) -> None:
        self.person, self.number = person, number
        self.wanted: list[float] = []
        self.is_done = False

    async def play(self) -> None:
        for turn in count():
            if self.is_done:
                return
            rate = round(0.01 + (turn * 1000 + self.number) * 1e-6, 9)
            self.wanted.append(rate)
            await self._have(rate)

    async def _have(self, rate: float) -> None:
        """Asks for a run until its dot has come."""
        n_dots = len(self.person.heard.dots)
        while len(self.person.heard.dots) == n_dots:
            try:
                await asyncio.wait_for(self.person.set_rate(rate), _ASK_AGAIN_SECONDS)
                await asyncio.wait_for(
                    until(lambda: len(self.person.heard.dots) > n_dots), _ASK_AGAIN_SECONDS
                )
            except (TimeoutError, OSError):
                await asyncio.sleep(0.1)


async def class_with_kills(
    database: Database,
    n_kills: int,
    n_people: int = N_PEOPLE,
    play_seconds: tuple[float, float] = PLAY_SECONDS,
    running: Server | None = None,
) -> list[Row]:
    """Plays through so many kills; the room's people and dots are counted at the end.

    A server that is `running` on a lasting port is the first one to be killed.
    """
    port = running.port if running else lasting_port()
    room, chance = database.open_room(), random.Random(_SEED)
    people = [Participant(port, room.code) for _ in range(n_people)]
    players = [Player(person, number) for number, person in enumerate(people)]
    playing: list[asyncio.Task[None]] = []
    back: list[float] = []
    for turn in range(n_kills + 1):
        serving = cold_server(database.environment, port)
        with nullcontext(running) if running and turn == 0 else serving as server:
            await asyncio.to_thread(wait_until_healthy, server)
            began = time.perf_counter()
            if turn == 0:
                await all_in(people)
                playing = [asyncio.create_task(player.play()) for player in players]
            await until(lambda began=began: all(p.heard.connected_at > began for p in people))
            back.append(max(p.heard.connected_at for p in people) - began)
            await asyncio.sleep(chance.uniform(*play_seconds))
            if turn < n_kills:
                server.process.kill()
                server.process.wait()
                continue
            for player in players:
                player.is_done = True
            await asyncio.gather(*playing)
    hang_up(people)
    return [
        *_kept(database, room.code, players),
        Row("back after", spread(back[1:]), "≤ 5 s"),
        Row("the last one, at worst", milliseconds(max(back[1:])), "≤ 5 s"),
    ]


def _kept(database: Database, code: str, players: list[Player]) -> list[Row]:
    """What the store has at the end, against what everybody has asked for and been told."""
    head, *lines = database.rooms.csv_rows(code)
    place = head.index("learning_rate")
    stored = sorted(float(line[place]) for line in lines)
    wanted = sorted(rate for player in players for rate in player.wanted)
    told = sum(len(player.person.heard.dots) for player in players)
    twice = sum(len(times) > 1 for p in players for times in p.person.heard.dots.values())
    file = database.environment[DATABASE_VARIABLE].removeprefix("sqlite:///")
    whole = sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone()[0]
    return [
        Row(
            "people in the room", str(database.rooms.state(code).body["nPeople"]), str(len(players))
        ),
        Row("runs asked for, stored, told", f"{len(wanted)}, {len(stored)}, {told}", "equal"),
        Row("the same runs", str(stored == wanted), "True"),
        Row("dots told twice", str(twice), "0"),
        Row("the database", str(whole), "ok"),
    ]


def main() -> None:
    n_kills = int(sys.argv[1]) if sys.argv[1:] else N_KILLS
    with new_database() as database:
        rows = asyncio.run(class_with_kills(database, n_kills))
    print_table(f"A server killed {n_kills} times", rows)


if __name__ == "__main__":
    main()
