"""Reading Parquet files, whose columns already have types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from table_reader.date_units import in_unit_that_holds
from table_reader.errors import DataError
from table_reader.grid import Grid, Progress, trimmed
from table_reader.limits import (
    MAX_TABLE_CELLS,
    MAX_TABLE_COLUMNS,
    MAX_TABLE_ROWS,
    MAX_UNPACKED_BYTES,
)
from table_reader.names import clean_names
from table_reader.options import ReadOptions
from table_reader.source import GivenFile

_DATE_UNITS: Final = ("ns", "us", "s")


def read_parquet(source: GivenFile, options: ReadOptions, progress: Progress) -> Grid:
    """Return the columns of a Parquet file; those of lists and records are left out.

    Raises DataError when it is damaged, or beyond the limits.
    """
    from pyarrow.lib import ArrowException

    try:
        columns, cells = _read(source, progress)
    except (ArrowException, OSError, ValueError, NotImplementedError):
        raise DataError(
            f"File {source.title} must be a whole Parquet file. Got one that cannot be read: "
            f"write it again, or save it as CSV."
        ) from None
    names, notes = clean_names(cells, len(columns))
    kept = [i for i, column in enumerate(columns) if column is not None]
    left_out = [repr(names[i]) for i in range(len(columns)) if columns[i] is None]
    if left_out:
        notes += (f"Left out columns of lists, records or bytes: {', '.join(left_out[:5])}.",)
    return Grid(
        tuple(names[i] for i in kept),
        [columns[i] for i in kept],
        np.arange(1, len(columns[kept[0]]) + 1) if kept else np.empty(0, dtype=np.int64),
        replace(options, has_header=True),
        marks=["Parquet"],
        notes=list(notes),
    )


def _read(source: GivenFile, progress: Progress) -> tuple[list[Any], list[str]]:
    from pyarrow import parquet

    content = source.content()
    with parquet.ParquetFile(content) as file:
        _check_size(file.metadata, source)
        schema = file.schema_arrow
    # Read as dictionaries, a long text that is repeated a million times stays one text.
    texts = [column.name for column in schema if _is_text(column.type)]
    with parquet.ParquetFile(content, read_dictionary=texts) as file:
        table = file.read()
    columns = []
    for i in range(len(schema)):
        columns.append(_values(table.column(i), source))
        progress((i + 1) / len(schema))
    return columns, [str(name) for name in schema.names]


def _check_size(metadata: Any, source: GivenFile) -> None:
    n_bytes = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    for what, size, most in (
        ("rows", metadata.num_rows, MAX_TABLE_ROWS),
        ("columns", metadata.num_columns, MAX_TABLE_COLUMNS),
        ("cells", metadata.num_rows * metadata.num_columns, MAX_TABLE_CELLS),
        ("bytes", n_bytes, MAX_UNPACKED_BYTES),
    ):
        if size > most:
            raise DataError(
                f"File {source.title} must have at most {most:,} {what}. Got {size:,}: "
                f"leave rows or columns out."
            )
    if not metadata.num_rows:
        raise DataError(f"File {source.title} must have at least 1 row. Got none.")


def _values(column: Any, source: GivenFile) -> Any | None:
    """Return a column as the interpreter takes it: text as pyarrow's, other types as values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        _check_texts(column, source)
        column = pc.cast(column, kind.value_type)
        kind = column.type
    if _is_text(kind):
        return trimmed(pc.cast(column, pa.string()))
    if pa.types.is_boolean(kind):
        return column.to_pandas().astype("boolean").array
    if pa.types.is_temporal(kind) and not pa.types.is_time(kind) and not pa.types.is_duration(kind):
        return in_unit_that_holds(column, _DATE_UNITS).to_numpy()
    if pa.types.is_integer(kind) and not column.null_count and kind != pa.uint64():
        return pc.cast(column, pa.int64()).to_numpy()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pc.cast(column, pa.float64(), safe=False).to_numpy()
    if pa.types.is_null(kind):
        return pc.cast(column, pa.string())
    return None


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _check_texts(column: Any, source: GivenFile) -> None:
    """Refuse texts that would take more memory than the limit, once each cell has its own."""
    import pyarrow.compute as pc

    if not _is_text(column.type.value_type):
        return
    n_bytes = 0
    for chunk in column.chunks:
        lengths = pc.take(pc.binary_length(chunk.dictionary), chunk.indices)
        n_bytes += pc.sum(lengths).as_py() or 0
    if n_bytes > MAX_UNPACKED_BYTES:
        raise DataError(
            f"File {source.title} must have at most {MAX_UNPACKED_BYTES:,} bytes of text in a "
            f"column. Got {n_bytes:,}: leave columns out."
        )
