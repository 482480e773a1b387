"""What the reader of tables makes of a text file's first rows, in which DuckDB may see others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.sources.kinds_of_types import holds_dates
from linreg_core.sources.sql import sql_name
from table_reader import ReadOptions
from table_reader.columns.interpret import interpret
from table_reader.grid import Grid, trimmed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray
    from pyarrow import ChunkedArray, Schema, Table

TYPED_ROWS: Final = 20_480
"""From so many rows DuckDB tells what text holds."""
_MOST_CELLS: Final = 2_000_000


def n_first_rows(schema: Schema) -> int:
    """Return how many rows tell what columns hold: fewer where there are very many columns."""
    return min(TYPED_ROWS, _MOST_CELLS // len(schema))


def read_values(rows: Table, delimiter: str) -> dict[str, NDArray[Any]]:
    """Return the numbers and dates of the columns that the reader of tables takes for such."""
    options = ReadOptions(delimiter=delimiter)
    columns = [trimmed(column) for column in rows.columns]
    names = tuple(rows.column_names)
    grid = Grid(names, columns, np.arange(1, rows.num_rows + 1), options)
    values = interpret(grid, ReadOptions(), lambda part: None).values
    return {
        name: values[i]
        for i, name in enumerate(names)
        if isinstance(values.get(i), np.ndarray) and values[i].dtype.kind in "ifM"
    }


def columns_in_doubt(
    connection: DuckDBPyConnection, relation: str, as_text: str, schema: Schema, delimiter: str
) -> list[str]:
    """Return the columns of dates and fractions in which the reader finds others, or none.

    1/2/2020 is two days, and 1.250 two numbers. `as_text` is the relation with all of its columns
    as text.
    """
    import pyarrow as pa

    names = [each.name for each in schema if holds_dates(each.type) or each.type == pa.float64()]
    if not names:
        return []
    limit = f"LIMIT {n_first_rows(schema)}"
    rows = connection.sql(f"SELECT * FROM {as_text} {limit}").to_arrow_table()
    if rows.column_names != schema.names:  # without types, DuckDB took the header for a row
        return names
    read = read_values(rows, delimiter)
    chosen = ", ".join(map(sql_name, names))
    found = connection.sql(f"SELECT {chosen} FROM {relation} {limit}").to_arrow_table()
    return [n for n in names if n not in read or not _are_same(found.column(n), read[n])]


def _are_same(found: ChunkedArray, read: NDArray[Any]) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    if holds_dates(found.type) != (read.dtype.kind == "M"):
        return False
    if holds_dates(found.type):
        found = pc.cast(found, pa.timestamp("us"), safe=False)
    values = found.to_numpy()
    return np.array_equal(values, read.astype(values.dtype), equal_nan=True)
