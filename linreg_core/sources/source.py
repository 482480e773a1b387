"""A source of rows: its columns, what they hold, how many rows there are, and samples of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.checks import whole_number
from linreg_core.errors import DataError
from linreg_core.limits import MAX_SEED
from linreg_core.sources.kinds_of_types import kind_of_type
from linreg_core.sources.storage import Storage, StoredPart
from table_reader import CATEGORY, DATE, YES_NO, Table
from table_reader.date_units import in_unit_that_holds
from table_reader.names import clean_names
from table_reader.wording import counted, listed

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow import Array, RecordBatch

MOST_SAMPLED: Final = 1_000_000
_LOOKED_AT: Final = 8
_DATE_UNITS: Final = ("us", "s")


@dataclass(frozen=True)
class Source:
    """Rows that are stored somewhere, read in parts as often as they are needed, never all at once.

    `columns` are the names of those that a model can use, `kinds` what each holds ("number",
    "yes/no", "date", "category"), and `notes` what was left out. `n_rows` is told by Parquet files,
    and counted once of all else.
    """

    storage: Storage
    columns: tuple[str, ...] = field(init=False)
    kinds: dict[str, str] = field(init=False)
    notes: tuple[str, ...] = field(init=False)
    stored_names: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        schema = self.storage.schema
        names, notes = clean_names(schema.names, len(schema.names))
        kinds = [kind_of_type(each.type) for each in schema]
        usable = {name: kind for name, kind in zip(names, kinds, strict=True) if kind is not None}
        left_out = [name for name in names if name not in usable]
        if not usable:
            raise DataError(
                f"A source needs columns of numbers, dates or text. {self.storage.name!r} has none."
            )
        if left_out:
            notes += (f"Left out columns without numbers, dates or text: {listed(left_out, 5)}.",)
        object.__setattr__(self, "columns", tuple(usable))
        object.__setattr__(self, "kinds", usable)
        object.__setattr__(self, "notes", tuple(notes))
        object.__setattr__(self, "stored_names", dict(zip(names, schema.names, strict=True)))

    @property
    def name(self) -> str:
        """What people call it."""
        return self.storage.name

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """What is read at a time."""
        return self.storage.parts

    @property
    def digest(self) -> str:
        """A text that changes when what is stored does, as far as can be told without reading."""
        return self.storage.digest

    @cached_property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.storage.count_rows()

    def read(self, part: int, columns: Sequence[str]) -> Iterator[dict[str, Array]]:
        """Yield the rows of a part in order, some thousands at a time, by column.

        Raises DataError when it can't be read, or has changed.
        """
        stored = [self.stored_names[name] for name in columns]
        for batch in self.storage.batches(part, stored):
            if batch.num_rows:
                yield dict(zip(columns, batch.columns, strict=True))

    def sample(self, n: int, seed: int = 0) -> Table:
        """Return n rows as a table, each row as likely as any other; all of them, if fewer.

        Every part is read for it once. The rows stay in the order of the source, and `line_numbers`
        count all of its rows from 1.
        """
        whole_number("n", n, minimum=1, maximum=MOST_SAMPLED)
        seed = whole_number("seed", seed, minimum=0, maximum=MAX_SEED)
        total = self.n_rows
        chosen = np.arange(total)
        if n < total:
            chosen = np.random.default_rng(seed).choice(total, n, replace=False, shuffle=False)
            chosen.sort()
        note = f"A sample of {counted(len(chosen), 'row')} of {total:,}, drawn with seed {seed}."
        return self._table(chosen, list(self._batches(chosen)), () if n >= total else (note,))

    def look(self, n: int = 10_000) -> Table:
        """Return at most about n rows from the beginnings of a few parts, for a first look.

        They are had at once however many rows there are, and are no fair sample.
        """
        which = np.unique(np.linspace(0, len(self.parts) - 1, _LOOKED_AT).astype(int))
        batches, places = [], []
        for part in which.tolist():
            first = sum(each.n_rows or 0 for each in self.parts[:part])
            batch = next(self.storage.batches(part, self._usable), None)
            if batch is not None:
                batches.append(batch.slice(0, max(1, n // len(which))))
                places.append(np.arange(first, first + batches[-1].num_rows))
        rows = np.concatenate(places) if places else np.empty(0, dtype=np.int64)
        note = f"These are {counted(len(rows), 'row')} from the beginnings of the parts."
        return self._table(rows, batches, (note,))

    @property
    def _usable(self) -> list[str]:
        return [self.stored_names[name] for name in self.columns]

    def _batches(self, chosen: Any) -> Iterator[RecordBatch]:
        """Yield the chosen rows (sorted positions) of each batch."""
        first = 0
        for part, told in enumerate(self.parts):
            last = None if told.n_rows is None else first + told.n_rows
            if last is not None and not _between(chosen, first, last).size:
                first = last
                continue
            for batch in self.storage.batches(part, self._usable):
                inside = _between(chosen, first, first + batch.num_rows)
                if inside.size:
                    yield batch.take(inside - first)
                first += batch.num_rows

    def _table(self, rows: Any, batches: list[RecordBatch], notes: tuple[str, ...]) -> Table:
        import pyarrow as pa

        stored = self.storage.schema
        wanted = pa.schema([stored.field(name) for name in self._usable])
        found = pa.Table.from_batches(batches, wanted) if batches else wanted.empty_table()
        frame = _frame({name: found.column(i) for i, name in enumerate(self.columns)}, self.kinds)
        if len(frame) != len(rows):
            raise changed(self.name)
        return Table(frame, (*self.notes, *notes), self.name, line_numbers=rows + 1)


def empty_frame(source: Source) -> DataFrame:
    """Return a frame of the source's columns, of the types that their values have, without rows."""
    table = source.storage.schema.empty_table()
    stored = source.stored_names
    return _frame({name: table.column(stored[name]) for name in source.columns}, source.kinds)


def changed(name: str) -> DataError:
    """Return the error for rows that were others when they were read again."""
    return DataError(
        f"The rows of {name!r} must stay as they are while they are read. They have changed: start "
        f"again when they are written."
    )


def _between(chosen: Any, first: int, last: int) -> Any:
    return chosen[np.searchsorted(chosen, first) : np.searchsorted(chosen, last)]


def _frame(columns: dict[str, Any], kinds: dict[str, str]) -> DataFrame:
    """Return columns as the reader's tables have them."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    def values(name: str) -> Any:
        column, kind = columns[name].combine_chunks(), kinds[name]
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if kind == YES_NO:
            return column.to_pandas().astype("boolean")
        if kind == DATE:
            return in_unit_that_holds(column, _DATE_UNITS).to_pandas()
        if kind == CATEGORY:
            return pd.Series(pc.cast(column, pa.string()).to_pandas(), dtype="str")
        is_whole = pa.types.is_integer(column.type) and not column.null_count
        wanted = pa.int64() if is_whole and column.type != pa.uint64() else pa.float64()
        return pc.cast(column, wanted, safe=False).to_pandas()

    return pd.DataFrame({name: values(name) for name in columns})
