"""How far the engines are from what the machine can do at all.

A training reads its rows, and each of its updates waits for the one before. The limit is the
longer of two times that one core can't beat:

- reading: the bytes that must be read, as fast as one core sums an array of the data's own size
  over and over, so that caches help the limit as much as they help us. With the full batch and a
  squared loss that is one pass for the whole run (X'X and X'y hold all that updates need), else
  the rows of every batch;
- waiting: the chain of dependent arithmetic in one update, times what one dependent multiply-add
  takes. Sums are counted as trees: p weights and the bias take ceil(log2(p + 1)), the gradient of
  B rows ceil(log2(B)); residual, slope of the loss and step take one each. Where X'X is enough, an
  update is its product with the parameters, a subtraction and the step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numba
import numpy as np

from benchmarks.engine_tables import duration
from benchmarks.engine_works import WORKS, Work, alternate, fresh
from linreg_core import LOSSES
from linreg_core.sampling import row_orders

ROUNDS = 5
N_DEPENDENT = 10_000_000
READ_BYTES = 1_000_000_000
"""At least this much is read in one measurement."""
SHUFFLED = 1_000_000
ADAM_CHAIN = 12
"""Two running means (1 and 2), two corrections (1), an addition, and a square root and a division,
each of which takes about as long as four multiply-adds."""


@numba.njit(fastmath=True)
def _read(values: np.ndarray, repeats: int) -> float:
    total = 0.0
    for repeat in range(repeats):
        values[repeat % len(values)] = 1.0  # or the compiler would read them once
        for value in values:
            total += value
    return total


@numba.njit(fastmath={"contract"})
def _dependent(count: int, factor: float, term: float) -> float:
    value = 1.0
    for _ in range(count):
        value = value * factor + term
    return value


def bytes_per_second(n_bytes: int) -> float:
    """How fast one core reads an array of this size that was read before."""
    values = np.ones(max(1, n_bytes // 8))
    repeats = max(1, READ_BYTES // n_bytes)
    return repeats * values.nbytes / _best(lambda: _read(values, repeats))


def multiply_add_seconds() -> float:
    """How long a multiply-add takes that waits for the one before."""
    return _best(lambda: _dependent(N_DEPENDENT, 0.999, 0.001)) / N_DEPENDENT


def shuffle_seconds() -> float:
    """How long the row numbers of one epoch take, which the plain loop is given."""
    orders = row_orders(SHUFFLED, 1, "shuffle", seed=0)
    return _best(lambda: next(orders))


def _best(call: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS + 1):  # the first compiles
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def limit_rows(engine: str) -> Iterator[list[str]]:
    """What limits each work, for how long, and how long ours takes on a fresh problem."""
    multiply_add = multiply_add_seconds()
    yield ["one dependent multiply-add", "", f"{multiply_add * 1e9:.2f} ns", "", ""]
    yield [f"row numbers of {SHUFFLED:,} rows shuffled", "", duration(shuffle_seconds()), "", ""]
    yield ["one core reads 1 GB", "", f"{bytes_per_second(READ_BYTES) / 1e9:.1f} GB/s", "", ""]
    for work in WORKS:
        waiting = work.n_updates * chain(work) * multiply_add
        reading = bytes_read(work) / bytes_per_second(data_bytes(work))
        ours = fresh(work.dataset(), work.recording(engine))
        alternate({"ours": ours}, ROUNDS)
        yield _row(work, reading, waiting, ours.best)


def _row(work: Work, reading: float, waiting: float, ours: float) -> list[str]:
    limit = max(reading, waiting)
    by_reading = f"reading {bytes_read(work) / 1e6:,.1f} MB"
    by_waiting = f"waiting, {chain(work)} operations an update"
    return [
        work.title,
        by_reading if reading > waiting else by_waiting,
        duration(limit),
        duration(ours),
        f"{ours / limit:,.1f}",
    ]


def chain(work: Work) -> int:
    """Dependent operations of one update."""
    solver = ADAM_CHAIN if work.config.solver == "adam" else 0
    prediction = math.ceil(math.log2(work.n_features + 1))
    if needs_one_pass(work):
        return prediction + 2 + solver
    gradient = math.ceil(math.log2(work.config.rows_per_update(work.n_samples)))
    return prediction + 2 + gradient + 1 + solver


def needs_one_pass(work: Work) -> bool:
    return work.config.is_full_batch(work.n_samples) and LOSSES[work.config.loss].is_squared


def bytes_read(work: Work) -> int:
    """Bytes of all the rows that a run must read."""
    config = work.config
    if needs_one_pass(work):
        return data_bytes(work)
    if config.updates_per_epoch:
        return work.n_updates * config.rows_per_update(work.n_samples) * _row_bytes(work)
    return config.n_epochs * data_bytes(work)


def data_bytes(work: Work) -> int:
    return work.n_samples * _row_bytes(work)


def _row_bytes(work: Work) -> int:
    return (work.n_features + 1) * np.dtype(work.config.dtype).itemsize
