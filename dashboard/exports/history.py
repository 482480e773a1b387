"""A run's history, epoch by epoch, as CSV, as Parquet, and as TensorBoard reads it."""

from __future__ import annotations

import codecs
import io
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dashboard.escaping import csv_cell, one_line
from dashboard.exports.csv_file import free_name
from linreg_core import LinregError, Problem, TrainConfig, train_blocks
from linreg_core.block import VALUE_COLUMNS, Block
from linreg_core.pauses import pause

if TYPE_CHECKING:
    import pyarrow as pa

MOST_VALUES: Final = 4_000_000
"""Of weights: in a longer or wider run only the first are told."""
FIRST_WEIGHTS: Final = 16
MOST_HISTORY_SECONDS: Final = 15.0
"""That a run may train for its history."""
_SLICE_SECONDS: Final = 0.02
_FIXED: Final = ("epoch", "n_updates", *VALUE_COLUMNS, "bias")
_LOGGED: Final = ("train_loss", "test_loss", "batch_loss", "grad_norm", "bias")


def history_of(problem: Problem, config: TrainConfig) -> pa.Table:
    """Return every epoch of a run, from the start (epoch 0) on; nothing is thinned out.

    Columns: epoch, n_updates (made until then), train_loss, test_loss, batch_loss (in the loss's
    unit, empty where it was not evaluated), grad_norm, bias, and a weight for each feature, in
    original units: all of them up to `MOST_VALUES`, else the first `FIRST_WEIGHTS`. An infinite
    loss is one that left a float's range.

    Raises LinregError where the run takes more than 15 seconds.
    """
    n_weights = n_weights_told(problem.n_features, config.n_epochs)
    blocks = [block for block in _trained(problem, config) if len(block)]
    return history_of_blocks(blocks, problem.dataset.feature_names, n_weights)


def history_of_blocks(
    blocks: list[Block], feature_names: Sequence[str], n_weights: int
) -> pa.Table:
    """Return the same of blocks that are there, which have rows, with the first weights."""
    import pyarrow as pa

    columns = {name: _joined(blocks, name) for name in _FIXED}
    names = list(_FIXED)
    for feature, weight in enumerate(_joined(blocks, "weights")[:, :n_weights].T):
        name = free_name(f"weight_{one_line(feature_names[feature])}", names)
        names.append(name)
        columns[name] = np.ascontiguousarray(weight)
    return pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})


def n_weights_told(n_features: int, n_epochs: int) -> int:
    """Return how many weights a history tells.

    >>> n_weights_told(2, 1000), n_weights_told(2000, 10_000)
    (2, 16)
    """
    return n_features if n_features * (n_epochs + 1) <= MOST_VALUES else FIRST_WEIGHTS


def _trained(problem: Problem, config: TrainConfig) -> Iterator[Block]:
    deadline = time.perf_counter() + MOST_HISTORY_SECONDS
    for block in train_blocks(problem, config, max_seconds=_SLICE_SECONDS):
        pause()
        if time.perf_counter() > deadline:
            raise LinregError(
                f"A history is made of runs that train in at most {MOST_HISTORY_SECONDS:g} seconds,"
                " and this one takes longer: choose fewer epochs."
            )
        yield block


def _joined(blocks: list[Block], name: str) -> np.ndarray[Any, Any]:
    return np.concatenate([getattr(block, name) for block in blocks])


def history_csv(history: pa.Table) -> bytes:
    """Return the history as CSV in full precision, in UTF-8 with the mark that Excel needs."""
    from pyarrow import csv

    file = io.BytesIO()
    file.write(codecs.BOM_UTF8)
    named = history.rename_columns([csv_cell(name) for name in history.column_names])
    csv.write_csv(named, file, csv.WriteOptions(quoting_style="needed"))
    return file.getvalue()


def history_parquet(history: pa.Table) -> bytes:
    """Return the history as Parquet."""
    from pyarrow import parquet

    file = io.BytesIO()
    parquet.write_table(history, file)
    return file.getvalue()


def history_events(history: pa.Table) -> bytes:
    """Return the history as an event file of TensorBoard: losses, gradient norm and bias by epoch.

    TensorBoard finds it in a folder, under a name that has "tfevents" in it. Values are float32 as
    all of its scalars are, and what is not known is left out.
    """
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.proto.summary_pb2 import Summary

    now = time.time()
    records = [Event(wall_time=now, file_version="brain.Event:2")]
    columns = {name: history[name].to_pylist() for name in _LOGGED}
    for row, epoch in enumerate(history["epoch"].to_pylist()):
        known = ((name, values[row]) for name, values in columns.items())
        values = [
            Summary.Value(tag=name, simple_value=_as_float32(value))
            for name, value in known
            if value is not None
        ]
        records.append(Event(wall_time=now, step=epoch, summary=Summary(value=values)))
    return b"".join(_record(event.SerializeToString()) for event in records)


def _as_float32(value: float) -> float:
    """Return a value that a float32 holds: infinite where it is too large for one."""
    with np.errstate(over="ignore"):
        return float(np.float32(value))


def _record(data: bytes) -> bytes:
    """Return a TFRecord: the length, the data, and a masked checksum of each."""
    from tensorboardX.record_writer import masked_crc32c

    length = struct.pack("<Q", len(data))
    parts = ((part, struct.pack("<I", masked_crc32c(part))) for part in (length, data))
    return b"".join(part for pair in parts for part in pair)


HISTORY_FORMATS: Final[dict[str, Callable[[pa.Table], bytes]]] = {
    "csv": history_csv,
    "parquet": history_parquet,
    "tensorboard": history_events,
}
