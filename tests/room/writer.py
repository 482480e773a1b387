"""A process that writes into a room, for tests of several at once, and of one that is killed.

`python -m tests.room.writer together URL CODE N_PEOPLE N_RUNS`: all dots of all people, in a thread
for each, then how many of them were new. `... until_killed URL CODE PERSON`: for each number read,
a process that makes dots from there on, tells what was stored, and does not end by itself.
"""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from dashboard.room.rooms import Rooms
from dashboard.store.database import Store
from tests.room.making import outcome, token

MOST_RUNS = 60
"""Of one life, where the test is slow to end it: a person may make 500."""


def write_together(url: str, code: str, n_people: int, n_runs: int) -> None:
    store = Store(url)
    rooms = Rooms(store)

    def write(number: int) -> int:
        person = rooms.join(code, token(number)).person.id
        return sum(rooms.record(code, 1, person, outcome(f"run{run}")) for run in range(n_runs))

    with ThreadPoolExecutor(n_people) as threads:
        print(sum(threads.map(write, range(n_people))), flush=True)
    store.dispose()


def write_until_killed(url: str, code: str, person: int) -> None:
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            _write_from(url, code, person, int(line))
        _tell(f"pid {pid}")
        os.waitpid(pid, 0)
        _tell("ended")


def _write_from(url: str, code: str, person: int, first: int) -> None:
    rooms = Rooms(Store(url))
    for number in range(first, first + MOST_RUNS):
        rooms.record(code, 1, person, outcome(str(number)))
        _tell(f"stored {number}")
    while True:
        signal.pause()


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # in one piece, without a buffer that a kill would empty


if __name__ == "__main__":
    how, url, code, *numbers = sys.argv[1:]
    if how == "together":
        write_together(url, code, *map(int, numbers))
    else:
        write_until_killed(url, code, *map(int, numbers))
