"""Several processes and threads write at once; one is killed while it writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.room.rooms import Rooms
from dashboard.store.database import Store
from tests.room.making import new_room, outcome, token

N_PROCESSES, N_PEOPLE, N_RUNS = 2, 8, 10
N_KILLS = 5
ROOT = Path(__file__).parents[2]


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.room.writer", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )


def test_no_dot_is_lost_or_doubled_and_no_reader_misses_one(
    url: str, store: Store, rooms: Rooms
) -> None:
    rooms = Rooms(store)
    code = new_room(rooms).code
    writers = [start("together", url, code, N_PEOPLE, N_RUNS) for _ in range(N_PROCESSES)]
    seen: list[tuple[int, int, str]] = []
    cursor, is_last = 0, False
    while True:
        page = rooms.changes(code, cursor, None, limit=7)
        seen += [
            (change.n, change.body["person"], change.body["run"])
            for change in page.changes
            if change.kind == "dot"
        ]
        assert page.n >= cursor
        cursor = page.n
        if is_last and not page.more:
            break
        is_last = all(writer.poll() is not None for writer in writers)
    news = [int(writer.communicate()[0]) for writer in writers]
    assert sum(news) == N_PEOPLE * N_RUNS
    assert Counter((person, run) for _, person, run in seen).most_common(1)[0][1] == 1
    assert len(seen) == N_PEOPLE * N_RUNS and seen == sorted(seen)
    assert rooms.n_changes(code) == cursor == 1 + N_PEOPLE + N_PEOPLE * N_RUNS
    assert rooms.state(code).body["nPeople"] == N_PEOPLE


def test_what_was_stored_outlives_a_killed_process(url: str, store: Store) -> None:
    rooms = Rooms(store)
    code = new_room(rooms).code
    person = rooms.join(code, token(1)).person.id
    writer = start("until_killed", url, code, person)
    stored: set[str] = set()
    for kill in range(N_KILLS):
        # The next process repeats the last runs, as browsers do when they ask again.
        stored |= kill_while_writing(
            writer, first=max(0, len(stored) - 2), n_before=3 + 5 * (kill % 5)
        )
    writer.communicate()
    dots = [each.body["run"] for each in rooms.changes(code, 0, None).changes if each.kind == "dot"]
    assert len(dots) == len(set(dots)) and stored <= set(dots)
    assert len(set(dots) - stored) <= N_KILLS  # stored, but killed before it could say so
    assert rooms.n_changes(code) == 2 + len(dots)
    assert rooms.record(code, 1, person, outcome("after all"))
    if url.startswith("sqlite"):
        with store.reading() as session:
            assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]


def kill_while_writing(writer: subprocess.Popen[str], first: int, n_before: int) -> set[str]:
    """Return what a process has said to have stored until it was killed."""
    assert writer.stdin and writer.stdout
    writer.stdin.write(f"{first}\n")
    pid, stored = 0, set()
    for line in writer.stdout:
        what, _, value = line.strip().partition(" ")
        if what == "ended":
            return stored
        if what == "pid":
            pid = int(value)
        else:
            stored.add(value)
        if pid and len(stored) >= n_before:
            os.kill(pid, signal.SIGKILL)
            n_before = sys.maxsize
    raise AssertionError("The writer ended by itself.")


@pytest.mark.parametrize("n_processes", [3])
def test_processes_that_start_at_once_make_the_tables_once(
    tmp_path: Path, n_processes: int
) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite"
    code = "from dashboard.store.database import Store; import sys; Store(sys.argv[1]).migrate()"
    started = [
        subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(n_processes)
    ]
    assert [process.communicate()[1] for process in started] == [b""] * n_processes
    assert [process.returncode for process in started] == [0] * n_processes
