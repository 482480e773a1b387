"""What training on stored rows costs by ranks, and what becomes of a run whose ranks are killed.

    OMP_NUM_THREADS=1 python -m benchmarks.distributed            rows/s of 1 and of 2 ranks
    python -m benchmarks.distributed kills 20                     a rank is killed, 20 times

Processes are started by torchrun (torch.distributed.run), on rows that are made for it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from linreg_core import TrainConfig
from linreg_core.distributed import joined_ranks, read_stored_rows, row_split, train_stored
from linreg_core.sources import open_source, prepare_source
from linreg_core.tables import Selection

GROUP = 25_000
HANGS_SECONDS = 240
MOMENTS = ("starting", "reading", "training", "writing", "ending")
"""When a rank is killed; "writing" is rank 0 with half a checkpoint."""


def make_rows(path: Path, n_rows: int, n_features: int) -> None:
    """Write rows of a linear model with noise, in row groups."""
    draws, schema = np.random.default_rng(0), None
    names = [*(f"x{j}" for j in range(n_features)), "y"]
    schema = pa.schema([(name, pa.float64()) for name in names])
    with parquet.ParquetWriter(path, schema, use_dictionary=False) as writer:
        for first in range(0, n_rows, GROUP):
            X = draws.standard_normal((min(GROUP, n_rows - first), n_features))
            y = X @ np.linspace(0.1, 1.0, n_features) + draws.standard_normal(len(X))
            writer.write_table(pa.table([*X.T, y], schema=schema))


def train_as_rank(path: str, batch_size: int, n_epochs: int, n_streams: int) -> None:
    """Train as one of the ranks; rank 0 says how long passes took."""
    with joined_ranks() as ranks:
        source = open_source(path)
        features = tuple(name for name in source.columns if name != "y")
        prepared = prepare_source(source, Selection("y", features))
        start = time.perf_counter()
        rows = read_stored_rows(prepared, row_split(prepared, n_streams=n_streams), ranks)
        first = time.perf_counter() - start
        config = TrainConfig(batch_size=batch_size, n_epochs=n_epochs, learning_rate=0.01)
        times, work = [], []
        for block in train_stored(rows, rows.problem(True, True), config):
            times.append(time.perf_counter())
            work.append(time.process_time())
            last = block
        if ranks.rank == 0:
            seconds, fastest = float(np.median(np.diff(times))), np.diff(times).min()
            worked = float(np.median(np.diff(work)))
            params = " ".join(map(repr, last.weights[-1][:3].tolist()))
            print(
                f"pass {first:.3f} s, epoch {seconds:.3f} s, "
                f"of which rank 0 worked {worked:.3f} s, fastest {fastest:.4f} s, "
                f"params {params}"
            )


def torchrun(n_ranks: int, *arguments: str, restarts: int = 0) -> subprocess.Popen[str]:
    """Start ranks on this machine."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(n_ranks)]
    command += ["--max-restarts", str(restarts), "--standalone", "-m", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=environment, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def measure_ranks(options: argparse.Namespace) -> None:
    """Print rows a second of minibatches, by ranks, each measured twice in turn."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        make_rows(path, options.rows, options.features)
        own = ["benchmarks.distributed", "rank", "--file", str(path)]
        own += ["--batch-size", str(options.batch_size), "--epochs", str(options.epochs)]
        own += ["--streams", str(options.streams)]
        for _ in range(2):
            for n_ranks in options.ranks:
                out, errors = torchrun(n_ranks, *own).communicate()
                found = re.search(r"pass ([\d.]+) s, epoch ([\d.]+) s, of which .*", out)
                if found is None:
                    raise SystemExit(errors)
                rate = options.rows / float(found[2])
                print(f"{n_ranks} ranks: {rate:,.0f} rows/s; {found[0]}", flush=True)


def measure_kills(options: argparse.Namespace) -> None:
    """Kill a rank of a run with a checkpoint, again and again; print how each of them ended."""
    with tempfile.TemporaryDirectory() as folder:
        path, kept = Path(folder) / "rows.parquet", Path(folder) / "kept"
        make_rows(path, 100_000, 8)
        own = ["linreg_core", str(path), "--memory", "500MB", "--target", "y", "--loss", "huber"]
        own += ["--batch-size", "2048", "--epochs", "40", "--checkpoint", str(kept)]
        whole = _learned(torchrun(2, *own).communicate()[0])
        times, n_same = [], 0
        for number in range(options.times):
            kept.unlink(missing_ok=True)
            moment = MOMENTS[number % len(MOMENTS)]
            began = time.perf_counter()
            with Watched(torchrun(2, *own, restarts=3), path, kept) as run:
                while not run.is_at(moment):
                    time.sleep(0.001)
                time.sleep(random.uniform(0.0, 1.0) if moment in ("starting", "training") else 0.0)
                victim = run.kill(only_first=moment == "writing")
                out, errors = run.ended()
            times.append(time.perf_counter() - began)
            same = out is not None and _learned(out) == whole
            n_same += same
            how = "hangs" if out is None else f"the same end: {same}"
            print(
                f"{number + 1}: rank {victim} killed {moment}: {how}; {times[-1]:.1f} s", flush=True
            )
            if not same:
                print(errors[-3_000:], flush=True)
        print(f"{n_same} of {options.times} with the same end; {max(times):.1f} s at most")


class Watched:
    """A run whose ranks are killed: how far it has come, and what it says."""

    def __init__(self, run: subprocess.Popen[str], rows: Path, kept: Path) -> None:
        self._run, self._rows, self._kept = run, rows, kept
        self._said: dict[str, list[str]] = {"stdout": [], "stderr": []}
        self._threads = [
            threading.Thread(target=_collect, args=(getattr(run, name), lines))
            for name, lines in self._said.items()
        ]

    def __enter__(self) -> Watched:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for pid in (self._run.pid, *_children(self._run.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._run.wait()
        for thread in self._threads:
            thread.join()

    def is_at(self, moment: str) -> bool:
        """Whether it is in this moment, or has ended."""
        if self._run.poll() is not None:
            return True
        if moment == "reading":
            return any(map(self._reads, _children(self._run.pid)))
        if moment == "training":
            return self._kept.exists()
        if moment == "writing":
            return self._kept.exists() and self._kept.with_name("kept.part").exists()
        if moment == "ending":
            return any(line.startswith("learned") for line in self._said["stdout"])
        return bool(_children(self._run.pid))

    def _reads(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            files = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
            return str(self._rows) in files
        return False

    def kill(self, only_first: bool) -> int | None:
        """Kill a rank; return which, None where none is there any more."""
        ranks = _children(self._run.pid)
        if not ranks:
            return None
        rank = 0 if only_first else random.randrange(len(ranks))
        with contextlib.suppress(ProcessLookupError):
            os.kill(ranks[rank], signal.SIGKILL)
        return rank

    def ended(self) -> tuple[str | None, str]:
        """Return what it has said when it has ended; None first where it never does."""
        try:
            self._run.wait(HANGS_SECONDS)
        except subprocess.TimeoutExpired:
            return None, "".join(self._said["stderr"])
        for thread in self._threads:
            thread.join()
        return "".join(self._said["stdout"]), "".join(self._said["stderr"])


def _collect(pipe: Iterable[str], lines: list[str]) -> None:
    for line in pipe:
        lines.append(line)


def _learned(out: str) -> str:
    """Return the last that was said of what was learned."""
    lines = [line for line in out.splitlines() if line.startswith(("learned", "loss"))]
    return "\n".join(lines[-2:])


def _children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    with contextlib.suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="ranks", choices=("ranks", "kills", "rank"))
    parser.add_argument("times", nargs="?", type=int, default=20)
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--features", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=4_096)
    parser.add_argument("--streams", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--file")
    options = parser.parse_args()
    if options.what == "rank":
        train_as_rank(options.file, options.batch_size, options.epochs, options.streams)
    elif options.what == "kills":
        measure_kills(options)
    else:
        measure_ranks(options)


if __name__ == "__main__":
    main()
