"""Least squares on rows that never are in memory: `python -m benchmarks.scale`.

Rows are drawn a block at a time, each block from its own seed; the seconds of that are not counted.
Both ways are measured in one process, with the threads that libraries take by themselves, or with
OMP_NUM_THREADS=1. `python -m benchmarks.scale 100_000_000` adds a size.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.processes import memory_megabytes
from linreg_core import TrainConfig, fit, reference_fit
from linreg_core.scale import (
    DataBlock,
    RowsInMemory,
    StreamedFit,
    second_moments,
    stand_in_dataset,
    stand_in_problem,
    streamed_factor,
    streamed_least_squares,
    triangle_of_factor,
)
from linreg_core.scale.data_blocks import ALL_BLOCKS, BlockNumbers, block_numbers

SIZES: Final = (1_000_000, 10_000_000)
N_FEATURES: Final = 8
BLOCK_ROWS: Final = 100_000
LOADED_ROWS: Final = 1_000_000
ROUNDS: Final = 5


@dataclass(eq=False)
class Drawn:
    """A source of random rows about a plane; `seconds` is how long drawing them has taken."""

    n_rows: int
    seconds: float = 0.0
    feature_names: tuple[str, ...] = tuple(f"x{j}" for j in range(N_FEATURES))
    target_name: str = "y"
    weight_kind: str = "analytic"
    plane: np.ndarray = field(default_factory=lambda: np.arange(1.0, N_FEATURES + 1))

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return math.ceil(self.n_rows / BLOCK_ROWS)

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        """Yield these blocks, each drawn anew."""
        for number in block_numbers(self, part):
            began = time.perf_counter()
            rng = np.random.default_rng(number)
            X = rng.standard_normal((BLOCK_ROWS, N_FEATURES)) + 10.0
            y = X @ self.plane + rng.standard_normal(BLOCK_ROWS)
            self.seconds += time.perf_counter() - began
            yield DataBlock(X, y)


def streamed(n_rows: int) -> tuple[StreamedFit, float]:
    """Return the fit of so many rows and its seconds without drawing them."""
    source, began = Drawn(n_rows), time.perf_counter()
    found = streamed_least_squares(source)
    return found, time.perf_counter() - began - source.seconds


def row(what: str, *figures: str) -> None:
    """Print a line of the table."""
    print(f"{what:44}" + "".join(f"{figure:>16}" for figure in figures))


def by_size(sizes: tuple[int, ...]) -> None:
    """Print what the first pass costs by rows, and what memory it takes."""
    row("rows", "seconds", "million rows/s", "digits", "MB more")
    for n_rows in sizes:
        before = memory_megabytes(os.getpid())
        found, seconds = streamed(n_rows)
        grown = memory_megabytes(os.getpid()) - before
        row(
            f"{n_rows:,} x {N_FEATURES}, {found.path}",
            f"{seconds:.3f}",
            f"{n_rows / seconds / 1e6:.1f}",
            f"{found.digits}, {found.error_digits}",
            f"{grown:.0f}",
        )


def a_run(found: StreamedFit) -> None:
    """Print what training costs once the moments are there."""
    problem = stand_in_problem(found.stand_ins, standardize=True)
    config = TrainConfig(engine="compiled", n_epochs=100, learning_rate=0.1)
    fit(problem, config)
    began = time.perf_counter()
    run = fit(problem, config)
    row("100 epochs over stand-ins, ms", f"{(time.perf_counter() - began) * 1e3:.2f}")
    gap = np.abs(run.final.params.weights - found.params.weights).max()
    row("... away from least squares", f"{gap:.1e}")


def side_by_side() -> None:
    """Print seconds on loaded rows beside scikit-learn's, the least of some rounds."""
    from sklearn.linear_model import LinearRegression

    blocks = list(Drawn(LOADED_ROWS).blocks())
    X = np.concatenate([block.X for block in blocks])
    y = np.concatenate([block.y for block in blocks])
    source = RowsInMemory(X, y)
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(len(y))]), y)[0][:-1]
    ways: dict[str, Callable[[], np.ndarray]] = {
        "ours, with the report's figures": lambda: streamed_least_squares(source).params.weights,
        "ours, by a QR decomposition": lambda: _by_qr(source),
        "scikit-learn's LinearRegression": lambda: LinearRegression().fit(X, y).coef_,
    }
    gaps = {name: np.abs(way() / exact - 1).max() for name, way in ways.items()}
    seconds = dict.fromkeys(ways, math.inf)
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            seconds[name] = min(seconds[name], time.perf_counter() - began)
    row(f"{LOADED_ROWS:,} x {N_FEATURES} loaded", "seconds", "from lstsq")
    for name in ways:
        row(name, f"{seconds[name]:.3f}", f"{gaps[name]:.1e}")


def _by_qr(source: RowsInMemory) -> np.ndarray:
    """Return the weights from the rows' factor, after both passes."""
    moments = second_moments(source)
    triangle = triangle_of_factor(streamed_factor(source, moments), moments)
    return reference_fit(stand_in_problem(stand_in_dataset(triangle))).weights


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="rows, besides those that it has")
    sizes = parser.parse_args().sizes
    streamed(BLOCK_ROWS)  # what is loaded and compiled once
    by_size((*SIZES, *sizes))
    a_run(streamed(LOADED_ROWS)[0])
    side_by_side()


if __name__ == "__main__":
    main()
