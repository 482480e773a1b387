"""The rooms' store: how long a dot takes to be written, and what has happened to be read.

`python -m benchmarks.room_store`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from benchmarks.postgresql import find_postgresql, running_postgresql
from benchmarks.report import Row, milliseconds, print_table, spread
from dashboard.presets import T4
from dashboard.room.rooms import Rooms
from dashboard.room.tasks import Outcome
from dashboard.store.database import Store

N_PEOPLE = 100
N_DOTS = 10_000
N_ALONE = 500
N_THREADS = 8
N_READS = 200


def measure(store: Store) -> list[Row]:
    """A room of 100 who make 10,000 dots: first alone, then in eight threads, then read."""
    rooms = Rooms(store, max_people=N_PEOPLE)
    spec = T4.settings.run_spec
    code = rooms.create(spec, ["learning_rate"]).code
    joins = [_seconds(lambda each=each: rooms.join(code, _token(each))) for each in range(N_PEOPLE)]
    people = [rooms.join(code, _token(each)).person.id for each in range(N_PEOPLE)]
    rooms.start_task(code, "fewest_epochs", spec, ["learning_rate"])

    def write(number: int) -> float:
        run = Outcome(f"run{number}", {"learning_rate": 0.1}, "finished", 1.0, number % 97, 0.1)
        return _seconds(lambda: rooms.record(code, 2, people[number % N_PEOPLE], run))

    alone = [write(number) for number in range(N_ALONE)]
    began = time.perf_counter()
    with ThreadPoolExecutor(N_THREADS) as threads:
        together = list(threads.map(write, range(N_ALONE, N_DOTS)))
    took = time.perf_counter() - began
    return [
        Row("to join, for the first time", spread(joins), ""),
        Row("to write a dot, one after the other", spread(alone), "p95 < 5 ms"),
        Row(
            f"to write a dot, {N_THREADS} threads at once",
            f"{len(together) / took:,.0f} a second, each {spread(together)}",
            "> 20 a second",
        ),
        *_reading(rooms, code, people[0]),
    ]


def _reading(rooms: Rooms, code: str, person: int) -> Iterator[Row]:
    n = rooms.n_changes(code)
    yield Row(f"to read all {N_DOTS:,} dots, in pages", _once(lambda: _read_all(rooms, code)), "")
    reads: list[tuple[str, Callable[[], object]]] = [
        ("to look whether anything is new", lambda: rooms.n_changes(code)),
        ("to read the last 20 changes", lambda: rooms.changes(code, n - 20, None)),
        ("to read a person's own, after a refresh", lambda: rooms.changes(code, 0, person)),
        ("to find a person by token", lambda: rooms.person(code, _token(7))),
        ("to make the board", lambda: rooms.board(code, 2)),
    ]
    for what, read in reads:
        yield Row(what, spread([_seconds(read) for _ in range(N_READS)]), "")
    yield Row(
        f"to export {N_DOTS:,} lines", _once(lambda: sum(1 for _ in rooms.csv_rows(code))), ""
    )


def _read_all(rooms: Rooms, code: str) -> None:
    n, more = 0, True
    while more:
        page = rooms.changes(code, n, None)
        n, more = page.n, page.more


def _token(number: int) -> str:
    return f"{number:022d}"


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _once(work: Callable[[], object]) -> str:
    return milliseconds(_seconds(work))


@contextmanager
def _on_sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/rooms.sqlite"


def main() -> None:
    databases = {"SQLite": _on_sqlite}
    if find_postgresql() is None:
        print("PostgreSQL is not installed here: SQLite alone is measured.")
    else:
        databases["PostgreSQL"] = running_postgresql
    for name, running in databases.items():
        with running() as url:
            store = Store(url)
            print_table(f"The rooms' store on {name}", measure(store))
            store.dispose()


if __name__ == "__main__":
    main()
