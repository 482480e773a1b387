"""The library of runs: how long it takes to save and to list, and what killed processes lose.

`python -m benchmarks.library [kills]`. Each time a process gets SIGKILL at a moment of chance,
while it saves without a pause.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from benchmarks.report import Row, milliseconds, print_table, spread
from dashboard.library.library import Library
from dashboard.store.database import Store
from tests.library.making import a_run

N_RUNS = 1_000
N_LISTS = 100
N_KILLS = 50
_TOKEN = "benchmark-" * 3
_SEED = 0
_MOST_SECONDS = 0.15
_ROOT = Path(__file__).parent.parent


def measured(url: str) -> list[Row]:
    """Saves a thousand runs one after the other, and lists them."""
    store = Store(url)
    library = Library(store)
    library.save(_TOKEN, a_run("the first, which makes the tables"))
    saved = [_seconds(lambda n=n: library.save(_TOKEN, a_run(f"run {n}"))) for n in range(N_RUNS)]
    listed = [_seconds(lambda: library.listed(_TOKEN)) for _ in range(N_LISTS)]
    store.dispose()
    return [
        Row("to save a run", spread(saved)),
        Row(f"to list {N_RUNS:,} runs", spread(listed), "< 100 ms"),
        Row("the slowest of these", milliseconds(max(listed)), "< 100 ms"),
    ]


def killed(url: str, n_kills: int) -> list[Row]:
    """Kills so many processes while they save; then looks for all that they said they had saved."""
    told, chance = [], random.Random(_SEED)
    command = [sys.executable, "-m", "tests.library.writer", url, _TOKEN]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=_ROOT, text=True, **pipes) as writer:  # type: ignore[call-overload]
        for life in range(n_kills):
            print(life, file=writer.stdin, flush=True)
            pid = int(writer.stdout.readline().removeprefix("pid "))
            told.append(writer.stdout.readline().strip())
            time.sleep(chance.uniform(0, _MOST_SECONDS))
            os.kill(pid, signal.SIGKILL)
            while (line := writer.stdout.readline().strip()) != "ended":
                told.append(line)
        writer.stdin.close()
    store = Store(url)
    names = [run.name for run in Library(store, most=10**6).listed(_TOKEN)]
    with store.reading() as session:
        whole = session.execute(text("PRAGMA integrity_check")).scalar_one()
    store.dispose()
    return [
        Row("runs told as saved", f"{len(told):,}"),
        Row("of these lost", str(len(set(told) - set(names))), "0"),
        Row("saved twice", str(len(names) - len(set(names))), "0"),
        Row("the database", str(whole), "ok"),
    ]


def _seconds(act: object) -> float:
    began = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> None:
    n_kills = int(sys.argv[1]) if sys.argv[1:] else N_KILLS
    with tempfile.TemporaryDirectory() as folder:
        print_table("The library of runs", measured(f"sqlite:///{folder}/runs.sqlite"))
        rows = killed(f"sqlite:///{folder}/killed.sqlite", n_kills)
        print_table(f"A process killed {n_kills} times while it saves", rows)


if __name__ == "__main__":
    main()
