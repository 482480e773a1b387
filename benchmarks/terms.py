"""What terms cost: an epoch of the compiled engine, and a report of a million rows with HC3.

python -m benchmarks.terms

An epoch of a model with terms is set beside that of as many plain columns, in turns in one process;
the ratio of the least times is what is told of. Times are the processor's, of all threads, so that
other processes matter less; a report's time by the clock stands beside it.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from benchmarks.report import Row, milliseconds, percentile, print_table
from linreg_core import Dataset, Problem, TrainConfig, fit
from linreg_core.inference import Covariance, report
from linreg_core.tables import Selection, Table, parse_formula, prepare

N_COLUMNS: Final = 10
FORMULA: Final = "y ~ log(x0) + poly(x1, 2) + x2:x3 + x4 + x5 + x6 + x7 + x8 + x9"
"""Three terms that are more than their column; they make X as wide as the table is."""
ROUNDS: Final = 7
REPORTS: Final = 3
_COMPILED: Final = TrainConfig(engine="compiled", learning_rate=1e-3, evaluate_every=10**6)
EPOCHS: Final = {
    "100 rows, full batch": (100, replace(_COMPILED, n_epochs=100_000)),
    "100 rows, batches of 10": (100, replace(_COMPILED, n_epochs=20_000, batch_size=10)),
    "200,000 rows, l1, full batch": (200_000, replace(_COMPILED, n_epochs=20, loss="l1")),
    "200,000 rows, batches of 256": (200_000, replace(_COMPILED, n_epochs=10, batch_size=256)),
}


def table(n_rows: int) -> Table:
    """Return a table of numbers above 0."""
    rng = np.random.default_rng(0)
    columns = {f"x{i}": rng.uniform(1.0, 9.0, n_rows) for i in range(N_COLUMNS)}
    y = np.log(columns["x0"]) + columns["x2"] * columns["x3"] + rng.standard_normal(n_rows)
    return Table(pd.DataFrame(columns | {"y": y}))


def selection() -> Selection:
    """Return the model."""
    formula = parse_formula(FORMULA, [*(f"x{i}" for i in range(N_COLUMNS)), "y"])
    return Selection("y", formula.features, terms=formula.terms)


def seconds(problem: Problem, config: TrainConfig) -> float:
    """Return how long a run keeps the processor."""
    began = time.process_time()
    fit(problem, config)
    return time.process_time() - began


def epoch_row(name: str) -> Row:
    """What an epoch with terms costs, over that with as many plain columns."""
    n_rows, config = EPOCHS[name]
    dataset = prepare(table(n_rows), selection()).dataset
    plain = Dataset("plain", dataset.X, dataset.y)
    both = [Problem.from_dataset(each, standardize=True) for each in (plain, dataset)]
    for problem in both:  # what is made once per problem
        seconds(problem, config)
    rounds = [[seconds(problem, config) for problem in both] for _ in range(ROUNDS)]
    plain_time, with_terms = np.min(rounds, axis=0) / config.n_epochs
    measured = f"{with_terms / plain_time:.2f} x ({1e6 * with_terms:,.1f} µs)"
    return Row(f"epoch with terms, {name}", measured, "1.0 x")


def large_rows() -> list[Row]:
    """Preparing a million rows, and their report with HC3: time, and memory over the data's."""
    whole, model = table(1_000_000), selection()
    dataset = prepare(whole, model).dataset
    size, covariance = dataset.X.nbytes + dataset.y.nbytes, Covariance("HC3")
    works: dict[str, Callable[[], Any]] = {
        "prepared": lambda: prepare(whole, model),
        "report, HC3": lambda: report(Problem.from_dataset(dataset), covariance=covariance),
    }
    return [_large_row(name, work, size) for name, work in works.items()]


def _large_row(name: str, work: Callable[[], Any], size: int) -> Row:
    times, processor = [], []
    for _ in range(REPORTS):
        started, used = time.perf_counter(), time.process_time()
        work()
        times.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    tracemalloc.start()
    work()
    share = tracemalloc.get_traced_memory()[1] / size
    tracemalloc.stop()
    took, alone = (milliseconds(percentile(each, 50)) for each in (times, processor))
    target = "< 3 s and < 2 x the data" if name.startswith("report") else ""
    measured = f"{took} (processor {alone}), {share:.2f} x the data"
    return Row(f"1,000,000 x 10 with three terms, {name}", measured, target)


def main() -> None:
    """Print the table."""
    print_table("Terms", [*map(epoch_row, EPOCHS), *large_rows()])


if __name__ == "__main__":
    main()
