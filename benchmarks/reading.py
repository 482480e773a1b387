"""Readers and sniffers on the nasty files of the tests, and the speed and memory of ours.

`python -m benchmarks.reading`. Readers that are not installed (duckdb, clevercsv) are left out.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.report import Row, print_table
from table_reader import ReadOptions, read_table
from tests.table_reader import packing
from tests.table_reader.nasty import Nasty
from tests.table_reader.nasty_damaged import DAMAGED
from tests.table_reader.nasty_dialects import DIALECTS
from tests.table_reader.nasty_layouts import LAYOUTS
from tests.table_reader.nasty_numbers import NUMBERS
from tests.table_reader.nasty_words import WORDS

Reader = Callable[[bytes], pd.DataFrame]
OUTCOMES = ("right", "refused", "no numbers", "wrong")
"""The right table or message; an error; numbers left as text; other numbers, without a word."""
N_ROWS, N_COLUMNS = 1_000_000, 10

MEASURED = """
import re, sys, threading, time
from linreg_core import read_table
from table_reader import parquet
from table_reader.sheets import workbook
import io; read_table(io.BytesIO(b"a,b\\n1,2.5\\nx,3\\n"))
def memory(key):
    return int(re.search(key + r":\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1e3
before, start, cpu = memory("VmRSS"), time.perf_counter(), time.process_time()
open("/proc/self/clear_refs", "w").write("5")
table = read_table(sys.argv[1])
seconds, busy = time.perf_counter() - start, time.process_time() - cpu
print(seconds, busy, memory("VmHWM") - before, len(table.frame))
"""


def ours(content: bytes) -> pd.DataFrame:
    return read_table(io.BytesIO(content)).frame


def pandas_default(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content))


def pandas_sniffing(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), sep=None, engine="python")


def pyarrow_default(content: bytes) -> pd.DataFrame:
    from pyarrow import csv

    frame: pd.DataFrame = csv.read_csv(io.BytesIO(content)).to_pandas()
    return frame


def duckdb_sniffing(content: bytes) -> pd.DataFrame:
    import duckdb

    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        frame: pd.DataFrame = duckdb.sql(f"from read_csv('{file.name}')").df()
        return frame


def clevercsv_sniffing(content: bytes) -> pd.DataFrame:
    import clevercsv

    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        frame: pd.DataFrame = clevercsv.read_dataframe(file.name)
        return frame


READERS: Mapping[str, Reader] = {
    "read_table": ours,
    "pandas.read_csv": pandas_default,
    "pandas, sep=None": pandas_sniffing,
    "pyarrow.csv": pyarrow_default,
    "duckdb read_csv": duckdb_sniffing,
    "clevercsv": clevercsv_sniffing,
}


def outcome(reader: Reader, file: Nasty) -> str:
    """How a reader fares with a file."""
    try:
        frame = reader(file.content)
    except ImportError:
        raise
    except Exception:
        return "refused" if file.columns is not None else "right"
    if file.columns is None:
        return "wrong" if len(frame) and _numbers(frame) else "no numbers"
    right = {name: cells for name, cells in file.columns.items() if _are_numbers(cells)}
    found = {str(name): frame[name] for name in _numbers(frame)}
    if any(name not in right or not _same(cells, right[name]) for name, cells in found.items()):
        return "wrong"
    return "right" if set(found) == set(right) else "no numbers"


def _are_numbers(cells: Any) -> bool:
    filled = [cell for cell in cells if cell is not None]
    return all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled)


def _numbers(frame: pd.DataFrame) -> list[Any]:
    kinds = {name: frame[name].dtype for name in frame.columns if not frame[name].isna().all()}
    return [name for name, kind in kinds.items() if kind.kind in "iuf"]


def _same(read: pd.Series[Any], right: Any) -> bool:
    expected = np.array([np.nan if cell is None else cell for cell in right], dtype=float)
    return len(read) == len(expected) and np.array_equal(
        read.to_numpy(dtype=float), expected, equal_nan=True
    )


def compared() -> list[Row]:
    """How many of the files that need no word from a person each reader reads right."""
    every = (*DIALECTS, *LAYOUTS, *NUMBERS, *WORDS, *DAMAGED)
    files = [file for file in every if file.options == ReadOptions()]
    rows = []
    for name, reader in READERS.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                counts = Counter(outcome(reader, file) for file in files)
        except ImportError:
            continue
        said = ", ".join(f"{counts[one]} {one}" for one in OUTCOMES)
        rows.append(Row(f"{name}: {len(files)} nasty files", said, ""))
    return rows


def speed() -> list[Row]:
    """Time and memory for a million rows of ten columns, in several forms."""
    rows = []
    numbers = np.random.default_rng(0).normal(size=(N_ROWS, N_COLUMNS)) * 100
    header = ",".join(f"x{i}" for i in range(N_COLUMNS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        np.savetxt(path, numbers, fmt="%.5f", delimiter=",", header=header, comments="")
        plain = path.read_text()
        rows.append(_measured("floats", path, "2.5 s, 2.5 times the file"))
        path.write_text(plain.replace(",", ";").replace(".", ","))
        rows.append(_measured("semicolons and decimal commas", path))
        path.write_text(plain + "n.d." + "," * (N_COLUMNS - 1) + "\n")
        rows.append(_measured("a word in the last row", path))
        # With quotes around all rows the file would be larger than MAX_FILE_BYTES.
        half = plain.split("\n")[: N_ROWS // 2 + 1]
        path.write_text("\n".join(f'"{line}"'.replace(",", '","') for line in half))
        rows.append(_measured("quotes around every cell, half of the rows", path))
        path.write_bytes(packing.workbook({"Sheet": numbers[:50_000].tolist()}))
        rows.append(_measured("workbook of 50,000 rows", path))
    return rows


def _measured(what: str, path: Path, target: str = "") -> Row:
    command = [sys.executable, "-c", MEASURED, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, cpu, megabytes, n_rows = map(float, result.stdout.split())
    size = path.stat().st_size / 1e6
    return Row(
        f"{n_rows:,.0f} x {N_COLUMNS}, {what} ({size:,.0f} MB)",
        f"{seconds:.2f} s ({cpu:.2f} s of one core), +{megabytes:,.0f} MB "
        f"({megabytes / size:.2f} times the file)",
        target,
    )


def main() -> None:
    print_table("Readers on nasty files", compared())
    print_table("Reading a large file", speed())


if __name__ == "__main__":
    main()
