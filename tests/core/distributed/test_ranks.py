"""Many ranks make the run of one; who dies or has a mistake in its input is named by all others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from linreg_core.distributed import ONE_RANK
from tests.core.distributed.rank_runs import RUNS, columns_of

N_RANKS = 3
KILLED = 1
SECONDS = 120
"""How long anything may take on a busy machine."""

Processes = list["subprocess.Popen[str]"]


def started(n_ranks: int, *arguments: str, own: str = "") -> Processes:
    """Start processes as torchrun does, the last of them with an argument of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    many = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(n_ranks)}
    environment = {**os.environ, **many, "OMP_NUM_THREADS": "1"}
    return [
        subprocess.Popen(
            [sys.executable, "-m", *arguments, *([own] if own and rank == n_ranks - 1 else [])],
            env={**environment, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(n_ranks)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ranks")


@pytest.fixture(scope="module")
def ranks(folder: Path) -> Iterator[Processes]:
    """Three ranks that have done all runs and train on."""
    processes = started(N_RANKS, "tests.core.distributed.rank_runs", str(folder))
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "done\n"
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


@pytest.mark.parametrize("name", RUNS)
def test_ranks_make_the_run_of_one_whatever_their_shards(
    name: str, ranks: Processes, folder: Path
) -> None:
    oracle = columns_of(name, ONE_RANK)
    for rank in range(N_RANKS):
        found = np.load(folder / f"{name}-{rank}.npz")
        for column, values in oracle.items():
            np.testing.assert_allclose(found[column], values, rtol=1e-12, atol=1e-12)


def test_a_rank_that_is_killed_is_named_by_the_others(ranks: Processes) -> None:
    ranks[KILLED].kill()
    for rank, process in enumerate(ranks):
        if rank != KILLED:
            _, errors = process.communicate(timeout=SECONDS)
            assert process.returncode != 0
            assert f"rank {KILLED} of {N_RANKS} is gone" in errors


def test_a_mistake_in_the_input_of_one_rank_ends_all_with_its_sentence(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    x = np.arange(40.0)
    parquet.write_table(pa.table({"x": x, "y": 2 * x + np.sin(x)}), file, row_group_size=10)
    command = ("linreg_core", "--target", "y", "--loss", "l1", "--memory", "500MB", str(file))
    processes = started(2, *command, own=str(tmp_path / "missing.parquet"))
    for process in processes:
        out, errors = process.communicate(timeout=SECONDS)
        assert process.returncode != 0
        assert "missing.parquet" in errors
        assert "Traceback" not in errors
        assert out == ""
