"""Files that make one source: whether they have the same columns, and their rows in the same types.

Numbers may be whole in one file and fractions in the next, text may be told by numbers in one; a
column that has no value at all in a file is at home in any kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from linreg_core.errors import DataError
from linreg_core.sources.kinds_of_types import holds_dates, kind_of_type
from linreg_core.tables.columns import beyond_calendars
from table_reader import CATEGORY, DATE, NUMBER

if TYPE_CHECKING:
    from pyarrow import Array, DataType, Field, RecordBatch, Schema

    from linreg_core.sources.files import StoredFile


def common_schema(files: Sequence[StoredFile], schemas: Sequence[Schema]) -> Schema:
    """Return the columns of all files, in the order of the first, in types that hold all values.

    Raises DataError unless they have the same columns, of the same kinds.
    """
    import pyarrow as pa

    first = schemas[0]
    found: dict[str, tuple[StoredFile, DataType]] = {}
    for file, schema in zip(files, schemas, strict=True):
        _check_names(files[0], first, file, schema)
        for name in first.names:
            stored = schema.field(name).type
            if pa.types.is_null(stored):
                continue
            known, wanted = found.setdefault(name, (file, stored))
            if kind_of_type(stored) != kind_of_type(wanted):
                raise DataError(
                    f"Column {name!r} must hold the same kind of values in all files. It is "
                    f"{_told(wanted)} in {known.title} and {_told(stored)} in {file.title}: write "
                    f"one of them again."
                )
            found[name] = known, _type_of_both(wanted, stored)
    types = {name: found[name][1] if name in found else pa.null() for name in first.names}
    return pa.schema(types.items())


def chosen_fields(schema: Schema, names: Sequence[str]) -> Schema:
    """Return some columns of a schema, in this order."""
    import pyarrow as pa

    return pa.schema([schema.field(name) for name in names])


def in_types(batches: Iterator[RecordBatch], schema: Schema) -> Iterator[RecordBatch]:
    """Yield rows with their columns in the types of `schema`, and in its order.

    Raises ArrowInvalid where a value is none of that type, DataError where it is a date too far.
    """
    import pyarrow as pa

    for batch in batches:
        chosen = batch.select(schema.names)
        if not chosen.schema.equals(schema):
            columns = map(_as_field, chosen.columns, schema)
            chosen = pa.RecordBatch.from_arrays(list(columns), schema=schema)
        yield chosen


def _check_names(first_file: StoredFile, first: Schema, file: StoredFile, schema: Schema) -> None:
    if first.names == schema.names:
        return
    missing = [name for name in first.names if name not in schema.names]
    added = [name for name in schema.names if name not in first.names]
    if missing or added:
        name, has = (missing[0], "no") if missing else (added[0], "one more")
        raise DataError(
            f"All files must have the same columns. {file.title} has {has} column {name!r}, "
            f"unlike {first_file.title}: leave one of them out, or write it again."
        )


def _type_of_both(one: DataType, other: DataType) -> DataType:
    """Return a type for values of both types, which are of one kind."""
    import pyarrow as pa

    if one == other:
        return one
    every = {NUMBER: pa.float64(), DATE: pa.timestamp("us"), CATEGORY: pa.string()}
    return every.get(str(kind_of_type(one)), pa.bool_() if kind_of_type(one) else one)


def _as_field(values: Array, wanted: Field) -> Array:
    import pyarrow as pa

    try:
        return _as_type(values, wanted.type)
    except pa.ArrowInvalid:
        if not holds_dates(values.type) or not holds_dates(wanted.type):
            raise
        raise beyond_calendars(wanted.name) from None


def _as_type(values: Array, wanted: DataType) -> Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    stored = values.type
    if stored == wanted:
        return values
    if pa.types.is_null(stored):
        return pa.nulls(len(values), wanted)
    if pa.types.is_dictionary(stored):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type) and values.type.tz:
        values = pc.cast(values, pa.timestamp(values.type.unit))
    loses_only_digits = kind_of_type(stored) == NUMBER or values.type == pa.timestamp("ns")
    return pc.cast(values, wanted, safe=not loses_only_digits)


def _told(kind: DataType) -> str:
    return f"{kind_of_type(kind) or 'neither number nor text'} ({kind})"
