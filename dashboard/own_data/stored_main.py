"""Samples stored rows in a process of its own: `python -m dashboard.own_data.stored_main`.

The web server then needs neither DuckDB nor a database's driver, and what takes long can be ended.
stdin: a pickled `StoredRequest`. stdout: `Reply` values, pickled.
"""

from __future__ import annotations

import logging
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.own_data.messages import Refusal, Reply, StoredRequest, StoredSample
from dashboard.own_data.reader_main import limit_memory, pipe_to_parent, say
from linreg_core import LinregError
from linreg_core.sources import Source, open_source
from linreg_core.sources.storage import Storage, StoredPart

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

MEMORY_BYTES = 2_000_000_000
"""What sampling may take: rows are decoded some thousands at a time."""
_SEED = 0
_log = logging.getLogger(__name__)


class WatchedStorage:
    """Another storage's rows, of which is told how far reading them has come, 0 to 1."""

    def __init__(self, storage: Storage, progress: Callable[[float], object]) -> None:
        self._storage, self._progress = storage, progress

    @property
    def name(self) -> str:
        """The storage's."""
        return self._storage.name

    @property
    def schema(self) -> Schema:
        """The storage's."""
        return self._storage.schema

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """The storage's."""
        return self._storage.parts

    @property
    def digest(self) -> str:
        """The storage's."""
        return self._storage.digest

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield a part's rows; with the last of them it is told."""
        self._progress(part / len(self.parts))
        yield from self._storage.batches(part, columns)

    def count_rows(self) -> int:
        """Return what the storage tells."""
        return self._storage.count_rows()


def sampled(request: StoredRequest, progress: Callable[[float], object]) -> Reply:
    """Return the last reply: a sample, or that what is stored is as it was known.

    Raises DataError when it can't be read.
    """
    source = open_source(request.place)
    if request.known and source.digest == request.known:
        return Reply(1.0, is_as_known=True, is_last=True)
    watched = Source(WatchedStorage(source.storage, progress))
    table = replace(watched.sample(request.n_rows, _SEED), name=request.name)
    sample = StoredSample(table, watched.n_rows, source.digest)
    return Reply(1.0, sample=sample, is_last=True)


def sample_for_parent() -> None:
    """Sample rows for the process that started this one."""
    out = pipe_to_parent()
    request: StoredRequest = pickle.load(sys.stdin.buffer)  # from our own web server
    limit_memory(MEMORY_BYTES)
    try:
        reply = sampled(request, lambda part: say(out, Reply(part)))
    except LinregError as error:
        reply = Reply(refusal=Refusal.of(error), is_last=True)
    except Exception:
        _log.exception("Stored rows could not be read")
        reply = Reply(is_last=True)
    say(out, reply)


if __name__ == "__main__":
    sample_for_parent()
