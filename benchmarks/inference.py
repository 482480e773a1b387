"""How long a report takes, and the memory that it needs beside its data.

python -m benchmarks.inference
"""

from __future__ import annotations

import time
import tracemalloc

import numpy as np

from benchmarks.report import Row, milliseconds, percentile, print_table
from linreg_core import Dataset, Problem, make_dataset
from linreg_core.inference import COVARIANCES, Covariance, report
from linreg_core.numerics.least_squares import solve_least_squares
from linreg_core.regularised import lasso_path, ridge_path

REPEATS = 20
LARGE_REPEATS = 3
PREDICTED_ROWS = 100_000
TARGETS = {(118, 1): "< 30 ms", (1_000_000, 10): "< 2.5 s and < 150 MB"}
PATHS = {"ridge": ridge_path, "lasso": lasso_path}
PATH_SHAPES = ((1_000, 10), (4_000, 200), (1_000_000, 10))
SHAPES = ((118, 1), (1_000, 10), (100_000, 10), (1_000_000, 1), (1_000_000, 10), (4_000, 200))


def random_dataset(n_samples: int, n_features: int) -> Dataset:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((n_samples, n_features)) * 3.0 + 100.0
    y = X @ generator.standard_normal(n_features) + generator.standard_normal(n_samples)
    return Dataset("random", X, y)


def report_row(n_samples: int, n_features: int) -> Row:
    """The median time of a whole report on data that were never seen before, and its memory."""
    dataset = random_dataset(n_samples, n_features)
    seconds = []
    for _ in range(REPEATS if n_samples <= 1_000 else LARGE_REPEATS):
        problem = Problem.from_dataset(dataset)
        started = time.perf_counter()
        report(problem)
        seconds.append(time.perf_counter() - started)
    tracemalloc.start()
    report(Problem.from_dataset(dataset))
    megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    measured = f"{milliseconds(percentile(seconds, 50))}, {megabytes:,.1f} MB"
    target = TARGETS.get((n_samples, n_features), "")
    return Row(f"report on {n_samples:,} x {n_features}", measured, target)


def robust_row(kind: str) -> Row:
    """A report of a million rows with standard errors of this kind, its memory over its data's."""
    dataset = random_dataset(1_000_000, 10)
    asked = Covariance(kind, np.arange(1_000_000) // 5 if kind == "cluster" else None)
    seconds = []
    for _ in range(LARGE_REPEATS):
        started = time.perf_counter()
        report(Problem.from_dataset(dataset), covariance=asked)
        seconds.append(time.perf_counter() - started)
    tracemalloc.start()
    report(Problem.from_dataset(dataset), covariance=asked)
    share = tracemalloc.get_traced_memory()[1] / (dataset.X.nbytes + dataset.y.nbytes)
    tracemalloc.stop()
    measured = f"{milliseconds(percentile(seconds, 50))}, {share:.2f} x the data"
    return Row(f"report on 1,000,000 x 10, {kind}", measured, "< 3 s and < 2 x the data")


def path_row(kind: str, n_samples: int, n_features: int) -> Row:
    """100 penalties with cross-validation, on data that were never seen before."""
    dataset = random_dataset(n_samples, n_features)
    seconds = []
    for _ in range(LARGE_REPEATS):
        problem = Problem.from_dataset(dataset, standardize=True)
        started = time.perf_counter()
        PATHS[kind](problem)
        seconds.append(time.perf_counter() - started)
    took = milliseconds(percentile(seconds, 50))
    target = "< 2 s" if n_samples == 1_000_000 else ""
    return Row(f"{kind} path with cross-validation, {n_samples:,} x {n_features}", took, target)


def solve_row(n_samples: int, n_features: int) -> Row:
    dataset = random_dataset(n_samples, n_features)
    started = time.perf_counter()
    solve_least_squares(dataset.X, dataset.y)
    took = milliseconds(time.perf_counter() - started)
    return Row(f"least squares alone on {n_samples:,} x {n_features}", took)


def predict_row() -> Row:
    dataset = random_dataset(PREDICTED_ROWS, 10)
    result = report(Problem.from_dataset(dataset, test_fraction=0.5))
    started = time.perf_counter()
    result.predict(dataset.X)
    took = milliseconds(time.perf_counter() - started)
    return Row(f"prediction of {PREDICTED_ROWS:,} x 10 with intervals", took)


def import_row() -> Row:
    """The first report in a process, with what it imports."""
    started = time.perf_counter()
    report(Problem.from_dataset(make_dataset("condos")))
    return Row("first report of a process", milliseconds(time.perf_counter() - started))


def main() -> None:
    rows = [import_row()]
    rows += [report_row(*shape) for shape in SHAPES]
    rows += [robust_row(kind) for kind in COVARIANCES[1:]]
    rows += [path_row(kind, *shape) for shape in PATH_SHAPES for kind in PATHS]
    rows += [solve_row(1_000_000, 10), solve_row(4_000, 2_000), predict_row()]
    print_table("Inference", rows)


if __name__ == "__main__":
    main()
