"""Samples stored rows, or learns from all of them: `python -m dashboard.own_data.stored_main`.

The web server then needs neither DuckDB nor a database's driver, and what takes long can be ended.
stdin: a pickled `StoredRequest` or `AllRowsRequest`. stdout: `Reply` values, pickled.
"""

from __future__ import annotations

import logging
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.own_data.messages import (
    AllRows,
    AllRowsRequest,
    Refusal,
    Reply,
    StoredRequest,
    StoredSample,
)
from dashboard.own_data.reader_main import limit_memory, pipe_to_parent, say
from dashboard.standing_back import stand_back
from linreg_core import DataError, Dataset, LinregError
from linreg_core.distributed import RowSplit, read_stored_rows
from linreg_core.inference import CLASSICAL, Covariance
from linreg_core.scale import (
    RowTriangle,
    SecondMoments,
    StreamedFit,
    n_stand_ins,
    second_moments,
    square_root_of_moments,
    stand_in_dataset,
    streamed_least_squares,
)
from linreg_core.scale.row_split import SplitRows
from linreg_core.sources import PreparedSource, Source, open_source, prepare_source
from linreg_core.sources.storage import Storage, StoredPart
from linreg_core.tables import prepare_alike
from linreg_core.types import ShownRows
from table_reader.wording import shown

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

MEMORY_BYTES = 2_000_000_000
"""What sampling may take: rows are decoded some thousands at a time."""
_SEED = 0
_NICENESS = 10  # how much it stands back when others want the processor
_log = logging.getLogger(__name__)


class PlaceError(DataError):
    """What is wrong where the rows are: it may say where that is, which no visitor is told."""


@contextmanager
def _at_the_place() -> Iterator[None]:
    """Raise PlaceError in the place of errors of what is stored, and of who stores it."""
    try:
        yield
    except LinregError as error:
        raise PlaceError(str(error)) from None


class WatchedStorage:
    """Another storage's rows, of which is told how far reading them has come, 0 to 1.

    It goes by the name that visitors know, and its files by their numbers.
    """

    def __init__(self, storage: Storage, name: str, progress: Callable[[float], object]) -> None:
        self._storage, self._name, self._progress = storage, name, progress
        self._parts = _without_names(storage.parts)

    @property
    def name(self) -> str:
        """What whoever runs the server calls it."""
        return self._name

    @property
    def schema(self) -> Schema:
        """The storage's."""
        return self._storage.schema

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """The storage's."""
        return self._parts

    @property
    def digest(self) -> str:
        """The storage's."""
        return self._storage.digest

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield a part's rows; with the last of them it is told."""
        self._progress(part / len(self._parts))
        with _at_the_place():
            yield from self._storage.batches(part, columns)

    def count_rows(self) -> int:
        """Return what the storage tells."""
        with _at_the_place():
            return self._storage.count_rows()


def _without_names(parts: Sequence[StoredPart]) -> tuple[StoredPart, ...]:
    """Return the parts with numbers in the place of their files' names, as notes tell them."""
    files = dict.fromkeys(part.file for part in parts)
    numbers = {file: f"file {number}" if file else "" for number, file in enumerate(files, start=1)}
    return tuple(replace(part, place="", file=numbers[part.file]) for part in parts)


def _opened(place: str) -> Source:
    with _at_the_place():
        return open_source(place)


def sampled(request: StoredRequest, progress: Callable[[float], object]) -> Reply:
    """Return the last reply: a sample, or that what is stored is as it was known.

    Raises DataError when it can't be read.
    """
    source = _opened(request.place)
    if request.known and source.digest == request.known:
        return Reply(1.0, is_as_known=True, is_last=True)
    watched = Source(WatchedStorage(source.storage, request.name, progress))
    table = replace(watched.sample(request.n_rows, _SEED), name=request.name)
    sample = StoredSample(table, watched.n_rows, source.digest)
    return Reply(1.0, sample=sample, is_last=True)


def learned_from(request: AllRowsRequest, progress: Callable[[float], object]) -> Reply:
    """Return the last reply: what all rows tell.

    Raises DataError when they can't be read, are not those that were sampled, or allow no fit;
    ConfigError for standard errors that need all rows at once.
    """
    source = _opened(request.place)
    if source.digest != request.digest:
        raise DataError(
            f"The stored data {shown(request.name)} must be those that the sample on screen was "
            f"drawn from. They have changed since: open them again."
        )
    watched = Source(WatchedStorage(source.storage, request.name, progress))
    rows = prepare_source(watched, request.selection, with_recipe=True)
    return Reply(1.0, all_rows=_all_rows(rows, request), is_last=True)


def _all_rows(rows: PreparedSource, request: AllRowsRequest) -> AllRows:
    train, test, n_test_rows = _moments(rows, request)
    sample = prepare_alike(request.sample, rows.recipe)
    found = _least_squares(rows, train, request).with_sample(sample.dataset)
    return AllRows(
        fit=found if test is None else found.with_test(test),
        dataset=_stand_ins(found, test, sample.dataset),
        n_test=0 if test is None else n_stand_ins(test),
        n_test_rows=n_test_rows,
        sample=sample,
    )


def _moments(
    rows: PreparedSource, request: AllRowsRequest
) -> tuple[SecondMoments, RowTriangle | None, int]:
    """Return the moments of the training rows, the triangle of the test rows, and their number."""
    if not request.test_fraction:  # part after part, which are read ahead
        return second_moments(rows), None, 0
    read = read_stored_rows(rows, RowSplit(request.test_fraction, request.seed))
    test = square_root_of_moments(read.test, rows.weight_kind) if read.n_test else None
    return read.train, test, read.n_test


def _least_squares(
    rows: PreparedSource, moments: SecondMoments, request: AllRowsRequest
) -> StreamedFit:
    selection, fraction = request.selection, request.test_fraction
    training = SplitRows(rows, fraction, request.seed) if fraction else rows
    found = streamed_least_squares(
        training,
        selection.fit_intercept,
        rows.term_columns,
        moments=moments,
        target_transform=selection.target_transform,
    )
    if request.errors == CLASSICAL.kind:
        return found
    return found.with_covariance(Covariance(request.errors), training)


def _stand_ins(found: StreamedFit, test: RowTriangle | None, sample: Dataset) -> Dataset:
    """Return the few rows that stand for all; pictures show those of the sample."""
    stand_ins = stand_in_dataset(
        found.triangle,
        test,
        sample.feature_names,
        sample.target_name,
        sample.terms,
        sample.target_transform,
        sample.name,
    )
    return replace(stand_ins, shown=ShownRows(sample.X, sample.y), curve=sample.curve)


def sample_for_parent() -> None:
    """Sample rows, or learn from all, for the process that started this one."""
    out = pipe_to_parent()
    request: StoredRequest | AllRowsRequest = pickle.load(sys.stdin.buffer)  # our own server's
    limit_memory(MEMORY_BYTES)
    stand_back(_NICENESS)

    def progress(part: float) -> None:
        say(out, Reply(part))

    try:
        if isinstance(request, StoredRequest):
            reply = sampled(request, progress)
        else:
            reply = learned_from(request, progress)
    except LinregError as error:
        refusal = replace(Refusal.of(error), is_private=isinstance(error, PlaceError))
        reply = Reply(refusal=refusal, is_last=True)
    except Exception:
        _log.exception("Stored rows could not be read")
        reply = Reply(is_last=True)
    say(out, reply)


if __name__ == "__main__":
    sample_for_parent()
