"""Stored rows on the data page: `python -m benchmarks.stored_page`.

What somebody waits for who opens 10,000,000 rows x 8 by their name, and who then turns to all of
them, with the start of the processes that read; how much of it stays in the web server; and, in
the same run, how long the rest of a process's start is. `python -m benchmarks.stored_page
1_000_000` takes another size.
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
import time
from pathlib import Path

from benchmarks.stored import N_FEATURES, N_ROWS, NAMES, write
from dashboard.own_data.messages import AllRowsRequest
from dashboard.own_data.stored_reading import SAMPLING_SECONDS, StoredReading, StoredSamples
from linreg_core.inference import CLASSICAL
from linreg_core.tables import Selection


def waited(reading: StoredReading) -> float:
    """Return how long a reading takes from now on."""
    began = time.perf_counter()
    assert reading.is_there(SAMPLING_SECONDS)
    return time.perf_counter() - began


def main(n_rows: int) -> None:
    """Print what is waited for, and what is kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        write(path, n_rows)
        small = Path(folder) / "few.parquet"
        write(small, 1_000)
        samples = StoredSamples()
        for name, place in (("1,000 rows", small), (f"{n_rows:,} rows", path)):
            opening = samples.reading(name, str(place))
            to_open, sample = waited(opening), opening.sample()
            request = AllRowsRequest(
                name,
                str(place),
                sample.digest,
                Selection("y", tuple(NAMES)),
                CLASSICAL.kind,
                test_fraction=0.0,
                seed=0,
                sample=sample.table,
            )
            learning = samples.learning(request)
            to_learn, found = waited(learning), learning.all_rows()
            print(
                f"{name} x {N_FEATURES}: {to_open:.1f} s until the sample is there, {to_learn:.1f} "
                f"s until all rows can be trained on; {found.dataset.n_samples} rows stand for "
                f"them, {len(pickle.dumps(found)) / 1e6:.1f} MB are kept for all who ask"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=N_ROWS)
    main(parser.parse_args().rows)
