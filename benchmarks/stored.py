"""Rows of a Parquet file, learned without loading them: `python -m benchmarks.stored`.

A file of 10,000,000 rows x 8 is written to the system's folder for temporary files (some 800 MB).
Each way is a process of its own, so that its memory is its own; a ratio is of one run.
`python -m benchmarks.stored 1_000_000` takes another size.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import parquet

N_ROWS: Final = 10_000_000
N_FEATURES: Final = 8
GROUP_ROWS: Final = 250_000
NAMES: Final = [f"x{j}" for j in range(N_FEATURES)]

_HEAD: Final = """
import json, sys, time
def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
"""

OURS: Final = (
    _HEAD
    + """
from threading import Thread
from linreg_core import TrainConfig, fit, open_source
from linreg_core.engines import ENGINES
from linreg_core.scale import stand_in_problem, streamed_least_squares
from linreg_core.sources import prepare_source
from linreg_core.tables import Selection
before, began = peak(), time.perf_counter()
Thread(target=ENGINES["compiled"].prepare).start()
source = open_source(sys.argv[1])
rows = prepare_source(source, Selection("y", tuple(json.loads(sys.argv[2]))))
found = streamed_least_squares(rows)
run = fit(stand_in_problem(found.stand_ins, standardize=True), TrainConfig(engine="compiled"))
seconds = time.perf_counter() - began
weights = [*found.params.weights, found.params.bias]
print(json.dumps([seconds, peak() - before, weights, found.path]))
"""
)

LOADED: Final = (
    _HEAD
    + """
import numpy as np
from pyarrow import parquet
from sklearn.linear_model import LinearRegression
before, began = peak(), time.perf_counter()
table = parquet.read_table(sys.argv[1]).to_pandas()
model = LinearRegression().fit(table[json.loads(sys.argv[2])], table["y"])
seconds = time.perf_counter() - began
print(json.dumps([seconds, peak() - before, [*model.coef_, model.intercept_], "loaded"]))
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


def measured(code: str, path: Path) -> tuple[float, float, np.ndarray, str]:
    """Return seconds, megabytes above the imports, weights with bias, and how it was done."""
    command = [sys.executable, "-c", code, str(path), json.dumps(NAMES)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds, megabytes, weights, how = json.loads(out)
    return seconds, megabytes, np.array(weights), how


def by_qr(path: Path) -> np.ndarray:
    """Return least squares of all rows, loaded, by numpy's QR decomposition."""
    table = parquet.read_table(path)
    columns = [table.column(name).to_numpy() for name in NAMES]
    A = np.column_stack([*columns, np.ones(table.num_rows), table.column("y").to_numpy()])
    R = np.linalg.qr(A, mode="r")
    return np.linalg.solve(R[:-1, :-1], R[:-1, -1])


def main() -> None:
    """Print the table."""
    n_rows = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else N_ROWS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        began = time.perf_counter()
        write(path, n_rows)
        print(
            f"{n_rows:,} x {N_FEATURES}, {path.stat().st_size / 1e6:,.0f} MB, written in "
            f"{time.perf_counter() - began:.0f} s\n"
        )
        exact = by_qr(path)
        print("| way | seconds | MB beyond imports | from QR on all rows |")
        print("|---|---|---|---|")
        for name, code in (("ours", OURS), ("scikit-learn, loaded", LOADED)):
            seconds, megabytes, weights, how = measured(code, path)
            away = np.abs(weights / exact - 1).max()
            print(f"| {name} ({how}) | {seconds:.2f} | {megabytes:.0f} | {away:.1e} |")


if __name__ == "__main__":
    main()
