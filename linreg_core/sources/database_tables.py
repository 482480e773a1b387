"""What tables a database has, what their columns hold, and how each is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from linreg_core.sources.sql import chosen_table, sql_name, sql_text

if TYPE_CHECKING:
    from pyarrow import DataType, Schema

_PUBLIC: Final = "public"
_POSTGRESQL_TABLES: Final = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND has_any_column_privilege(c.oid, 'SELECT')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'
    ORDER BY 1, 2"""
_POSTGRESQL_COLUMNS: Final = """
    SELECT a.attname, CASE WHEN b.typcategory = 'A' THEN ''
    WHEN s.nspname <> 'pg_catalog' THEN 'own' ELSE format_type(b.oid, NULL) END
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type b ON b.oid = COALESCE(NULLIF(t.typbasetype, 0), t.oid)
    JOIN pg_namespace s ON s.oid = b.typnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = {relation}::regclass
    AND has_column_privilege(a.attrelid, a.attnum, 'SELECT') ORDER BY a.attnum"""
_POSTGRESQL_CASTS: Final = {
    "numeric": "::double precision",
    "money": "::numeric::double precision",  # sent as cents
    "uuid": "::text",
    "own": "::text",
}
_SQLITE_TABLES: Final = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1"
_TYPED_ROWS: Final = 1_000
"""Rows that tell what columns of SQLite hold, which have no types but those of their values."""
_WHOLE: Final = ("INT", "BOOL")
"""What is in the declared types of columns that hold whole numbers alone."""
_FIRST: Final = {"int64": "0", "double": "0.5", "string": "''", "binary": "x''"}
"""What a first row holds from which a driver learns the types."""


@dataclass(frozen=True)
class FoundTable:
    """A table: its name, what it is in SQL, its columns, and what is asked for each of them.

    With `has_first_row` the answer to a query begins with a row that tells types alone.
    """

    name: str
    relation: str
    schema: Schema
    values: Mapping[str, str]
    has_first_row: bool = False

    def query(self, columns: Sequence[str]) -> str:
        """Return the query for all rows of some columns."""
        chosen = _named({name: self.values[name] for name in columns})
        rows = f"SELECT {chosen} FROM {self.relation}"
        if not self.has_first_row:
            return rows
        first = {name: _FIRST[str(self.schema.field(name).type)] for name in columns}
        return f"SELECT {_named(first)} UNION ALL {rows}"


def rows_of_answer(connection: Any, query: str) -> list[tuple[Any, ...]]:
    """Return all rows that answer a query."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def relations_of(tables: Iterable[tuple[str, str]], usual: str) -> dict[str, str]:
    """Return what tables of schemas are in SQL, by their names; those of the `usual` one have none.

    >>> relations_of([("main", "sales"), ("old", "sales")], "main")
    {'sales': '"main"."sales"', 'old.sales': '"old"."sales"'}
    """
    return {
        name if schema == usual else f"{schema}.{name}": f"{sql_name(schema)}.{sql_name(name)}"
        for schema, name in tables
    }


def postgresql_table(connection: Any, wanted: str | None) -> FoundTable:
    """Return the table or view of that name, or the only one.

    Raises DataError when there is none.
    """
    relations = relations_of(rows_of_answer(connection, _POSTGRESQL_TABLES), _PUBLIC)
    name = chosen_table(wanted and wanted.removeprefix(f"{_PUBLIC}."), [*relations])
    relation = relations[name]
    columns = rows_of_answer(connection, _POSTGRESQL_COLUMNS.format(relation=sql_text(relation)))
    values = {name: sql_name(name) + _POSTGRESQL_CASTS.get(kind, "") for name, kind in columns}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_named(values)} FROM {relation} LIMIT 0")
        schema = cursor.fetch_record_batch().schema
    return FoundTable(name, relation, schema, values)


def sqlite_table(connection: Any, wanted: str | None) -> FoundTable:
    """Return the table or view of that name, or the only one.

    Raises DataError when there is none.
    """
    import pyarrow as pa

    tables = [name for (name,) in rows_of_answer(connection, _SQLITE_TABLES)]
    name = chosen_table(wanted, tables)
    relation = sql_name(name)
    types = dict(_sqlite_types(connection, name, relation))
    values = {column: _sqlite_value(column, stored) for column, stored in types.items()}
    return FoundTable(name, relation, pa.schema(types.items()), values, has_first_row=True)


def _sqlite_types(connection: Any, table: str, relation: str) -> Iterator[tuple[str, DataType]]:
    """Yield the columns of a table and what they hold, as far as its first values tell.

    Numbers may be whole or not from row to row, unless their declared type is one of whole ones.
    """
    import pyarrow as pa

    told = f"SELECT name, upper(type) FROM pragma_table_info({sql_text(table)})"
    declared = dict(rows_of_answer(connection, told))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {relation} LIMIT {_TYPED_ROWS}")
        rows = cursor.fetch_arrow_table()
    for field in rows.schema:
        stored = field.type
        if rows[field.name].null_count == rows.num_rows:
            stored = _later_type(connection, sql_name(field.name), relation) or stored
        is_whole = any(word in (declared.get(field.name) or "") for word in _WHOLE)
        yield field.name, pa.float64() if stored == pa.int64() and not is_whole else stored


def _later_type(connection: Any, value: str, relation: str) -> DataType | None:
    """Return what the first value of a column is, None where it has none."""
    import pyarrow as pa

    types = {"real": pa.float64(), "text": pa.string(), "blob": pa.binary(), "integer": pa.int64()}
    first = f"SELECT typeof({value}) FROM {relation} WHERE {value} IS NOT NULL LIMIT 1"
    return next((types[kind] for (kind,) in rows_of_answer(connection, first)), None)


def _sqlite_value(column: str, stored: DataType) -> str:
    value = sql_name(column)
    if str(stored) == "string":
        return f"CAST({value} AS TEXT)"
    if str(stored) == "double":
        return f"CASE typeof({value}) WHEN 'integer' THEN CAST({value} AS REAL) ELSE {value} END"
    return value


def _named(values: Mapping[str, str]) -> str:
    return ", ".join(f"{value} AS {sql_name(name)}" for name, value in values.items())
