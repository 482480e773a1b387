"""What only a process of its own can tell of an engine: its memory, and how long it takes to start.

`python -m benchmarks.engine_processes WHO NUMBER` is one such process: WHO is an engine or
"plain loop", NUMBER a work's place in WORKS.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.engine_tables import duration
from benchmarks.engine_works import WORKS, Work, prepare
from linreg_core import Problem, fit

N_WARM = 3
WARMING_ROWS = 2_048
LARGE = [number for number, work in enumerate(WORKS) if work.n_samples >= 1_000_000]
STATUS = Path("/proc/self/status")

STARTING = """
import sys, time
began = time.perf_counter()
import linreg_core
imported = time.perf_counter()
problem = linreg_core.Problem.from_dataset(linreg_core.make_dataset("line"))
config = linreg_core.TrainConfig(n_epochs=1000, init="randn", engine=sys.argv[1])
next(linreg_core.train(problem, config))
first = time.perf_counter()
linreg_core.fit(problem, config)
print(imported - began, first - began, time.perf_counter() - began, time.process_time())
"""


def memory_rows(who: Sequence[str]) -> Iterator[list[str]]:
    """The most memory that a large run needs beside its data, in a process for each."""
    for number in LARGE:
        found = [_output([__spec__.name, one, str(number)]) for one in who]
        yield [WORKS[number].title, *(f"{float(one):,.0f}" for one in found)]


def setup_rows(engine: str) -> Iterator[list[str]]:
    """Seconds since a process began, with an empty cache of compiled code and with a full one."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        first, *others = (_started(engine, environment) for _ in range(1 + N_WARM))
    yield ["nothing compiled yet", *map(duration, first)]
    yield ["compiled by an earlier process", *map(duration, map(min, zip(*others, strict=True)))]


def _started(engine: str, environment: dict[str, str]) -> list[float]:
    command = [sys.executable, "-c", STARTING, engine]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return [float(word) for word in result.stdout.split()]


def _output(module_and_arguments: Sequence[str]) -> str:
    command = [sys.executable, "-m", *module_and_arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def memory_of(who: str, work: Work) -> float:
    """Megabytes that a run needs at most, over those that this process has with the data made."""
    _train(who, replace(work, n_samples=WARMING_ROWS))
    problem = Problem.from_dataset(work.dataset())
    before = _megabytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
    _train(who, work, problem)
    return _megabytes("VmHWM") - before


def _train(who: str, work: Work, problem: Problem | None = None) -> None:
    problem = problem or Problem.from_dataset(work.dataset())
    if who == "plain loop":
        from benchmarks.plain_loop import PlainTraining

        PlainTraining(problem, work.config).start()()
    else:
        prepare(who)
        fit(problem, work.recording(who))


def _megabytes(key: str) -> float:
    lines = STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:")) * 1024 / 1e6


if __name__ == "__main__":
    print(memory_of(sys.argv[1], WORKS[int(sys.argv[2])]))
