"""Rows of a Parquet file, learned without loading them: `python -m benchmarks.stored`.

A file of 10,000,000 rows x 8 is written to the system's folder for temporary files (some 800 MB).
Each way is a process of its own, so that its memory is its own; a ratio is of one run.
`python -m benchmarks.stored 1_000_000` takes another size. With `--others-python PATH` dask-ml and
Spark are measured too, in that interpreter. Seconds are those of reading and fitting, and in all
those of the process, with its imports and, for Spark, the start of its Java machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from benchmarks.stored_others import HEAD, OTHERS, version_of, why_not

N_ROWS: Final = 10_000_000
N_FEATURES: Final = 8
GROUP_ROWS: Final = 250_000
NAMES: Final = [f"x{j}" for j in range(N_FEATURES)]

OURS: Final = (
    HEAD
    + """
from linreg_core import TrainConfig, fit, open_source
from linreg_core.scale import stand_in_problem, streamed_least_squares
from linreg_core.sources import prepare_source
from linreg_core.tables import Selection
before, began = peak(), time.perf_counter()
source = open_source(sys.argv[1])
rows = prepare_source(source, Selection("y", tuple(json.loads(sys.argv[2]))))
found = streamed_least_squares(rows)
run = fit(stand_in_problem(found.stand_ins, standardize=True), TrainConfig(engine="compiled"))
seconds = time.perf_counter() - began
weights = [*found.params.weights, found.params.bias]
print(json.dumps([seconds, worked(), peak() - before, weights, found.path]))
"""
)

LOADED: Final = (
    HEAD
    + """
import numpy as np
from pyarrow import parquet
from sklearn.linear_model import LinearRegression
before, began = peak(), time.perf_counter()
table = parquet.read_table(sys.argv[1]).to_pandas()
model = LinearRegression().fit(table[json.loads(sys.argv[2])], table["y"])
seconds = time.perf_counter() - began
print(json.dumps([seconds, worked(), peak() - before, [*model.coef_, model.intercept_], "loaded"]))
"""
)


def write(path: Path, n_rows: int) -> None:
    """Write rows about a plane, drawn a row group at a time."""
    rng = np.random.default_rng(0)
    plane = rng.normal(size=N_FEATURES)
    schema = pa.schema([(name, pa.float64()) for name in (*NAMES, "y")])
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:
        for first in range(0, n_rows, GROUP_ROWS):
            size = min(GROUP_ROWS, n_rows - first)
            X = rng.normal(size=(size, N_FEATURES)) * np.arange(1, N_FEATURES + 1) + 10
            y = X @ plane + 5 + rng.normal(size=size) * 3
            file.write_table(pa.table([*X.T, y], schema=schema), row_group_size=GROUP_ROWS)


@dataclass(frozen=True)
class Measured:
    """What a process took: seconds of its work, in all, and of processors, MB above its imports."""

    seconds: float
    in_all: float
    worked: float
    megabytes: float
    weights: np.ndarray
    how: str


def measured(python: str | Path, code: str, path: Path) -> Measured:
    """Run one way of fitting the file."""
    command, began = [python, "-c", code, path, json.dumps(NAMES)], time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    in_all = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, worked, megabytes, weights, how = json.loads(done.stdout.strip().splitlines()[-1])
    return Measured(seconds, in_all, worked, megabytes, np.array(weights), how)


def by_qr(path: Path) -> np.ndarray:
    """Return least squares of all rows, loaded, by numpy's QR decomposition."""
    table = parquet.read_table(path)
    columns = [table.column(name).to_numpy() for name in NAMES]
    A = np.column_stack([*columns, np.ones(table.num_rows), table.column("y").to_numpy()])
    R = np.linalg.qr(A, mode="r")
    return np.linalg.solve(R[:-1, :-1], R[:-1, -1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=N_ROWS)
    parser.add_argument("--others-python", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, began = Path(folder) / "rows.parquet", time.perf_counter()
        write(path, options.rows)
        print(
            f"{options.rows:,} x {N_FEATURES}, {path.stat().st_size / 1e6:,.0f} MB, written in "
            f"{time.perf_counter() - began:.0f} s\n"
        )
        exact = by_qr(path)
        print("| way | seconds | in all | of processors | MB beyond imports | from QR of all |")
        print("|---|---|---|---|---|---|")
        for name, code in (("ours", OURS), ("scikit-learn, loaded", LOADED)):
            tell(name, measured(sys.executable, code, path), exact)
        for name, (code, package) in OTHERS.items():
            if (reason := why_not(options.others_python, package)) is not None:
                print(f"| {name} | {reason} | | | | |")
                continue
            named = f"{name} {version_of(options.others_python, package)}"
            tell(named, measured(options.others_python, HEAD + code, path), exact)


def tell(name: str, found: Measured, exact: np.ndarray) -> None:
    """Print a row of the table."""
    away = np.abs(found.weights / exact - 1).max()
    print(
        f"| {name} ({found.how}) | {found.seconds:.2f} | {found.in_all:.2f} | {found.worked:.2f} | "
        f"{found.megabytes:,.0f} | {away:.1e} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
