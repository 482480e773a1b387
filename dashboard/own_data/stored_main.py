"""Samples stored rows, or fits all of them: `python -m dashboard.own_data.stored_main`.

The web server then needs neither DuckDB nor a database's driver, and what takes long can be ended.
stdin: a pickled `StoredRequest` or `AllRowsRequest`. stdout: `Reply` values, pickled.
"""

from __future__ import annotations

import logging
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from dashboard.own_data.messages import (
    AllRowsFit,
    AllRowsRequest,
    Refusal,
    Reply,
    StoredRequest,
    StoredSample,
)
from dashboard.own_data.reader_main import limit_memory, pipe_to_parent, say
from linreg_core import DataError, LinregError
from linreg_core.inference import CLASSICAL, Covariance
from linreg_core.scale import streamed_least_squares
from linreg_core.sources import Source, open_source, prepare_source
from linreg_core.sources.storage import Storage, StoredPart
from table_reader.wording import shown

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


def fitted(request: AllRowsRequest, progress: Callable[[float], object]) -> Reply:
    """Return the last reply: least squares on all rows.

    Raises DataError when they can't be read, are not those that were sampled, or allow no fit.
    """
    source = open_source(request.place)
    if source.digest != request.digest:
        raise DataError(
            f"The stored data {shown(request.name)} must be those that the sample on screen was "
            f"drawn from. They have changed since: open them again."
        )
    rows = prepare_source(Source(WatchedStorage(source.storage, progress)), request.selection)
    found = streamed_least_squares(rows, request.selection.fit_intercept)
    if request.errors != CLASSICAL.kind:
        found = found.with_covariance(Covariance(request.errors), rows)
    names = {field.name for field in fields(AllRowsFit)}
    told = {name: getattr(found, name) for name in names if hasattr(found, name)}
    fit = AllRowsFit(
        **told,
        errors_in_words=found.covariance.in_words(found.n_samples),
        used=rows.notes,
        warnings=rows.warnings,
    )
    return Reply(1.0, fit=fit, is_last=True)


def sample_for_parent() -> None:
    """Sample rows, or fit them, for the process that started this one."""
    out = pipe_to_parent()
    request: StoredRequest | AllRowsRequest = pickle.load(sys.stdin.buffer)  # our own server's
    limit_memory(MEMORY_BYTES)

    def progress(part: float) -> None:
        say(out, Reply(part))

    try:
        if isinstance(request, StoredRequest):
            reply = sampled(request, progress)
        else:
            reply = fitted(request, progress)
    except LinregError as error:
        reply = Reply(refusal=Refusal.of(error), is_last=True)
    except Exception:
        _log.exception("Stored rows could not be read")
        reply = Reply(is_last=True)
    say(out, reply)


if __name__ == "__main__":
    sample_for_parent()
